/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The log: its lines, its hold-back on a clock that we turn, and the journal's prefix. */
#define _GNU_SOURCE
#include "log.h"
#include "base/log_clock.h"
#include "test.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t now_ns;
static int captured, kept_stderr;

static int64_t clock_ns(void)
{
    return now_ns;
}

/* From here on stderr is a file in memory. */
static void begin(void)
{
    log_flush(true);
    log_clock_ns = clock_ns;
    log_level(LOG_INFO);
    unsetenv("JOURNAL_STREAM");
    program_invocation_short_name = "prog";
    kept_stderr = dup(STDERR_FILENO);
    captured = memfd_create("stderr", MFD_CLOEXEC);
    dup2(captured, STDERR_FILENO);
}

/* What was written since begin() or the last call. */
static const char *written(void)
{
    static char text[200000];
    ssize_t length = pread(captured, text, sizeof text - 1, 0);

    text[length > 0 ? length : 0] = '\0';
    if (ftruncate(captured, 0) < 0 || lseek(captured, 0, SEEK_SET) < 0)
        return "?";
    return text;
}

static void end(void)
{
    log_flush(true);
    dup2(kept_stderr, STDERR_FILENO);
    close(kept_stderr);
    close(captured);
}

static void writes_lines(void)
{
    begin();
    log_line(LOG_NOTICE, "bridge headset", "%d Hz", 48000);
    CHECK_STR(written(), "prog: bridge headset: 48000 Hz\n");
    log_line(LOG_NOTICE, "", "no cause");
    log_line(LOG_NOTICE, NULL, "nor here");
    CHECK_STR(written(), "prog: no cause\nprog: nor here\n");
    log_line(LOG_DEBUG, "a", "unseen");
    CHECK_STR(written(), "");
    log_level(LOG_DEBUG);
    log_line(LOG_DEBUG, "a", "seen");
    CHECK_STR(written(), "prog: a: seen\n");
    end();
}

static void is_safe_to_show(void)
{
    static const struct {
        const char *text, *line;
    } examples[] = {
        { "a\nb", "prog: x: a?b\n" },
        { "\x1b[31mred\x7f", "prog: x: ?[31mred?\n" },
        { "gr\xc3\xbcn", "prog: x: gr\xc3\xbcn\n" },
        { "latin \xe4!", "prog: x: latin ?!\n" },
        { "cut \xe2\x82", "prog: x: cut ??\n" },
        { "c1 \xc2\x9b", "prog: x: c1 ?\n" },
        { "turned \xe2\x80\xae", "prog: x: turned ?\n" },
        { "tab\t", "prog: x: tab?\n" },
    };

    begin();
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        log_line(LOG_INFO, "x", "%s", examples[i].text);
        CHECK_STR(written(), examples[i].line);
        log_flush(true);
    }
    log_line(LOG_INFO, "a\nb", "c");
    CHECK_STR(written(), "prog: a?b: c\n");
    end();
}

static void cuts_lines(void)
{
    char text[4000];
    const char *line;

    begin();
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    log_line(LOG_INFO, "cause", "%s", text);
    line = written();
    CHECK(strlen(line) == 512 && line[511] == '\n');
    log_line(LOG_INFO, "cause", "%s", text);
    log_flush(true);
    line = written();
    CHECK(strlen(line) == 512 && strstr(line, "xxx ... 1 time more\n"));
    memset(text, '%', 300);
    text[300] = '\0';
    log_line(LOG_INFO, text, "long cause");
    CHECK(strlen(written()) == strlen("prog: : long cause\n") + 63);
    end();
}

/* A line every 100 ms for 25 s, and the main loop's flush each second: one line, then one count
 * every ten seconds. */
static void holds_back(void)
{
    begin();
    now_ns = 5000000000;
    for (int i = 0; i < 250; i++, now_ns += 100000000) {
        log_line(LOG_WARNING, "bridge mic", "read %d failed", i);
        if (i % 10 == 9)
            log_flush(false);
    }
    CHECK_STR(written(), "prog: bridge mic: read 0 failed\n"
                         "prog: bridge mic: read 100 failed ... 100 times more\n"
                         "prog: bridge mic: read 200 failed ... 100 times more\n");
    log_flush(true);
    CHECK_STR(written(), "prog: bridge mic: read 249 failed ... 49 times more\n");
    log_flush(true);
    CHECK_STR(written(), "");
    end();
}

