/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forms.h"

#define FORMS(form)                                                                                \
    {                                                                                              \
        .name = #form, .eq = &eq_##form, .compressor = &compressor_##form,                         \
        .crossfeed = &crossfeed_##form, .gate = &gate_##form, .deesser = &deesser_##form,          \
        .limiter = &limiter_##form, .gain = &gain_##form, .volume = &volume_##form,                \
        .bus = &bus_##form, .delay_run = delay_run_##form, .ducking_run = ducking_run_##form       \
    }

const struct forms forms_base = FORMS(base);

#ifdef __x86_64__
static const struct forms forms_avx2 = FORMS(avx2);

const struct forms *forms_best(void)
{
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &forms_avx2
                                                                           : &forms_base;
}
#else
const struct forms *forms_best(void)
{
    return &forms_base;
}
#endif
