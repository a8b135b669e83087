/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Presets: what is printed is read again as the same; what becomes of a file with faults. */
#define _GNU_SOURCE
#include "preset.h"
#include "ini.h"
#include "param.h"
#include "test.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static struct params params, defaults;
static struct preset_faults faults;

static bool parse(const char *file, const struct params *last_good)
{
    return preset_parse(&params, file, strlen(file), "f", last_good, &faults);
}

/* All sentences, a line each. */
static const char *sentences(void)
{
    static char text[PRESET_FAULTS * (PRESET_FAULT_BYTES + 1) + 1];
    char *to = text;

    *to = '\0';
    for (int i = 0; i < faults.count; i++)
        to += sprintf(to, "%s\n", faults.text[i]);
    return text;
}

/* Good until the next call. */
static const char *print(const struct params *from, bool all)
{
    static char text[65536];
    FILE *out = fmemopen(text, sizeof text, "w");

    preset_print(out, from, all);
    fclose(out);
    return text;
}

/* What differs from the defaults, as "section.key=value" words. */
static const char *differences(void)
{
    static char text[4096];
    size_t at = 0;

    *text = '\0';
    for (struct param_ref ref = { 0 }; param_next(&ref) && at < sizeof text;) {
        char name[PARAM_NAME_BYTES], is[PARAM_TEXT_BYTES], was[PARAM_TEXT_BYTES];

        param_get(&params, &ref, is);
        param_get(&defaults, &ref, was);
        param_name(&ref, name);
        if (strcmp(is, was) != 0)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s=%s", at ? " " : "", name, is);
    }
    return text;
}

/* Every parameter at another place of its range than its default. */
static void set_all(struct params *to, int which)
{
    char text[PARAM_TEXT_BYTES], why[PARAM_WHY_BYTES];
    int at = which;

    params_defaults(to);
    for (struct param_ref ref = { 0 }; param_next(&ref); at++) {
        const struct param *row = ref.row;
        int count = 0;

        if (row->type == PARAM_BOOL) {
            snprintf(text, sizeof text, "%s", strcmp(row->text, "no") == 0 ? "yes" : "no");
        } else if (row->type == PARAM_CHOICE) {
            while (row->choice[count].name)
                count++;
            snprintf(text, sizeof text, "%s", row->choice[at % count].name);
        } else if (row->extra && at % 3 == 0) {
            snprintf(text, sizeof text, "%s", row->extra);
        } else {
            double part = (at % 7 + 1) / 8.0, value = row->min + (row->max - row->min) * part;

            snprintf(text, sizeof text, "%.*f", row->type == PARAM_INT ? 0 : 1 + at % 6, value);
        }
        if (!param_set(to, &ref, text, why))
            FAIL("%s %s: %s", ref.group->name, row->key, why);
    }
}

static void check_reads_what_it_prints(const struct params *from)
{
    for (int all = 0; all < 2; all++) {
        const char *text = print(from, all);

        memset(&params, 0xff, sizeof params);
        CHECK(parse(text, NULL));
        CHECK_STR(sentences(), "");
        CHECK(memcmp(&params, from, sizeof params) == 0);
    }
}

static void reads_what_it_prints(void)
{
    static struct params all;

    check_reads_what_it_prints(&defaults);
    for (int which = 0; which < 20; which++) {
        set_all(&all, which);
        check_reads_what_it_prints(&all);
    }
}

static const char *after_head(const char *text)
{
    const char *blank = strstr(text, "\n\n");

    return blank ? blank + 2 : "";
}

static void prints_differences(void)
{
    const char *text = print(&defaults, false);

    CHECK_STR(after_head(text), "");
    CHECK(parse("[eq.left.3]\ngain_db=-4\nq=0.5\n[eq.left.9]\ngain_db=1\n"
                "[eq.right.1]\non=off\n[strip.sub]\ndelay_ms=343 cm\n",
                NULL));
    text = print(&params, false);
    CHECK_STR(after_head(text),
              "# The left channel, or both where they are linked.\n"
              "[eq.left.3]\n"
              "\n"
              "# Gain of peaks and shelves.\n"
              "# Allowed: -30 to 30 dB; default 0.\n"
              "gain_db = -4\n"
              "\n"
              "# Quality: the higher, the narrower.\n"
              "# Allowed: 0.1 to 20; default 0.707.\n"
              "q = 0.5\n"
              "\n"
              "[eq.left.9]\n"
              "gain_db = 1\n"
              "\n"
              "# The right channel, where they are not linked.\n"
              "[eq.right.1]\n"
              "\n"
              "# With no, the band changes nothing.\n"
              "# Allowed: yes or no; default yes.\n"
              "on = no\n"
              "\n"
              "# The subwoofer.\n"
              "[strip.sub]\n"
              "\n"
              "# Delay of the output.\n"
              "# Allowed: 0 to 170 ms, or a distance like 120 cm or 1.2 m; default "
              "0.\n"
              "delay_ms = 10\n");
}

