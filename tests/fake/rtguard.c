/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * rtguard.so: a preload library that enforces the realtime rule of include/rt.h. While a thread is
 * between rt_enter() and rt_leave(), whatever allocates, locks, sleeps, formats or talks to files
 * is reported, once for each call site, with a backtrace, and counted. The call is then carried
 * out, so that the program goes on and shows the rest of its sins.
 *
 *     gcc -std=c11 -O2 -fPIC -shared -o rtguard.so tests/fake/rtguard.c
 *     RTGUARD_LOG=guard.log LD_PRELOAD=./rtguard.so audioserver ...
 *
 *     RTGUARD_LOG=FILE   one line for each report and the summary are appended to FILE
 *     RTGUARD_ABORT=1    abort() at the first violation
 *
 * At exit: "rtguard: N sections entered, M violations". N = 0 means that the guard saw nothing, not
 * that all is well.
 *
 * Allowed inside: ioctl, poll, ppoll, clock_gettime, read and write of an eventfd, free(NULL),
 * trylock, unlock, sem_post. What libc does inside itself is out of sight (a futex, the close() in
 * fclose()), hence the many names below. sd_journal_* and sd_notify need no names: libsystemd gets
 * at the world through functions that are here (snprintf, malloc, sendmsg).
 *
 * Never under AddressSanitizer, neither built with it nor preloaded into a program that was: both
 * want to be malloc, and ASan refuses to start when it is not the first library.
 */
/* The names of libc are this file's trade, addresses from dlsym() its tools.
 * NOLINTBEGIN(bugprone-reserved-identifier,bugprone-macro-parentheses,performance-no-int-to-ptr) */
#undef _FORTIFY_SOURCE   /* its inline functions have the names that are defined here */
#undef _FILE_OFFSET_BITS /* so has its renaming of open to open64 */
#undef _TIME_BITS
#define __NO_INLINE__ 1 /* so have the plain inline ones (putchar, vprintf) */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#error "never under AddressSanitizer, see above"
#endif
#if !defined(__OPTIMIZE__)
#error "build with -O2: dlsym() and dlopen() below must end in a jump, not in a call"
#endif

enum {
    FRAMES = 32,      /* of a backtrace that are shown */
    SITE_FRAMES = 6,  /* of a backtrace that tell one call site from another */
    SITES = 1024,     /* call sites remembered; those beyond are only counted */
    KNOWN_FDS = 4096, /* file descriptors whose nature is remembered */
    LINE = 256,       /* bytes of a report's first line */
};

void rt_guard_enter_hook(void);
void rt_guard_leave_hook(void);

/* initial-exec: read within malloc(), so reading them must not itself allocate a TLS block. Plain
 * ints, without a destructor: valid until the thread's last instruction. */
#define OWN static _Thread_local __attribute__((tls_model("initial-exec")))
OWN int depth;     /* sections this thread is in */
OWN int reporting; /* this thread is at work for the guard: nothing it does is a violation */

static atomic_ulong sections, violations;
static _Atomic uintptr_t sites[SITES];  /* hashes of call sites already reported, 0 = free */
static atomic_bool eventfds[KNOWN_FDS]; /* false = not known to be one */
static int log_fd = -1;
static bool abort_at_first;
static bool forked; /* this is a child made by fork() */

/* ---- the functions behind ours ---- */

/* Each wrapper has a slot with the address of the next definition of its name. They lie in a
 * section of their own: the constructor fills them all, so that nothing is looked up inside of a
 * realtime section; a library whose constructor runs before ours finds them filled on first use. */
struct slot {
    const char *name;
    _Atomic uintptr_t address;
} __attribute__((aligned(16))); /* no gaps between the elements of the section */

extern struct slot __start_rtguard_slots[], __stop_rtguard_slots[];

