/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The sound's stages against peers: CPU time per stereo frame at 48 kHz, one core, pink noise and a
 * sine, denormals off. All candidates of a stage run in turns, round by round; figures are medians
 * of the rounds, ratios medians of each round's ratio.
 *
 *     bench_dsp [INSTRUCTIONS]     the tables, in Markdown; a file of lines "NAME<tab>COUNT"
 *     bench_dsp --list             names of what can be run here, one a line
 *     bench_dsp --run NAME FRAMES  runs that one alone, for a counter of instructions
 */
#define _GNU_SOURCE

#include "peer.h"
#include "peer_check.h"
#include "peer_sound.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 31, ROUND_FRAMES = 32768, MOST = 24, BLOCK = 64 };

static const struct {
    const char *title;
    double limit_ns; /* of ours; 0: none */
} stages[PEER_STAGES] = {
    [PEER_EQ] = { "10-band stereo EQ", 6.5 }, [PEER_CROSSFEED] = { "Crossfeed", 0 },
    [PEER_COMPRESSOR] = { "Compressor", 0 },  [PEER_LIMITER] = { "Limiter", 0 },
    [PEER_CHAIN] = { "Listen chain", 35 },    [PEER_NEUTRAL] = { "Neutral chain", 3 },
};

/* Ours is to be faster than the fastest of a rank, or than those with a name, by a factor. */
static const struct target {
    enum peer_stage stage;
    enum peer_rank rank;
    const char *name; /* part of it; NULL: any */
    double factor;    /* 0: for information */
    const char *says;
} targets[] = {
    { PEER_EQ, PEER_KERNEL, NULL, 2.5, "the fastest loop" },
    { PEER_EQ, PEER_PACKAGED, NULL, 5, "the fastest plug-in" },
    { PEER_EQ, PEER_PACKAGED, "LSP", 8, "LSP's" },
    { PEER_CROSSFEED, PEER_PACKAGED, NULL, 2, "the fastest" },
    { PEER_COMPRESSOR, PEER_PACKAGED, NULL, 5, "the fastest" },
    { PEER_LIMITER, PEER_PACKAGED, NULL, 2.5, "the fastest" },
    { PEER_CHAIN, PEER_PACKAGED, NULL, 5, "the fastest of plug-ins" },
    { PEER_CHAIN, PEER_KERNEL, NULL, 0, "the fastest with others' loops" },
};

struct candidate {
    struct peer_running running;
    char says[PEER_SAYS_BYTES];
    bool works;
    double ns[ROUNDS];
};

static struct candidate candidates[MOST];
static int candidate_count, missed;

static double cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e9 * (double)now.tv_sec + (double)now.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(const double *values)
{
    double sorted[ROUNDS];

    memcpy(sorted, values, sizeof sorted);
    qsort(sorted, ROUNDS, sizeof *sorted, by_value);
    return sorted[ROUNDS / 2];
}

static double ratio(const struct candidate *of, const struct candidate *to)
{
    double each[ROUNDS];

    for (int r = 0; r < ROUNDS; r++)
        each[r] = of->ns[r] / to->ns[r];
    return median(each);
}

static double time_once(const struct peer_running *running, uint32_t block)
{
    double begin = cpu_ns();

    peer_sound_run(running, block, ROUND_FRAMES);
    return (cpu_ns() - begin) / ROUND_FRAMES;
}

/* --- instruction counts ---------------------------------------------------------------------- */

static const char *instructions_file;

/* "-": not counted */
static const char *instructions(const char *name)
{
    static char line[256];
    FILE *file = instructions_file ? fopen(instructions_file, "r") : NULL;
    size_t length = strlen(name);
    const char *found = "-";

    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, name, length) && line[length] == '\t') {
            line[strcspn(line, "\n")] = 0;
            found = line + length + 1;
            break;
        }
    if (file)
        fclose(file);
    return found;
}

/* --- who can be run -------------------------------------------------------------------------- */

static bool open_peer(struct peer_running *running, const struct peer *peer)
{
    *running = (struct peer_running){ .peer = peer };
    running->self = peer->host->open(peer, &running->why);
    return running->self;
}

static void collect(const struct peer *table, int count, enum peer_stage stage)
{
    for (int i = 0; i < count && candidate_count < MOST; i++) {
        struct candidate *candidate = &candidates[candidate_count];

        if (table[i].stage != stage)
            continue;
        candidate_count++;
        candidate->works = false;
        if (open_peer(&candidate->running, &table[i]))
            candidate->works = peer_check(&candidate->running, candidate->says);
    }
}

