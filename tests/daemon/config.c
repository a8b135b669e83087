/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings: the table, the default file, and what becomes of a file with faults. Runs from the
 * repository's root, where conf/audioserver.ini lies. */
#define _GNU_SOURCE
#include "daemon/config.h"
#include "daemon/setting.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static struct settings settings;
static struct config_errors errors;

static bool parse(const char *file, const struct settings *last_good)
{
    return settings_parse(&settings, file, strlen(file), "f", last_good, &errors);
}

/* All sentences, a line each. */
static const char *sentences(void)
{
    static char text[CONFIG_ERRORS * (CONFIG_ERROR_BYTES + 1) + 1];
    char *to = text;

    *to = '\0';
    for (int i = 0; i < errors.count; i++)
        to += sprintf(to, "%s\n", errors.error[i].text);
    return text;
}

/* The settings as lines "key=value", so that whole structs can be compared field by field. */
static const char *describe(const struct settings *s)
{
    static char text[2][8192];
    static int turn;
    char *at = text[turn ^= 1], *end = at + sizeof text[0];

    at += snprintf(at, (size_t)(end - at), "%s %d %s|%s %s|%s preset \"%s\"\n", s->jack.server,
                   s->jack.connect, s->jack.capture_ports.name[0], s->jack.capture_ports.name[1],
                   s->jack.playback_ports.name[0], s->jack.playback_ports.name[1], s->sound.preset);
    for (int i = 0; i < s->bridge_count; i++) {
        const struct bridge_settings *b = &s->bridge[i];

        at += snprintf(at, (size_t)(end - at), "%s %d %d %s %d %d %d %d %d %d %d %d\n", b->name,
                       b->enabled, b->direction, b->device, b->rate_hz, b->format, b->channels,
                       b->period_frames, b->buffer_ms, b->margin_us, b->quality,
                       b->latency_offset_us);
    }
    return text[turn];
}

static const char defaults[] = "audioserver 1 | | preset \"\"\n"
                               "headset 1 0 hw:CARD=Headset 0 0 0 0 20 300 0 0\n"
                               "mic 1 1 hw:CARD=Headset 0 0 0 0 20 300 0 0\n";

static void has_defaults(void)
{
    memset(&settings, 0xff, sizeof settings);
    settings_defaults(&settings);
    CHECK_STR(describe(&settings), defaults);
    memset(&settings, 0xff, sizeof settings);
    CHECK(parse("", NULL));
    CHECK_STR(describe(&settings), defaults);
}

static void has_help_everywhere(void)
{
    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];
        bool number = row->type == SETTING_INT;
        struct settings scratch;
        char range[160];
        const char *why;

        if (!row->help || strlen(row->help) < 20 || row->help[strlen(row->help) - 1] != '.')
            FAIL("[%s] %s has no help", row->section, row->key);
        if (number && (!row->unit || !(row->min < row->max)))
            FAIL("[%s] %s has no unit or no range", row->section, row->key);
        if ((row->type == SETTING_CHOICE) != (row->choice != NULL))
            FAIL("[%s] %s: choices", row->section, row->key);
        if (row->text && !setting_set(row, &scratch, row->text, &why))
            FAIL("[%s] %s: the default %s", row->section, row->key, why);
        if (setting_find(row->section, row->key) != row)
            FAIL("[%s] %s is there twice", row->section, row->key);
        setting_range(row, range, sizeof range);
        if (strlen(range) < 5)
            FAIL("[%s] %s: \"%s\" is no range", row->section, row->key, range);
    }
}

/* A key says its unit: gain_db, rate_hz. */
static void has_units_in_names(void)
{
    static const struct {
        const char *unit, *ending;
    } units[] = { { "Hz", "_hz" },
                  { "frames", "_frames" },
                  { "milliseconds", "_ms" },
                  { "microseconds", "_us" },
                  { "channels", "channels" } };

    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];
        bool known = !row->unit;

        for (size_t u = 0; row->unit && u < sizeof units / sizeof units[0]; u++) {
            size_t length = strlen(units[u].ending);

            known |= strcmp(row->unit, units[u].unit) == 0 && strlen(row->key) >= length &&
                     strcmp(row->key + strlen(row->key) - length, units[u].ending) == 0;
        }
        if (!known)
            FAIL("[%s] %s is in %s", row->section, row->key, row->unit);
    }
}

