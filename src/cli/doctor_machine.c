/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What doctor can know without the daemon: the socket, the cards, the kernel, systemd's units. */
#include "doctor.h"
#include "words.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *const units[] = { "audioserver.target", "audioserver-jackd.service",
                                     "audioserver.service", "audioserver-web.service" };
enum { UNITS = sizeof units / sizeof *units };

void examine_socket(struct findings *findings, const char *path)
{
    const struct passwd *user;
    const struct group *group;
    struct stat stat_of;
    bool mine;

    if (stat(path, &stat_of) != 0) {
        found(findings, "socket", "%s: %s", path, strerror(errno));
        return;
    }
    mine = access(path, W_OK) == 0;
    user = getpwuid(stat_of.st_uid);
    group = getgrgid(stat_of.st_gid);
    found(findings, "socket", "%s, %s:%s %04o, %s", path, user ? user->pw_name : "?",
          group ? group->gr_name : "?", stat_of.st_mode & 07777,
          !S_ISSOCK(stat_of.st_mode) ? "NO socket"
          : mine                     ? "you may use it"
                                     : "you may NOT use it");
}

/* Two lines a card; the first has its number, id and name. */
static void examine_cards(struct findings *findings)
{
    FILE *file = fopen("/proc/asound/cards", "re");
    char line[256];
    int cards = 0;

    while (file && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        if (strchr(line, '[') || strstr(line, "no soundcards"))
            found(findings, cards++ ? "" : "cards", "%s", line + strspn(line, " "));
    }
    if (file)
        fclose(file);
    if (!cards)
        found(findings, "cards", "unknown: /proc/asound/cards cannot be read");
}

static void examine_kernel(struct findings *findings)
{
    struct utsname name;

    if (uname(&name) == 0)
        found(findings, "kernel", "%s %s %s", name.sysname, name.release, name.machine);
}

/* A line of the answer for each unit, in their order. */
static FILE *ask_systemd(void)
{
    struct words command = { 0 };

    words_add(&command, "timeout 5 systemctl is-active");
    for (int i = 0; i < UNITS; i++)
        words_add(&command, " %s", units[i]);
    words_add(&command, " 2>/dev/null");
    return popen(command.text, "re");
}

static void examine_units(struct findings *findings)
{
    FILE *answer = ask_systemd();
    char state[64];
    int count = 0;

    while (answer && count < UNITS && fgets(state, sizeof state, answer)) {
        state[strcspn(state, "\n")] = 0;
        found(findings, count ? "" : "systemd", "%s %s", units[count], state);
        if (strcmp(state, "failed") == 0)
            found_wrong(findings, "%s has failed; see journalctl -u %s", units[count],
                        units[count]);
        count++;
    }
    if (answer)
        pclose(answer);
    if (!count)
        found(findings, "systemd", "unknown: systemctl does not tell");
}

void examine_machine(struct findings *findings)
{
    examine_cards(findings);
    examine_kernel(findings);
    examine_units(findings);
}
