/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A host for LV2 plug-ins. Of all bundles only the plug-in's own is read. */
#include "peer.h"

#include <lilv/lilv.h>
#include <lv2/atom/atom.h>
#include <lv2/buf-size/buf-size.h>
#include <lv2/options/options.h>
#include <lv2/urid/urid.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORTS = 512, ATOM_BYTES = 1 << 16, ATOMS = 4, URIDS = 1024 };

struct atom_port {
    LV2_Atom_Sequence head;
    char rest[ATOM_BYTES];
};

struct lv2 {
    LilvInstance *instance;
    uint32_t in[2], out[2], ins, outs;
    uint32_t atoms_out;
    float control[PORTS];
    struct atom_port atom[ATOMS];
};

/* --- what a host offers ---------------------------------------------------------------------- */

static char *urid_names[URIDS];

static LV2_URID map_uri(LV2_URID_Map_Handle handle, const char *uri)
{
    (void)handle;
    for (LV2_URID i = 0; i < URIDS - 1; i++) {
        if (!urid_names[i])
            urid_names[i] = strdup(uri);
        if (urid_names[i] && !strcmp(urid_names[i], uri))
            return i + 1;
    }
    return 0;
}

static const char *unmap_uri(LV2_URID_Unmap_Handle handle, LV2_URID urid)
{
    (void)handle;
    return urid && urid < URIDS ? urid_names[urid - 1] : NULL;
}

static const LV2_Feature *const *features(void)
{
    static LV2_URID_Map map = { NULL, map_uri };
    static LV2_URID_Unmap unmap = { NULL, unmap_uri };
    static const int32_t least = 1, most = PEER_FRAMES_MAX;
    static LV2_Options_Option options[3];
    static const LV2_Feature map_feature = { LV2_URID__map, &map };
    static const LV2_Feature unmap_feature = { LV2_URID__unmap, &unmap };
    static const LV2_Feature options_feature = { LV2_OPTIONS__options, options };
    static const LV2_Feature bounded = { LV2_BUF_SIZE__boundedBlockLength, NULL };
    static const LV2_Feature *const list[] = { &map_feature, &unmap_feature, &options_feature,
                                               &bounded, NULL };
    LV2_URID integer = map_uri(NULL, LV2_ATOM__Int);

    options[0] = (LV2_Options_Option){
        LV2_OPTIONS_INSTANCE, 0,       map_uri(NULL, LV2_BUF_SIZE__minBlockLength),
        sizeof least,         integer, &least
    };
    options[1] = (LV2_Options_Option){
        LV2_OPTIONS_INSTANCE, 0,       map_uri(NULL, LV2_BUF_SIZE__maxBlockLength),
        sizeof most,          integer, &most
    };
    return list;
}

/* --- ports ----------------------------------------------------------------------------------- */

static LilvWorld *world;

static bool is(const LilvPlugin *plugin, const LilvPort *port, const char *class)
{
    LilvNode *node = lilv_new_uri(world, class);
    bool yes = lilv_port_is_a(plugin, port, node);

    lilv_node_free(node);
    return yes;
}

/* The value of a symbol in "symbol=value symbol=value", taken out of it; NULL: it is not there. */
static char *take(char *settings, const char *symbol, float *value)
{
    size_t length = strlen(symbol);

    for (char *at = settings; (at = strstr(at, symbol)); at++)
        if ((at == settings || at[-1] == ' ') && at[length] == '=') {
            *value = strtof(at + length + 1, NULL);
            memset(at, ' ', strcspn(at, " "));
            return at;
        }
    return NULL;
}

static bool connect_port(struct lv2 *self, const LilvPlugin *plugin, uint32_t i, char *settings)
{
    const LilvPort *port = lilv_plugin_get_port_by_index(plugin, i);
    bool input = is(plugin, port, LILV_URI_INPUT_PORT);

    if (is(plugin, port, LILV_URI_AUDIO_PORT)) {
        if (input && self->ins < 2)
            self->in[self->ins++] = i;
        else if (!input && self->outs < 2)
            self->out[self->outs++] = i;
        else
            return false;
    } else if (is(plugin, port, LILV_URI_ATOM_PORT)) {
        /* those in from the end, those out from the begin */
        struct atom_port *atom = input ? &self->atom[ATOMS - 1] : &self->atom[self->atoms_out++];

        atom->head.atom.type = map_uri(NULL, LV2_ATOM__Sequence);
        atom->head.atom.size = sizeof atom->head.body;
        lilv_instance_connect_port(self->instance, i, atom);
    } else {
        take(settings, lilv_node_as_string(lilv_port_get_symbol(plugin, port)), &self->control[i]);
        lilv_instance_connect_port(self->instance, i, &self->control[i]);
    }
    return true;
}

static const LilvPlugin *find(const char *bundle, const char *uri)
{
    static const char *loaded[8];
    LilvNode *node;
    const LilvPlugin *plugin;
    int i = 0;

    if (!world) {
        world = lilv_world_new();
        lilv_world_load_specifications(world);
    }
    while (i < 7 && loaded[i] && strcmp(loaded[i], bundle))
        i++;
    if (!loaded[i]) {
        node = lilv_new_file_uri(world, NULL, bundle);
        lilv_world_load_bundle(world, node);
        lilv_node_free(node);
        loaded[i] = bundle;
    }
    node = lilv_new_uri(world, uri);
    plugin = lilv_plugins_get_by_uri(lilv_world_get_all_plugins(world), node);
    lilv_node_free(node);
    return plugin;
}

static void *open_plugin(const struct peer *peer, const char **why)
{
    const LilvPlugin *plugin = find(peer->what, peer->label);
    struct lv2 *self = calloc(1, sizeof *self);
    char *settings = strdup(peer->settings);
    uint32_t ports;

    *why = "its package is not installed";
    if (!plugin || !self || !settings)
        return NULL;
    *why = "it cannot be instantiated";
    ports = lilv_plugin_get_num_ports(plugin);
    self->instance = lilv_plugin_instantiate(plugin, PEER_RATE, features());
    if (!self->instance || ports > PORTS)
        return NULL;
    lilv_plugin_get_port_ranges_float(plugin, NULL, NULL, self->control);
    *why = "its ports are others than expected";
    for (uint32_t i = 0; i < ports; i++)
        if (!connect_port(self, plugin, i, settings))
            return NULL;
    if (strspn(settings, " ") != strlen(settings) || self->ins != self->outs)
        return NULL;
    free(settings);
    lilv_instance_activate(self->instance);
    return self;
}

static void run(void *instance, const float *const in[2], float *const out[2], uint32_t frames)
{
    struct lv2 *self = instance;

    for (uint32_t c = 0; c < self->ins; c++) {
        lilv_instance_connect_port(self->instance, self->in[c], (float *)in[c]);
        lilv_instance_connect_port(self->instance, self->out[c], out[c]);
    }
    for (uint32_t a = 0; a < self->atoms_out; a++)
        self->atom[a].head.atom = (LV2_Atom){ ATOM_BYTES, 0 };
    lilv_instance_run(self->instance, frames);
}

const struct peer_host peer_lv2 = { .open = open_plugin, .run = run };
