/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fuzzer's target without libFuzzer, for `make check`: the corpus as it is, then mutations of it,
 * always the same ones. It finds what is shallow; `make fuzz` finds the rest.
 *
 *     NAME CORPUS [COUNT]
 */
#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILES = 256, BYTES = 64 * 1024 };

static struct {
    uint8_t *bytes;
    size_t size;
} file[FILES];
static int files;
static uint32_t state = 1;

static uint32_t below(uint32_t limit)
{
    state = state * 1664525u + 1013904223u;
    return limit ? (uint32_t)(((uint64_t)state * limit) >> 32) : 0;
}

static int load(const char *folder)
{
    DIR *all = opendir(folder);
    struct dirent *entry;

    while (all && (entry = readdir(all)) && files < FILES) {
        char path[512];
        FILE *in;

        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        in = fopen(path, "r");
        file[files].bytes = malloc(BYTES);
        if (!in || !file[files].bytes)
            return 0;
        file[files].size = fread(file[files].bytes, 1, BYTES, in);
        fclose(in);
        files++;
    }
    if (all)
        closedir(all);
    return files;
}

/* One change of a text: a byte, a piece less, a piece twice, a piece of another file. */
static size_t mutate(uint8_t *text, size_t size)
{
    size_t at = below((uint32_t)size + 1), length = 1 + below(24);
    int from = (int)below((uint32_t)files);

    switch (below(4)) {
    case 0:
        if (at < size)
            text[at] = (uint8_t)below(256);
        return size;
    case 1:
        length = at + length > size ? size - at : length;
        memmove(text + at, text + at + length, size - at - length);
        return size - length;
    case 2:
        if (at + length > size || size + length > BYTES)
            return size;
        memmove(text + at + length, text + at, size - at);
        return size + length;
    default:
        if (file[from].size < length || size + length > BYTES)
            return size;
        memmove(text + at + length, text + at, size - at);
        memcpy(text + at, file[from].bytes + below((uint32_t)(file[from].size - length + 1)),
               length);
        return size + length;
    }
}

/* In memory of just its size, so that a read beyond is seen. */
static void try(const uint8_t *text, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    memcpy(exact, text, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv)
{
    static uint8_t text[BYTES];
    long count = argc > 2 ? atol(argv[2]) : 20000;

    if (argc < 2 || !load(argv[1])) {
        printf("FAIL fuzz: no corpus\n");
        return 1;
    }
    for (int f = 0; f < files; f++)
        try(file[f].bytes, file[f].size);
    for (long i = 0; i < count; i++) {
        int from = (int)below((uint32_t)files);
        size_t size = file[from].size;

        memcpy(text, file[from].bytes, size);
        for (uint32_t n = 1 + below(6); n > 0; n--)
            size = mutate(text, size);
        try(text, size);
    }
    for (int f = 0; f < files; f++)
        free(file[f].bytes);
    printf("ok fuzz %s\n", argv[1]);
    return 0;
}
