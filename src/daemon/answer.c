/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "answer.h"

#include "utf8.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool answer_wrong(struct answer_error *error, enum answer_code code, const char *path,
                  const char *format, ...)
{
    va_list list;

    memset(error, 0, sizeof *error);
    error->code = code;
    snprintf(error->path, sizeof error->path, "%s", path ? path : "");
    utf8_sanitise(error->path);
    va_start(list, format);
    vsnprintf(error->message, sizeof error->message, format, list);
    va_end(list);
    utf8_sanitise(error->message);
    return false;
}

json_t *answer_error(const struct answer_error *error)
{
    static const char *const codes[] = {
        [ANSWER_SYNTAX] = "syntax",   [ANSWER_UNKNOWN] = "unknown", [ANSWER_TYPE] = "type",
        [ANSWER_INVALID] = "invalid", [ANSWER_DENIED] = "denied",   [ANSWER_EXISTS] = "exists",
        [ANSWER_STORAGE] = "storage", [ANSWER_BUSY] = "busy",
    };
    json_t *what = json_pack("{ss, ss}", "code", codes[error->code], "message", error->message);

    if (*error->path)
        json_object_set_new(what, "path", json_string(error->path));
    if (*error->allowed)
        json_object_set_new(what, "allowed", json_string(error->allowed));
    return json_pack("{sb, so}", "ok", 0, "error", what);
}

json_t *answer_string(const char *text)
{
    char shown[1024];

    snprintf(shown, sizeof shown, "%s", text);
    utf8_sanitise(shown);
    return json_string(shown);
}

json_t *answer_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* --- keys of a request --------------------------------------------------------------------------
 */

bool answer_bool(const json_t *request, const char *key, bool *to, struct answer_error *error)
{
    const json_t *value = json_object_get(request, key);

    if (!value)
        return true;
    if (!json_is_boolean(value))
        return answer_wrong(error, ANSWER_TYPE, key, "\"%s\" wants true or false", key);
    *to = json_is_true(value);
    return true;
}

bool answer_real(const json_t *request, const char *key, double min, double max, double *to,
                 struct answer_error *error)
{
    const json_t *value = json_object_get(request, key);
    double number = json_number_value(value);

    if (!value)
        return true;
    if (!json_is_number(value))
        return answer_wrong(error, ANSWER_TYPE, key, "\"%s\" wants a number", key);
    if (!(number >= min && number <= max)) {
        answer_wrong(error, ANSWER_INVALID, key, "\"%s\": %.15g is out of range; allowed: %g to %g",
                     key, number, min, max);
        snprintf(error->allowed, sizeof error->allowed, "%g to %g", min, max);
        return false;
    }
    *to = number;
    return true;
}

bool answer_text(const json_t *request, const char *key, const char **to,
                 struct answer_error *error)
{
    const json_t *value = json_object_get(request, key);

    if (!value)
        return true;
    if (!json_is_string(value))
        return answer_wrong(error, ANSWER_TYPE, key, "\"%s\" wants a string", key);
    *to = json_string_value(value); /* jansson has refused NULs */
    return true;
}

/* --- values of parameters -----------------------------------------------------------------------
 */

json_t *value_of(const struct params *params, const struct param_ref *ref)
{
    double number = param_number(params, ref);
    char text[PARAM_TEXT_BYTES];

    switch (ref->row->type) {
    case PARAM_BOOL:
        return json_boolean(number != 0);
    case PARAM_INT:
        return json_integer((json_int_t)number);
    case PARAM_NUMBER:
        if (isfinite(number))
            return json_real(number);
        break;
    case PARAM_CHOICE:
        break;
    }
    param_get(params, ref, text);
    return json_string(text);
}

static bool is_wanted(const struct param *row, const json_t *value)
{
    if (row->type == PARAM_BOOL)
        return json_is_boolean(value) || json_is_string(value);
    if (row->type == PARAM_CHOICE)
        return json_is_string(value);
    return json_is_number(value) || json_is_string(value);
}

static bool set_value(struct params *params, const struct param_ref *ref, const json_t *value,
                      char why[PARAM_WHY_BYTES])
{
    if (json_is_string(value))
        return param_set(params, ref, json_string_value(value), why);
    if (json_is_boolean(value))
        return param_set(params, ref, json_is_true(value) ? "yes" : "no", why);
    return param_set_number(params, ref, json_number_value(value), why);
}

bool value_set(struct params *params, const struct param_ref *ref, const json_t *value,
               struct answer_error *error)
{
    static const char *const wanted[] = { [PARAM_BOOL] = "true or false",
                                          [PARAM_NUMBER] = "a number",
                                          [PARAM_INT] = "a whole number",
                                          [PARAM_CHOICE] = "a string" };
    char name[PARAM_NAME_BYTES], why[PARAM_WHY_BYTES];

    if (is_wanted(ref->row, value) && set_value(params, ref, value, why))
        return true;
    param_name(ref, name);
    if (is_wanted(ref->row, value))
        answer_wrong(error, ANSWER_INVALID, name, "%s: %s", name, why);
    else
        answer_wrong(error, ANSWER_TYPE, name, "%s wants %s", name, wanted[ref->row->type]);
    param_range(ref->row, error->allowed, sizeof error->allowed);
    return false;
}

bool values_set(struct params *params, const json_t *values, struct answer_error *error)
{
    struct params next = *params;
    char why[PARAM_WHY_BYTES];
    struct param_ref ref;
    const char *path;
    json_t *value;

    if (!json_is_object(values))
        return answer_wrong(error, ANSWER_TYPE, "values", "\"values\" wants an object");
    json_object_foreach((json_t *)values, path, value)
    {
        if (!param_find(&ref, path, why))
            return answer_wrong(error, ANSWER_UNKNOWN, path, "%s", why);
        if (!value_set(&next, &ref, value, error))
            return false;
    }
    *params = next;
    return true;
}

json_t *values_of(const struct params *params, const char *path, const struct params *other)
{
    json_t *values = json_object();
    char name[PARAM_NAME_BYTES];

    for (struct param_ref ref = { 0 }; param_next(&ref);) {
        if (other && param_same(params, other, &ref))
            continue;
        if (path && *path && !param_is_within(&ref, path))
            continue;
        param_name(&ref, name);
        json_object_set_new(values, name, value_of(params, &ref));
    }
    return values;
}