/* Each key of each section once, and each explained at least once before it stands alone. */
static void prints_everything(void)
{
    const char *text = print(&defaults, true);
    int keys = 0, sections = 0, widest = 0;

    for (const char *line = text, *next; *line; line = next + 1) {
        next = strchr(line, '\n');
        keys += *line >= 'a' && *line <= 'z';
        sections += *line == '[';
        widest = next - line > widest ? (int)(next - line) : widest;
    }
    CHECK(keys == 873 && sections == 119);
    CHECK(widest <= 80);
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        char start[40];

        snprintf(start, sizeof start, "\n# %.*s", (int)strcspn(ref.row->help, " "), ref.row->help);
        if (!strstr(text, start))
            FAIL("%s is not explained", ref.row->key);
    }
    /* the outputs of the matrix have defaults of their own, which are told */
    CHECK(strstr(strstr(text, "[matrix.sub]"), "default -6.0206.\nlisten_1_gain_db = -6.0206\n"));
    CHECK(strlen(text) < INI_FILE_BYTES / 2 && keys < INI_ENTRIES && sections < INI_SECTIONS);
}

static void reads(void)
{
    memset(&params, 0xff, sizeof params);
    CHECK(parse("", NULL));
    CHECK(memcmp(&params, &defaults, sizeof params) == 0);
    CHECK(
        parse("\xef\xbb\xbf# mine\r\n[eq.left.10]\r\ntype = peaking ; a\r\ngain_db = \"-4.5\"\r\n"
              "[volume]\nlevel_db=-20\n[compressor]\non=1\nratio=inf\n[strip.out_1]\n"
              "delay_ms = 1.2 m\n[strip.out_2.lowpass]\nkind=bessel\norder=3\n[mic.eq]\non=false\n"
              "[mic.eq.1]\nq=3\n[matrix.sub]\ntalk_on=on\n",
              NULL));
    CHECK_STR(sentences(), "");
    CHECK_STR(
        differences(),
        "compressor.on=yes compressor.ratio=inf eq.left.10.type=peaking "
        "eq.left.10.gain_db=-4.5 volume.level_db=-20 mic.eq.on=no mic.eq.1.q=3 "
        "matrix.sub.talk_on=yes strip.out_1.delay_ms=3.498542 strip.out_2.lowpass.kind=bessel "
        "strip.out_2.lowpass.order=3");
}

