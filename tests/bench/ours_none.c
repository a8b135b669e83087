/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In place of ours.c in a tree that has no chain yet: the peers alone. */
#include "peer.h"

const struct peer ours_table[1];
const int ours_count = 0;

const char *ours_remark(void)
{
    return "";
}
