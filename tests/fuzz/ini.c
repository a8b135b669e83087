/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a settings file (libFuzzer): the reading ends, its results keep their promises, and
 * what it says can be shown. Corpus: tests/fuzz/corpus/ini.
 */
#include "ini.h"
#include "daemon/config.h"
#include "target.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static void must_be_showable(const char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t length = utf8_length(text, left);

        MUST(length > 0 && (*text == '\t' || !utf8_is_control(text)));
        text += length;
        left -= length;
    }
}

static void read_ini(const char *bytes, size_t length)
{
    struct ini ini;
    bool good = ini_parse_bytes(&ini, bytes, length);

    MUST(good == (ini.error_count == 0));
    MUST(ini.readable || length > INI_FILE_BYTES);
    for (int i = 0; i < ini.error_count; i++) {
        must_be_showable(ini.error[i].text);
        must_be_showable(ini.error[i].section);
        must_be_showable(ini.error[i].key);
        MUST(strncmp(ini.error[i].text, "this line can be read", 21) !=
             0); /* no ambiguity is left */
    }
    for (int i = 0; i < ini.entry_count; i++) {
        must_be_showable(ini.entry[i].value);
        MUST(ini.entry[i].section >= 0 && ini.entry[i].section < ini.section_count);
        MUST(strlen(ini.entry[i].value) <= INI_LINE_BYTES && !strchr(ini.entry[i].key, ':'));
    }
    ini_finish(&ini);
}

static void must_be_in_range(const struct settings *s)
{
    MUST(memchr(s->sound.preset, '\0', sizeof s->sound.preset));
    MUST(*s->jack.server);
    MUST(s->bridge_count >= 0 && s->bridge_count <= SETTINGS_BRIDGES);
    for (int i = 0; i < s->bridge_count; i++) {
        const struct bridge_settings *b = &s->bridge[i];

        MUST(*b->name && *b->device && b->buffer_ms >= 4 && b->buffer_ms <= 500);
        MUST(b->channels >= 0 && b->channels <= 8 && b->period_frames >= 0 &&
             b->period_frames <= 4096);
        MUST(b->latency_offset_us >= -20000 && b->latency_offset_us <= 100000);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct config_errors errors;
    struct settings last, settings;

    read_ini((const char *)data, size);
    settings_parse(&last, (const char *)data, size, "f", NULL, &errors);
    must_be_in_range(&last);
    settings_parse(&settings, (const char *)data, size, "f", &last, &errors);
    must_be_in_range(&settings);
    for (int i = 0; i < errors.count; i++)
        must_be_showable(errors.error[i].text);
    return 0;
}