/* --- a stage --------------------------------------------------------------------------------- */

static void measure(void)
{
    for (int r = -1; r < ROUNDS; r++)
        for (int i = 0; i < candidate_count; i++)
            if (candidates[i].works)
                candidates[i].ns[r < 0 ? 0 : r] = time_once(&candidates[i].running, BLOCK);
}

static const struct candidate *ours(void)
{
    for (int i = 0; i < candidate_count; i++)
        if (candidates[i].works && candidates[i].running.peer->rank == PEER_OURS)
            return &candidates[i];
    return NULL;
}

static const char *verdict(bool reached)
{
    missed += !reached;
    return reached ? "reached" : "**not reached**";
}

static void row(const struct candidate *candidate, const struct candidate *best)
{
    const struct peer *peer = candidate->running.peer;
    char times[32] = "-", limit[48] = "";

    if (!candidate->works) {
        printf("| %s | not run: %s | | | | |\n", peer->name,
               candidate->running.self ? candidate->says : candidate->running.why);
        missed += peer->rank == PEER_OURS && candidate->running.self;
        return;
    }
    if (best)
        snprintf(times, sizeof times, "%.2f", ratio(candidate, best));
    if (candidate == best && stages[peer->stage].limit_ns > 0)
        snprintf(limit, sizeof limit, "<= %.1f ns: %s", stages[peer->stage].limit_ns,
                 verdict(median(candidate->ns) <= stages[peer->stage].limit_ns));
    printf("| %s | %.2f | %s | %s | %s | %s |\n", peer->name, median(candidate->ns), times,
           instructions(peer->name), limit, candidate->says);
}

static const struct candidate *fastest(const struct target *target, bool less)
{
    const struct candidate *found = NULL;

    for (int i = 0; i < candidate_count; i++) {
        const struct candidate *c = &candidates[i];

        if (!c->works || c->running.peer->rank != target->rank || c->running.peer->less != less ||
            (target->name && !strstr(c->running.peer->name, target->name)))
            continue;
        if (!found || median(c->ns) < median(found->ns))
            found = c;
    }
    return found;
}

static void compare(const struct target *target, const struct candidate *best)
{
    const struct candidate *peer = fastest(target, false), *other = fastest(target, true);
    char asked[48] = "";

    if (!peer || !best)
        return;
    if (target->factor > 0)
        snprintf(asked, sizeof asked, ">= %.1f: %s", target->factor,
                 verdict(ratio(peer, best) >= target->factor));
    printf("| ours against %s: %s | | %.2f | | %s | |\n", target->says, peer->running.peer->name,
           ratio(peer, best), asked);
    if (other)
        printf("| (that does less: %s) | | %.2f | | | |\n", other->running.peer->name,
               ratio(other, best));
}

/* Other work on the machine, also on the other half of the core, slows ours more than most peers:
 * ours fills the core, they wait for their own results. */
static void note_disturbance(void)
{
    double worst = 1;

    for (int i = 0; i < candidate_count; i++) {
        double least = INFINITY;

        for (int r = 0; candidates[i].works && r < ROUNDS; r++)
            least = fmin(least, candidates[i].ns[r]);
        if (candidates[i].works)
            worst = fmax(worst, median(candidates[i].ns) / least);
    }
    if (worst > 1.1)
        printf("\nDisturbed: a median is %.0f %% above its quickest round.\n", 100 * (worst - 1));
}

static void stage(enum peer_stage which)
{
    const struct candidate *best;

    candidate_count = 0;
    collect(ours_table, ours_count, which);
    collect(peer_table, peer_count, which);
    if (!candidate_count)
        return;
    measure();
    best = ours();
    printf("\n| %s%s%s | ns | x ours | Ir | target | does |\n|---|--:|--:|--:|---|---|\n",
           stages[which].title, which == PEER_CHAIN && ours_count ? ", ours of " : "",
           which == PEER_CHAIN ? ours_remark() : "");
    for (int i = 0; i < candidate_count; i++)
        row(&candidates[i], best);
    for (unsigned i = 0; i < sizeof targets / sizeof *targets; i++)
        if (targets[i].stage == which)
            compare(&targets[i], best);
    note_disturbance();
    fflush(stdout);
}

/* --- our chain at other block sizes ---------------------------------------------------------- */

