/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "param.h"
#include "preset.h"
#include "render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load(struct params *params, const char *path)
{
    struct preset_faults *faults = calloc(1, sizeof *faults);
    bool fine;

    if (!faults) {
        complain("not enough memory");
        return false;
    }
    fine = preset_load(params, path, NULL, faults);
    for (int i = 0; i < faults->count; i++)
        complain("%s", faults->text[i]);
    if (faults->more)
        complain("%s: and %d more faults", path, faults->more);
    free(faults);
    return fine;
}

static bool set_one(struct params *params, const char *text)
{
    const char *equals = strchr(text, '=');
    char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES] = "wants NAME=VALUE";
    struct param_ref ref;

    if (equals && equals - text >= PARAM_NAME_BYTES)
        snprintf(why, sizeof why, "no parameter has so long a name");
    else if (equals) {
        snprintf(name, sizeof name, "%.*s", (int)(equals - text), text);
        if (param_find(&ref, name, why) && param_set(params, &ref, equals + 1, why))
            return true;
    }
    complain("--set %s: %s", text, why);
    return false;
}

bool render_params(const struct render_options *options, struct params *params)
{
    bool fine = true;

    params_defaults(params);
    if (options->preset)
        fine = load(params, options->preset);
    for (int i = 0; i < options->set_count; i++)
        fine &= set_one(params, options->set[i]);
    return fine;
}
