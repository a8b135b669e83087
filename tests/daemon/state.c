/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The running sound as a file: what was written is read again, to the bit; nothing else is. */
#include "state.h"

#include "store.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static struct sound sound, other;
static struct state state;
static char folder[] = "/tmp/audioserver-state-XXXXXX";

static uint32_t random_state = 3;

static double uniform(void)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (double)(random_state >> 8) / (1 << 24);
}

/* Values that a text of 15 digits does not hold among them: the protocol's numbers are doubles. */
static void random_params(struct params *params)
{
    char why[PARAM_WHY_BYTES];

    params_defaults(params);
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        const struct param *row = ref.row;
        int choices = 0;

        while (row->choice && row->choice[choices].name)
            choices++;
        if (row->type == PARAM_BOOL)
            param_set(params, &ref, uniform() < 0.5 ? "yes" : "no", why);
        else if (row->type == PARAM_CHOICE)
            param_set(params, &ref, row->choice[(int)(uniform() * choices)].name, why);
        else if (row->type == PARAM_INT)
            param_set_number(params, &ref, floor(row->min + uniform() * (row->max - row->min)),
                             why);
        else if (row->extra && uniform() < 0.3)
            param_set(params, &ref, row->extra, why);
        else
            param_set_number(params, &ref, row->min + uniform() * (row->max - row->min) / 3, why);
    }
}

static bool same(const struct sound *a, const struct sound *b)
{
    bool equal = a->heard == b->heard && a->bypassed == b->bypassed && a->match == b->match;

    for (int s = 0; s < SOUND_SIDES; s++)
        equal = equal &&
                memcmp(&a->side[s].params, &b->side[s].params, sizeof(struct params)) == 0 &&
                memcmp(&a->side[s].preset, &b->side[s].preset, sizeof(struct params)) == 0 &&
                strcmp(a->side[s].name, b->side[s].name) == 0 &&
                strcmp(a->side[s].path, b->side[s].path) == 0;
    return equal;
}

static void random_sound(struct sound *to)
{
    sound_init(to);
    for (int s = 0; s < SOUND_SIDES; s++) {
        random_params(&to->side[s].params);
        random_params(&to->side[s].preset);
        snprintf(to->side[s].name, SOUND_NAME_BYTES, "side \"%d\" \\ \xc3\xa4", s);
        snprintf(to->side[s].path, PATH_MAX, "/a folder/%d.ini", s);
    }
    to->heard = uniform() < 0.5;
    to->match = uniform() < 0.5;
    to->bypassed = random_state & 0x3ff;
}

static void round_trip(void)
{
    char why[256];

    for (int round = 0; round < 50; round++) {
        char *bytes;

        random_sound(&sound);
        bytes = state_print(&state, &sound);
        sound_init(&other);
        CHECK(state_parse(&state, &other, bytes, strlen(bytes), why));
        CHECK(same(&sound, &other));
        free(bytes);
        state_finish(&state);
    }
}

/* Any byte of it that is another one, any length that is shorter: it is damaged, and nothing of it
 * is taken. */
static void damage(void)
{
    struct sound before;
    char why[256], *bytes;
    size_t length;

    sound_init(&sound);
    sound.side[0].params.volume.level_db = -7;
    bytes = state_print(&state, &sound);
    length = strlen(bytes);
    sound_init(&other);
    before = other;
    for (size_t at = 0; at < length; at++) {
        char was = bytes[at];

        CHECK(!state_parse(&state, &other, bytes, at, why));
        bytes[at] ^= 1;
        if (state_parse(&state, &other, bytes, length, why))
            FAIL("byte %zu of %s", at, bytes);
        bytes[at] = was;
        state.newer = false;
    }
    CHECK(same(&before, &other));
    free(bytes);
}

/* What a later version has put beside it is kept; a newer format is left alone. */
static void later_versions(void)
{
    char why[256], older[PATH_MAX + 2], *bytes, *again;
    json_t *whole, *packed;

    sound_init(&sound);
    state.unknown = json_pack("{ss, s{si}, s{si, s{sf}}}", "colour", "blue", "room", "size", 3, "a",
                              "later", 1, "values", "volume.later", 2.5);
    bytes = state_print(&state, &sound);
    state_finish(&state);
    CHECK(state_parse(&state, &other, bytes, strlen(bytes), why));
    again = state_print(&state, &other);
    CHECK_STR(again, bytes);
    state_finish(&state);
    whole = json_loads(bytes, 0, NULL);
    packed = json_object_get(whole, "state");
    CHECK(json_object_get(packed, "colour") && json_object_get(packed, "room"));
    CHECK(json_object_get(json_object_get(packed, "a"), "later"));
    CHECK(json_object_get(json_object_get(json_object_get(packed, "a"), "values"), "volume.later"));
    json_object_set_new(whole, "format", json_integer(2));
    free(bytes);
    bytes = json_dumps(whole, 0);
    json_decref(whole);
    CHECK(!state_parse(&state, &other, bytes, strlen(bytes), why) && state.newer);
    snprintf(state.path, sizeof state.path, "%s/both.json", folder);
    snprintf(older, sizeof older, "%s.1", state.path);
    CHECK(store_write(state.path, bytes, strlen(bytes), false) == 0);
    CHECK(store_write(older, again, strlen(again), false) == 0);
    CHECK(!state_load(&state, &other, why)); /* not the older one either */
    unlink(state.path);
    unlink(older);
    snprintf(state.path, sizeof state.path, "%s/newer.json", folder);
    CHECK(state_save(&state, &sound) == -EPERM && access(state.path, F_OK) != 0);
    memset(&state, 0, sizeof state);
    free(bytes);
    free(again);
}

