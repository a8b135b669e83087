/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets edited in place: values change, nothing else does. */
#define _GNU_SOURCE
#include "ini.h"
#include "param.h"
#include "preset.h"
#include "test.h"

#include <stdint.h>
#include <stdlib.h>

enum { TEXT = 200000 };

static struct params defaults;
static struct preset_faults faults;

/* "volume.level_db=-3 eq.on=yes" over what *to has */
static void set(struct params *to, const char *words)
{
    char all[400], why[PARAM_WHY_BYTES];

    snprintf(all, sizeof all, "%s", words);
    for (char *word = strtok(all, " "); word; word = strtok(NULL, " ")) {
        char *value = strchr(word, '=');
        struct param_ref ref;

        *value++ = '\0';
        if (!param_find(&ref, word, why) || !param_set(to, &ref, value, why))
            FAIL("%s: %s", word, why);
    }
}

static void check_edit(const char *text, const char *words, const char *expected)
{
    struct params params = defaults;
    char *copy = malloc(strlen(text) + 1), *edited; /* to its last byte: ASan sees one more */

    memcpy(copy, text, strlen(text));
    set(&params, words);
    edited = preset_edit(copy, strlen(text), &params);
    CHECK_STR(edited ? edited : "(null)", expected);
    free(edited);
    free(copy);
}

static void changes_values_alone(void)
{
    check_edit("[volume]\nlevel_db = -3\n", "volume.level_db=-4.5", "[volume]\nlevel_db = -4.5\n");
    check_edit("\n# a\n  [volume]\n\n\tlevel_db=-3\t; b\n ; c\nmute = yes# d\n\n# e\n",
               "volume.level_db=-4", /* mute's line is at fault, and stays */
               "\n# a\n  [volume]\n\n\tlevel_db=-4\t; b\n ; c\nmute = yes# d\n\n# e\n");
    check_edit("[volume]\nlevel_db = \"-3\"# a\nmute='no'\n", "volume.level_db=-4 volume.mute=yes",
               "[volume]\nlevel_db = \"-4\"# a\nmute='yes'\n");
    check_edit("[volume]\nlevel_db = -3", "volume.level_db=-44", "[volume]\nlevel_db = -44");
    check_edit("[volume]\nlevel_db = -3\nmute = yes\n", "", /* back to the defaults */
               "[volume]\nlevel_db = 0\nmute = no\n");
    check_edit("[eq.left.3]\ngain_db = 1\n[eq.right.3]\ngain_db = 1\n",
               "eq.left.3.gain_db=1 eq.right.3.gain_db=2",
               "[eq.left.3]\ngain_db = 1\n[eq.right.3]\ngain_db = 2\n");
}

static void keeps_a_spelling(void)
{
    static const char text[] = "[volume]\nlevel_db = -20.0 \nmute = on\n[strip.sub]\n"
                               "delay_ms = 120 cm\n[compressor]\non = 1\nratio=+4.00\n";

    check_edit(text,
               "volume.level_db=-20 volume.mute=yes strip.sub.delay_ms=3.498542 "
               "compressor.on=yes compressor.ratio=4",
               text);
    check_edit(text,
               "volume.level_db=-20 volume.mute=yes strip.sub.delay_ms=0.5 compressor.ratio=inf",
               "[volume]\nlevel_db = -20.0 \nmute = on\n[strip.sub]\n"
               "delay_ms = 0.5\n[compressor]\non = no\nratio=inf\n");
}

static void keeps_bom_and_line_ends(void)
{
    check_edit("\xef\xbb\xbf[volume]\r\nlevel_db = -3\r\n\r\n# a\r\n",
               "volume.level_db=-4 volume.mute=yes",
               "\xef\xbb\xbf[volume]\r\nlevel_db = -4\r\nmute = yes\r\n\r\n# a\r\n");
    check_edit("\xef\xbb\xbf[volume]\r\nlevel_db = -3", "volume.level_db=-4 volume.mute=yes",
               "\xef\xbb\xbf[volume]\r\nlevel_db = -4\r\nmute = yes\r\n");
    check_edit("[volume]\r\nlevel_db = -3", "volume.level_db=-3 eq.on=no",
               "[volume]\r\nlevel_db = -3\r\n\r\n"
               "# Equalizer of the listen path; its bands follow.\r\n[eq]\r\n\r\n"
               "# With no, all bands rest.\r\n# Allowed: yes or no; default yes.\r\non = no\r\n");
}

