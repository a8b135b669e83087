/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table: what there is, how it is called, what is said about it. */
#include "command.h"
#include "control.h"
#include "render.h"

#define END                                                                                        \
    {                                                                                              \
        NULL, 0, NULL, NULL                                                                        \
    }
#define FLAGS(...)                                                                                 \
    (const struct flag[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, END                                                                           \
    }
#define FORCE(of)                                                                                  \
    {                                                                                              \
        "force", 'f', NULL, "replace " of " of that name"                                          \
    }

const struct command commands[] = {
    { .name = "status",
      .line = "how it is: JACK, devices, latency, drift, levels, faults",
      .examples = "  audioctl status\n"
                  "  audioctl status --json | jq .bridges\n",
      .asks = true,
      .run = control_status },
    { .name = "meters",
      .line = "levels, loudness and reductions, live",
      .examples = "  audioctl meters                 a screen; q or Ctrl-C ends it\n"
                  "  audioctl meters --once          one reading\n"
                  "  audioctl meters --rate 5 | tee levels.txt\n",
      .more =
          "On a bar, # is the level (RMS), = the peak and | the peak held; < is what a stage turns "
          "down. Where the output is no terminal, or one that cannot move its cursor, there is a "
          "line for each reading. With NO_COLOR set there are no colours.",
      .flags = FLAGS({ "once", 0, NULL, "one reading, then end" },
                     { "rate", 'r', "N", "readings a second, to 60; default 20, in lines 1" }),
      .asks = true,
      .run = control_meters },
    { .name = "list",
      .shape = "[PATH]",
      .line = "parameters: value in force, range, default, meaning",
      .examples = "  audioctl list\n"
                  "  audioctl list compressor        a group\n"
                  "  audioctl list 'strip.*.gain*'   a pattern, as for files\n",
      .more =
          "A star stands before what is not at its default. Of groups alike only the first one is "
          "explained.",
      .max = 1,
      .asks = true,
      .completes = WORDS_PATHS,
      .run = control_list },
    { .name = "get",
      .shape = "[PATH]...",
      .line = "prints values: one alone, or PATH=VALUE for each",
      .examples = "  audioctl get volume.level_db    the value alone\n"
                  "  audioctl get compressor eq      of two groups, as set takes them\n",
      .more = "Without PATH: all.",
      .max = -1,
      .asks = true,
      .completes = WORDS_PATHS,
      .run = control_get },
    { .name = "set",
      .shape = "PATH VALUE | PATH=VALUE ...",
      .line = "changes values, all of them or none",
      .examples = "  audioctl set volume.level_db -20\n"
                  "  audioctl set compressor.on=yes compressor.threshold_db=-24\n"
                  "  audioctl set strip.sub.delay_ms '120 cm'\n",
      .min = 1,
      .max = -1,
      .asks = true,
      .completes = WORDS_PATHS,
      .run = control_set },
    { .name = "toggle",
      .shape = "PATH",
      .line = "turns a yes into a no, a no into a yes",
      .examples = "  audioctl toggle crossfeed.on\n",
      .min = 1,
      .max = 1,
      .asks = true,
      .completes = WORDS_PATHS,
      .run = control_toggle },
    { .name = "reset",
      .shape = "[PATH]...",
      .line = "back to the defaults",
      .examples = "  audioctl reset eq.left\n"
                  "  audioctl reset                  all values\n",
      .max = -1,
      .asks = true,
      .completes = WORDS_PATHS,
      .run = control_reset },
    { .name = "mute",
      .shape = "[on|off|toggle]",
      .line = "silences the listen path, or ends that",
      .examples = "  audioctl mute                   the other of the two\n"
                  "  audioctl mute on\n",
      .max = 1,
      .asks = true,
      .also = "on off toggle",
      .run = control_mute },
    { .name = "bypass",
      .shape = "[STAGE|all] [on|off|toggle]",
      .line = "takes stages out of the way, or puts them back",
      .examples = "  audioctl bypass                 which stages there are, which are bypassed\n"
                  "  audioctl bypass eq              the other of the two\n"
                  "  audioctl bypass all on\n"
                  "  audioctl bypass off             the whole sound again\n",
      .more = "To toggle all puts all of them back if one is bypassed.",
      .flags = FLAGS({ "names", 0, NULL, "print the names of the stages alone" }),
      .max = 2,
      .asks = true,
      .completes = WORDS_STAGES,
      .also = "all on off toggle",
      .run = control_bypass },
    { .name = "ab",
      .shape = "[a|b|other]",
      .line = "two sounds to compare, equally loud if that is wanted",
      .examples = "  audioctl ab                     which side is heard\n"
                  "  audioctl ab b --copy            take a over to b, and go on there\n"
                  "  audioctl ab other\n"
                  "  audioctl ab --match on\n",
      .flags = FLAGS({ "copy", 0, NULL, "copy the side heard onto the other one first" },
                     { "match", 0, "on|off", "whether both are made equally loud" }),
      .max = 1,
      .asks = true,
      .also = "a b other",
      .run = control_ab },
    { .name = "clear",
      .line = "clip lamps, worst times and integrated loudness begin anew",
      .examples = "  audioctl clear\n",
      .asks = true,
      .run = control_clear },
    { .name = "preset list",
      .line = "all presets; * is the one heard, + if changed since",
      .examples = "  audioctl preset list\n",
      .flags = FLAGS({ "names", 0, NULL, "print the names alone" }),
      .asks = true,
      .run = control_preset_list },
    { .name = "preset load",
      .shape = "NAME",
      .line = "goes over to a preset; prints its faults",
      .examples = "  audioctl preset load night\n",
      .min = 1,
      .max = 1,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_load },
    { .name = "preset save",
      .shape = "[NAME]",
      .line = "saves what is heard; prints the file's path",
      .examples = "  audioctl preset save            the preset that is heard\n"
                  "  audioctl preset save night --force\n",
      .flags = FLAGS(FORCE("another one")),
      .max = 1,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_save },
    { .name = "preset rename",
      .shape = "NAME TO",
      .line = "another name for a saved preset",
      .examples = "  audioctl preset rename night late\n",
      .min = 2,
      .max = 2,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_rename },
    { .name = "preset delete",
      .shape = "NAME",
      .line = "deletes a saved preset",
      .examples = "  audioctl preset delete late\n",
      .min = 1,
      .max = 1,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_delete },
    { .name = "preset diff",
      .shape = "[NAME [WITH]]",
      .line = "what is different: PATH, there -> here",
      .examples = "  audioctl preset diff            what has been changed since it was loaded\n"
                  "  audioctl preset diff night      and what is heard\n"
                  "  audioctl preset diff night day\n",
      .max = 2,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_diff },
    { .name = "preset export",
      .shape = "[NAME]",
      .line = "prints a preset's file, or what is heard as one",
      .examples = "  audioctl preset export > mine.ini\n"
                  "  audioctl preset export night --all\n",
      .flags = FLAGS({ "all", 'a', NULL, "the defaults, too" }),
      .max = 1,
      .asks = true,
      .completes = WORDS_PRESETS,
      .run = control_preset_export },
    { .name = "preset import",
      .shape = "FILE [NAME]",
      .line = "saves a preset from its file; faults refuse it",
      .examples = "  audioctl preset import mine.ini\n"
                  "  audioctl preset import - night < mine.ini\n",
      .flags = FLAGS(FORCE("the preset")),
      .min = 1,
      .max = 2,
      .asks = true,
      .completes = WORDS_FILES,
      .run = control_preset_import },
    { .name = "import",
      .shape = "FILE",
      .line = "an equalizer from Equalizer APO, REW or AutoEq",
      .examples = "  audioctl import ParametricEQ.txt --dry\n"
                  "  audioctl import ParametricEQ.txt\n"
                  "  audioctl import room.txt --to strip.sub\n",
      .more =
          "Tells of each line whether it is used, changed or dropped. FILE may be - for standard "
          "input.",
      .flags = FLAGS(
          { "to", 0, "EQ", "which equalizer: eq (default), mic.eq, strip.headset ..." },
          { "shelf", 0, "WHICH", "what LS and HS with a Q mean: corner, centre or auto (default)" },
          { "dry", 'n', NULL, "change nothing: only tell" }),
      .min = 1,
      .max = 1,
      .asks = true,
      .completes = WORDS_FILES,
      .run = control_import },
    { .name = "export",
      .line = "an equalizer as text that others read",
      .examples = "  audioctl export > mine.txt\n"
                  "  audioctl export --from mic.eq\n",
      .flags = FLAGS({ "from", 0, "EQ", "which equalizer; default eq" }),
      .asks = true,
      .run = control_export },
    { .name = "watch",
      .line = "prints what changes, as it changes",
      .examples = "  audioctl watch\n"
                  "  audioctl watch --json | jq .values\n",
      .asks = true,
      .run = control_watch },
    { .name = "events",
      .line = "what has happened: the last events that are kept",
      .examples = "  audioctl events\n"
                  "  audioctl events --follow\n",
      .flags = FLAGS({ "follow", 'f', NULL, "go on, and print new ones" }),
      .asks = true,
      .run = control_events },
    { .name = "doctor",
      .line = "the page that somebody who is to help needs",
      .examples = "  audioctl doctor\n"
                  "  audioctl doctor > for-the-report.txt\n",
      .more = "Exit status 0 if all is well, 1 if something is wrong. It works without the daemon, "
              "too, "
              "and then says what cannot be known.",
      .asks = true,
      .run = control_doctor },
    { .name = "factory-reset",
      .line = "defaults, no preset, nothing bypassed; saved presets stay",
      .examples = "  audioctl factory-reset --sure\n",
      .flags = FLAGS({ "sure", 0, NULL, "that is meant" }),
      .asks = true,
      .run = control_factory_reset },
    { .name = "check-config",
      .shape = "FILE",
      .line = "what is wrong in a settings file (without the daemon)",
      .examples = "  audioctl check-config /etc/audioserver/audioserver.ini\n",
      .more = "Runs audioserver --check-config. Exit status 78 if there are faults.",
      .min = 1,
      .max = 1,
      .completes = WORDS_FILES,
      .run = control_check_config },
    { .name = "check-preset",
      .shape = "FILE",
      .line = "what is wrong in a preset (without the daemon)",
      .examples = "  audioctl check-preset mine.ini\n",
      .more = "Exit status 78 if there are faults.",
      .min = 1,
      .max = 1,
      .prints_json = true,
      .completes = WORDS_FILES,
      .run = control_check_preset },
    { .name = "params",
      .shape = "[PATTERN]",
      .line = "parameters: name, what is allowed, default, meaning (without the daemon)",
      .examples = "  audioctl params                  all of them\n"
                  "  audioctl params delay            names with \"delay\" in them\n"
                  "  audioctl params 'strip.*.gain*'  a pattern, as for files\n",
      .more = "A group that is there many times is shown once: eq.left.N.gain_db, N from 1 to 10.",
      .max = 1,
      .completes = WORDS_PATHS,
      .run = cli_params },
    { .name = "render",
      .shape = "IN OUT",
      .line = "a file through the daemon's sound, bit for bit (without the daemon)",
      .completes = WORDS_FILES,
      .run_itself = cli_render,
      .own_help = render_help,
      .own_options = render_option_list },
    { .name = "completion",
      .shape = "bash",
      .line = "prints what completes audioctl in a shell",
      .examples = "  audioctl completion bash > /etc/bash_completion.d/audioctl\n",
      .min = 1,
      .max = 1,
      .also = "bash",
      .run = control_completion },
};

const int command_count = sizeof commands / sizeof *commands;
