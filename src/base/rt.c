/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "rt.h"

#include <dlfcn.h>
#include <string.h>

void (*rt_guard_enter)(void);
void (*rt_guard_leave)(void);

static void find(const char *name, void (**function)(void))
{
    void *symbol = dlsym(RTLD_DEFAULT, name);

    memcpy(function, &symbol, sizeof symbol); /* ISO C has no cast from void * to a function */
}

void rt_guard_find(void)
{
    find("rt_guard_enter_hook", &rt_guard_enter);
    find("rt_guard_leave_hook", &rt_guard_leave);
}