static void adds_keys_to_their_section(void)
{
    check_edit(
        "[volume]\n# loud\nlevel_db = -3\n\n# of the rest\n\n[eq]\nlinked = no\n",
        "volume.level_db=-3 volume.mute=yes eq.linked=no",
        "[volume]\n# loud\nlevel_db = -3\nmute = yes\n\n# of the rest\n\n[eq]\nlinked = no\n");
    check_edit("[volume]\n[eq]\n# a\n\n", "volume.level_db=-3 volume.mute=yes",
               "[volume]\nlevel_db = -3\nmute = yes\n[eq]\n# a\n\n");
    check_edit("[eq]\n[volume]", "volume.level_db=-3 volume.mute=yes",
               "[eq]\n[volume]\nlevel_db = -3\nmute = yes\n");
    check_edit("[volume]\n# end", "volume.mute=yes", "[volume]\nmute = yes\n# end");
}

static void adds_sections_at_the_end(void)
{
    check_edit("# mine\n[volume]\nlevel_db=-3\n# end",
               "volume.level_db=-3 eq.left.3.gain_db=-4 "
               "eq.left.4.gain_db=-5 eq.left.4.q=1",
               "# mine\n[volume]\nlevel_db=-3\n# end\n"
               "\n"
               "# The left channel, or both where they are linked.\n"
               "[eq.left.3]\n"
               "\n"
               "# Gain of peaks and shelves.\n"
               "# Allowed: -30 to 30 dB; default 0.\n"
               "gain_db = -4\n"
               "\n"
               "[eq.left.4]\n"
               "gain_db = -5\n"
               "\n"
               "# Quality: the higher, the narrower.\n"
               "# Allowed: 0.1 to 20; default 0.707.\n"
               "q = 1\n");
}

static void keeps_faults(void)
{
    /* unknown keys and sections, lines that are nothing, bytes that are no text */
    check_edit("x=1\n[volume]\nnonsense\nlevle_db = -9\nlevel_db = -3\n[volme]\nmute = no\n\xff\n",
               "volume.level_db=-4 volume.mute=yes",
               "x=1\n[volume]\nnonsense\nlevle_db = -9\nlevel_db = -4\nmute = yes\n[volme]\n"
               "mute = no\n\xff\n");
    /* given twice: the first counts */
    check_edit("[volume]\nlevel_db = -3\nlevel_db = -5\n[eq]\n[volume]\nlevel_db = -6\nmute = no\n",
               "volume.level_db=-4 volume.mute=yes",
               "[volume]\nlevel_db = -4\nlevel_db = -5\nmute = yes\n[eq]\n[volume]\n"
               "level_db = -6\nmute = no\n");
    /* a value at fault gets one */
    check_edit("[volume]\nlevel_db = -4O ; a\nmute =\n", "volume.level_db=-40 volume.mute=yes",
               "[volume]\nlevel_db = -40 ; a\nmute =yes\n");
    check_edit("[volume]\nlevel_db =; a\nmute = \"\"\n", "volume.mute=yes",
               "[volume]\nlevel_db =0 ; a\nmute = \"yes\"\n");
    check_edit("[volume]\nlevel_db =", "volume.level_db=-1", "[volume]\nlevel_db =-1");
    /* a line that cannot be read stays, and a further one says what it should */
    check_edit("[volume]\nlevel_db = \"-3\n", "volume.level_db=-4",
               "[volume]\nlevel_db = \"-3\nlevel_db = -4\n");
    /* what stands under a heading at fault is nothing */
    check_edit(
        "[volume\nmute = yes\n", "volume.mute=yes",
        "[volume\nmute = yes\n\n# Volume of the listen path; the voice keeps its own.\n[volume]\n\n"
        "# The listen path is silent.\n"
        "# Allowed: yes or no; default no.\nmute = yes\n");
}

static void begins_a_new_one(void)
{
    static char expected[TEXT];
    struct params params = defaults;
    FILE *out = fmemopen(expected, sizeof expected, "w");
    char *edited;

    set(&params, "volume.level_db=-4 eq.left.3.gain_db=2");
    preset_print(out, &params, false);
    fclose(out);
    check_edit("", "volume.level_db=-4 eq.left.3.gain_db=2", expected);
    edited = preset_edit(NULL, 7, &params);
    CHECK_STR(edited ? edited : "(null)", expected);
    free(edited);
}

