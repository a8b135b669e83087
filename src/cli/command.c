/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a command by its words. */
#include "command.h"

#include "spelling.h"

#include <string.h>

enum { NAME_BYTES = 64 };

bool command_is_family(const char *family)
{
    size_t length = strlen(family);

    for (int i = 0; i < command_count; i++)
        if (strncmp(commands[i].name, family, length) == 0 && commands[i].name[length] == ' ')
            return true;
    return false;
}

static const struct command *named(const char *name)
{
    for (int i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

struct meant {
    char name[NAME_BYTES];
    int slips;
};

static void keep_nearer(struct meant *meant, const char *name, const char *known)
{
    if (!spelling_is_near(name, known) || spelling_slips(name, known) >= meant->slips)
        return;
    snprintf(meant->name, sizeof meant->name, "%s", known);
    meant->slips = spelling_slips(name, known);
}

/* The nearest of all names, and of the families' ("preste"). */
static bool find_meant(struct meant *meant, const char *name)
{
    char family[NAME_BYTES];

    meant->slips = NAME_BYTES;
    for (int i = 0; i < command_count; i++) {
        const char *known = commands[i].name;

        keep_nearer(meant, name, known);
        snprintf(family, sizeof family, "%.*s", (int)strcspn(known, " "), known);
        keep_nearer(meant, name, family);
    }
    return meant->slips < NAME_BYTES;
}

static void complain_of(const char *name)
{
    struct meant meant;

    if (find_meant(&meant, name))
        complain("there is no command \"%s\"; did you mean \"%s\"?", name, meant.name);
    else
        complain("there is no command \"%s\"; try 'audioctl --help'", name);
}

const struct command *command_find(int count, char **words, int *taken)
{
    char name[NAME_BYTES];
    const struct command *found;

    *taken = 1;
    if (!command_is_family(words[0]))
        snprintf(name, sizeof name, "%s", words[0]);
    else if (count > 1) {
        *taken = 2;
        snprintf(name, sizeof name, "%s %s", words[0], words[1]);
    } else {
        complain("%s wants another word; try 'audioctl %s --help'", words[0], words[0]);
        return NULL;
    }
    found = named(name);
    if (!found)
        complain_of(name);
    return found;
}
