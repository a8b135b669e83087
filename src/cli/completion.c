/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audioctl completion: the script for bash, from the table. */
#include "control.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
    "# SPDX-License-Identifier: GPL-3.0-or-later\n"
    "# Made by audioctl completion bash, from its table of commands.\n"
    "\n"
    "# What the daemon knows; nothing, and no complaint, where it is not running.\n"
    "_audioctl_ask() {\n"
    "    audioctl \"$@\" --timeout 1 2>/dev/null\n"
    "}\n"
    "\n"
    "_audioctl() {\n"
    "    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}\n"
    "    local options='' words='' kind='' list='' name\n"
    "    local IFS=$' \\t\\n'\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n";

static const char middle[] = "        return\n"
                             "    fi\n"
                             "    case \"$command ${COMP_WORDS[2]}\" in\n";

static const char tail[] =
    "    esac\n"
    "    case $word in\n"
    "    -*)\n"
    "        mapfile -t COMPREPLY < <(compgen -W \"$options --help\" -- \"$word\")\n"
    "        return\n"
    "        ;;\n"
    "    esac\n"
    "    case $kind in\n"
    "    paths) list=$(_audioctl_ask get | cut -d= -f1) ;;\n"
    "    presets) list=$(_audioctl_ask preset list --names) ;;\n"
    "    stages) list=$(_audioctl_ask bypass --names) ;;\n"
    "    files)\n"
    "        compopt -o filenames\n"
    "        mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n"
    "        return\n"
    "        ;;\n"
    "    esac\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
    "    # A preset's name may be anything; compgen -W would run what stands in $( ).\n"
    "    while IFS= read -r name; do\n"
    "        if [[ -n $name && $name == \"$word\"* ]]; then\n"
    "            COMPREPLY+=(\"$(printf %q \"$name\")\")\n"
    "        fi\n"
    "    done <<<\"$list\"\n"
    "}\n"
    "\n"
    "complete -F _audioctl audioctl\n";

/* A family's first word once: its commands follow one another in the table. */
static void print_first_words(FILE *out)
{
    char last[64] = "";

    fputs("        mapfile -t COMPREPLY < <(compgen -W \"", out);
    for (int i = 0; i < command_count; i++) {
        const char *name = commands[i].name;
        int length = (int)strcspn(name, " ");

        if (strncmp(last, name, (size_t)length) != 0 || last[length])
            fprintf(out, "%.*s ", length, name);
        snprintf(last, sizeof last, "%.*s", length, name);
    }
    fputs("--help --version\" -- \"$word\")\n", out);
}

static void print_options(FILE *out, const struct command *command)
{
    const struct flag *flag;
    const struct option *option;

    for (flag = command->flags; flag && flag->name; flag++)
        fprintf(out, "--%s ", flag->name);
    for (option = command->own_options; option && option->name; option++)
        if (strcmp(option->name, "help") != 0)
            fprintf(out, "--%s ", option->name);
    if (command_prints(command))
        fputs("--json ", out);
    for (flag = asking_flags; command->asks && flag->name; flag++)
        fprintf(out, "--%s ", flag->name);
}

static void print_command(FILE *out, const struct command *command)
{
    static const char *const kinds[] = { [WORDS_NONE] = "",
                                         [WORDS_PATHS] = "paths",
                                         [WORDS_PRESETS] = "presets",
                                         [WORDS_STAGES] = "stages",
                                         [WORDS_FILES] = "files" };

    if (strchr(command->name, ' '))
        fprintf(out, "    \"%s\")\n", command->name);
    else
        fprintf(out, "    \"%s \"*)\n", command->name);
    fputs("        options=\"", out);
    print_options(out, command);
    fprintf(out, "\" words=\"%s\" kind=%s\n        ;;\n", command->also ? command->also : "",
            kinds[command->completes]);
}

/* "preset " and what has been begun after it. */
static void print_family(FILE *out, const char *family, int length)
{
    fprintf(out, "    \"%.*s \"*)\n        words=\"", length, family);
    for (int i = 0; i < command_count; i++)
        if (strncmp(commands[i].name, family, (size_t)length + 1) == 0)
            fprintf(out, "%s ", commands[i].name + length + 1);
    fputs("\"\n        ;;\n", out);
}

/* The families last: whole names come before what is only begun. */
static void print_families(FILE *out)
{
    char last[64] = "";

    for (int i = 0; i < command_count; i++) {
        const char *name = commands[i].name;
        int length = (int)strcspn(name, " ");

        if (name[length] && (strncmp(last, name, (size_t)length) != 0 || last[length]))
            print_family(out, name, length);
        snprintf(last, sizeof last, "%.*s", length, name);
    }
}

void completion_print(FILE *out)
{
    fputs(head, out);
    print_first_words(out);
    fputs(middle, out);
    for (int i = 0; i < command_count; i++)
        print_command(out, &commands[i]);
    print_families(out);
    fputs(tail, out);
}

int control_completion(const struct args *args)
{
    if (strcmp(args->word[0], "bash") != 0) {
        complain("there is no completion for \"%s\", only for bash", args->word[0]);
        return MISUSED;
    }
    completion_print(stdout);
    return printed(DONE);
}