static char *edit_bytes(const char *text, size_t length, const char *words)
{
    struct params params = defaults;

    set(&params, words);
    return preset_edit(text, length, &params);
}

/* Better nothing than a file that cannot be read. */
static void refuses_what_could_not_be_read(void)
{
    static char text[INI_FILE_BYTES + 1];
    char line[INI_LINE_BYTES + 20], *edited;
    int length;

    CHECK(!edit_bytes("[volume]\n\0\n", 11, "volume.mute=yes"));
    memset(text, '\n', sizeof text);
    memcpy(text, "[volume]", 8);
    CHECK(!edit_bytes(text, INI_FILE_BYTES + 1, ""));
    edited = edit_bytes(text, INI_FILE_BYTES, "");
    CHECK(edited && memcmp(text, edited, INI_FILE_BYTES) == 0);
    free(edited);
    CHECK(!edit_bytes(text, INI_FILE_BYTES, "volume.mute=yes"));
    length = snprintf(line, sizeof line, "[volume]\nmute=no #");
    memset(line + length, 'x', INI_LINE_BYTES + 9 - (size_t)length);
    edited = edit_bytes(line, INI_LINE_BYTES + 9, "");
    CHECK(edited && memcmp(line, edited, INI_LINE_BYTES + 9) == 0);
    free(edited);
    CHECK(!edit_bytes(line, INI_LINE_BYTES + 9, "volume.mute=yes")); /* one byte too long */
}

/* ---- presets by chance ---- */

static uint32_t state = 1;

static int chance(int below)
{
    state = state * 1664525 + 1013904223;
    return (int)((state >> 8) % (uint32_t)below);
}

static int count_choices(const struct param *row)
{
    int count = 0;

    while (row->choice[count].name)
        count++;
    return count;
}

/* Any value, in any spelling. */
static void write_value(const struct param *row, char text[PARAM_TEXT_BYTES])
{
    static const char *const words[] = { "yes", "no", "on", "off", "true", "false", "1", "0" };
    double value = row->min + (row->max - row->min) * chance(1001) / 1000;

    if (row->type == PARAM_BOOL)
        snprintf(text, PARAM_TEXT_BYTES, "%s", words[chance(8)]);
    else if (row->type == PARAM_CHOICE)
        snprintf(text, PARAM_TEXT_BYTES, "%s", row->choice[chance(count_choices(row))].name);
    else if (row->type == PARAM_INT)
        snprintf(text, PARAM_TEXT_BYTES, "%s%.0f", value >= 0 && chance(2) ? "+" : "", value);
    else if (row->extra && chance(3) == 0)
        snprintf(text, PARAM_TEXT_BYTES, "%s", row->extra);
    else if (row->is_distance && chance(2))
        snprintf(text, PARAM_TEXT_BYTES, "%d cm", chance(5000));
    else
        snprintf(text, PARAM_TEXT_BYTES, "%.*f", 1 + chance(5), value);
}

static void set_some(struct params *to, int of)
{
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];

    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        if (chance(of) != 0)
            continue;
        do
            write_value(ref.row, text);
        while (!param_set(to, &ref, text, why)); /* rounded beyond its range */
    }
}

struct writing {
    char text[TEXT];
    size_t length;
    const char *line_end;
    int notes; /* comments, each with a number of its own */
};

static void add(struct writing *writing, const char *text)
{
    memcpy(writing->text + writing->length, text, strlen(text) + 1);
    writing->length += strlen(text);
}

static void add_note(struct writing *writing, const char *before)
{
    char text[60];

    snprintf(text, sizeof text, "%s%c note %d.", before, "#;"[chance(2)], writing -> notes++);
    add(writing, text);
}

static void end_line(struct writing *writing)
{
    add(writing, writing->line_end);
    for (int i = chance(3); i > 0; i--) {
        if (chance(2))
            add_note(writing, chance(2) ? "" : " \t");
        add(writing, writing->line_end);
    }
}

