/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The power goes, or the medium fails, at the n-th call that has to do with files. Linked into a
 * test, powercut.o stands before libc: it counts open, openat, fdopendir, read, write, fstat,
 * fstatat, fchmod, flock, fsync, fdatasync, rename, renameat, link, unlink, unlinkat, mkdir and
 * close, and carries them out.
 *
 * A power cut loses more than the process: what was written and not synced is gone, whatever its
 * name became (a renamed file is then empty), and half of the write in progress has been done.
 * What the names of a folder were before its fsync cannot be brought back here; powercut_unsafe()
 * counts folders with such changes instead.
 *
 * One thread.
 */
#ifndef POWERCUT_H
#define POWERCUT_H

enum { POWERCUT_STATUS = 97 };

/* Counts from 1 again; the n-th call from now ends the process with POWERCUT_STATUS. 0: none. */
void powercut_at(int n);

/* Counts from 1 again; the n-th call from now fails with this errno, and does nothing (a close
 * closes). 0: none. */
void powercut_fail_at(int n, int error);

/* Calls since then. */
int powercut_calls(void);

/* Files, and folders with changed names, that a power cut now could lose. */
int powercut_unsafe(void);

/* Calls all of them safe, for what comes then. */
void powercut_forget(void);

#endif
