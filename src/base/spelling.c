/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "spelling.h"

#include <limits.h>
#include <string.h>

enum { NAME = 64 };

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

int spelling_slips(const char *a, const char *b)
{
    /* slips[i][j]: between the first i letters of a and the first j of b */
    int slips[NAME + 1][NAME + 1];
    size_t rows = strlen(a), columns = strlen(b);

    if (rows > NAME || columns > NAME)
        return INT_MAX;
    for (size_t i = 0; i <= rows; i++)
        for (size_t j = 0; j <= columns; j++) {
            if (i == 0 || j == 0) {
                slips[i][j] = (int)(i + j);
                continue;
            }
            slips[i][j] = slips[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            slips[i][j] = smaller(slips[i][j], slips[i - 1][j] + 1);
            slips[i][j] = smaller(slips[i][j], slips[i][j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                slips[i][j] = smaller(slips[i][j], slips[i - 2][j - 2] + 1);
        }
    return slips[rows][columns];
}

bool spelling_is_near(const char *name, const char *known)
{
    size_t a = strlen(name), b = strlen(known);
    int slips;

    if (a > b + 2 || b > a + 2) /* a slip makes a difference of one letter at most */
        return false;
    slips = spelling_slips(name, known);
    return slips <= 2 && 2 * (size_t)slips < b;
}
