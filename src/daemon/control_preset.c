/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verbs about presets. */
#include "control.h"

#include "ini.h"
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const folder_names[LIBRARY_FOLDERS] = {
    [LIBRARY_SHIPPED] = "shipped", [LIBRARY_ADMIN] = "admin", [LIBRARY_SAVED] = "saved"
};

/* --- names --------------------------------------------------------------------------------------
 */

static bool no_preset(const struct control *control, const char *name, struct answer_error *error)
{
    struct library_entry *entries = NULL;
    const char *near = NULL;
    size_t count = 0;

    if (library_list(&control->library, &entries, &count) == 0)
        near = library_nearest(entries, count, name);
    answer_wrong(error, ANSWER_UNKNOWN, "name", "no preset \"%.64s\"%s%s%s", name,
                 near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    free(entries);
    return false;
}

static bool name_is_fine(const char *name, const char *key, struct answer_error *error)
{
    char why[160];

    if (library_name_is_fine(name, why))
        return true;
    return answer_wrong(error, ANSWER_INVALID, key, "%s", why);
}

/* The name in a request. */
static bool take_name(struct verb_call *call, const char *key, const char **name)
{
    *name = NULL;
    if (!answer_text(call->request, key, name, call->error))
        return false;
    if (!*name)
        return answer_wrong(call->error, ANSWER_SYNTAX, key, "\"%s\" is missing", key);
    return name_is_fine(*name, key, call->error);
}

/* The name in a request, or that of the preset in use. */
static bool take_name_or_own(struct verb_call *call, const char **name)
{
    const struct sound *sound = call->control->sound;

    if (json_object_get(call->request, "name"))
        return take_name(call, "name", name);
    *name = sound->side[sound->heard].name;
    if (**name)
        return true;
    return answer_wrong(call->error, ANSWER_INVALID, "name", "no preset is in use: give a name");
}

/* What the system says of a folder or a file. */
static bool failed(struct answer_error *error, int code, const char *what)
{
    return answer_wrong(error, ANSWER_STORAGE, NULL, "%.200s: %s", what, strerror(-code));
}

/* Renaming and deleting: what stands elsewhere than among the saved ones stays as it is. */
static bool is_saved(struct verb_call *call, const char *name, char path[PATH_MAX])
{
    enum library_folder folder;

    if (!library_find(&call->control->library, name, path, &folder))
        return no_preset(call->control, name, call->error);
    if (folder == LIBRARY_SAVED)
        return true;
    return answer_wrong(call->error, ANSWER_DENIED, "name",
                        "\"%.64s\" is not a saved preset: it stays as it is", name);
}

/* --- reading ------------------------------------------------------------------------------------
 */

static bool read_preset(struct control *control, const char *name, struct params *params,
                        char path[PATH_MAX], struct preset_faults *faults,
                        struct answer_error *error)
{
    enum library_folder folder;
    char *bytes;
    size_t length;
    int code;

    if (!library_find(&control->library, name, path, &folder))
        return no_preset(control, name, error);
    code = store_read(path, INI_FILE_BYTES, &bytes, &length);
    if (code)
        return failed(error, code, path);
    preset_parse(params, bytes, length, path, NULL, faults);
    free(bytes);
    return true;
}

static json_t *fault_list(const struct preset_faults *faults)
{
    json_t *list = json_array();

    for (int i = 0; i < faults->count; i++)
        json_array_append_new(list, json_string(faults->text[i]));
    return list;
}

json_t *verb_preset_list(struct verb_call *call)
{
    const struct sound *sound = call->control->sound;
    struct library_entry *entries = NULL;
    json_t *list = json_array();
    char path[PATH_MAX];
    size_t count = 0;
    int error = library_list(&call->control->library, &entries, &count);

    if (error) {
        json_decref(list);
        failed(call->error, error, "the folders of presets");
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/%s.ini", call->control->library.folder[entries[i].folder],
                 entries[i].name);
        json_array_append_new(list, json_pack("{ss, ss, ss, ss}", "name", entries[i].name, "folder",
                                              folder_names[entries[i].folder], "path", path,
                                              "title", entries[i].title));
    }
    free(entries);
    return json_pack("{so, ss, sb}", "presets", list, "current", sound->side[sound->heard].name,
                     "changed", sound_is_changed(sound));
}

