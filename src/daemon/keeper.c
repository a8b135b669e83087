/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keeper.h"

#include "log.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const uint64_t save_after_usec = 2000000;

/* --- the state ----------------------------------------------------------------------------------
 */

static uint64_t now_usec(const struct keeper *keeper)
{
    uint64_t now = 0;

    sd_event_now(keeper->event, CLOCK_MONOTONIC, &now);
    return now;
}

static void save(struct keeper *keeper)
{
    int error = state_save(&keeper->state, keeper->sound);
    char why[256] = "";

    if (error == -EPERM && keeper->state.newer)
        snprintf(why, sizeof why, "%.120s is of a newer version: nothing is kept",
                 keeper->state.path);
    else if (error)
        snprintf(why, sizeof why, "%.120s: %s; what is changed now is lost at the next start",
                 keeper->state.path, strerror(-error));
    else
        keeper->saved_usec = now_usec(keeper);
    utf8_sanitise(why);
    if (*why && strcmp(why, keeper->trouble) != 0)
        log_event(LOG_WARNING, "state", "%s", why);
    if (!*why && *keeper->trouble)
        log_event(LOG_NOTICE, "state", "kept again");
    memcpy(keeper->trouble, why, sizeof why);
}

static int on_save(sd_event_source *source, uint64_t usec, void *context)
{
    struct keeper *keeper = context;

    (void)usec;
    save(keeper);
    if (!*keeper->trouble)
        return 0;
    sd_event_source_set_time_relative(source, 5 * save_after_usec); /* a card may come back */
    return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

/* Written behind, so that a knob that is turned is not a file a step. */
static void save_soon(struct keeper *keeper)
{
    int enabled = SD_EVENT_OFF;

    sd_event_source_get_enabled(keeper->save, &enabled);
    if (enabled != SD_EVENT_OFF)
        return;
    sd_event_source_set_time_relative(keeper->save, save_after_usec);
    sd_event_source_set_enabled(keeper->save, SD_EVENT_ONESHOT);
}

static void open_folders(struct keeper *keeper)
{
    struct library *library = &keeper->library;
    const char *state = keeper->settings->folders.state;

    snprintf(library->folder[LIBRARY_SHIPPED], sizeof library->folder[0], "%s",
             keeper->settings->folders.shipped_presets);
    snprintf(library->folder[LIBRARY_ADMIN], sizeof library->folder[0], "%s",
             keeper->settings->folders.presets);
    if (!*state)
        return;
    if (snprintf(library->folder[LIBRARY_SAVED], sizeof library->folder[0], "%s/presets", state) >=
        (int)sizeof library->folder[0])
        library->folder[LIBRARY_SAVED][0] = '\0';
    snprintf(keeper->state.path, sizeof keeper->state.path, "%s/state.json", state);
    mkdir(state, 0750);
    mkdir(library->folder[LIBRARY_SAVED], 0750);
}

/* --- presets ------------------------------------------------------------------------------------
 */

static void tell_faults(const struct preset_faults *faults)
{
    for (int i = 0; i < faults->count; i++)
        log_event(LOG_WARNING, "preset", "%s", faults->text[i]);
    if (faults->more)
        log_line(LOG_WARNING, "preset", "and %d more errors", faults->more);
}

/* The file and the name of what the settings name. False: there is no such thing. */
static bool find_preset(const struct keeper *keeper, char name[SOUND_NAME_BYTES],
                        char path[PATH_MAX])
{
    const char *preset = keeper->settings->sound.preset, *file = strrchr(preset, '/');
    enum library_folder folder;
    size_t length;

    if (!file) {
        snprintf(name, SOUND_NAME_BYTES, "%.*s", (int)utf8_cut(preset, SOUND_NAME_BYTES - 1),
                 preset);
        return library_find(&keeper->library, preset, path, &folder);
    }
    length = strlen(++file);
    if (length > 4 && strcmp(file + length - 4, ".ini") == 0)
        length -= 4;
    if (length > SOUND_NAME_BYTES - 1)
        length = utf8_cut(file, SOUND_NAME_BYTES - 1);
    snprintf(name, SOUND_NAME_BYTES, "%.*s", (int)length, file);
    snprintf(path, PATH_MAX, "%s", preset);
    return true;
}

static void start_preset(struct keeper *keeper, const char *source)
{
    struct sound *sound = keeper->sound;
    char name[SOUND_NAME_BYTES], path[PATH_MAX];
    static struct preset_faults faults;
    struct params params;

    if (!*keeper->settings->sound.preset)
        return;
    if (!find_preset(keeper, name, path)) {
        log_event(LOG_WARNING, "preset", "[sound] preset: there is no preset \"%s\"",
                  keeper->settings->sound.preset);
        return;
    }
    preset_load(&params, path, NULL, &faults);
    tell_faults(&faults);
    sound_load(sound, name, path, &params, &faults, source);
}

/* The file of a side's preset, again: what changed in it wins, what is at fault stays as it was. */
static void read_again(struct keeper *keeper, int side, const char *source)
{
    struct sound_side *of = &keeper->sound->side[side];
    static struct preset_faults faults;
    struct params preset;

    if (!*of->path)
        return;
    preset_load(&preset, of->path, &of->preset, &faults);
    tell_faults(&faults);
    sound_edited(keeper->sound, side, &preset, &faults, source);
}

static void on_written(void *context, const char *path)
{
    struct keeper *keeper = context;

    for (int side = 0; side < SOUND_SIDES; side++)
        if (!*path || strcmp(keeper->sound->side[side].path, path) == 0)
            read_again(keeper, side, "file");
}

static void watch_presets(struct keeper *keeper)
{
    watch_folder(keeper->watch, keeper->library.folder[LIBRARY_ADMIN]);
    watch_folder(keeper->watch, keeper->library.folder[LIBRARY_SAVED]);
    for (int side = 0; side < SOUND_SIDES; side++)
        watch_file(keeper->watch, keeper->sound->side[side].path);
}

/* --- life ---------------------------------------------------------------------------------------
 */

void keeper_begin(struct keeper *keeper, struct sound *sound, const struct settings *settings)
{
    char said[256];
    bool kept;

    keeper->sound = sound;
    keeper->settings = settings;
    open_folders(keeper);
    kept = state_load(&keeper->state, sound, said);
    if (*said)
        log_event(LOG_WARNING, "state", "%s", said);
    if (!kept) {
        start_preset(keeper, "start");
        return;
    }
    for (int side = 0; side < SOUND_SIDES; side++)
        if (access(sound->side[side].path, F_OK) == 0)
            read_again(keeper, side, "start");
}

int keeper_watch(struct keeper *keeper, sd_event *event)
{
    int error =
        sd_event_add_time_relative(event, &keeper->save, CLOCK_MONOTONIC, 0, 0, on_save, keeper);

    if (error >= 0)
        error = sd_event_source_set_enabled(keeper->save, SD_EVENT_OFF);
    if (error < 0)
        return error;
    keeper->event = sd_event_ref(event);
    keeper->watch = watch_create(event, on_written, keeper);
    if (!keeper->watch)
        log_line(LOG_WARNING, "preset", "files are not watched: %s", strerror(errno));
    return 0;
}

void keeper_note(struct keeper *keeper, bool changed)
{
    if (!keeper->event)
        return; /* it begins */
    watch_presets(keeper);
    if (changed)
        save_soon(keeper);
}

void keeper_reload(struct keeper *keeper, const char *last_preset)
{
    if (strcmp(last_preset, keeper->settings->sound.preset) != 0) {
        start_preset(keeper, "signal");
        return;
    }
    for (int side = 0; side < SOUND_SIDES; side++)
        read_again(keeper, side, "signal");
}

void keeper_end(struct keeper *keeper)
{
    if (keeper->event)
        save(keeper);
    watch_destroy(keeper->watch);
    state_finish(&keeper->state);
    sd_event_source_unref(keeper->save);
    sd_event_unref(keeper->event);
}

double keeper_saved_s(const struct keeper *keeper)
{
    return keeper->saved_usec ? 1e-6 * (double)(now_usec(keeper) - keeper->saved_usec) : NAN;
}
