/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host for LADSPA plug-ins; a mono one runs twice, once for each line. */
#include "peer.h"

#include <dlfcn.h>
#include <ladspa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTROLS = 64 };

struct ladspa {
    const LADSPA_Descriptor *plugin;
    LADSPA_Handle handle[2];
    int handles;
    unsigned long in[2], out[2];
    LADSPA_Data control[CONTROLS], meter;
};

static const LADSPA_Descriptor *find(const char *file, const char *label)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    LADSPA_Descriptor_Function list =
        library ? (LADSPA_Descriptor_Function)dlsym(library, "ladspa_descriptor") : NULL;
    const LADSPA_Descriptor *plugin;

    for (unsigned long i = 0; list && (plugin = list(i)); i++)
        if (!strcmp(plugin->Label, label))
            return plugin;
    return NULL;
}

/* Every control has its value, no plug-in its defaults. */
static bool connect_controls(struct ladspa *self, const char *settings)
{
    int count = 0;
    char *end;

    for (unsigned long i = 0; i < self->plugin->PortCount; i++) {
        LADSPA_PortDescriptor port = self->plugin->PortDescriptors[i];
        LADSPA_Data *at = &self->meter;

        if (!LADSPA_IS_PORT_CONTROL(port))
            continue;
        if (LADSPA_IS_PORT_INPUT(port)) {
            at = &self->control[count++];
            *at = strtof(settings, &end);
            if (end == settings || count == CONTROLS)
                return false;
            settings = end;
        }
        for (int h = 0; h < self->handles; h++)
            self->plugin->connect_port(self->handle[h], i, at);
    }
    return strspn(settings, " ") == strlen(settings);
}

static int find_lines(struct ladspa *self)
{
    int in = 0, out = 0;

    for (unsigned long i = 0; i < self->plugin->PortCount; i++) {
        LADSPA_PortDescriptor port = self->plugin->PortDescriptors[i];

        if (LADSPA_IS_PORT_AUDIO(port) && LADSPA_IS_PORT_INPUT(port) && in < 2)
            self->in[in++] = i;
        else if (LADSPA_IS_PORT_AUDIO(port) && LADSPA_IS_PORT_OUTPUT(port) && out < 2)
            self->out[out++] = i;
    }
    return in == out ? in : 0;
}

static void *open_plugin(const struct peer *peer, const char **why)
{
    struct ladspa *self = calloc(1, sizeof *self);
    int lines;

    *why = "its package is not installed";
    if (!self || !(self->plugin = find(peer->what, peer->label)))
        return NULL;
    *why = "its ports are others than expected";
    lines = find_lines(self);
    if (!lines)
        return NULL;
    self->handles = lines == 1 && !peer->mono ? 2 : 1;
    for (int h = 0; h < self->handles; h++)
        if (!(self->handle[h] = self->plugin->instantiate(self->plugin, PEER_RATE)))
            return NULL;
    if (!connect_controls(self, peer->settings))
        return NULL;
    for (int h = 0; h < self->handles; h++)
        if (self->plugin->activate)
            self->plugin->activate(self->handle[h]);
    return self;
}

static void run(void *instance, const float *const in[2], float *const out[2], uint32_t frames)
{
    struct ladspa *self = instance;
    const LADSPA_Descriptor *plugin = self->plugin;
    bool pair = self->out[1] != self->out[0] && self->out[1];

    for (int h = 0; h < self->handles; h++) {
        plugin->connect_port(self->handle[h], self->in[0], (LADSPA_Data *)in[h]);
        plugin->connect_port(self->handle[h], self->out[0], out[h]);
        if (pair) {
            plugin->connect_port(self->handle[h], self->in[1], (LADSPA_Data *)in[1]);
            plugin->connect_port(self->handle[h], self->out[1], out[1]);
        }
        plugin->run(self->handle[h], frames);
    }
}

const struct peer_host peer_ladspa = { .open = open_plugin, .run = run };
