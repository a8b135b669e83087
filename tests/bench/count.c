/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ours alone, for counters of instructions and for other processors.
 *
 *     bench_count                  checks all and prints their names, one a line
 *     bench_count NAME FRAMES      runs that one
 */
#include "peer_check.h"
#include "peer_sound.h"

#include <stdio.h>
#include <stdlib.h>

static int check_all(void)
{
    int failures = 0;

    for (int i = 0; i < ours_count; i++) {
        struct peer_running running = { .peer = &ours_table[i] };
        char says[PEER_SAYS_BYTES];

        running.self = ours_table[i].host->open(&ours_table[i], &running.why);
        if (!running.self)
            continue;
        if (peer_check(&running, says)) {
            puts(ours_table[i].name);
            continue;
        }
        fprintf(stderr, "bench_count: %s: %s\n", ours_table[i].name, says);
        failures++;
    }
    return failures != 0;
}

int main(int argc, char **argv)
{
    peer_sound_init();
    if (argc == 1)
        return check_all();
    if (argc == 3)
        return peer_sound_alone(ours_table, ours_count, argv[1], atoi(argv[2]));
    fprintf(stderr, "usage: bench_count [NAME FRAMES]\n");
    return 2;
}