/* A file at fault may have meant another volume: that in force stays. One that says nothing at all
 * for its faults is none. */
static bool is_safe(const struct sound *sound, struct params *params,
                    const struct preset_faults *faults, struct answer_error *error)
{
    struct params defaults;

    if (faults->count == 0)
        return true;
    params_defaults(&defaults);
    if (memcmp(params, &defaults, sizeof defaults) == 0)
        return answer_wrong(error, ANSWER_INVALID, "name", "%s", faults->text[0]);
    params->volume = sound_params(sound)->volume;
    return true;
}

json_t *verb_preset_load(struct verb_call *call)
{
    static struct preset_faults faults;
    struct control *control = call->control;
    struct params params;
    char path[PATH_MAX];
    const char *name;
    json_t *answer;

    if (!take_name(call, "name", &name) ||
        !read_preset(control, name, &params, path, &faults, call->error) ||
        !is_safe(control->sound, &params, &faults, call->error))
        return NULL;
    sound_load(control->sound, name, path, &params, &faults, call->peer->source);
    answer = control_done(control);
    json_object_set_new(answer, "name", json_string(name));
    json_object_set_new(answer, "faults", fault_list(&faults));
    return answer;
}

json_t *verb_preset_diff(struct verb_call *call)
{
    static struct preset_faults faults;
    struct params theirs, ours = *sound_params(call->control->sound);
    const char *name, *with;
    char path[PATH_MAX], key[PARAM_NAME_BYTES];
    json_t *values;

    if (!take_name_or_own(call, &name) ||
        !read_preset(call->control, name, &theirs, path, &faults, call->error))
        return NULL;
    if (json_object_get(call->request, "with") &&
        (!take_name(call, "with", &with) ||
         !read_preset(call->control, with, &ours, path, &faults, call->error)))
        return NULL;
    values = json_object();
    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        if (param_same(&theirs, &ours, &ref))
            continue;
        param_name(&ref, key);
        json_object_set_new(values, key,
                            json_pack("[o, o]", value_of(&theirs, &ref), value_of(&ours, &ref)));
    }
    return json_pack("{ss, so}", "name", name, "values", values);
}

/* --- writing ------------------------------------------------------------------------------------
 */

/* The file whose comments a preset of this name keeps: the one in use, or one in the folders. */
static bool find_file(const struct control *control, const char *name, char path[PATH_MAX])
{
    const struct sound_side *side = &control->sound->side[control->sound->heard];
    enum library_folder folder;

    if (strcmp(side->name, name) != 0 || !*side->path)
        return library_find(&control->library, name, path, &folder);
    snprintf(path, PATH_MAX, "%s", side->path);
    return true;
}

/* Values edited in what the file says now; a new one where there is none. */
static char *edited_text(const struct control *control, const char *name)
{
    char path[PATH_MAX], *bytes = NULL, *text;
    size_t length = 0;

    if (find_file(control, name, path) && store_read(path, INI_FILE_BYTES, &bytes, &length) != 0)
        bytes = NULL;
    text = preset_edit(bytes, length, sound_params(control->sound));
    free(bytes);
    return text;
}

static bool save_text(struct control *control, const char *name, const char *text,
                      struct answer_error *error)
{
    const char *folder = control->library.folder[LIBRARY_SAVED];
    int code;

    if (!text)
        return answer_wrong(error, ANSWER_STORAGE, NULL,
                            "the file of \"%.64s\" cannot be edited as it is: it, or a line of it, "
                            "would be too long, or it holds bytes that are no text",
                            name);
    if (!*folder)
        return answer_wrong(error, ANSWER_STORAGE, NULL, "there is no folder to save into");
    code = library_save(&control->library, name, text, strlen(text));
    return code ? failed(error, code, folder) : true;
}

static void saved_path(const struct control *control, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s.ini", control->library.folder[LIBRARY_SAVED], name);
}

/* Another preset's name is taken over only by force. */
static bool may_take(struct verb_call *call, const char *name)
{
    enum library_folder folder;
    char path[PATH_MAX];
    bool force = false;

    if (!answer_bool(call->request, "force", &force, call->error))
        return false;
    if (force || !library_find(&call->control->library, name, path, &folder))
        return true;
    return answer_wrong(call->error, ANSWER_EXISTS, "name",
                        "there is a preset \"%.64s\" already; with \"force\" it is replaced", name);
}

