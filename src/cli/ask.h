/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What most commands do: one request, and its answer shown. All of these complain of failures. */
#ifndef ASK_H
#define ASK_H

#include "args.h"
#include "link.h"

/* A request with its verb, for keys to be added. */
json_t *request(const char *verb);

int ask_open(const struct args *args, struct link *link);

/* On a connection that is open. `asked` is stolen; with DONE, *answer is to be given back. With
 * --json a refusal is printed, too. */
int ask_on(const struct args *args, struct link *link, json_t *asked, json_t **answer);

/* On a connection of its own. */
int ask(const struct args *args, json_t *asked, json_t **answer);

/* And shows it: as JSON with --json, else with `show` (NULL: nothing). Returns the exit status. */
int ask_and_show(const struct args *args, json_t *asked, void (*show)(const json_t *answer));

/* Prints an answer that is at hand likewise, and gives it back. */
int show_answer(const struct args *args, json_t *answer, void (*show)(const json_t *answer));

#endif