static void names_faults(void)
{
    static const char *const examples[][2] = {
        { "[volume]\nlevel_db=-92\n",
          "f:2: [volume] level_db: \"-92\" is out of range; allowed: -91 to 0 dB\n" },
        { "[eq.left.3]\ngain_db=1\ntype=peak\n\nq=\n",
          "f:3: [eq.left.3] type: \"peak\" is not one of the choices; allowed: flat, peaking, "
          "low_shelf, high_shelf, low_shelf_slope, high_shelf_slope, low_pass, high_pass, "
          "band_pass, "
          "notch, all_pass, low_shelf_1, high_shelf_1, low_pass_1, high_pass_1, all_pass_1, "
          "linkwitz\n"
          "f:5: [eq.left.3] q: \"\" is not a plain number; allowed: 0.1 to 20\n" },
        { "[strip.sub]\ndelay_ms=3 feet\n", "f:2: [strip.sub] delay_ms: \"3 feet\" is neither a "
                                            "plain number nor a distance; allowed: 0 "
                                            "to 170 ms, or a distance like 120 cm or 1.2 m\n" },
        { "[eq.left.3]\ngian_db=1\n",
          "f:2: unknown key \"gian_db\" in [eq.left.3]; did you mean \"gain_db\"?\n" },
        { "[volume]\nloudness=1\n",
          "f:2: unknown key \"loudness\" in [volume]; known: level_db, mute\n" },
        { "[volme]\nlevel_db=1\nx=y\n", "f:1: unknown section [volme]; did you mean [volume]?\n" },
        { "[eq.lfet.3]\n", "f:1: unknown section [eq.lfet.3]; did you mean [eq.left.3]?\n" },
        { "[eq.left]\n",
          "f:1: unknown section [eq.left]; there are [eq.left.1] to [eq.left.10]\n" },
        { "[eq.left.11]\n",
          "f:1: unknown section [eq.left.11]; there are [eq.left.1] to [eq.left.10]\n" },
        { "[strip.front]\n", "f:1: unknown section [strip.front]; strip has headset_1, headset_2, "
                             "out_1, out_2, sub\n" },
        { "[strip.sub.reverb]\n", "f:1: unknown section [strip.sub.reverb]; strip.sub has "
                                  "highpass, lowpass, eq, limiter\n" },
        { "[strip]\n",
          "f:1: unknown section [strip]; strip has headset_1, headset_2, out_1, out_2, "
          "sub\n" },
        { "[reverb]\n",
          "f:1: unknown section [reverb]; names begin with preamp, compressor, loudness, "
          "eq, crossfeed, volume, mic, sidetone, ducking, matrix, strip\n" },
        { "level_db=1\n", "f:1: level_db: stands before the first [section]\n" },
        { "[volume]\nmute=no\nmute=yes\n",
          "f:3: [volume] mute: given twice, first in line 2, which counts\n" },
        { "[volume]\n[eq]\n[volume]\n",
          "f:3: [volume]: given twice, first in line 1, which counts\n" },
        { "[volume]\nmute\n", "f:2: [volume]: this is neither [section] nor key = value\n" },
        { "[Volume]\n", "f:1: \"Volume\" has upper-case letters; names are in lower case\n" },
        /* faults of the reading and of the values stand in the order of lines */
        { "[volume]\nmute=x\nnonsense\n[eq]\non=x\nlinked=\"x\n",
          "f:2: [volume] mute: \"x\" is neither yes nor no; allowed: yes or no\n"
          "f:3: [volume]: this is neither [section] nor key = value\n"
          "f:5: [eq] on: \"x\" is neither yes nor no; allowed: yes or no\n"
          "f:6: [eq] linked: the quote is not closed\n" },
    };

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        CHECK(!parse(examples[i][0], NULL));
        CHECK_STR(sentences(), examples[i][1]);
        CHECK(faults.more == 0);
    }
}

static void costs_only_the_key(void)
{
    CHECK(!parse("[volume]\nlevel_db=loud\nmute=yes\n[eq.left.3]\ngain_db=-4\n[x]\n", NULL));
    CHECK(faults.count == 2);
    CHECK_STR(differences(), "eq.left.3.gain_db=-4 volume.mute=yes");
}

static void counts_many_faults(void)
{
    static char file[20000] = "[volume]\n";
    char *to = file + strlen(file);

    for (int i = 0; i < 100; i++)
        to += sprintf(to, "x%d=1\n", i);
    CHECK(!parse(file, NULL));
    CHECK(faults.count == PRESET_FAULTS && faults.more == 100 - PRESET_FAULTS);
    CHECK_STR(faults.text[PRESET_FAULTS - 1],
              "f:65: unknown key \"x63\" in [volume]; known: level_db, mute");
    for (int i = 0; i < 100; i++)
        to += sprintf(to, "nonsense\n"); /* those of the reading are more than it lists, too */
    CHECK(!parse(file, NULL));
    CHECK(faults.count == PRESET_FAULTS && faults.more == 200 - PRESET_FAULTS);
}

static void keeps_the_last_good(void)
{
    static struct params last;

    CHECK(parse("[volume]\nlevel_db=-40\n[sidetone]\ngain_db=-50\n", NULL));
    last = params;
    /* at fault, misspelt, or under a heading at fault: nothing gets louder */
    CHECK(!parse("[volume]\nlevel_db=-4O\n[sidetone]\ngain_db=-60\n", &last));
    CHECK_STR(differences(), "volume.level_db=-40 sidetone.gain_db=-60");
    CHECK(!parse("[volume]\nlevle_db=-30\n", &last));
    CHECK_STR(differences(), "volume.level_db=-40 sidetone.gain_db=-50");
    CHECK(!parse("[volume\nlevel_db=-30\n", &last));
    CHECK_STR(differences(), "volume.level_db=-40 sidetone.gain_db=-50");
    CHECK(!parse("[volme]\nlevel_db=-30\n", &last));
    CHECK_STR(differences(), "volume.level_db=-40 sidetone.gain_db=-50");
    /* without one, the default */
    CHECK(!parse("[volume]\nlevel_db=-4O\n[sidetone]\ngain_db=-60\n", NULL));
    CHECK_STR(differences(), "sidetone.gain_db=-60");
    /* no fault: what is not named has its default */
    CHECK(parse("[volume]\nlevel_db=-30\n", &last));
    CHECK_STR(differences(), "volume.level_db=-30");
    /* into the very same */
    params = last;
    CHECK(!parse("[volume]\nlevel_db=x\n[sidetone]\ngain_db=-60\n", &params));
    CHECK_STR(differences(), "volume.level_db=-40 sidetone.gain_db=-60");
}