static uintptr_t look_up(struct slot *slot)
{
    /* dlsym() is one of ours; dlvsym() is not, and dlsym has had this version since it moved into
     * libc proper (2.34) on every architecture. */
    static void *(*_Atomic real_dlsym)(void *, const char *);

    reporting++;
    if (!real_dlsym)
        real_dlsym =
            (void *(*)(void *, const char *))(uintptr_t)dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    if (!strcmp(slot->name, "dlsym"))
        slot->address = (uintptr_t)real_dlsym;
    else
        slot->address = (uintptr_t)real_dlsym(RTLD_NEXT, slot->name);
    reporting--;
    return slot->address;
}

static inline uintptr_t next_of(struct slot *slot)
{
    uintptr_t address = atomic_load_explicit(&slot->address, memory_order_relaxed);

    return address ? address : look_up(slot);
}

#define SLOT(name)                                                                                 \
    static struct slot slot_##name __attribute__((section("rtguard_slots"), used)) = { #name, 0 };
#define NEXT(name) ((__typeof__(name) *)next_of(&slot_##name))

/* ---- reports ---- */

#define CALLER __builtin_extract_return_addr(__builtin_return_address(0))

static void raw_write(int fd, const char *text, size_t length)
{
    syscall(SYS_write, fd, text, length);
}

/* True once for each call site: callers of callers count, for half the world allocates in strdup.
 */
static bool first_time(void *const *frames, int count)
{
    uintptr_t hash = 1469598103u;

    for (int i = 0; i < count && i < SITE_FRAMES; i++)
        hash = (hash ^ (uintptr_t)frames[i]) * 1099511u;
    hash |= 1; /* never the mark of a free place */
    for (int i = 0; i < SITES; i++) {
        uintptr_t seen = 0;

        if (atomic_compare_exchange_strong(&sites[(hash / 2 + (uintptr_t)i) % SITES], &seen, hash))
            return true;
        if (seen == hash)
            return false;
    }
    return false;
}

/* No lock: a realtime thread that waits for a slower one to finish its report would hang on one
 * core. Two reports at the same moment may interleave, line by line. */
static void report(const char *what, void *const *frames, int count)
{
    char name[16] = "?", line[LINE];
    Dl_info at = { 0 };
    int length;

    prctl(PR_GET_NAME, name);
    length = snprintf(line, sizeof line, "rtguard: VIOLATION %s in thread %s\n", what, name);
    raw_write(STDERR_FILENO, line, (size_t)length);
    backtrace_symbols_fd(frames, count, STDERR_FILENO);

    if (log_fd < 0)
        return;
    dladdr(frames[0], &at);
    length = snprintf(line, sizeof line, "VIOLATION %s in thread %s from %.100s(%.60s)\n", what,
                      name, at.dli_fname ? at.dli_fname : "?", at.dli_sname ? at.dli_sname : "");
    raw_write(log_fd, line, (size_t)(length < LINE ? length : LINE - 1));
}

static inline bool inside(void)
{
    return __builtin_expect(depth > 0, 0) && !reporting;
}

__attribute__((format(printf, 2, 3), noinline)) static void violation(void *caller,
                                                                      const char *format, ...)
{
    void *frames[FRAMES];
    char what[100];
    int saved = errno, count, first = 0;
    va_list arguments;

    reporting++;
    atomic_fetch_add(&violations, 1);
    count = backtrace(frames, FRAMES);
    for (int i = 0; i < count; i++) /* our own frames say nothing */
        if (frames[i] == caller) {
            first = i;
            break;
        }
    if (first_time(frames + first, count - first)) {
        va_start(arguments, format);
        vsnprintf(what, sizeof what, format, arguments);
        va_end(arguments);
        report(what, frames + first, count - first);
    }
    if (abort_at_first)
        abort();
    reporting--;
    errno = saved;
}

#define CHECK_RT(...)                                                                              \
    do {                                                                                           \
        if (inside())                                                                              \
            violation(CALLER, __VA_ARGS__);                                                        \
    } while (0)

void rt_guard_enter_hook(void)
{
    if (depth++ == 0)
        atomic_fetch_add_explicit(&sections, 1, memory_order_relaxed);
}

