/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hot files' functions in one of the forms that they are compiled in. */
#ifndef FORMS_H
#define FORMS_H

#include "chain.h"

struct forms {
    const char *name;
    const struct stage *eq, *compressor, *crossfeed, *gate, *deesser, *limiter, *gain, *volume;
    const struct bus_ops *bus;
    delay_run *delay_run;
    ducking_run *ducking_run;
};

extern const struct forms forms_base;

/* The fastest one that this processor can run. */
const struct forms *forms_best(void);

#endif
