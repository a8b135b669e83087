/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "log.h"

#include "log_clock.h"
#include "utf8.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LINE_BYTES = 512, /* with its end */
    CAUSE_BYTES = 64,
    SLOTS = 32, /* causes at a time; beyond, the one silent for longest makes room */
};

static const int64_t hold_ns = INT64_C(10000000000);

/* What was written last for one cause and format, and what came after it. Free: format NULL. */
struct held {
    const char *format;
    uint32_t event; /* hash of the text where each text is a thing of its own, else 0 */
    char cause[CAUSE_BYTES];
    char text[LINE_BYTES]; /* the latest */
    enum log_level level;  /* of the latest */
    int64_t written_ns;
    unsigned long count; /* not written since */
};

static int64_t monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t (*log_clock_ns)(void) = monotonic_ns;

static atomic_int limit = LOG_INFO;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct held table[SLOTS]; /* under the lock, as are all writes to stderr, and these: */
static struct log_entry kept[LOG_KEPT];
static unsigned long kept_count;

void log_level(enum log_level level)
{
    atomic_store(&limit, (int)level);
}

/* systemd tells in JOURNAL_STREAM which "device:inode" is the journal's. A program whose stderr
 * was sent elsewhere inherits the variable all the same. */
static bool stderr_is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;

    if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
        return false;
    return fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

static void write_all(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(STDERR_FILENO, bytes, length);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return; /* nobody reads; there is nowhere to say so */
        bytes += written;
        length -= (size_t)written;
    }
}

static void keep(enum log_level level, const char *cause, const char *text)
{
    struct log_entry *entry = &kept[kept_count % LOG_KEPT];
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    entry->number = ++kept_count;
    entry->time = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    entry->level = level;
    snprintf(entry->cause, sizeof entry->cause, "%s", cause);
    snprintf(entry->text, sizeof entry->text, "%s", text);
}

int log_recall(unsigned long after, struct log_entry *to, int room)
{
    int count = 0;
    unsigned long first;

    pthread_mutex_lock(&lock);
    first = kept_count > LOG_KEPT ? kept_count - LOG_KEPT : 0; /* the number before the oldest */
    for (unsigned long n = first > after ? first : after; n < kept_count && count < room; n++)
        to[count++] = kept[n % LOG_KEPT];
    pthread_mutex_unlock(&lock);
    return count;
}

/* "<4>cause: text ... 41 times more" or "program: cause: text"; the text gives way. */
static void write_line(enum log_level level, const char *cause, const char *text,
                       unsigned long count)
{
    char line[LINE_BYTES], tail[48] = "";
    const char *colon = *cause ? ": " : "";
    size_t head, room;

    if (stderr_is_journal())
        snprintf(line, sizeof line, "<%d>%s%s", (int)level, cause, colon);
    else
        snprintf(line, sizeof line, "%.63s: %s%s", program_invocation_short_name, cause, colon);
    if (count > 0)
        snprintf(tail, sizeof tail, " ... %lu time%s more", count, count == 1 ? "" : "s");
    head = strlen(line);
    room = utf8_cut(text, LINE_BYTES - 1 - head - strlen(tail));
    snprintf(line + head, sizeof line - head, "%.*s%s", (int)room, text, tail);
    head = strlen(line);
    if (level <= LOG_NOTICE)
        keep(level, cause, text);
    line[head] = '\n'; /* in the place of the end, so that a line is one write */
    write_all(line, head + 1);
}

static void write_count(struct held *held)
{
    if (held->count > 0)
        write_line(held->level, held->cause, held->text, held->count);
    held->count = 0;
}

static struct held *find(const char *cause, const char *format, uint32_t event)
{
    for (int i = 0; i < SLOTS; i++)
        if (table[i].format == format && table[i].event == event &&
            strcmp(table[i].cause, cause) == 0)
            return &table[i];
    return NULL;
}

/* A free slot, or that of the line written longest ago. */
static struct held *take(const char *cause, const char *format, uint32_t event)
{
    struct held *held = &table[0];

    for (int i = 0; i < SLOTS && held->format; i++)
        if (!table[i].format || table[i].written_ns < held->written_ns)
            held = &table[i];
    write_count(held);
    held->format = format;
    held->event = event;
    memcpy(held->cause, cause, CAUSE_BYTES);
    return held;
}

static void say(enum log_level level, const char *cause, const char *format, uint32_t event,
                const char *text)
{
    int64_t now_ns = log_clock_ns();
    struct held *held = find(cause, format, event);

    if (!held) {
        held = take(cause, format, event);
        write_line(level, cause, text, 0);
        held->written_ns = now_ns;
        return;
    }
    held->count++;
    held->level = level;
    memcpy(held->text, text, LINE_BYTES);
    if (now_ns - held->written_ns < hold_ns)
        return;
    if (held->count == 1) /* the same again, but not a flood */
        write_line(level, cause, text, 0);
    else
        write_count(held);
    held->count = 0;
    held->written_ns = now_ns;
}

/* FNV-1a; never 0. */
static uint32_t hash(const char *text)
{
    uint32_t value = 2166136261u;

    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619u;
    return value | 1;
}

static void line(enum log_level level, const char *cause, const char *format, va_list list,
                 bool event)
{
    char text[LINE_BYTES] = "", name[CAUSE_BYTES] = "";

    if ((int)level > atomic_load(&limit))
        return;
    vsnprintf(text, sizeof text, format, list);
    utf8_sanitise(text);
    snprintf(name, sizeof name, "%s", cause ? cause : "");
    utf8_sanitise(name);
    pthread_mutex_lock(&lock);
    say(level, name, format, event ? hash(text) : 0, text);
    pthread_mutex_unlock(&lock);
}

/* errno is the caller's: "%m" may be in the format, and it may look again after. */
void log_line(enum log_level level, const char *cause, const char *format, ...)
{
    int error = errno;
    va_list list;

    va_start(list, format);
    line(level, cause, format, list, false);
    va_end(list);
    errno = error;
}

void log_event(enum log_level level, const char *cause, const char *format, ...)
{
    int error = errno;
    va_list list;

    va_start(list, format);
    line(level, cause, format, list, true);
    va_end(list);
    errno = error;
}

void log_flush(bool at_exit)
{
    int error = errno;
    int64_t now_ns;

    pthread_mutex_lock(&lock);
    now_ns = log_clock_ns();
    for (int i = 0; i < SLOTS; i++) {
        struct held *held = &table[i];

        if (!held->format || (!at_exit && now_ns - held->written_ns < hold_ns))
            continue;
        if (held->count > 0 && !at_exit)
            held->written_ns = now_ns; /* it goes on: one line per ten seconds, not two */
        else
            held->format = NULL;
        write_count(held);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
}
