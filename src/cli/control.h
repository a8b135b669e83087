/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commands. Each returns an exit status, and has complained of anything but DONE. */
#ifndef CONTROL_H
#define CONTROL_H

#include "args.h"

int cli_params(const struct args *args);

/* How it is. */
int control_status(const struct args *args);
int control_meters(const struct args *args);
int control_watch(const struct args *args);
int control_events(const struct args *args);
int control_doctor(const struct args *args);

/* Values. */
int control_list(const struct args *args);
int control_get(const struct args *args);
int control_set(const struct args *args);
int control_toggle(const struct args *args);
int control_reset(const struct args *args);

/* Switches. */
int control_mute(const struct args *args);
int control_bypass(const struct args *args);
int control_ab(const struct args *args);
int control_clear(const struct args *args);
int control_factory_reset(const struct args *args);

/* Presets, and equalizers as text. */
int control_preset_list(const struct args *args);
int control_preset_load(const struct args *args);
int control_preset_save(const struct args *args);
int control_preset_rename(const struct args *args);
int control_preset_delete(const struct args *args);
int control_preset_diff(const struct args *args);
int control_preset_export(const struct args *args);
int control_preset_import(const struct args *args);
int control_import(const struct args *args);
int control_export(const struct args *args);

/* Without the daemon. */
int control_check_config(const struct args *args);
int control_check_preset(const struct args *args);
int control_completion(const struct args *args);

#endif