void rt_guard_leave_hook(void)
{
    if (depth > 0)
        depth--;
    else
        violation(CALLER, "rt_leave() without rt_enter()");
}

/* ---- start and end ---- */

static void after_fork(void)
{
    forked = true;
    sections = 0;
    violations = 0;
}

__attribute__((constructor)) static void start(void)
{
    const char *log = getenv("RTGUARD_LOG"), *abort_wanted = getenv("RTGUARD_ABORT");
    void *frame[2];

    for (struct slot *slot = __start_rtguard_slots; slot < __stop_rtguard_slots; slot++)
        look_up(slot);
    backtrace(frame, 2); /* the first call loads libgcc and allocates */
    abort_at_first = abort_wanted && !strcmp(abort_wanted, "1");
    if (log && *log)
        log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
                              0644);
    pthread_atfork(NULL, NULL, after_fork);
}

__attribute__((destructor)) static void end(void)
{
    unsigned long entered = sections, found = violations;
    char line[LINE];
    int length;

    if (forked && !entered && !found)
        return; /* a fork of no concern, a helper on its way to exec */
    reporting++;
    length = snprintf(line, sizeof line, "rtguard: %lu sections entered, %lu violations\n", entered,
                      found);
    raw_write(STDERR_FILENO, line, (size_t)length);
    if (log_fd >= 0)
        raw_write(log_fd, line, (size_t)length);
}

/* ---- memory: through glibc's second names, so that nothing need be looked up to allocate ---- */

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

void *malloc(size_t size)
{
    CHECK_RT("malloc(%zu)", size);
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    CHECK_RT("calloc(%zu, %zu)", count, size);
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    CHECK_RT("realloc(%zu)", size);
    return __libc_realloc(memory, size);
}