static void block_sizes(void)
{
    static const uint32_t sizes[] = { 16, 32, 64, 128, 256, 512, 1024, 2048, 4096 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    double ns[SIZES][ROUNDS], least = INFINITY, most = 0;
    struct peer_running running = { .self = NULL };

    for (int i = 0; i < ours_count && !running.self; i++)
        if (ours_table[i].stage == PEER_CHAIN)
            open_peer(&running, &ours_table[i]);
    if (!running.self)
        return;
    for (int r = -1; r < ROUNDS; r++)
        for (int i = 0; i < SIZES; i++)
            ns[i][r < 0 ? 0 : r] = time_once(&running, sizes[i]);
    printf("\n| Block |");
    for (int i = 0; i < SIZES; i++)
        printf(" %u |", sizes[i]);
    printf(" target |\n|---|");
    for (int i = 0; i < SIZES; i++)
        printf("--:|");
    printf("---|\n| ours: whole chain, ns |");
    for (int i = 0; i < SIZES; i++) {
        least = fmin(least, median(ns[i]));
        most = fmax(most, median(ns[i]));
        printf(" %.1f |", median(ns[i]));
    }
    printf(" within 25 %%: %.0f %%, %s |\n", 100 * (most / least - 1),
           verdict(most <= 1.25 * least));
}

/* --- the whole ------------------------------------------------------------------------------- */

/* The last processor that may be had: interrupts are rather on the first. */
static void pin(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set))
        return;
    for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--)
        if (CPU_ISSET(cpu, &set)) {
            CPU_ZERO(&set);
            CPU_SET(cpu, &set);
            sched_setaffinity(0, sizeof set, &set);
            return;
        }
}

/* From a chain of additions, one a cycle. */
static double clock_ghz(void)
{
    uint64_t sum = 0, one = 1;
    double least = INFINITY;

    for (int r = 0; r < 10; r++) {
        double begin = cpu_ns();

        for (int i = 0; i < 100000; i++)
            for (int k = 0; k < 16; k++) {
                sum += one;
                __asm__ volatile("" : "+r"(sum), "+r"(one));
            }
        least = fmin(least, cpu_ns() - begin);
    }
    return 1600000 / least;
}

static void print_machine(void)
{
    char line[256], model[256] = "unknown processor", date[32] = "";
    FILE *file = fopen("/proc/cpuinfo", "r");
    time_t now = time(NULL);
    struct utsname system;
    double load = 0;

    getloadavg(&load, 1);
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name : %255[^\n]", model) == 1)
            break;
    if (file)
        fclose(file);
    uname(&system);
    strftime(date, sizeof date, "%Y-%m-%d", localtime(&now));
    printf(
        "%s, %s, about %.1f GHz, load %.1f on %ld processors, %s %s, gcc %s.\n"
        "ns and instructions (Ir) per stereo frame, 48 kHz, block %d, one core, pink noise and a "
        "sine, denormals off; CPU time, medians of %d interleaved rounds.\n",
        date, model, clock_ghz(), load, sysconf(_SC_NPROCESSORS_ONLN), system.sysname,
        system.release, __VERSION__, BLOCK, ROUNDS);
}

static int list(void)
{
    struct peer_running running;

    for (int i = 0; i < ours_count; i++)
        if (open_peer(&running, &ours_table[i]))
            puts(ours_table[i].name);
    for (int i = 0; i < peer_count; i++)
        if (open_peer(&running, &peer_table[i]))
            puts(peer_table[i].name);
    return 0;
}

int main(int argc, char **argv)
{
    peer_sound_init();
    if (argc == 4 && !strcmp(argv[1], "--run"))
        return peer_sound_alone(ours_table, ours_count, argv[2], atoi(argv[3])) &&
               peer_sound_alone(peer_table, peer_count, argv[2], atoi(argv[3]));
    if (argc == 2 && !strcmp(argv[1], "--list"))
        return list();
    if (argc > 2) {
        fprintf(stderr, "usage: bench_dsp [INSTRUCTIONS | --list | --run NAME FRAMES]\n");
        return 2;
    }
    instructions_file = argc > 1 ? argv[1] : NULL;
    pin();
    print_machine();
    for (enum peer_stage which = 0; which < PEER_STAGES; which++)
        stage(which);
    block_sizes();
    if (ours_count)
        printf("\n%d not reached\n", missed);
    return 0;
}
