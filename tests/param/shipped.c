/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The presets in conf/presets: without faults, as the table explains them, and not suddenly loud;
 * and what the table writes of itself: the manual page, and a preset of all its defaults.
 *
 *     shipped           checks
 *     shipped --write   writes them anew: their first comment, and their values explained */
#include "preset.h"

#include "sound.h"

#include <dirent.h>

static const char folder[] = "conf/presets";

/* A file as it should be: the comment it begins with, then what preset_print() makes of it. */
static char *wanted(const char *path, struct params *params, struct preset_faults *faults)
{
    char line[256], *text = NULL;
    size_t length;
    FILE *in = fopen(path, "r"), *out = open_memstream(&text, &length);

    preset_load(params, path, NULL, faults);
    while (in && fgets(line, sizeof line, in) && line[0] == '#')
        fputs(line, out);
    if (in)
        fclose(in);
    fputc('\n', out);
    preset_print(out, params, false);
    fclose(out);
    return text;
}

static char *file_text(const char *path)
{
    static char text[65536];
    FILE *in = fopen(path, "r");
    size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;

    text[length] = '\0';
    if (in)
        fclose(in);
    return text;
}

/* Calls `visit` with the path of each. */
static int each(void (*visit)(const char *path))
{
    struct dirent *entry;
    DIR *all = opendir(folder);
    int count = 0;

    while (all && (entry = readdir(all))) {
        char path[300];

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        visit(path);
        count++;
    }
    if (all)
        closedir(all);
    return count;
}

static void check_file(const char *path)
{
    static struct preset_faults faults;
    struct params params;
    char *text = wanted(path, &params, &faults);

    for (int i = 0; i < faults.count; i++)
        FAIL("%s", faults.text[i]);
    if (text[0] != '#')
        FAIL("%s does not begin with a comment that says what it is for", path);
    if (strcmp(text, file_text(path)) != 0)
        FAIL("%s is not as --write would write it", path);
    free(text);
}

static void write_file(const char *path)
{
    static struct preset_faults faults;
    struct params params;
    char *text = wanted(path, &params, &faults);
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
    free(text);
}

static void explained(void)
{
    CHECK(each(check_file) >= 10);
}

/* What the table writes of itself. */
static void print_defaults(FILE *out)
{
    struct params params;

    params_defaults(&params);
    preset_print(out, &params, true);
}

static const struct {
    const char *path;
    void (*print)(FILE *out);
} written[] = { { "conf/man/audioserver.preset.5", preset_man },
                { "tests/golden/preset-all.ini", print_defaults } };

static void what_the_table_writes(void)
{
    for (int i = 0; i < 2; i++) {
        size_t length;
        char *text;
        FILE *out = open_memstream(&text, &length);

        written[i].print(out);
        fclose(out);
        if (strcmp(text, file_text(written[i].path)) != 0)
            FAIL("%s is not as --write would write it", written[i].path);
        CHECK(strstr(text, "crossfeed") != NULL);
        free(text);
    }
}

static void write_all(void)
{
    for (int i = 0; i < 2; i++) {
        FILE *out = fopen(written[i].path, "w");

        written[i].print(out);
        fclose(out);
    }
}

/* Music at -1 dBFS comes out of the headset, and a voice out of the outputs, at 0 dBFS at most. */
static void check_level(const char *path)
{
    enum { FRAMES = 48000 };
    static float lines[LINES][FRAMES];
    static struct preset_faults faults;
    struct params params;
    float *line[LINES], peak = 0;

    preset_load(&params, path, NULL, &faults);
    sound_begin("", 48000);
    design_chain(&rig.design, &params, 48000, &rig.coefs);
    chain_init(rig.chain, rig.lines, 48000, &rig.coefs);
    for (int l = 0; l < LINES; l++)
        line[l] = lines[l];
    for (int n = 0; n < FRAMES; n++) {
        double swell = n < FRAMES / 2 ? 0.05 : 1;

        lines[IN_1][n] = (float)(0.89 * swell * sin(n * 0.05));
        lines[IN_2][n] = (float)(0.89 * swell * sin(n * 0.031));
        lines[MIC][n] = (float)(0.5 * swell * sin(n * 0.09));
    }
    sound_run(line, 0, FRAMES, 64);
    for (int l = HEADSET_1; l <= OUT_2; l++)
        for (int n = 0; n < FRAMES; n++)
            peak = fmaxf(peak, fabsf(lines[l][n]));
    if (!(peak <= 1))
        FAIL("%s: a peak of %.2f", path, (double)peak);
    if (!(peak > 0.05f))
        FAIL("%s: hardly a sound", path);
}

static void levels(void)
{
    each(check_level);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "explained", explained },
                                         { "levels", levels },
                                         { "what_the_table_writes", what_the_table_writes },
                                         { 0 } };

    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        write_all();
        return each(write_file) == 0;
    }
    return test_main(tests, argc, argv);
}