static void say_gone(const char *cause)
{
    log_line(LOG_INFO, cause, "gone");
}

static void tells_causes_apart(void)
{
    begin();
    say_gone("a");
    say_gone("b");
    log_line(LOG_INFO, "a", "come");
    say_gone("a");
    CHECK_STR(written(), "prog: a: gone\nprog: b: gone\nprog: a: come\n");
    now_ns += 9999999999;
    say_gone("b");
    CHECK_STR(written(), "");
    now_ns += 1; /* ten seconds: one line speaks for those held back, too */
    say_gone("b");
    CHECK_STR(written(), "prog: b: gone ... 2 times more\n");
    now_ns += 10000000000; /* a line now and then is no flood */
    say_gone("b");
    CHECK_STR(written(), "prog: b: gone\n");
    end();
}

/* What happens is told whatever happened before; only the same thing again is held back. */
static void tells_events(void)
{
    begin();
    log_event(LOG_INFO, "mic", "%s", "lost");
    log_event(LOG_INFO, "mic", "%s", "running");
    log_event(LOG_INFO, "mic", "%s", "lost");
    CHECK_STR(written(), "prog: mic: lost\nprog: mic: running\n");
    log_flush(true);
    CHECK_STR(written(), "prog: mic: lost ... 1 time more\n");
    end();
}

/* More causes than slots: nothing is lost, and the counts come out. */
static void makes_room(void)
{
    int lines = 0;

    begin();
    for (int i = 0; i < 100; i++, now_ns++) {
        char cause[16];

        snprintf(cause, sizeof cause, "c%d", i);
        say_gone(cause);
        say_gone(cause);
    }
    log_flush(true);
    for (const char *at = written(); (at = strchr(at, '\n')); at++)
        lines++;
    CHECK(lines == 200);
    end();
}

static void speaks_to_the_journal(void)
{
    struct stat status;
    char stream[64];

    begin();
    fstat(STDERR_FILENO, &status);
    snprintf(stream, sizeof stream, "%llu:%llu", (unsigned long long)status.st_dev,
             (unsigned long long)status.st_ino);
    setenv("JOURNAL_STREAM", stream, 1);
    log_line(LOG_WARNING, "jack", "stalled");
    CHECK_STR(written(), "<4>jack: stalled\n");
    setenv("JOURNAL_STREAM", "1:1", 1); /* the journal's, but stderr was sent elsewhere */
    log_line(LOG_ERROR, "jack", "stalled still");
    setenv("JOURNAL_STREAM", "nonsense", 1);
    log_line(LOG_ERROR, "jack", "and still");
    CHECK_STR(written(), "prog: jack: stalled still\nprog: jack: and still\n");
    end();
}

static void keeps_errno(void)
{
    begin();
    errno = ENODEV;
    log_line(LOG_INFO, "a", "%m");
    CHECK(errno == ENODEV);
    CHECK_STR(written(), "prog: a: No such device\n");
    end();
}

static void *chatter(void *cause)
{
    for (int i = 0; i < 1000; i++) {
        say_gone(cause);
        if (i % 100 == 0)
            log_flush(false);
    }
    return NULL;
}

/* Four threads, two causes: each line is whole, and none is lost in the counts. */
static void is_shared_by_threads(void)
{
    pthread_t thread[4];
    unsigned long counted = 0, count;

    begin();
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, chatter, i & 1 ? "odd" : "even");
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    log_flush(true);
    for (char *line = strtok((char *)written(), "\n"); line; line = strtok(NULL, "\n")) {
        if (sscanf(line, "prog: odd: gone ... %lu times more", &count) == 1 ||
            sscanf(line, "prog: even: gone ... %lu times more", &count) == 1)
            counted += count;
        else if (strcmp(line, "prog: odd: gone") == 0 || strcmp(line, "prog: even: gone") == 0)
            counted++;
        else
            FAIL("a torn line: \"%s\"", line);
    }
    CHECK(counted == 4000);
    end();
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "log writes lines", writes_lines },
        { "log is safe to show", is_safe_to_show },
        { "log cuts lines", cuts_lines },
        { "log holds back", holds_back },
        { "log tells causes apart", tells_causes_apart },
        { "log tells events", tells_events },
        { "log makes room", makes_room },
        { "log speaks to the journal", speaks_to_the_journal },
        { "log keeps errno", keeps_errno },
        { "log is shared by threads", is_shared_by_threads },
        { 0 },
    };

    return test_main(tests, argc, argv);
}