/* Files: a damaged one makes room for the older one, and is said. */
static void files(void)
{
    char said[256], older[PATH_MAX + 2];

    snprintf(state.path, sizeof state.path, "%s/state.json", folder);
    snprintf(older, sizeof older, "%s.1", state.path);
    sound_init(&sound);
    CHECK(!state_load(&state, &sound, said) && !*said); /* none: nothing to say */
    sound.side[0].params.volume.level_db = -5;
    CHECK(state_save(&state, &sound) == 0);
    sound.side[0].params.volume.level_db = -6;
    CHECK(state_save(&state, &sound) == 0);
    sound_init(&other);
    CHECK(state_load(&state, &other, said) && !*said);
    CHECK(other.side[0].params.volume.level_db == -6);
    CHECK(store_write(state.path, "{\"format\":1,", 12, false) == 0);
    sound_init(&other);
    CHECK(state_load(&state, &other, said) && strstr(said, "the older one is used"));
    CHECK(other.side[0].params.volume.level_db == -5);
    CHECK(state_save(&state, &other) == 0); /* what is damaged does not become the older one */
    CHECK(store_write(state.path, "junk", 4, false) == 0);
    sound_init(&other);
    CHECK(state_load(&state, &other, said));
    CHECK(other.side[0].params.volume.level_db == -5);
    unlink(older);
    sound_init(&other);
    CHECK(!state_load(&state, &other, said) && strstr(said, "damaged"));
    CHECK(other.side[0].params.volume.level_db == 0);
    unlink(state.path);
    snprintf(state.path, sizeof state.path, "%s/no/such/folder", folder);
    CHECK(state_save(&state, &sound) == -ENOENT);
    state_finish(&state);
}

/* What was edited in the preset's file wins; what was changed live stays. */
static void edits_and_changes(void)
{
    static const struct preset_faults none;
    struct params preset, live;

    sound_init(&sound);
    params_defaults(&preset);
    preset.volume.level_db = -10;
    preset.compressor.ratio = 3;
    sound_load(&sound, "p", "/p.ini", &preset, &none, "");
    live = preset;
    live.compressor.ratio = 9;
    live.volume.mute = true;
    sound_set(&sound, &live, "");
    preset.volume.level_db = -20; /* in the file */
    preset.loudness.on = true;
    sound_edited(&sound, 0, &preset, &none, "");
    CHECK(sound_params(&sound)->volume.level_db == -20 && sound_params(&sound)->loudness.on);
    CHECK(sound_params(&sound)->compressor.ratio == 9 && sound_params(&sound)->volume.mute);
    CHECK(sound_is_changed(&sound) && sound.sequence == 3);
    sound_edited(&sound, 0, &preset, &none, ""); /* nothing new */
    CHECK(sound.sequence == 3);
    live = *sound_params(&sound);
    sound_go(&sound, 1, true, ""); /* both sides have the file */
    live.volume.level_db = -3;
    sound_set(&sound, &live, "");
    sound_saved(&sound, "p", "/p.ini", &live, "");
    CHECK(!sound_is_changed(&sound));
    sound_edited(&sound, 0, &live, &none, ""); /* our own writing comes back: no edit */
    sound_go(&sound, 0, false, "");
    CHECK(sound_params(&sound)->volume.level_db == -20 && sound_is_changed(&sound));
    preset = live;
    preset.volume.level_db = -30;
    sound_go(&sound, 1, false, "");
    sound_edited(&sound, 0, &preset, &none, ""); /* of the side that is not heard */
    CHECK(sound.side[0].params.volume.level_db == -30);
    CHECK(sound.side[1].params.volume.level_db == -3);
    sound_renamed(&sound, "/p.ini", "q", "/q.ini", "");
    CHECK_STR(sound.side[0].name, "q");
    CHECK_STR(sound.side[1].path, "/q.ini");
    sound_renamed(&sound, "/other/q.ini", "r", "/r.ini", ""); /* another file */
    CHECK_STR(sound.side[0].name, "q");
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "round_trip", round_trip },
                                         { "damage", damage },
                                         { "later_versions", later_versions },
                                         { "files", files },
                                         { "edits_and_changes", edits_and_changes },
                                         { 0 } };
    int failed;

    if (!mkdtemp(folder))
        return 1;
    failed = test_main(tests, argc, argv);
    rmdir(folder);
    return failed;
}