static void add_key(struct writing *writing, const struct param_ref *ref, struct params *params)
{
    static const char *const quotes[] = { "", "\"", "'" }, *const blanks[] = { "", " ", "\t " };
    const char *quote = quotes[chance(3)];
    char value[PARAM_TEXT_BYTES], line[200], why[PARAM_WHY_BYTES];

    do
        write_value(ref->row, value);
    while (!param_set(params, ref, value, why));
    snprintf(line, sizeof line, "%s%s%s=%s%s%s%s", blanks[chance(3)], ref->row->key,
             blanks[chance(3)], blanks[chance(3)], quote, value, quote);
    add(writing, line);
    if (chance(3) == 0)
        add_note(writing, " ");
    end_line(writing);
}

static void add_section(struct writing *writing, struct param_ref ref, struct params *params)
{
    char name[PARAM_NAME_BYTES];

    param_name(&ref, name);
    *strrchr(name, '.') = '\0';
    add(writing, "[");
    add(writing, name);
    add(writing, "]");
    end_line(writing);
    for (int i = ref.group->row_count - 1; i >= 0; i--) { /* not in the table's order */
        ref.row = &ref.group->rows[i];
        if (chance(2))
            add_key(writing, &ref, params);
    }
}

/* A text without faults; *params is what it says. */
static void write_text(struct writing *writing, struct params *params)
{
    int of = 1 + chance(8);

    *params = defaults;
    writing->length = 0;
    writing->notes = 0;
    writing->line_end = chance(2) ? "\r\n" : "\n";
    if (chance(3) == 0)
        add(writing, "\xef\xbb\xbf");
    end_line(writing);
    for (struct param_ref ref = { 0 }; param_next(&ref);)
        if (ref.row == ref.group->rows && chance(of) == 0)
            add_section(writing, ref, params);
    if (chance(2)) /* the last line has no end */
        while (writing->length && strchr("\r\n", writing->text[writing->length - 1]))
            writing->text[--writing->length] = '\0';
}

static void check_notes(const char *text, int notes)
{
    for (int i = 0; i < notes; i++) {
        char note[40];

        snprintf(note, sizeof note, " note %d.", i);
        text = strstr(text, note);
        if (!text) {
            FAIL("note %d of %d is gone, or stands elsewhere", i, notes);
            return;
        }
    }
}

static int count(const char *text, char what)
{
    int found = 0;

    for (; *text; text++)
        found += *text == what;
    return found;
}

static void check_says(const char *text, const struct params *params)
{
    static struct params is;

    if (!preset_parse(&is, text, strlen(text), "f", NULL, &faults))
        FAIL("%d faults: %s", faults.count, faults.text[0]);
    CHECK(memcmp(&is, params, sizeof is) == 0);
}

static void says_what_it_is_told(void)
{
    static struct writing writing;
    struct params was, is;

    for (int round = 0; round < 500 && !test_failures; round++) {
        bool crlf;
        char *same, *edited, *again, *back;

        write_text(&writing, &was);
        crlf = *writing.line_end == '\r';
        check_says(writing.text, &was);
        same = preset_edit(writing.text, writing.length, &was);
        is = was;
        set_some(&is, 1 + chance(50));
        edited = preset_edit(writing.text, writing.length, &is);
        again = edited ? preset_edit(edited, strlen(edited), &is) : NULL;
        back = edited ? preset_edit(edited, strlen(edited), &was) : NULL;
        if (!same || !edited || !again || !back) {
            FAIL("round %d: nothing", round);
        } else {
            CHECK_STR(same, writing.text);
            CHECK_STR(again, edited);
            check_says(edited, &is);
            check_says(back, &was);
            check_notes(edited, writing.notes);
            CHECK(count(edited, '\r') == (crlf ? count(edited, '\n') : 0));
            CHECK(!strstr(writing.text, "\xef\xbb\xbf") ==
                  (strncmp(edited, "\xef\xbb\xbf", 3) != 0));
        }
        free(same);
        free(edited);
        free(again);
        free(back);
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "preset_edit changes values alone", changes_values_alone },
        { "preset_edit keeps a spelling", keeps_a_spelling },
        { "preset_edit keeps BOM and line ends", keeps_bom_and_line_ends },
        { "preset_edit adds keys to their section", adds_keys_to_their_section },
        { "preset_edit adds sections at the end", adds_sections_at_the_end },
        { "preset_edit keeps faults", keeps_faults },
        { "preset_edit begins a new one", begins_a_new_one },
        { "preset_edit refuses what could not be read", refuses_what_could_not_be_read },
        { "preset_edit says what it is told", says_what_it_is_told },
        { 0 },
    };

    params_defaults(&defaults);
    return test_main(tests, argc, argv);
}