static void reads_files(void)
{
    char path[] = "/tmp/preset-test-XXXXXX", expected[200];
    FILE *file = fdopen(mkstemp(path), "w");

    fputs("[volume]\nlevel_db=-30\nmuet=1\n", file);
    fclose(file);
    CHECK(!preset_load(&params, path, NULL, &faults));
    CHECK_STR(differences(), "volume.level_db=-30");
    snprintf(expected, sizeof expected,
             "%s:3: unknown key \"muet\" in [volume]; did you mean \"mute\"?\n", path);
    CHECK_STR(sentences(), expected);
    unlink(path);
    /* no file: everything stays */
    CHECK(!preset_load(&params, path, &params, &faults));
    CHECK_STR(differences(), "volume.level_db=-30");
    snprintf(expected, sizeof expected, "%s: it cannot be opened: No such file or directory\n",
             path);
    CHECK_STR(sentences(), expected);
    CHECK(!preset_load(&params, "/", NULL, &faults));
    CHECK_STR(sentences(), "/: it is a directory, not a regular file\n");
    CHECK_STR(differences(), "");
}

static void is_safe_to_print(void)
{
    static char path[2000];

    memset(path, 'x', sizeof path - 1);
    CHECK(!preset_parse(&params, "[zz]\n", 5, path, NULL, &faults));
    CHECK(strncmp(faults.text[0], "...xxx", 6) == 0);
    CHECK(strstr(faults.text[0], "xxx:1: unknown section [zz]; names begin with preamp"));
    CHECK(!preset_parse(&params, "[zz]\n", 5, "a\nb\x1b", NULL, &faults));
    CHECK(strncmp(faults.text[0], "a?b?:1: unknown", 15) == 0);
    CHECK(!preset_parse(&params, "[eq.left.1]\ntype=\"\xc3\xa4\xc3\xa4\"\n", 23, path, NULL,
                        &faults));
    CHECK(strstr(faults.text[0], "[eq.left.1] type: \"\xc3\xa4\xc3\xa4\" is not one of"));
    CHECK(strlen(faults.text[0]) < PRESET_FAULT_BYTES);
}

/* Pieces of presets by chance: whatever is read is in range, and can be printed and read again. */
static void survives_anything(void)
{
    static const char *const pieces[] = {
        "[volume]\n",
        "level_db=-1\n",
        "mute=yes\n",
        "[strip.sub]\n",
        "delay_ms=1\n",
        "gain_db=2\n",
        "[compressor]\n",
        "ratio=inf\n",
        "on=yes\n",
        "[eq.left.3]\n",
        "[",
        "]",
        "\n",
        "=",
        "-",
        "9",
        ".",
        " cm",
        "\"",
        "#",
        ";",
        "\\",
        "\xff",
        "\xc3\xa4",
        "\0x",
    };
    static struct params last;
    uint32_t state = 1;
    int good = 0, changed = 0;

    for (int round = 0; round < 3000; round++) {
        char file[1024];
        size_t length = 0;

        state = state * 1664525 + 1013904223;
        for (int left = (int)(state >> 28); left >= 0; left--) {
            const char *piece;

            state = state * 1664525 + 1013904223;
            piece = pieces[(state >> 16) % (sizeof pieces / sizeof pieces[0])];
            memcpy(file + length, piece, strlen(piece) + !*piece);
            length += strlen(piece) + !*piece;
        }
        good += preset_parse(&params, file, length, "f", round % 2 ? &defaults : NULL, &faults);
        changed += *differences() != '\0';
        if (round % 100 == 0) {
            last = params;
            check_reads_what_it_prints(&last);
        }
    }
    CHECK(good > 50 && changed > 100);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "preset reads what it prints", reads_what_it_prints },
        { "preset prints differences", prints_differences },
        { "preset prints everything", prints_everything },
        { "preset reads", reads },
        { "preset names faults", names_faults },
        { "preset costs only the key", costs_only_the_key },
        { "preset counts many faults", counts_many_faults },
        { "preset keeps the last good", keeps_the_last_good },
        { "preset reads files", reads_files },
        { "preset is safe to print", is_safe_to_print },
        { "preset survives anything", survives_anything },
        { 0 },
    };

    params_defaults(&defaults);
    return test_main(tests, argc, argv);
}
