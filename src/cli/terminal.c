/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t ending, resized, suspend; /* notes of the signals */
static bool entered, keys;
static struct termios before;
static sigset_t open_mask;

static const int noted[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH };
enum { NOTED = sizeof noted / sizeof *noted };

bool terminal_is_screen(void)
{
    const char *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0;
}

bool terminal_has_colours(void)
{
    const char *no = getenv("NO_COLOR");

    return !no || !*no;
}

static void note(int number)
{
    if (number == SIGWINCH)
        resized = 1;
    else if (number == SIGTSTP)
        suspend = 1;
    else
        ending = number;
}

static void put(const char *text)
{
    terminal_draw(text, strlen(text));
}

/* Keys come at once and are not shown; the alternate screen, without a cursor. */
static void take(void)
{
    struct termios quiet = before;

    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    if (keys)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
    put("\033[?1049h\033[?25l\033[2J");
    entered = true;
}

void terminal_enter(void)
{
    struct sigaction action = { .sa_handler = note };
    sigset_t blocked;

    sigemptyset(&blocked);
    for (int i = 0; i < NOTED; i++)
        sigaddset(&blocked, noted[i]);
    sigprocmask(SIG_BLOCK, &blocked, &open_mask);
    for (int i = 0; i < NOTED; i++) {
        sigdelset(&open_mask, noted[i]);
        sigaction(noted[i], &action, NULL);
    }
    keys = tcgetattr(STDIN_FILENO, &before) == 0;
    atexit(terminal_leave);
    take();
}

void terminal_leave(void)
{
    if (!entered)
        return;
    entered = false;
    put("\033[0m\033[?25h\033[?1049l");
    if (keys)
        tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
}

void terminal_size(int *columns, int *rows)
{
    struct winsize size = { 0 };

    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    *columns = size.ws_col ? size.ws_col : 80;
    *rows = size.ws_row ? size.ws_row : 24;
}

bool terminal_draw(const char *bytes, size_t length)
{
    while (length) {
        ssize_t written = write(STDOUT_FILENO, bytes, length);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return true;
}

const sigset_t *terminal_mask(void)
{
    return &open_mask;
}

static bool key_ends(void)
{
    struct pollfd poll_keys = { .fd = STDIN_FILENO, .events = POLLIN };
    char key;

    while (keys && poll(&poll_keys, 1, 0) > 0) {
        if (read(STDIN_FILENO, &key, 1) != 1)
            return keys = false; /* no keyboard any more */
        if (key == 'q' || key == 'Q')
            return true;
    }
    return false;
}

/* What is pending is noted. */
static void let_signals_in(void)
{
    sigset_t blocked;

    sigprocmask(SIG_SETMASK, &open_mask, &blocked);
    sigprocmask(SIG_SETMASK, &blocked, NULL);
}

enum terminal_wish terminal_wish(void)
{
    let_signals_in();
    if (ending || key_ends())
        return TERMINAL_END;
    if (suspend) {
        suspend = 0;
        terminal_leave();
        raise(SIGSTOP);
        take();
        return TERMINAL_REDRAW;
    }
    if (!resized)
        return TERMINAL_NOTHING;
    resized = 0;
    return TERMINAL_REDRAW;
}

void terminal_die(void)
{
    if (!ending)
        return;
    signal(ending, SIG_DFL);
    sigprocmask(SIG_SETMASK, &open_mask, NULL);
    raise(ending);
}
