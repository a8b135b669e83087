/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command.h"
#include "paragraph.h"

#include <string.h>

enum { NAME_WIDTH = 15, FLAG_WIDTH = 22 };

static const char first_examples[] =
    "Examples:\n"
    "  audioctl status                                       how it is\n"
    "  audioctl set volume.level_db -20                      a value\n"
    "  audioctl preset load night                            a whole sound\n"
    "  audioctl meters                                       levels, live\n"
    "  audioctl doctor                                       what is wrong\n"
    "  audioctl render song.wav heard.wav --preset my.ini    what the headset would play\n"
    "\n";

static const char last_words[] =
    "\n"
    "  -V, --version\n"
    "  -h, --help       of a command: audioctl COMMAND --help\n"
    "\n"
    "Exit status: 0 done, 1 failed, 2 wrong arguments, 3 audioserver is not running,\n"
    "4 no permission, 5 wrong name or value, 6 no answer in time, 78 wrong settings.\n";

static void print_line(FILE *out, const struct command *command)
{
    fprintf(out, "  %-*s ", NAME_WIDTH, command->name);
    paragraph(out, command->line, NAME_WIDTH + 3, NAME_WIDTH + 3);
}

void help_all(FILE *out)
{
    fputs(first_examples, out);
    for (int i = 0; i < command_count; i++)
        print_line(out, &commands[i]);
    fputs(last_words, out);
}

static void print_flag(FILE *out, const struct flag *flag)
{
    char text[64];

    if (flag->letter)
        snprintf(text, sizeof text, "-%c, --%s", flag->letter, flag->name);
    else
        snprintf(text, sizeof text, "    --%s", flag->name);
    if (flag->value)
        snprintf(text + strlen(text), sizeof text - strlen(text), " %s", flag->value);
    fprintf(out, "  %-*s ", FLAG_WIDTH, text);
    if (*flag->help)
        paragraph(out, flag->help, FLAG_WIDTH + 3, FLAG_WIDTH + 3);
    else
        fputc('\n', out);
}

static void print_flags(FILE *out, const struct flag *flags)
{
    for (; flags && flags->name; flags++)
        print_flag(out, flags);
}

static void print_usage(FILE *out, const struct command *command)
{
    fprintf(out, "audioctl %s%s%s: ", command->name, command->shape ? " " : "",
            command->shape ? command->shape : "");
    paragraph(out, command->line, 2,
              12 + (int)strlen(command->name) + (int)(command->shape ? strlen(command->shape) : 0));
    if (command->more) {
        fputc('\n', out);
        paragraph(out, command->more, 0, 0);
    }
}

void help_command(FILE *out, const struct command *command)
{
    if (command->own_help) {
        fputs(command->own_help, out);
        return;
    }
    fprintf(out, "Examples:\n%s\n", command->examples);
    print_usage(out, command);
    fputc('\n', out);
    print_flags(out, command->flags);
    if (command_prints(command))
        print_flag(out, &json_flag);
    if (command->asks)
        print_flags(out, asking_flags);
    fputs("  -h, --help\n", out);
}

void help_family(FILE *out, const char *family)
{
    size_t length = strlen(family);

    fputs("Examples:\n", out);
    for (int i = 0; i < command_count; i++)
        if (strncmp(commands[i].name, family, length) == 0 && commands[i].name[length] == ' ')
            fputs(commands[i].examples, out);
    fputc('\n', out);
    for (int i = 0; i < command_count; i++)
        if (strncmp(commands[i].name, family, length) == 0 && commands[i].name[length] == ' ')
            print_line(out, &commands[i]);
    fprintf(out, "\nOptions: audioctl %s COMMAND --help\n", family);
}