void free(void *memory)
{
    if (memory)
        CHECK_RT("free()");
    __libc_free(memory);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    CHECK_RT("memalign(%zu)", size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    CHECK_RT("aligned_alloc(%zu)", size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    int saved = errno;
    void *made;

    CHECK_RT("posix_memalign(%zu)", size);
    if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 || alignment == 0)
        return EINVAL;
    made = __libc_memalign(alignment, size);
    errno = saved;
    if (!made)
        return ENOMEM;
    *memory = made;
    return 0;
}

/* ---- whatever needs no more than its name ---- */

#define FORBID(type, name, parameters, arguments)                                                  \
    SLOT(name)                                                                                     \
    type name parameters                                                                           \
    {                                                                                              \
        CHECK_RT("%s()", #name);                                                                   \
        return NEXT(name) arguments;                                                               \
    }

/* clang-format off */

FORBID(void *, mmap, (void *at, size_t size, int protection, int flags, int fd, off_t offset),
       (at, size, protection, flags, fd, offset))
FORBID(void *, mmap64, (void *at, size_t size, int protection, int flags, int fd, off64_t offset),
       (at, size, protection, flags, fd, offset))
FORBID(int, munmap, (void *at, size_t size), (at, size))
FORBID(int, mprotect, (void *at, size_t size, int protection), (at, size, protection))
FORBID(int, brk, (void *at), (at))
FORBID(void *, sbrk, (intptr_t by), (by))

FORBID(int, pthread_mutex_lock, (pthread_mutex_t *mutex), (mutex))
FORBID(int, pthread_mutex_timedlock, (pthread_mutex_t *mutex, const struct timespec *until),
       (mutex, until))
FORBID(int, pthread_mutex_clocklock,
       (pthread_mutex_t *mutex, clockid_t clock, const struct timespec *until),
       (mutex, clock, until))
FORBID(int, pthread_cond_wait, (pthread_cond_t *condition, pthread_mutex_t *mutex),
       (condition, mutex))
FORBID(int, pthread_cond_timedwait,
       (pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until),
       (condition, mutex, until))
FORBID(int, pthread_cond_clockwait,
       (pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock,
        const struct timespec *until),
       (condition, mutex, clock, until))
FORBID(int, pthread_rwlock_rdlock, (pthread_rwlock_t *lock), (lock))
FORBID(int, pthread_rwlock_wrlock, (pthread_rwlock_t *lock), (lock))
FORBID(int, pthread_rwlock_timedrdlock, (pthread_rwlock_t *lock, const struct timespec *until),
       (lock, until))
FORBID(int, pthread_rwlock_timedwrlock, (pthread_rwlock_t *lock, const struct timespec *until),
       (lock, until))
FORBID(int, pthread_barrier_wait, (pthread_barrier_t *barrier), (barrier))
FORBID(int, sem_wait, (sem_t *semaphore), (semaphore))
FORBID(int, sem_timedwait, (sem_t *semaphore, const struct timespec *until), (semaphore, until))
FORBID(int, sem_clockwait, (sem_t *semaphore, clockid_t clock, const struct timespec *until),
       (semaphore, clock, until))
FORBID(int, pthread_create,
       (pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument),
       (thread, attributes, run, argument))
FORBID(int, pthread_join, (pthread_t thread, void **result), (thread, result))
FORBID(int, mtx_lock, (mtx_t *mutex), (mutex))
FORBID(int, mtx_timedlock, (mtx_t *mutex, const struct timespec *until), (mutex, until))
FORBID(int, cnd_wait, (cnd_t *condition, mtx_t *mutex), (condition, mutex))
FORBID(int, cnd_timedwait, (cnd_t *condition, mtx_t *mutex, const struct timespec *until),
       (condition, mutex, until))
FORBID(int, thrd_create, (thrd_t *thread, thrd_start_t run, void *argument),
       (thread, run, argument))
FORBID(int, thrd_join, (thrd_t thread, int *result), (thread, result))
FORBID(int, thrd_sleep, (const struct timespec *time, struct timespec *left), (time, left))

FORBID(int, nanosleep, (const struct timespec *time, struct timespec *left), (time, left))
FORBID(int, clock_nanosleep,
       (clockid_t clock, int flags, const struct timespec *time, struct timespec *left),
       (clock, flags, time, left))
FORBID(int, usleep, (useconds_t time), (time))
FORBID(unsigned, sleep, (unsigned time), (time))
FORBID(int, sched_yield, (void), ())

FORBID(FILE *, fopen, (const char *path, const char *mode), (path, mode))
FORBID(FILE *, fopen64, (const char *path, const char *mode), (path, mode))
FORBID(FILE *, fdopen, (int fd, const char *mode), (fd, mode))
FORBID(int, fclose, (FILE *file), (file))
FORBID(int, fflush, (FILE *file), (file))
FORBID(int, stat, (const char *path, struct stat *result), (path, result))
FORBID(int, stat64, (const char *path, struct stat64 *result), (path, result))
FORBID(int, lstat, (const char *path, struct stat *result), (path, result))
FORBID(int, lstat64, (const char *path, struct stat64 *result), (path, result))
FORBID(int, fstat, (int fd, struct stat *result), (fd, result))
FORBID(int, fstat64, (int fd, struct stat64 *result), (fd, result))
FORBID(int, access, (const char *path, int mode), (path, mode))
FORBID(int, unlink, (const char *path), (path))
FORBID(int, rename, (const char *from, const char *to), (from, to))
FORBID(int, fsync, (int fd), (fd))
FORBID(int, fdatasync, (int fd), (fd))
FORBID(pid_t, fork, (void), ())

FORBID(ssize_t, readv, (int fd, const struct iovec *parts, int count), (fd, parts, count))
FORBID(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
FORBID(ssize_t, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
FORBID(ssize_t, pread64, (int fd, void *to, size_t size, off64_t at), (fd, to, size, at))
FORBID(ssize_t, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
FORBID(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at),
       (fd, from, size, at))
FORBID(ssize_t, send, (int fd, const void *from, size_t size, int flags), (fd, from, size, flags))
FORBID(ssize_t, sendto,
       (int fd, const void *from, size_t size, int flags, __CONST_SOCKADDR_ARG to, socklen_t room),
       (fd, from, size, flags, to, room))
FORBID(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
FORBID(ssize_t, recv, (int fd, void *to, size_t size, int flags), (fd, to, size, flags))
FORBID(ssize_t, recvfrom,
       (int fd, void *to, size_t size, int flags, __SOCKADDR_ARG from, socklen_t *length),
       (fd, to, size, flags, from, length))
FORBID(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
FORBID(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
FORBID(int, connect, (int fd, __CONST_SOCKADDR_ARG to, socklen_t length), (fd, to, length))

FORBID(int, puts, (const char *text), (text))
FORBID(int, fputs, (const char *text, FILE *file), (text, file))
FORBID(int, fputc, (int c, FILE *file), (c, file))
FORBID(int, putc, (int c, FILE *file), (c, file))
FORBID(int, putchar, (int c), (c))
FORBID(size_t, fwrite, (const void *from, size_t size, size_t count, FILE *file),
       (from, size, count, file))
FORBID(size_t, fread, (void *to, size_t size, size_t count, FILE *file), (to, size, count, file))
FORBID(char *, fgets, (char *to, int size, FILE *file), (to, size, file))

FORBID(char *, setlocale, (int category, const char *locale), (category, locale))
FORBID(struct tm *, localtime, (const time_t *time), (time))
FORBID(struct tm *, localtime_r, (const time_t *time, struct tm *result), (time, result))
FORBID(struct tm *, gmtime, (const time_t *time), (time))
FORBID(struct tm *, gmtime_r, (const time_t *time, struct tm *result), (time, result))
FORBID(time_t, mktime, (struct tm *time), (time))
FORBID(size_t, strftime, (char *to, size_t size, const char *format, const struct tm *time),
       (to, size, format, time))

/* These two ask who called them (RTLD_NEXT, the caller's RUNPATH): they must end in a jump, which
 * leaves the caller's address where they look for it. -O2 sees to it, the self-test checks. */
FORBID(void *, dlsym, (void *restrict handle, const char *restrict name), (handle, name))
FORBID(void *, dlopen, (const char *path, int flags), (path, flags))
FORBID(int, dlclose, (void *handle), (handle))

/* ---- printf and its relatives; -D_FORTIFY_SOURCE makes of them the names with _chk ---- */

int __printf_chk(int, const char *, ...);
int __fprintf_chk(FILE *, int, const char *, ...);
int __dprintf_chk(int, int, const char *, ...);
int __sprintf_chk(char *, int, size_t, const char *, ...);
int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
int __asprintf_chk(char **, int, const char *, ...);
int __vprintf_chk(int, const char *, va_list);
int __vfprintf_chk(FILE *, int, const char *, va_list);
int __vdprintf_chk(int, int, const char *, va_list);
int __vsprintf_chk(char *, int, size_t, const char *, va_list);
int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
int __vasprintf_chk(char **, int, const char *, va_list);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __recv_chk(int, void *, size_t, size_t, int);
ssize_t __read_chk(int, void *, size_t, size_t);
int __open_2(const char *, int);
int __open64_2(const char *, int);
void __syslog_chk(int, int, const char *, ...);
void __vsyslog_chk(int, int, const char *, va_list);

FORBID(int, vprintf, (const char *format, va_list list), (format, list))
FORBID(int, vfprintf, (FILE *file, const char *format, va_list list), (file, format, list))
FORBID(int, vdprintf, (int fd, const char *format, va_list list), (fd, format, list))
FORBID(int, vsprintf, (char *to, const char *format, va_list list), (to, format, list))
FORBID(int, vsnprintf, (char *to, size_t size, const char *format, va_list list),
       (to, size, format, list))
FORBID(int, vasprintf, (char **to, const char *format, va_list list), (to, format, list))
FORBID(int, __vprintf_chk, (int flag, const char *format, va_list list), (flag, format, list))
FORBID(int, __vfprintf_chk, (FILE *file, int flag, const char *format, va_list list),
       (file, flag, format, list))
FORBID(int, __vdprintf_chk, (int fd, int flag, const char *format, va_list list),
       (fd, flag, format, list))
FORBID(int, __vsprintf_chk, (char *to, int flag, size_t room, const char *format, va_list list),
       (to, flag, room, format, list))
FORBID(int, __vsnprintf_chk,
       (char *to, size_t size, int flag, size_t room, const char *format, va_list list),
       (to, size, flag, room, format, list))
FORBID(int, __vasprintf_chk, (char **to, int flag, const char *format, va_list list),
       (to, flag, format, list))
FORBID(ssize_t, __pread_chk, (int fd, void *to, size_t size, off_t at, size_t room),
       (fd, to, size, at, room))
FORBID(ssize_t, __recv_chk, (int fd, void *to, size_t size, size_t room, int flags),
       (fd, to, size, room, flags))
FORBID(int, __open_2, (const char *path, int flags), (path, flags))
FORBID(int, __open64_2, (const char *path, int flags), (path, flags))

/* Passed on to the relative that takes a va_list. */
#define FORBID_LIST(name, relative, parameters, arguments)                                         \
    int name parameters                                                                            \
    {                                                                                              \
        va_list list;                                                                              \
        int result;                                                                                \
                                                                                                   \
        CHECK_RT("%s()", #name);                                                                   \
        va_start(list, format);                                                                    \
        result = NEXT(relative) arguments;                                                         \
        va_end(list);                                                                              \
        return result;                                                                             \
    }

FORBID_LIST(printf, vprintf, (const char *format, ...), (format, list))
FORBID_LIST(fprintf, vfprintf, (FILE *file, const char *format, ...), (file, format, list))
FORBID_LIST(dprintf, vdprintf, (int fd, const char *format, ...), (fd, format, list))
FORBID_LIST(sprintf, vsprintf, (char *to, const char *format, ...), (to, format, list))
FORBID_LIST(snprintf, vsnprintf, (char *to, size_t size, const char *format, ...),
            (to, size, format, list))
FORBID_LIST(asprintf, vasprintf, (char **to, const char *format, ...), (to, format, list))
FORBID_LIST(__printf_chk, __vprintf_chk, (int flag, const char *format, ...), (flag, format, list))
FORBID_LIST(__fprintf_chk, __vfprintf_chk, (FILE *file, int flag, const char *format, ...),
            (file, flag, format, list))
FORBID_LIST(__dprintf_chk, __vdprintf_chk, (int fd, int flag, const char *format, ...),
            (fd, flag, format, list))
FORBID_LIST(__sprintf_chk, __vsprintf_chk,
            (char *to, int flag, size_t room, const char *format, ...),
            (to, flag, room, format, list))
FORBID_LIST(__snprintf_chk, __vsnprintf_chk,
            (char *to, size_t size, int flag, size_t room, const char *format, ...),
            (to, size, flag, room, format, list))
FORBID_LIST(__asprintf_chk, __vasprintf_chk, (char **to, int flag, const char *format, ...),
            (to, flag, format, list))

/* clang-format on */

SLOT(vsyslog)
void vsyslog(int priority, const char *format, va_list list)
{
    CHECK_RT("vsyslog()");
    NEXT(vsyslog)(priority, format, list);
}

void syslog(int priority, const char *format, ...)
{
    va_list list;

    CHECK_RT("syslog()");
    va_start(list, format);
    NEXT(vsyslog)(priority, format, list);
    va_end(list);
}

SLOT(__vsyslog_chk)
void __vsyslog_chk(int priority, int flag, const char *format, va_list list)
{
    CHECK_RT("vsyslog()");
    NEXT(__vsyslog_chk)(priority, flag, format, list);
}

void __syslog_chk(int priority, int flag, const char *format, ...)
{
    va_list list;

    CHECK_RT("syslog()");
    va_start(list, format);
    NEXT(__vsyslog_chk)(priority, flag, format, list);
    va_end(list);
}

/* ---- open, with the third argument that is not always there ---- */

#define FORBID_OPEN(name, parameters, ...)                                                         \
    SLOT(name)                                                                                     \
    int name parameters                                                                            \
    {                                                                                              \
        mode_t mode = 0;                                                                           \
                                                                                                   \
        CHECK_RT("%s(\"%.60s\")", #name, path);                                                    \
        if (flags & (O_CREAT | O_TMPFILE)) {                                                       \
            va_list list;                                                                          \
                                                                                                   \
            va_start(list, flags);                                                                 \
            mode = va_arg(list, mode_t);                                                           \
            va_end(list);                                                                          \
        }                                                                                          \
        return NEXT(name)(__VA_ARGS__, flags, mode);                                               \
    }

FORBID_OPEN(open, (const char *path, int flags, ...), path)
FORBID_OPEN(open64, (const char *path, int flags, ...), path)
FORBID_OPEN(openat, (int folder, const char *path, int flags, ...), folder, path)
FORBID_OPEN(openat64, (int folder, const char *path, int flags, ...), folder, path)

/* ---- eventfds: the one kind of file that realtime code may read and write ---- */

static void remember(int fd, bool eventfd)
{
    if (fd >= 0 && fd < KNOWN_FDS)
        eventfds[fd] = eventfd;
}

/* One that came over a socket or by dup() is recognised when it is first used. Only a "yes" is
 * kept: after a "no" there is a report to be written anyway. */
static bool is_eventfd(int fd)
{
    char path[40], target[40];
    int saved = errno;
    long length;

    if (fd >= 0 && fd < KNOWN_FDS && eventfds[fd])
        return true;
    reporting++;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    length = syscall(SYS_readlinkat, AT_FDCWD, path, target, sizeof target - 1);
    target[length > 0 ? length : 0] = '\0';
    reporting--;
    errno = saved;
    if (strcmp(target, "anon_inode:[eventfd]") != 0)
        return false;
    remember(fd, true);
    return true;
}

SLOT(eventfd)
int eventfd(unsigned count, int flags)
{
    int fd;

    CHECK_RT("eventfd()");
    fd = NEXT(eventfd)(count, flags);
    remember(fd, true);
    return fd;
}

SLOT(close)
int close(int fd)
{
    CHECK_RT("close(%d)", fd);
    remember(fd, false); /* before: the number may be somebody else's as soon as it is closed */
    return NEXT(close)(fd);
}

SLOT(dup2)
int dup2(int from, int to)
{
    CHECK_RT("dup2(%d, %d)", from, to);
    remember(to, false);
    return NEXT(dup2)(from, to);
}

SLOT(dup3)
int dup3(int from, int to, int flags)
{
    CHECK_RT("dup3(%d, %d)", from, to);
    remember(to, false);
    return NEXT(dup3)(from, to, flags);
}

SLOT(read)
ssize_t read(int fd, void *to, size_t size)
{
    if (inside() && !is_eventfd(fd))
        violation(CALLER, "read(%d)", fd);
    return NEXT(read)(fd, to, size);
}

SLOT(__read_chk)
ssize_t __read_chk(int fd, void *to, size_t size, size_t room)
{
    if (inside() && !is_eventfd(fd))
        violation(CALLER, "read(%d)", fd);
    return NEXT(__read_chk)(fd, to, size, room);
}

SLOT(write)
ssize_t write(int fd, const void *from, size_t size)
{
    if (inside() && !is_eventfd(fd))
        violation(CALLER, "write(%d)", fd);
    return NEXT(write)(fd, from, size);
}

/* eventfd_read() and eventfd_write() call read and write inside of libc: never seen, and allowed.
 */
/* NOLINTEND(bugprone-reserved-identifier,bugprone-macro-parentheses,performance-no-int-to-ptr) */