/* Each byte of either struct is written by just one row, padding and what is not a setting apart.
 */
static void covers_the_structs(void)
{
    static unsigned char rows[2][sizeof(struct settings)];
    static struct settings from, to;
    size_t counted = 0;

    for (int i = 0; i < settings_table_count; i++) {
        const struct setting *row = &settings_table[i];
        int kind = setting_is_of_bridge(row);

        memset(&from, 0xff, sizeof from);
        memset(&to, 0, sizeof to);
        setting_copy(row, &to, &from);
        for (size_t b = 0; b < sizeof to; b++)
            rows[kind][b] += ((unsigned char *)&to)[b] != 0;
    }
    for (int kind = 0; kind < 2; kind++)
        for (size_t b = 0; b < sizeof(struct settings); b++) {
            if (rows[kind][b] > 1)
                FAIL("byte %zu of %s has %d rows", b, kind ? "a bridge" : "the settings",
                     rows[kind][b]);
            counted += rows[kind][b];
        }
    CHECK(counted == sizeof settings.jack.server + 2 * sizeof(struct port_pair) + sizeof(bool) +
                         5 * SETTINGS_PRESET_BYTES +                              /* settings */
                         sizeof(bool) + SETTINGS_DEVICE_BYTES + 9 * sizeof(int)); /* a bridge */
}

static char *print(size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);

    settings_print(out);
    fclose(out);
    return text;
}

static void prints_the_default_file(void)
{
    size_t length, got;
    char *printed = print(&length), file[20000];
    FILE *shipped = fopen("conf/audioserver.ini", "r");

    CHECK(shipped != NULL);
    got = shipped ? fread(file, 1, sizeof file, shipped) : 0;
    if (got != length || memcmp(file, printed, length) != 0)
        FAIL("conf/audioserver.ini is not what settings_print() writes");
    for (char *line = printed, *next; *line; line = next + 1) {
        next = strchr(line, '\n');
        if (next - line > 80)
            FAIL("a line of %d columns: %.*s", (int)(next - line), (int)(next - line), line);
    }
    if (shipped)
        fclose(shipped);
    free(printed);
}

static void reads_what_it_prints(void)
{
    size_t length;
    char *printed = print(&length);

    memset(&settings, 0xff, sizeof settings);
    CHECK(settings_parse(&settings, printed, length, "f", NULL, &errors));
    CHECK_STR(sentences(), "");
    CHECK_STR(describe(&settings), defaults);
    CHECK(settings_load(&settings, "conf/audioserver.ini", NULL, &errors));
    CHECK_STR(describe(&settings), defaults);
    free(printed);
}

static void reads_everything(void)
{
    CHECK(parse("[jack]\nserver = studio.2\nconnect = off\n"
                "capture_ports = system:capture_3 system:capture_4\n"
                "playback_ports = \"a:b:c\td:e\" # two\n"
                "[sound]\npreset = /etc/my sound.ini ; mine\n"
                "[bridge.a_-1]\nenabled = false\ndirection = capture\ndevice = plug:'hw:X,0'\n"
                "rate_hz = 96000\nformat = S24_3LE\nchannels = 8\nperiod_frames = 4096\n"
                "buffer_ms = 500\nmargin_us = 100000\nquality = best\nlatency_offset_us = -20000\n",
                NULL));
    CHECK_STR(sentences(), "");
    CHECK_STR(describe(&settings), "studio.2 0 system:capture_3|system:capture_4 a:b:c|d:e preset "
                                   "\"/etc/my sound.ini\"\n"
                                   "a_-1 0 1 plug:'hw:X,0' 96000 2 8 4096 500 100000 3 -20000\n");
}

