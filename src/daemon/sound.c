/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sound.h"

#include <math.h>
#include <string.h>

static struct sound_side *heard(struct sound *sound)
{
    return &sound->side[sound->heard];
}

static void tell(struct sound *sound, const struct params *before, int what, const char *source)
{
    sound->sequence++;
    if (sound->changed)
        sound->changed(sound->context, before, what, source);
}

static void init_side(struct sound_side *side)
{
    params_defaults(&side->params);
    side->preset = side->params;
    side->name[0] = side->path[0] = '\0';
    memset(&side->faults, 0, sizeof side->faults);
}

void sound_init(struct sound *sound)
{
    memset(sound, 0, sizeof *sound);
    for (int s = 0; s < SOUND_SIDES; s++)
        init_side(&sound->side[s]);
}

const struct params *sound_params(const struct sound *sound)
{
    return &sound->side[sound->heard].params;
}

bool sound_is_changed(const struct sound *sound)
{
    const struct sound_side *side = &sound->side[sound->heard];

    return memcmp(&side->params, &side->preset, sizeof side->params) != 0;
}

/* --- stages -------------------------------------------------------------------------------------
 */

static const struct param_group *stage_group(int stage)
{
    for (int g = 0; g < param_group_count; g++)
        if (param_groups[g].is_stage && stage-- == 0)
            return &param_groups[g];
    return NULL;
}

const char *sound_stage(int stage)
{
    const struct param_group *group = stage_group(stage);

    return group ? group->name : NULL;
}

int sound_stage_count(void)
{
    int count = 0;

    while (sound_stage(count))
        count++;
    return count;
}

int sound_find_stage(const char *name)
{
    for (int stage = 0; sound_stage(stage); stage++)
        if (strcmp(sound_stage(stage), name) == 0)
            return stage;
    return -1;
}

static void switch_off(struct params *params, int stage)
{
    char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES];
    struct param_ref ref;

    snprintf(name, sizeof name, "%s.on", sound_stage(stage));
    if (param_find(&ref, name, why))
        param_set(params, &ref, "no", why);
}

void sound_bypass(struct sound *sound, int stage, bool on, const char *source)
{
    uint64_t all = (UINT64_C(1) << sound_stage_count()) - 1;
    uint64_t bits = stage < 0 ? all : UINT64_C(1) << stage;
    uint64_t next = on ? sound->bypassed | bits : sound->bypassed & ~bits;

    if (next == sound->bypassed)
        return;
    sound->bypassed = next;
    tell(sound, NULL, SOUND_STATE, source);
}

/* --- what is designed ---------------------------------------------------------------------------
 */

static void effective(const struct sound *sound, int side, struct params *params)
{
    *params = sound->side[side].params;
    for (int stage = 0; stage < sound_stage_count(); stage++)
        if (sound->bypassed >> stage & 1)
            switch_off(params, stage);
}

/* The louder side comes down to the softer one; nothing is turned up. Silence is not matched. */
double sound_trim_db(struct sound *sound, int side)
{
    struct params params;
    double lufs[SOUND_SIDES];

    if (sound->match && !sound->matcher)
        sound->matcher = match_create();
    if (!sound->match || !sound->matcher)
        return 0;
    for (int s = 0; s < SOUND_SIDES; s++) {
        effective(sound, s, &params);
        lufs[s] = match_lufs(sound->matcher, &params);
    }
    return isfinite(lufs[0]) && isfinite(lufs[1]) ? fmin(0, lufs[!side] - lufs[side]) : 0;
}

void sound_effective(struct sound *sound, struct params *params, double *trim_db)
{
    effective(sound, sound->heard, params);
    *trim_db = sound_trim_db(sound, sound->heard);
}

/* --- changes ------------------------------------------------------------------------------------
 */

void sound_set(struct sound *sound, const struct params *params, const char *source)
{
    struct params before = *sound_params(sound);
    bool changed = sound_is_changed(sound);

    if (memcmp(&before, params, sizeof before) == 0)
        return;
    heard(sound)->params = *params;
    tell(sound, &before, SOUND_VALUES | (changed != sound_is_changed(sound) ? SOUND_STATE : 0),
         source);
}

static void name_side(struct sound_side *side, const char *name, const char *path)
{
    snprintf(side->name, sizeof side->name, "%s", name);
    snprintf(side->path, sizeof side->path, "%s", path);
}

void sound_load(struct sound *sound, const char *name, const char *path,
                const struct params *preset, const struct preset_faults *faults, const char *source)
{
    struct params before = *sound_params(sound);
    struct sound_side *side = heard(sound);

    side->params = side->preset = *preset;
    side->faults = *faults;
    name_side(side, name, path);
    tell(sound, &before, SOUND_VALUES | SOUND_STATE, source);
}

void sound_saved(struct sound *sound, const char *name, const char *path,
                 const struct params *saved, const char *source)
{
    struct sound_side *side = heard(sound);

    side->params = *saved; /* to the last digit that a file keeps */
    name_side(side, name, path);
    for (int s = 0; s < SOUND_SIDES; s++)
        if (strcmp(sound->side[s].path, path) == 0) {
            sound->side[s].preset = *saved;
            memset(&sound->side[s].faults, 0, sizeof sound->side[s].faults);
        }
    tell(sound, NULL, SOUND_STATE, source);
}

void sound_renamed(struct sound *sound, const char *path, const char *name, const char *to_path,
                   const char *source)
{
    char old[PATH_MAX];

    snprintf(old, sizeof old, "%s", path); /* it may be a side's own */
    for (int s = 0; s < SOUND_SIDES; s++)
        if (strcmp(sound->side[s].path, old) == 0)
            name_side(&sound->side[s], name, to_path);
    tell(sound, NULL, SOUND_STATE, source);
}

void sound_edited(struct sound *sound, int side, const struct params *preset,
                  const struct preset_faults *faults, const char *source)
{
    struct params before = *sound_params(sound);
    struct sound_side *edited = &sound->side[side];
    bool other = memcmp(&edited->preset, preset, sizeof *preset) != 0;
    bool news = edited->faults.count > 0 || faults->count > 0;

    for (struct param_ref ref = { 0 }; other && param_next(&ref);)
        if (!param_same(&edited->preset, preset, &ref))
            param_copy(&edited->params, preset, &ref);
    edited->preset = *preset;
    edited->faults = *faults;
    if (other || news)
        tell(sound, &before, SOUND_VALUES | SOUND_STATE, source);
}

void sound_go(struct sound *sound, int side, bool copy, const char *source)
{
    struct params before = *sound_params(sound);

    if (copy)
        sound->side[!sound->heard] = *heard(sound);
    if (!copy && side == sound->heard)
        return;
    sound->heard = side;
    tell(sound, &before, SOUND_VALUES | SOUND_STATE, source);
}

void sound_match(struct sound *sound, bool on, const char *source)
{
    if (on == sound->match)
        return;
    sound->match = on;
    tell(sound, NULL, SOUND_STATE, source);
}

void sound_reset(struct sound *sound, const char *source)
{
    struct params before = *sound_params(sound);

    for (int s = 0; s < SOUND_SIDES; s++)
        init_side(&sound->side[s]);
    sound->heard = 0;
    sound->bypassed = 0;
    sound->match = false;
    tell(sound, &before, SOUND_VALUES | SOUND_STATE, source);
}

void sound_finish(struct sound *sound)
{
    match_destroy(sound->matcher);
}
