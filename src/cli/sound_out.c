/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli.h"
#include "sound.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CHUNK = 1024 }; /* samples that are converted at once */

#define WAV_BYTES_MAX 4.29e9 /* its header counts with 32 bits; some of them are the header's */

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);

    return length > wanted && strcasecmp(path + length - wanted, ending) == 0;
}

bool sound_out_check(const char *path, enum sound_format format)
{
    bool flac = has_ending(path, ".flac");

    if (!flac && !has_ending(path, ".wav")) {
        complain("%s: the name of the output must end in .wav or .flac", path);
        return false;
    }
    if (flac && format == SOUND_FLOAT) {
        complain("%s: FLAC has no floats; take --format pcm24 or a .wav", path);
        return false;
    }
    return true;
}

const char *sound_format_name(enum sound_format format)
{
    return format == SOUND_PCM16 ? "16 bit" : format == SOUND_PCM24 ? "24 bit" : "float";
}

static int file_format(const struct sound_out *out, uint64_t frames)
{
    static const int sample[] = { [SOUND_FLOAT] = SF_FORMAT_FLOAT,
                                  [SOUND_PCM24] = SF_FORMAT_PCM_24,
                                  [SOUND_PCM16] = SF_FORMAT_PCM_16 };
    static const int bytes[] = { [SOUND_FLOAT] = 4, [SOUND_PCM24] = 3, [SOUND_PCM16] = 2 };
    double length = (double)frames * out->channels * bytes[out->format];
    /* Of unknown length: RF64, which libsndfile makes a plain WAV at the end where it can. */
    bool large = frames == 0 || length > WAV_BYTES_MAX;

    return sample[out->format] | (out->flac ? SF_FORMAT_FLAC
                                  : large   ? SF_FORMAT_RF64
                                            : SF_FORMAT_WAV);
}

bool sound_create(struct sound_out *out, const char *path, enum sound_format format,
                  uint32_t channels, uint32_t rate_hz, uint64_t frames)
{
    SF_INFO info = { .samplerate = (int)rate_hz, .channels = (int)channels };

    *out = (struct sound_out){ .channels = channels, .dither = 0x2545f491 };
    out->flac = has_ending(path, ".flac");
    out->format = format ? format : out->flac ? SOUND_PCM24 : SOUND_FLOAT;
    if (!fresh_open(&out->fresh, path))
        return false;
    info.format = file_format(out, frames);
    out->file = sf_open_fd(out->fresh.fd, SFM_WRITE, &info, SF_FALSE);
    if (!out->file) {
        complain("%s: cannot be written: %s", path, sf_strerror(NULL));
        fresh_discard(&out->fresh);
        return false;
    }
    sf_command(out->file, SFC_RF64_AUTO_DOWNGRADE, NULL, SF_TRUE);
    /* The PEAK chunk has the time of day in it; the same sound shall be the same file. */
    sf_command(out->file, SFC_SET_ADD_PEAK_CHUNK, NULL, SF_FALSE);
    return true;
}

static double uniform(struct sound_out *out) /* -0.5 .. 0.5, xorshift32 */
{
    uint32_t x = out->dither;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    out->dither = x;
    return (double)(int32_t)x * 0x1p-32;
}

/* With 16 bits, triangular dither; but what is a whole number of steps already (silence, sound that
 * nothing has changed) stays exact. */
static int to_int(struct sound_out *out, float sample)
{
    int bits = out->format == SOUND_PCM16 ? 16 : 24;
    double full = (double)(1 << (bits - 1)), scaled = (double)sample * full;

    if (scaled > full || scaled < -full)
        out->clipped++;
    if (bits == 16 && scaled != rint(scaled))
        scaled += uniform(out) + uniform(out);
    scaled = rint(fmax(-full, fmin(full - 1, scaled)));
    return (int)scaled * (1 << (32 - bits));
}

/* libsndfile's own conversion from float scales by one step less than its conversion to it. */
static sf_count_t write_ints(struct sound_out *out, const float *from, uint32_t frames)
{
    int chunk[CHUNK];
    uint32_t most = CHUNK / out->channels, done = 0;

    while (done < frames) {
        uint32_t now = frames - done < most ? frames - done : most;

        for (uint32_t i = 0; i < now * out->channels; i++)
            chunk[i] = to_int(out, from[(size_t)done * out->channels + i]);
        if (sf_writef_int(out->file, chunk, now) < (sf_count_t)now)
            return 0;
        done += now;
    }
    return done;
}

static void complain_of_writing(struct sound_out *out)
{
    complain("%s: cannot be written: %s", out->fresh.shown,
             errno ? strerror(errno) : sf_strerror(out->file));
}

bool sound_write(struct sound_out *out, const float *from, uint32_t frames)
{
    sf_count_t done;

    errno = 0;
    if (out->format == SOUND_FLOAT)
        done = sf_writef_float(out->file, from, frames);
    else
        done = write_ints(out, from, frames);
    out->frames += frames;
    if (done == (sf_count_t)frames)
        return true;
    complain_of_writing(out);
    return false;
}

/* Closing writes the header, and FLAC's last frames, and libsndfile tells nobody if that fails. */
static bool is_whole(const struct sound_out *out)
{
    SF_INFO info = { 0 };
    SNDFILE *file = sf_open(out->fresh.temporary, SFM_READ, &info);
    float last[2];
    bool whole;

    if (!file)
        return false;
    whole = (uint64_t)info.frames == out->frames;
    if (whole && out->frames)
        whole = sf_seek(file, -1, SEEK_END) >= 0 && sf_readf_float(file, last, 1) == 1;
    sf_close(file);
    return whole;
}

bool sound_keep(struct sound_out *out)
{
    SNDFILE *file = out->file;

    errno = 0;
    out->file = NULL;
    sf_close(file);
    if (is_whole(out))
        return fresh_keep(&out->fresh);
    complain_of_writing(out);
    fresh_discard(&out->fresh);
    return false;
}

void sound_discard(struct sound_out *out)
{
    if (out->file)
        sf_close(out->file);
    out->file = NULL;
    fresh_discard(&out->fresh);
}
