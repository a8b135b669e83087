/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests and answers of the control protocol, piece by piece: what is wrong with a request in
 * words, and parameters as JSON values. See protocol.md. Main thread.
 */
#ifndef ANSWER_H
#define ANSWER_H

#include "param.h"

#include <jansson.h>
#include <stdbool.h>

enum answer_code {
    ANSWER_SYNTAX,
    ANSWER_UNKNOWN,
    ANSWER_TYPE,
    ANSWER_INVALID,
    ANSWER_DENIED,
    ANSWER_EXISTS,
    ANSWER_STORAGE,
    ANSWER_BUSY,
};

struct answer_error {
    enum answer_code code;
    char path[PARAM_NAME_BYTES]; /* what was at fault; "" for none */
    char message[PARAM_WHY_BYTES + 128];
    char allowed[320]; /* "" for none */
};

/* Fills *error; false, always. */
bool answer_wrong(struct answer_error *error, enum answer_code code, const char *path,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));

/* {"ok":false,"error":{...}} */
json_t *answer_error(const struct answer_error *error);

/* Text of any bytes, made fit to show. */
json_t *answer_string(const char *text);

/* A number as JSON can hold it: null for what is not finite. */
json_t *answer_number(double value);

/* --- keys of a request: what is left out is as `*to` was. False: *error says why -------------- */

bool answer_bool(const json_t *request, const char *key, bool *to, struct answer_error *error);
bool answer_real(const json_t *request, const char *key, double min, double max, double *to,
                 struct answer_error *error);
bool answer_text(const json_t *request, const char *key, const char **to,
                 struct answer_error *error);

/* --- values of parameters --------------------------------------------------------------------- */

json_t *value_of(const struct params *params, const struct param_ref *ref);

/* The value of a parameter from JSON. */
bool value_set(struct params *params, const struct param_ref *ref, const json_t *value,
               struct answer_error *error);

/* Object path -> value into *params: all or nothing. */
bool values_set(struct params *params, const json_t *values, struct answer_error *error);

/* Those within a path ("" or NULL: all), those that differ from others (NULL: all). */
json_t *values_of(const struct params *params, const char *path, const struct params *other);

#endif
