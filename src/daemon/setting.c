/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/setting.h"

#include "number.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define AT(field)        offsetof(struct settings, field)
#define AT_BRIDGE(field) offsetof(struct bridge_settings, field)

static_assert(sizeof(enum bridge_direction) == sizeof(int), "a choice is stored as an int");
static_assert(sizeof(enum bridge_format) == sizeof(int), "a choice is stored as an int");
static_assert(sizeof(enum bridge_quality) == sizeof(int), "a choice is stored as an int");

static const struct setting_choice directions[] = {
    { "playback", BRIDGE_PLAYBACK },
    { "capture", BRIDGE_CAPTURE },
    { NULL, 0 },
};

static const struct setting_choice rates[] = {
    { "0", 0 }, { "44100", 44100 }, { "48000", 48000 }, { "96000", 96000 }, { NULL, 0 },
};

static const struct setting_choice formats[] = {
    { "auto", BRIDGE_FORMAT_AUTO }, { "S16_LE", BRIDGE_S16_LE }, { "S24_3LE", BRIDGE_S24_3LE },
    { "S24_LE", BRIDGE_S24_LE },    { "S32_LE", BRIDGE_S32_LE }, { NULL, 0 },
};

static const struct setting_choice qualities[] = {
    { "auto", BRIDGE_QUALITY_AUTO },
    { "fastest", BRIDGE_QUALITY_FASTEST },
    { "medium", BRIDGE_QUALITY_MEDIUM },
    { "best", BRIDGE_QUALITY_BEST },
    { NULL, 0 },
};

/* The order is that of the default file; the rows of a section stand together. */
const struct setting settings_table[] = {
    { .section = "jack",
      .key = "server",
      .type = SETTING_WORD,
      .text = "audioserver",
      .min = 1,
      .max = SETTINGS_SERVER_BYTES - 1,
      .offset = AT(jack.server),
      .help = "Name of the JACK server to join." },
    { .section = "jack",
      .key = "connect",
      .type = SETTING_BOOL,
      .text = "yes",
      .offset = AT(jack.connect),
      .help = "Connect to the hardware ports without being asked. With no, a patch bay does it." },
    { .section = "jack",
      .key = "capture_ports",
      .type = SETTING_PORTS,
      .text = "",
      .max = SETTINGS_PORT_BYTES - 1,
      .offset = AT(jack.capture_ports),
      .help = "The two ports the analog input comes from, as in system:capture_1 system:capture_2. "
              "Empty: the first two physical ones." },
    { .section = "jack",
      .key = "playback_ports",
      .type = SETTING_PORTS,
      .text = "",
      .max = SETTINGS_PORT_BYTES - 1,
      .offset = AT(jack.playback_ports),
      .help = "The two ports the analog output goes to. Empty: the first two physical ones." },

    { .section = "sound",
      .key = "preset",
      .type = SETTING_TEXT,
      .text = "",
      .min = 0,
      .max = SETTINGS_PRESET_BYTES - 1,
      .offset = AT(sound.preset),
      .help = "The preset to begin with, where no state of the last time is kept: its name, or a "
              "file. Empty: the built-in defaults." },

    { .section = "folders",
      .key = "state",
      .type = SETTING_TEXT,
      .text = "/var/lib/audioserver",
      .min = 0,
      .max = SETTINGS_PRESET_BYTES - 1,
      .offset = AT(folders.state),
      .help = "Where the running sound is kept for the next start, and presets are saved (in its "
              "folder presets). Empty: nowhere. These and the socket are looked at when the "
              "daemon starts." },
    { .section = "folders",
      .key = "presets",
      .type = SETTING_TEXT,
      .text = "/etc/audioserver/presets",
      .min = 0,
      .max = SETTINGS_PRESET_BYTES - 1,
      .offset = AT(folders.presets),
      .help = "Presets of your own, NAME.ini. One that is saved comes before one of the same name "
              "here." },
    { .section = "folders",
      .key = "shipped_presets",
      .type = SETTING_TEXT,
      .text = "/usr/share/audioserver/presets",
      .min = 0,
      .max = SETTINGS_PRESET_BYTES - 1,
      .offset = AT(folders.shipped_presets),
      .help = "Presets that came with audioserver; those above come before them." },

    { .section = "control",
      .key = "socket",
      .type = SETTING_TEXT,
      .text = "/run/audioserver/control.sock",
      .min = 0,
      .max = SETTINGS_PRESET_BYTES - 1,
      .offset = AT(control.socket),
      .help = "Where audioctl finds the daemon, if systemd has not made the socket. Empty: "
              "nowhere." },

    { .section = SETTING_BRIDGE,
      .key = "enabled",
      .type = SETTING_BOOL,
      .text = "yes",
      .offset = AT_BRIDGE(enabled),
      .help = "With no, the device is left alone." },
    { .section = SETTING_BRIDGE,
      .key = "direction",
      .type = SETTING_CHOICE,
      .choice = directions,
      .offset = AT_BRIDGE(direction),
      .help = "Where samples go: playback into the device, capture out of it." },
    { .section = SETTING_BRIDGE,
      .key = "device",
      .type = SETTING_TEXT,
      .min = 1,
      .max = SETTINGS_DEVICE_BYTES - 1,
      .offset = AT_BRIDGE(device),
      .help =
          "Name of the device as ALSA knows it. CARD= takes the card's id (see aplay -l), never "
          "its number, which changes from start to start." },
    { .section = SETTING_BRIDGE,
      .key = "rate_hz",
      .type = SETTING_CHOICE,
      .choice = rates,
      .text = "0",
      .unit = "Hz",
      .zero_is_auto = true,
      .offset = AT_BRIDGE(rate_hz),
      .help = "Sampling rate of the device." },
    { .section = SETTING_BRIDGE,
      .key = "format",
      .type = SETTING_CHOICE,
      .choice = formats,
      .text = "auto",
      .offset = AT_BRIDGE(format),
      .help = "Format of a sample in the device." },
    { .section = SETTING_BRIDGE,
      .key = "channels",
      .type = SETTING_INT,
      .text = "0",
      .min = 1,
      .max = 8,
      .unit = "channels",
      .zero_is_auto = true,
      .offset = AT_BRIDGE(channels),
      .help = "Channels of the device." },
    { .section = SETTING_BRIDGE,
      .key = "period_frames",
      .type = SETTING_INT,
      .text = "0",
      .min = 16,
      .max = 4096,
      .unit = "frames",
      .zero_is_auto = true,
      .offset = AT_BRIDGE(period_frames),
      .help = "How often the device is served. Automatic is 1 ms at the device's rate." },
    { .section = SETTING_BRIDGE,
      .key = "buffer_ms",
      .type = SETTING_INT,
      .text = "20",
      .min = 4,
      .max = 500,
      .unit = "milliseconds",
      .offset = AT_BRIDGE(buffer_ms),
      .help = "Length of the device's buffer: room, not latency." },
    { .section = SETTING_BRIDGE,
      .key = "margin_us",
      .type = SETTING_INT,
      .text = "300",
      .min = 0,
      .max = 100000,
      .unit = "microseconds",
      .offset = AT_BRIDGE(margin_us),
      .help = "Time to spare against late wake-ups. It is a part of the latency; give more where "
              "the status counts dropouts." },
    { .section = SETTING_BRIDGE,
      .key = "quality",
      .type = SETTING_CHOICE,
      .choice = qualities,
      .text = "auto",
      .offset = AT_BRIDGE(quality),
      .help = "Quality of the conversion between the two clocks; better costs processor time and "
              "latency. Automatic is medium for playback and fastest for capture." },
    { .section = SETTING_BRIDGE,
      .key = "latency_offset_us",
      .type = SETTING_INT,
      .text = "0",
      .min = -20000,
      .max = 100000,
      .unit = "microseconds",
      .offset = AT_BRIDGE(latency_offset_us),
      .help = "What is under way behind the device's own position, found by measurement. It is "
              "added to the latency that is reported, and changes no sound." },
};

