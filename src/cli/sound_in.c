/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "sound.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path may lead to a pipe that nobody writes to: it is looked at without waiting. */
static int open_file(const char *path)
{
    struct stat found;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0) {
        complain("%s: cannot be read: %s", path, strerror(errno));
        return -1;
    }
    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode))
        return fd;
    complain("%s is %s, not a sound file", path,
             S_ISDIR(found.st_mode) ? "a folder" : "something special");
    close(fd);
    return -1;
}

static bool accept_format(const struct sound_in *in, const SF_INFO *info)
{
    if (info->channels != 1 && info->channels != 2) {
        complain("%s has %d channels; one or two can be rendered", in->path, info->channels);
        return false;
    }
    if (info->samplerate < SOUND_RATE_MIN || info->samplerate > SOUND_RATE_MAX) {
        complain("%s has a rate of %d Hz; %d to %d Hz can be rendered", in->path, info->samplerate,
                 SOUND_RATE_MIN, SOUND_RATE_MAX);
        return false;
    }
    return true;
}

bool sound_open(struct sound_in *in, const char *path)
{
    SF_INFO info = { 0 };
    int fd = open_file(path);

    *in = (struct sound_in){ .path = path };
    if (fd < 0)
        return false;
    in->file = sf_open_fd(fd, SFM_READ, &info, SF_TRUE);
    if (!in->file) {
        complain("%s is no sound file that can be read: %s", path, sf_strerror(NULL));
        return false; /* libsndfile has closed it */
    }
    if (!accept_format(in, &info)) {
        sound_close(in);
        return false;
    }
    in->rate_hz = (uint32_t)info.samplerate;
    in->channels = (uint32_t)info.channels;
    /* a stream's header may leave it open: libsndfile then says the greatest number there is */
    in->frames = info.frames > 0 && info.frames < SF_COUNT_MAX / 2 ? (uint64_t)info.frames : 0;
    return true;
}

int64_t sound_read(struct sound_in *in, float *to, uint32_t frames)
{
    sf_count_t got = sf_readf_float(in->file, to, frames);

    if (got < (sf_count_t)frames && sf_error(in->file) != SF_ERR_NO_ERROR) {
        complain("%s is damaged: %s", in->path, sf_strerror(in->file));
        return -1;
    }
    return got;
}

void sound_close(struct sound_in *in)
{
    if (in->file)
        sf_close(in->file);
    in->file = NULL;
}
