/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl check-config, check-preset: files, without the daemon. */
#include "control.h"
#include "preset.h"
#include "safe.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The daemon's program in the folder of our own; false if there is none. */
static bool find_beside(char path[PATH_MAX])
{
    static const char name[] = "/audioserver";
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    char *slash;

    if (length <= 0)
        return false;
    path[length] = 0;
    slash = strrchr(path, '/');
    if (!slash || (size_t)(slash - path) + sizeof name > PATH_MAX)
        return false;
    memcpy(slash, name, sizeof name);
    return access(path, X_OK) == 0;
}

int control_check_config(const struct args *args)
{
    char path[PATH_MAX];
    char *words[] = { "audioserver", "--check-config", args->word[0], NULL };

    if (find_beside(path))
        execv(path, words);
    else
        execvp(words[0], words);
    complain("cannot run audioserver, which is to look at %s: %s", args->word[0], strerror(errno));
    return FAILED;
}

static void print_faults(const struct preset_faults *faults, const char *path)
{
    for (int i = 0; i < faults->count; i++)
        puts(faults->text[i]);
    if (faults->more)
        printf("%s: and %d more\n", path, faults->more);
    if (!faults->count)
        printf("%s: no errors\n", path);
}

static void print_faults_json(const struct preset_faults *faults)
{
    json_t *list = json_array(),
           *all = json_pack("{s:i,s:b,s:o,s:i}", "schema", 1, "ok", faults->count == 0, "faults",
                            list, "more", faults->more);

    for (int i = 0; i < faults->count; i++)
        json_array_append_new(list, json_string(faults->text[i]));
    safe_print_json(all);
    json_decref(all);
}

int control_check_preset(const struct args *args)
{
    struct preset_faults *faults = calloc(1, sizeof *faults);
    struct params params;
    bool good;

    if (!faults) {
        complain("out of memory");
        return FAILED;
    }
    good = preset_load(&params, args->word[0], NULL, faults);
    if (args->json)
        print_faults_json(faults);
    else
        print_faults(faults, args->word[0]);
    free(faults);
    return printed(good ? DONE : BAD_CONFIG);
}