const int settings_table_count = sizeof settings_table / sizeof settings_table[0];

static_assert(sizeof settings_table / sizeof settings_table[0] <= SETTING_ROWS_MAX, "too many");

const struct setting *setting_find(const char *section, const char *key)
{
    for (int i = 0; i < settings_table_count; i++)
        if (strcmp(settings_table[i].section, section) == 0 &&
            strcmp(settings_table[i].key, key) == 0)
            return &settings_table[i];
    return NULL;
}

const struct setting_builtin settings_builtin[] = {
    { "headset", "playback", "hw:CARD=Headset" },
    { "mic", "capture", "hw:CARD=Headset" },
    { NULL, NULL, NULL },
};

bool setting_is_of_bridge(const struct setting *row)
{
    return strcmp(row->section, SETTING_BRIDGE) == 0;
}

static void set_defaults(bool of_bridge, void *base)
{
    const char *why;

    for (int i = 0; i < settings_table_count; i++)
        if (setting_is_of_bridge(&settings_table[i]) == of_bridge && settings_table[i].text)
            setting_set(&settings_table[i], base, settings_table[i].text, &why);
}

void setting_bridge_defaults(struct bridge_settings *bridge, const char *name)
{
    memset(bridge, 0, sizeof *bridge);
    snprintf(bridge->name, sizeof bridge->name, "%s", name);
    set_defaults(true, bridge);
}

void settings_defaults(struct settings *settings)
{
    const char *why;

    memset(settings, 0, sizeof *settings);
    set_defaults(false, settings);
    for (const struct setting_builtin *builtin = settings_builtin; builtin->name; builtin++) {
        struct bridge_settings *bridge = &settings->bridge[settings->bridge_count++];

        setting_bridge_defaults(bridge, builtin->name);
        setting_set(setting_find(SETTING_BRIDGE, "direction"), bridge, builtin->direction, &why);
        setting_set(setting_find(SETTING_BRIDGE, "device"), bridge, builtin->device, &why);
    }
}