/* One value at a time, in the row [section] key, after a good value in last_good. */
static void refuses_values(void)
{
    static const struct {
        const char *section, *key, *value, *sentence;
    } bad[] = {
        { "bridge.headset", "latency_offset_us", "1,5",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "0x10",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "inf",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "-inf",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "nan",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "1e40",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "1e1",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "-60dB",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "-60 dB",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "- 6",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "--6",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "+",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", ".",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", ".5",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "5.",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "1.2.3",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us",
          "\xe2\x88\x92"
          "6",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "0.0000000000000001",
          "is not a plain number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "100000.01",
          "is not a whole number; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "100001",
          "is out of range; allowed: -20000 to 100000 microseconds" },
        { "bridge.headset", "latency_offset_us", "999999999999999",
          "is out of range; allowed: -20000 to 100000 microseconds" },
        { "jack", "connect", "maybe", "is neither yes nor no; allowed: yes or no" },
        { "jack", "connect", "YES", "is neither yes nor no; allowed: yes or no" },
        { "jack", "connect", "yess", "is neither yes nor no; allowed: yes or no" },
        { "jack", "connect", "2", "is neither yes nor no; allowed: yes or no" },
        { "jack", "connect", "", "is neither yes nor no; allowed: yes or no" },
        { "jack", "server", "", "is empty; allowed: 1 to 32 letters, digits, . _ -" },
        { "jack", "server", "a/b",
          "has characters that are not allowed; allowed: 1 to 32 letters, digits, . _ -" },
        { "jack", "server", "012345678901234567890123456789012",
          "is too long; allowed: 1 to 32 letters, digits, . _ -" },
        { "jack", "capture_ports", "system:capture_1",
          "is not two full names of ports; allowed: nothing, or client:port client:port" },
        { "jack", "capture_ports", "a b",
          "is not two full names of ports; allowed: nothing, or client:port client:port" },
        { "jack", "capture_ports", "a:b :c",
          "is not two full names of ports; allowed: nothing, or client:port client:port" },
        { "jack", "capture_ports", "a:b c:",
          "is not two full names of ports; allowed: nothing, or client:port client:port" },
        { "jack", "playback_ports", "a:b c:d e:f",
          "is not two full names of ports; allowed: nothing, or client:port client:port" },
        { "jack", "playback_ports", "a:b a:b",
          "names one port twice; allowed: nothing, or client:port client:port" },
        { "bridge.headset", "device", "", "is empty; allowed: 1 to 128 bytes" },
        { "bridge.headset", "direction", "Playback",
          "is not one of the choices; allowed: playback, capture" },
        { "bridge.headset", "rate_hz", "44000",
          "is not one of the choices; allowed: 0 (automatic), 44100, 48000, 96000 Hz" },
        { "bridge.headset", "format", "s16_le",
          "is not one of the choices; allowed: auto, S16_LE, S24_3LE, S24_LE, S32_LE" },
        { "bridge.headset", "channels", "9",
          "is out of range; allowed: 0 (automatic), 1 to 8 channels" },
        { "bridge.headset", "channels", "-1",
          "is out of range; allowed: 0 (automatic), 1 to 8 channels" },
        { "bridge.headset", "channels", "1.0",
          "is not a whole number; allowed: 0 (automatic), 1 to 8 channels" },
        { "bridge.headset", "period_frames", "15",
          "is out of range; allowed: 0 (automatic), 16 to 4096 frames" },
        { "bridge.headset", "period_frames", "4097",
          "is out of range; allowed: 0 (automatic), 16 to 4096 frames" },
        { "bridge.headset", "buffer_ms", "0", "is out of range; allowed: 4 to 500 milliseconds" },
        { "bridge.headset", "margin_us", "100001",
          "is out of range; allowed: 0 to 100000 microseconds" },
        { "bridge.headset", "quality", "good",
          "is not one of the choices; allowed: auto, fastest, medium, best" },
        { "bridge.headset", "latency_offset_us", "-20001",
          "is out of range; allowed: -20000 to 100000 microseconds" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        bool bridge = strncmp(bad[i].section, "bridge.", 7) == 0;
        char file[600], expected[600];

        snprintf(file, sizeof file, "[%s]\n%s%s = %s\n[sound]\npreset = p\n%s", bad[i].section,
                 bridge && strcmp(bad[i].key, "direction") ? "direction = playback\n" : "",
                 bad[i].key, bad[i].value,
                 bridge ? "[bridge.mic]\ndirection=capture\ndevice=hw:CARD=Headset\n" : "");
        snprintf(expected, sizeof expected, "f:%d: [%s] %s: \"%s\" %s\n",
                 bridge && strcmp(bad[i].key, "direction") ? 3 : 2, bad[i].section, bad[i].key,
                 bad[i].value, bad[i].sentence);
        settings_defaults(&settings);
        CHECK(!parse(file, &settings));
        if (!strstr(sentences(), expected))
            FAIL("%s: \"%s\", not \"%s\"", file, sentences(), expected);
        CHECK_STR(settings.sound.preset, "p"); /* everything else applies */
        *settings.sound.preset = '\0';
        CHECK_STR(describe(&settings), defaults);
    }
}

static void shortens_long_values(void)
{
    char file[400];

    snprintf(file, sizeof file, "[bridge.a]\ndirection=capture\ndevice=%0130d\n", 1);
    CHECK(!parse(file, NULL));
    CHECK_STR(sentences(),
              "f:1: [bridge.a]: this bridge is left out\n"
              "f:3: [bridge.a] device: "
              "\"000000000000000000000000000000000000000000000000000000000000...\" is too long; "
              "allowed: 1 to 128 bytes\n");
    snprintf(file, sizeof file, "[sound]\npreset=%0256d\n", 1);
    CHECK(!parse(file, NULL) && strstr(sentences(), "is too long; allowed: nothing, or 1 to 255 "));
    snprintf(file, sizeof file, "[sound]\npreset=%0255d\n", 1);
    CHECK(parse(file, NULL) && strlen(settings.sound.preset) == 255);
}

static void knows_what_was_meant(void)
{
    static const struct {
        const char *file, *sentences;
    } examples[] = {
        { "[sound]\npresset=1\n",
          "f:2: unknown key \"presset\" in [sound]; did you mean \"preset\"?\n" },
        { "[sound]\nset=1\n", "f:2: unknown key \"set\" in [sound]; known: preset\n" },
        { "[jack]\nconnects=1\n",
          "f:2: unknown key \"connects\" in [jack]; did you mean \"connect\"?\n" },
        { "[jack]\nconenct=1\n",
          "f:2: unknown key \"conenct\" in [jack]; did you mean \"connect\"?\n" },
        { "[jack]\nmute=1\n", "f:2: unknown key \"mute\" in [jack]; known: server, connect, "
                              "capture_ports, playback_ports\n" },
        { "[bridge.headset]\ndirection=playback\ndevice=x\nrate_hertz=1\n",
          "f:4: unknown key \"rate_hertz\" in [bridge.headset]; known: enabled, direction, device, "
          "rate_hz, format, channels, period_frames, buffer_ms, margin_us, quality, "
          "latency_offset_us\n" },
        { "[bridge.headset]\ndirection=playback\ndevice=x\nbufer_ms=9\n",
          "f:4: unknown key \"bufer_ms\" in [bridge.headset]; did you mean \"buffer_ms\"?\n" },
        { "[sonud]\nx=1\ny=2\n", "f:1: unknown section [sonud]; did you mean [sound]?\n" },
        { "[birdge.mic]\n", "f:1: unknown section [birdge.mic]; did you mean [bridge.mic]?\n" },
        { "[bridge]\n", "f:1: unknown section [bridge]; did you mean [bridge.NAME]?\n" },
        { "[web]\n", "f:1: unknown section [web]; known: [jack], [sound], [folders], [control], "
                     "[bridge.NAME]\n" },
        { "[jack]\nconnect=no\nconnect=yes\n",
          "f:3: [jack] connect: given twice, first in line 2, which counts\n" },
        { "[jack]\n[sound]\n[jack]\n",
          "f:3: [jack]: given twice, first in line 1, which counts\n" },
        { "connect=no\n", "f:1: connect: stands before the first [section]\n" },
        { "[bridge.a.b]\n", "f:1: [bridge.a.b]: a bridge's name has 1 to 24 of a-z 0-9 _ -\n" },
        { "[bridge.]\n", "f:1: [bridge.]: a bridge's name has 1 to 24 of a-z 0-9 _ -\n" },
        { "[bridge.0123456789012345678901234]\n",
          "f:1: [bridge.0123456789012345678901234]: a bridge's name has 1 to 24 of a-z 0-9 _ -\n" },
        { "[bridge.a]\n", "f:1: [bridge.a] direction: is missing; allowed: playback, capture\n"
                          "f:1: [bridge.a] device: is missing; allowed: 1 to 128 bytes\n"
                          "f:1: [bridge.a]: this bridge is left out\n" },
        { "[bridge.a]\ndirection=capture\ndevice=\"x\n",
          "f:1: [bridge.a]: this bridge is left out\n"
          "f:3: [bridge.a] device: the quote is not closed\n" },
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        CHECK(!parse(examples[i].file, NULL));
        CHECK_STR(sentences(), examples[i].sentences);
    }
}

static void keeps_the_last_good(void)
{
    static const char good[] = "[jack]\nconnect=no\n[sound]\npreset=/a\n"
                               "[bridge.a]\ndirection=capture\ndevice=hw:A\nbuffer_ms=8\n"
                               "[bridge.b]\ndirection=playback\ndevice=hw:B\n";
    static struct settings last;

    CHECK(parse(good, NULL));
    last = settings;
    /* at fault, misspelt, or under a heading at fault: nothing changes */
    CHECK(!parse("[jack]\nconnect=yse\n[sound]\npreset=/b\n", &last));
    CHECK(!settings.jack.connect && strcmp(settings.sound.preset, "/b") == 0);
    CHECK(!parse("[jack]\nconenct=yes\n", &last) && !settings.jack.connect);
    CHECK_STR(settings.sound.preset, "/a");
    CHECK(!parse("[jack\nconnect=yes\n", &last) && !settings.jack.connect);
    CHECK(!parse("[jack]\n\xff"
                 "connect=yes\n",
                 &last) &&
          !settings.jack.connect);
    /* no fault: what is not named has its default */
    CHECK(parse("[sound]\npreset=/b\n", &last) && settings.jack.connect);
    CHECK(settings.bridge_count == 2);
    CHECK_STR(settings.bridge[0].name, "headset");
    /* no file: everything stays */
    CHECK(!settings_load(&settings, "/nonexistent/file", &last, &errors));
    CHECK_STR(sentences(), "/nonexistent/file: it cannot be opened: No such file or directory\n");
    CHECK_STR(describe(&settings), describe(&last));
    CHECK(!settings_load(&settings, "/", NULL, &errors));
    CHECK_STR(describe(&settings), defaults);
}

static void keeps_bridges(void)
{
    static const char good[] = "[bridge.a]\ndirection=capture\ndevice=hw:A\nbuffer_ms=8\n"
                               "[bridge.b]\ndirection=playback\ndevice=hw:B\n";
    static struct settings last;

    CHECK(parse(good, NULL));
    last = settings;
    CHECK(!parse("[bridge.b]\ndirection=plyback\ndevice=hw:C\n[bridge.n]\ndevice=hw:N\n", &last));
    CHECK(settings.bridge_count == 1); /* a is gone by intent, n is not whole */
    CHECK(settings.bridge[0].direction == BRIDGE_PLAYBACK);
    CHECK_STR(settings.bridge[0].device, "hw:C");
    CHECK(!parse("[bridge.A]\ndirection=capture\ndevice=hw:A\n"
                 "[bridge.b]\ndirection=playback\ndevice=hw:B\n",
                 &last));
    CHECK(settings.bridge_count == 2); /* a's heading is at fault: it is not gone by intent */
    CHECK_STR(settings.bridge[1].name, "a");
    CHECK(settings.bridge[1].buffer_ms == 8);
    CHECK(!parse("[bridge.x.y]\n", &last) && settings.bridge_count == 2);
    CHECK_STR(settings.bridge[0].name, "a");
    CHECK(!parse("[birdge.a]\n", &last) && settings.bridge_count == 2);
    CHECK_STR(settings.bridge[0].name, "a");
    CHECK(!parse("[bridge.x.y]\n", NULL) && settings.bridge_count == 2);
    CHECK_STR(settings.bridge[0].name, "headset");
    CHECK(!parse("[bridge.x]\n", NULL) && settings.bridge_count == 0);
}

static void limits_bridges(void)
{
    char file[2000], *to = file;

    for (int i = 0; i < 9; i++)
        to += sprintf(to, "[bridge.b%d]\ndirection=capture\ndevice=hw:%d\n", i, i);
    CHECK(!parse(file, NULL));
    CHECK_STR(sentences(), "f:25: [bridge.b8]: more than 8 bridges; this one is left out\n");
    CHECK(settings.bridge_count == 8);
    CHECK_STR(settings.bridge[7].device, "hw:7");
}

static void reads_into_last_good(void)
{
    settings_defaults(&settings);
    settings.jack.connect = false;
    CHECK(!parse("[jack]\nconnect=x\n[sound]\npreset=/b\n", &settings));
    CHECK(!settings.jack.connect && strcmp(settings.sound.preset, "/b") == 0);
}

static void is_safe_to_print(void)
{
    static char path[2000];

    memset(path, 'x', sizeof path - 1);
    CHECK(!settings_parse(&settings, "[web]\n", 6, path, NULL, &errors));
    CHECK(strncmp(errors.error[0].text, "...xxx", 6) == 0);
    CHECK(strstr(errors.error[0].text, "xxx:1: unknown section [web]; known: [jack]"));
    CHECK(!settings_parse(&settings, "[web]\n", 6, "a\nb\x1b", NULL, &errors));
    CHECK(strncmp(errors.error[0].text, "a?b?:1: unknown", 15) == 0);
}

static void checks_a_file(void)
{
    char path[] = "/tmp/config-test-XXXXXX", expected[300], *text = NULL;
    size_t length;
    FILE *file = fdopen(mkstemp(path), "w"), *out = open_memstream(&text, &length);

    CHECK(check_config("conf/audioserver.ini", out) == 0);
    fflush(out);
    CHECK_STR(text, "conf/audioserver.ini: no errors\n");
    rewind(out);
    fputs("[jack]\n", file);
    for (int i = 0; i < 100; i++)
        fputs("x\n", file);
    fclose(file);
    CHECK(check_config(path, out) == 78);
    fclose(out);
    snprintf(expected, sizeof expected,
             "%s:65: [jack]: this is neither [section] nor key = value\n%s: and 36 more\n", path,
             path);
    CHECK(strstr(text, expected) != NULL);
    free(text);
    unlink(path);
}

/* A reload must not open a device anew for what lies behind a string's end, and must for the rest.
 */
static void tells_bridges_apart(void)
{
    struct bridge_settings a, b;

    memset(&a, 0x55, sizeof a);
    setting_bridge_defaults(&a, "mic");
    setting_set(setting_find(SETTING_BRIDGE, "device"), &a, "hw:CARD=Headset",
                &(const char *){ 0 });
    b = a;
    memset(b.device + strlen(b.device) + 1, 7, 5);
    CHECK(settings_same_bridge(&a, &b));
    b.margin_us++;
    CHECK(!settings_same_bridge(&a, &b));
    b = a;
    b.device[0] = 'p';
    CHECK(!settings_same_bridge(&a, &b));
    b = a;
    b.name[0] = 'x';
    CHECK(!settings_same_bridge(&a, &b));
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "config has defaults", has_defaults },
        { "config has help everywhere", has_help_everywhere },
        { "config has units in names", has_units_in_names },
        { "config covers the structs", covers_the_structs },
        { "config prints the default file", prints_the_default_file },
        { "config reads what it prints", reads_what_it_prints },
        { "config reads everything", reads_everything },
        { "config refuses values", refuses_values },
        { "config shortens long values", shortens_long_values },
        { "config knows what was meant", knows_what_was_meant },
        { "config keeps the last good", keeps_the_last_good },
        { "config keeps bridges", keeps_bridges },
        { "config limits bridges", limits_bridges },
        { "config reads into last_good", reads_into_last_good },
        { "config is safe to print", is_safe_to_print },
        { "config checks a file", checks_a_file },
        { "tells bridges apart", tells_bridges_apart },
        { 0 },
    };

    return test_main(tests, argc, argv);
}
