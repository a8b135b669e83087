/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manual page, from the table. */
#include "command.h"

#include <ctype.h>

/* What roff would take for its own: backslashes, and a dot or quote that begins a line. */
static void print_text(FILE *out, const char *text)
{
    bool begins = true;

    for (; *text; text++) {
        if (begins && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        begins = *text == '\n';
    }
}

static void print_example(FILE *out, const char *text)
{
    fputs(".PP\n.nf\n", out);
    print_text(out, text);
    fputs(".fi\n", out);
}

static void print_flags(FILE *out, const struct flag *flags)
{
    for (; flags && flags->name; flags++) {
        fputs(".TP\n", out);
        if (flags->letter)
            fprintf(out, "\\fB\\-%c\\fR, ", flags->letter);
        fprintf(out, "\\fB\\-\\-%s\\fR", flags->name);
        if (flags->value)
            fprintf(out, " \\fI%s\\fR", flags->value);
        fputc('\n', out);
        print_text(out, flags->help);
        fputc('\n', out);
    }
}

static void print_command(FILE *out, const struct command *command)
{
    fputs(".SS \"", out);
    print_text(out, command->name);
    if (command->shape) {
        fputc(' ', out);
        print_text(out, command->shape);
    }
    fputs("\"\n", out);
    fputc(toupper((unsigned char)command->line[0]), out);
    print_text(out, command->line + 1);
    fputs(".\n", out);
    if (command->more) {
        print_text(out, command->more);
        fputc('\n', out);
    }
    print_example(out, command->own_help ? command->own_help : command->examples);
    print_flags(out, command->flags);
}

static const char head[] =
    ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n"
    ".\\\" Made by audioctl --man from its table of commands.\n"
    ".TH AUDIOCTL 1 \"\" \"audioserver " VERSION "\" \"User Commands\"\n"
    ".SH NAME\n"
    "audioctl \\- what a person at a terminal asks of audioserver\n"
    ".SH SYNOPSIS\n"
    "\\fBaudioctl\\fR \\fICOMMAND\\fR [\\fIWORD\\fR]... [\\fIOPTION\\fR]...\n"
    ".SH DESCRIPTION\n"
    "Speaks to the daemon over its control socket, which members of the group audioserver\\-ctl "
    "may\n"
    "use. Options may stand anywhere. A \\fIPATH\\fR is a parameter's name, or that of a group, "
    "which\n"
    "stands for all in it.\n"
    ".SH COMMANDS\n";

static const char tail[] = ".SH EXIT STATUS\n"
                           ".TP\n0\nDone.\n"
                           ".TP\n1\nFailed.\n"
                           ".TP\n2\nWrong arguments.\n"
                           ".TP\n3\naudioserver is not running: nothing listens at the socket.\n"
                           ".TP\n4\nNo permission.\n"
                           ".TP\n5\nA name or a value that is none.\n"
                           ".TP\n6\nNo answer in time.\n"
                           ".TP\n78\nFaults in a file of settings or in a preset.\n"
                           ".SH ENVIRONMENT\n"
                           ".TP\n\\fBAUDIOSERVER_SOCKET\\fR\nThe daemon's socket, where "
                           "\\fB\\-\\-socket\\fR is not given.\n"
                           ".TP\n\\fBNO_COLOR\\fR\nNo colours, if it is set to something.\n"
                           ".SH FILES\n"
                           ".TP\n/run/audioserver/control.sock\nThe daemon's socket.\n"
                           ".SH SEE ALSO\n"
                           "\\fBaudioserver\\fR(8), \\fBaudioserver.ini\\fR(5)\n";

void man_print(FILE *out)
{
    fputs(head, out);
    for (int i = 0; i < command_count; i++)
        print_command(out, &commands[i]);
    fputs(".SH OPTIONS\nOf every command that asks the daemon:\n", out);
    print_flags(out, (const struct flag[]){ json_flag, { NULL, 0, NULL, NULL } });
    print_flags(out, asking_flags);
    fputs(tail, out);
}
