/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl doctor: the page that somebody who is to help needs. */
#include "doctor.h"

#include "ask.h"
#include "control.h"
#include "paragraph.h"
#include "safe.h"
#include "utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FACT_BYTES = 2048, INDENT = 14 };

static json_t *sentence(const char *format, va_list arguments)
{
    char text[FACT_BYTES];

    vsnprintf(text, sizeof text, format, arguments);
    utf8_sanitise(text);
    return json_string(text);
}

void found(struct findings *findings, const char *name, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    json_array_append_new(
        findings->facts, json_pack("{s:s,s:o}", "name", name, "text", sentence(format, arguments)));
    va_end(arguments);
}

void found_wrong(struct findings *findings, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    json_array_append_new(findings->wrong, sentence(format, arguments));
    va_end(arguments);
}

/* --- the daemon --- */

/* An answer, or NULL; what is wrong is then found. */
static json_t *asked_of(struct findings *findings, struct link *link, const char *verb)
{
    json_t *answer;

    if (link_ask(link, request(verb), &answer) == DONE)
        return answer;
    found_wrong(findings, "%s: %s", verb, link->why);
    json_decref(answer);
    return NULL;
}

/* The whole status for --json, NULL if there is none. */
static json_t *examine_daemon(struct findings *findings, struct link *link)
{
    json_t *status = asked_of(findings, link, "status"), *events;

    if (!status) {
        found(findings, "audioserver", "does not say how it is: %s", link->why);
        return NULL;
    }
    examine_status(findings, status);
    events = asked_of(findings, link, "events");
    if (events)
        examine_events(findings, events);
    json_decref(events);
    return status;
}

static json_t *examine(struct findings *findings, const struct args *args)
{
    const char *path = link_path(args->socket);
    json_t *status = NULL;
    struct link link;

    found(findings, "audioctl", "%s", VERSION);
    examine_socket(findings, path);
    if (link_open(&link, path, args->timeout_s) == DONE)
        status = examine_daemon(findings, &link);
    else {
        found(findings, "audioserver",
              "not reached: its version, JACK, the bridges, faults and events cannot be known");
        found_wrong(findings, "%s", link.why);
    }
    link_close(&link);
    examine_machine(findings);
    return status;
}

/* --- the page --- */

static void print_page(const struct findings *findings)
{
    const json_t *fact, *wrong;
    size_t i, count = json_array_size(findings->wrong);

    json_array_foreach(findings->facts, i, fact)
    {
        printf("%-13s ", safe_text(fact, "name"));
        paragraph(stdout, safe_text(fact, "text"), INDENT, INDENT);
    }
    printf("\n%s\n", count ? "What is wrong:" : "All is well.");
    json_array_foreach(findings->wrong, i, wrong)
    {
        printf("  - ");
        paragraph(stdout, json_string_value(wrong), 4, 4);
    }
}

int control_doctor(const struct args *args)
{
    struct findings findings = { .facts = json_array(), .wrong = json_array() };
    json_t *status = examine(&findings, args), *all;
    bool well = json_array_size(findings.wrong) == 0;

    if (!args->json)
        print_page(&findings);
    all = json_pack("{s:i,s:b,s:o,s:o,s:o?}", "schema", 1, "ok", well, "wrong", findings.wrong,
                    "facts", findings.facts, "status", status);
    if (args->json)
        safe_print_json(all);
    json_decref(all);
    return printed(well ? DONE : FAILED);
}
