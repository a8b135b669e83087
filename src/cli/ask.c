/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ask.h"

#include "safe.h"

json_t *request(const char *verb)
{
    return json_pack("{s:s}", "do", verb);
}

int ask_open(const struct args *args, struct link *link)
{
    int status = link_open(link, link_path(args->socket), args->timeout_s);

    if (status != DONE) {
        complain("%s", link->why);
        link_close(link);
    }
    return status;
}

int ask_on(const struct args *args, struct link *link, json_t *asked, json_t **answer)
{
    int status = link_ask(link, asked, answer);

    if (status == DONE)
        return DONE;
    if (args->json && *answer)
        safe_print_json(*answer);
    json_decref(*answer);
    *answer = NULL;
    complain("%s", link->why);
    return status;
}

int ask(const struct args *args, json_t *asked, json_t **answer)
{
    struct link link;
    int status = ask_open(args, &link);

    if (status != DONE) {
        json_decref(asked);
        return status;
    }
    status = ask_on(args, &link, asked, answer);
    link_close(&link);
    return status;
}

int show_answer(const struct args *args, json_t *answer, void (*show)(const json_t *answer))
{
    if (args->json)
        safe_print_json(answer);
    else if (show)
        show(answer);
    json_decref(answer);
    return printed(DONE);
}

int ask_and_show(const struct args *args, json_t *asked, void (*show)(const json_t *answer))
{
    json_t *answer;
    int status = ask(args, asked, &answer);

    return status == DONE ? show_answer(args, answer, show) : status;
}