static json_t *saved_answer(struct control *control, const char *name)
{
    json_t *answer = control_done(control);
    char path[PATH_MAX];

    saved_path(control, name, path);
    json_object_set_new(answer, "path", answer_string(path));
    return answer;
}

/* Whether the name is that of the preset in use, and stands for its very file. */
static bool is_own(const struct control *control, const char *name)
{
    const struct sound_side *side = &control->sound->side[control->sound->heard];
    enum library_folder folder;
    char path[PATH_MAX];

    return strcmp(side->name, name) == 0 &&
           (!library_find(&control->library, name, path, &folder) || strcmp(path, side->path) == 0);
}

json_t *verb_preset_save(struct verb_call *call)
{
    static struct preset_faults faults;
    struct control *control = call->control;
    char path[PATH_MAX], kept[SOUND_NAME_BYTES];
    struct params saved;
    const char *name;
    bool done;
    char *text;

    if (!take_name_or_own(call, &name) || !name_is_fine(name, "name", call->error) ||
        (!is_own(control, name) && !may_take(call, name)))
        return NULL;
    snprintf(kept, sizeof kept, "%s", name); /* `name` may be the side's own */
    text = edited_text(control, kept);
    done = save_text(control, kept, text, call->error);
    if (done)
        preset_parse(&saved, text, strlen(text), kept, sound_params(control->sound), &faults);
    free(text);
    if (!done)
        return NULL;
    saved_path(control, kept, path);
    sound_saved(control->sound, kept, path, &saved, call->peer->source);
    return saved_answer(control, kept);
}

json_t *verb_preset_import(struct verb_call *call)
{
    static struct preset_faults faults;
    struct params params;
    const char *name, *text = NULL;

    if (!take_name(call, "name", &name) || !answer_text(call->request, "text", &text, call->error))
        return NULL;
    if (!text) {
        answer_wrong(call->error, ANSWER_SYNTAX, "text", "\"text\" is missing");
        return NULL;
    }
    if (!preset_parse(&params, text, strlen(text), name, NULL, &faults)) {
        answer_wrong(call->error, ANSWER_INVALID, "text", "%s%s", faults.text[0],
                     faults.count + faults.more > 1 ? " (and more)" : "");
        return NULL;
    }
    if (!may_take(call, name) || !save_text(call->control, name, text, call->error))
        return NULL;
    return saved_answer(call->control, name);
}

json_t *verb_preset_rename(struct verb_call *call)
{
    char path[PATH_MAX], to_path[PATH_MAX];
    const char *name, *to;
    bool force = false;
    int code;

    if (!take_name(call, "name", &name) || !take_name(call, "to", &to) ||
        !answer_bool(call->request, "force", &force, call->error) || !is_saved(call, name, path))
        return NULL;
    code = library_rename(&call->control->library, name, to, force);
    if (code == -EEXIST)
        answer_wrong(call->error, ANSWER_EXISTS, "to",
                     "there is a preset \"%.64s\" already; with \"force\" it is replaced", to);
    else if (code)
        failed(call->error, code, path);
    if (code)
        return NULL;
    saved_path(call->control, to, to_path);
    sound_renamed(call->control->sound, path, to, to_path, call->peer->source);
    return saved_answer(call->control, to);
}

json_t *verb_preset_delete(struct verb_call *call)
{
    char path[PATH_MAX];
    const char *name;
    int code;

    if (!take_name(call, "name", &name) || !is_saved(call, name, path))
        return NULL;
    code = library_delete(&call->control->library, name);
    if (!code)
        return control_done(call->control);
    failed(call->error, code, path);
    return NULL;
}

json_t *verb_preset_export(struct verb_call *call)
{
    static struct preset_faults faults;
    struct params params = *sound_params(call->control->sound);
    const char *name;
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    bool all = false;
    json_t *answer;
    FILE *out;

    if (!answer_bool(call->request, "all", &all, call->error))
        return NULL;
    if (json_object_get(call->request, "name") &&
        (!take_name(call, "name", &name) ||
         !read_preset(call->control, name, &params, path, &faults, call->error)))
        return NULL;
    out = open_memstream(&text, &length);
    if (out) {
        preset_print(out, &params, all);
        fclose(out);
    }
    answer = json_pack("{ss}", "text", text ? text : "");
    free(text);
    return answer;
}
