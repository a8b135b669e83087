/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "analog.h"
#include "analog_queue.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { WRITER_PERIOD_MS = 50, SYNC_EVERY = 20 /* periods */, QUEUE_SECONDS = 8 };

bool analog_load(struct analog *analog, const char *path)
{
    struct wav_in *wav = &analog->source;
    SF_INFO info = { 0 };
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    bool ok;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, sf_strerror(NULL));
        return false;
    }
    if ((unsigned)info.samplerate != analog->rate_hz || !info.frames) {
        fprintf(stderr, "%s: %d Hz, JACK runs at %u Hz; convert it: sox %s -r %u OUT.wav\n", path,
                info.samplerate, analog->rate_hz, path, analog->rate_hz);
        sf_close(file);
        return false;
    }
    wav->frames = (uint64_t)info.frames;
    wav->channels = (unsigned)info.channels;
    wav->samples = malloc(sizeof *wav->samples * wav->frames * wav->channels);
    ok = wav->samples && sf_readf_float(file, wav->samples, info.frames) == info.frames;
    if (!ok)
        fprintf(stderr, "%s: cannot be loaded\n", path);
    sf_close(file);
    return ok;
}

static void write_recorded(struct analog *analog, float *block)
{
    struct recorded head;

    while (spsc_take(&analog->queue, &head, sizeof head)) {
        spsc_take(&analog->queue, block, sizeof *block * head.frames * analog->record.ports);
        wavout_write(&analog->wav, head.frame, block, head.frames);
    }
}

static void *writer_run(void *argument)
{
    static float block[ANALOG_PERIOD_MAX * ANALOG_PORTS_MAX];
    struct timespec period = { 0, WRITER_PERIOD_MS * 1000000L };
    struct analog *analog = argument;

    for (unsigned round = 0; !atomic_load(&analog->writer_quit); round++) {
        write_recorded(analog, block);
        if (round % SYNC_EVERY == 0) {
            wavout_sync(&analog->wav);
            analog_sidecar(analog, &analog->record, analog->wav.path, analog->wav.dropped);
        }
        nanosleep(&period, NULL);
    }
    write_recorded(analog, block);
    return NULL;
}

bool analog_record_start(struct analog *analog, const char *path)
{
    size_t bytes = sizeof(float) * analog->record.ports * analog->rate_hz * QUEUE_SECONDS;

    return wavout_open(&analog->wav, path, analog->rate_hz, analog->record.ports, WAVOUT_FLOAT) &&
           spsc_init(&analog->queue, bytes) &&
           !pthread_create(&analog->writer, NULL, writer_run, analog);
}

void analog_record_stop(struct analog *analog)
{
    atomic_store(&analog->writer_quit, true);
    pthread_join(analog->writer, NULL);
    wavout_pad(&analog->wav, atomic_load(&analog->record.frames_done));
    wavout_close(&analog->wav);
    analog_sidecar(analog, &analog->record, analog->wav.path, analog->wav.dropped);
    spsc_finish(&analog->queue);
}

void analog_sidecar(struct analog *analog, struct side *side, const char *path, uint64_t dropped)
{
    if (!atomic_load_explicit(&side->begun, memory_order_acquire))
        return;
    sidecar_write(path,
                  "{\"first_frame\": %" PRIu64 ", \"first_ns\": %" PRIu64
                  ", \"rate\": %u, \"frames\": %" PRIu64 ", \"xruns\": %" PRIu64
                  ", \"skipped\": %" PRIu64 ", \"lost\": %" PRIu64 "}\n",
                  side->first_frame, side->first_ns, analog->rate_hz,
                  atomic_load(&side->frames_done), atomic_load(&analog->xruns),
                  atomic_load(&analog->skipped_frames),
                  atomic_load(&analog->lost_frames) + dropped);
}
