/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE
#include "headset_bus.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

enum { BUS_PRIORITY = 80, SLEEP_MAX_NS = 5000000 };

double clock_frames(const struct device_clock *clock, uint64_t now_ns)
{
    double seconds = (double)(now_ns - clock->since_ns) * 1e-9;

    return clock->base + clock->rate_hz * (1.0 + clock->ppm * 1e-6) * seconds;
}

void clock_set_ppm(struct device_clock *clock, double ppm, uint64_t now_ns)
{
    clock->base = clock_frames(clock, now_ns);
    clock->since_ns = now_ns;
    clock->ppm = ppm;
}

static void add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static void raise_event(int event_fd)
{
    static const uint64_t one = 1;

    if (write(event_fd, &one, sizeof one) < 0)
        return; /* cannot be full: it would take 2^64 packets */
}

static void queue_played(struct bus *bus, const struct packet *packet)
{
    struct played_packet head = { packet->device_frame, packet->device_frames };
    size_t bytes = sizeof bus->block[0] * packet->device_frames * bus->played_channels;

    if (!bus->played)
        return;
    if (spsc_room(bus->played) < sizeof head + bytes) {
        add(&bus->lost_frames, packet->device_frames);
        return;
    }
    spsc_put(bus->played, 0, &head, sizeof head);
    spsc_put(bus->played, sizeof head, bus->block, bytes);
    spsc_commit(bus->played, sizeof head + bytes);
}

static bool stream_packet(struct bus *bus, enum headset_direction direction,
                          struct headset_stream *stream, double before, double now)
{
    double ratio =
        (double)atomic_load_explicit(&stream->rate_hz, memory_order_relaxed) / bus->clock.rate_hz;
    struct packet packet = { .device_frame = (uint64_t)before };
    struct packet_outcome outcome;

    packet.device_frames = (uint32_t)((uint64_t)now - (uint64_t)before);
    packet.stream_frames = (uint32_t)((uint64_t)(now * ratio) - (uint64_t)(before * ratio));
    if (!packet.device_frames || !packet.stream_frames ||
        packet.device_frames > PACKET_FRAMES_MAX || packet.stream_frames > PACKET_FRAMES_MAX)
        return false;
    if (direction == HEADSET_OUT) {
        outcome = stream_play(stream, &packet, bus->block, bus->played_channels);
        if (outcome.happened)
            queue_played(bus, &packet);
        add(&bus->played_frames, outcome.real_frames);
        if (!atomic_load_explicit(&stream->draining, memory_order_relaxed))
            add(&bus->underruns, outcome.xrun);
    } else {
        outcome = stream_capture(stream, &packet, &bus->mic);
        add(&bus->captured_frames, outcome.real_frames);
        add(&bus->overruns, outcome.xrun);
    }
    return outcome.wake;
}

/* The packet due at `at_ns`; wake[] is set for the ends that have news. */
static void bus_packet(struct bus *bus, uint64_t at_ns, struct stream_end *const end[], bool wake[])
{
    double ppm = atomic_load_explicit(&bus->wanted_ppm, memory_order_relaxed);
    double before = bus->now_frames;
    bool frozen = atomic_load_explicit(&bus->frozen, memory_order_relaxed);

    if (ppm != bus->clock.ppm)
        clock_set_ppm(&bus->clock, ppm, at_ns);
    bus->now_frames = clock_frames(&bus->clock, at_ns);
    for (int d = 0; d < HEADSET_DIRECTIONS; d++)
        if (end[d] && !frozen)
            wake[d] |= stream_packet(bus, d, end[d]->stream, before, bus->now_frames);
    atomic_store_explicit(&bus->frames, (uint64_t)bus->now_frames, memory_order_release);
}

/* When packet number bus->packet will be handled. */
static void schedule_next(struct bus *bus)
{
    uint64_t jitter = atomic_load_explicit(&bus->jitter_ns, memory_order_relaxed);

    bus->random ^= bus->random << 13;
    bus->random ^= bus->random >> 7;
    bus->random ^= bus->random << 17;
    bus->due_ns =
        bus->t0_ns + bus->packet * bus->packet_ns + (jitter ? bus->random % (jitter + 1) : 0);
}

static void handle_due(struct bus *bus, uint64_t now_ns)
{
    struct stream_end *end[HEADSET_DIRECTIONS];
    bool wake[HEADSET_DIRECTIONS] = { false };
    uint64_t late = now_ns - bus->due_ns;

    if (late > atomic_load_explicit(&bus->late_max_ns, memory_order_relaxed))
        atomic_store_explicit(&bus->late_max_ns, late, memory_order_relaxed);
    for (int d = 0; d < HEADSET_DIRECTIONS; d++) {
        end[d] = atomic_load(&bus->end[d]);
        if (end[d])
            atomic_store_explicit(&end[d]->stream->alive_ns, now_ns, memory_order_relaxed);
    }
    while (bus->due_ns <= now_ns) {
        bus_packet(bus, bus->t0_ns + bus->packet * bus->packet_ns, end, wake);
        bus->packet++;
        schedule_next(bus);
    }
    for (int d = 0; d < HEADSET_DIRECTIONS; d++)
        if (wake[d])
            raise_event(end[d]->event_fd);
}

static void *bus_run(void *argument)
{
    struct bus *bus = argument;

    while (!atomic_load_explicit(&bus->quit, memory_order_relaxed)) {
        uint64_t now_ns = headset_now_ns();

        if (now_ns >= bus->due_ns) {
            handle_due(bus, now_ns);
        } else {
            /* RAW cannot be slept on; over a few ms the other clock's slew is nothing. */
            uint64_t left_ns = bus->due_ns - now_ns;
            struct timespec wait = { 0, left_ns < SLEEP_MAX_NS ? (long)left_ns : SLEEP_MAX_NS };

            clock_nanosleep(CLOCK_MONOTONIC, 0, &wait, NULL);
        }
        atomic_fetch_add(&bus->rounds, 1);
    }
    return NULL;
}

bool bus_start(struct bus *bus, uint64_t seed)
{
    struct sched_param priority = { .sched_priority = BUS_PRIORITY };

    bus->random = seed ? seed * UINT64_C(0x9e3779b97f4a7c15) : 1;
    bus->t0_ns = headset_now_ns();
    bus->clock.since_ns = bus->t0_ns;
    bus->packet = 1;
    schedule_next(bus);
    if (pthread_create(&bus->thread, NULL, bus_run, bus))
        return false;
    pthread_setname_np(bus->thread, "usb-packets");
    bus->realtime = !pthread_setschedparam(bus->thread, SCHED_FIFO, &priority);
    return true;
}

void bus_stop(struct bus *bus)
{
    atomic_store(&bus->quit, true);
    pthread_join(bus->thread, NULL);
}

void bus_attach(struct bus *bus, enum headset_direction direction, struct stream_end *end)
{
    atomic_store(&bus->end[direction], end);
}

void bus_detach(struct bus *bus, enum headset_direction direction)
{
    struct timespec moment = { 0, 200000 };
    uint64_t rounds;

    atomic_store(&bus->end[direction], NULL);
    rounds = atomic_load(&bus->rounds);
    while (atomic_load(&bus->rounds) < rounds + 2)
        nanosleep(&moment, NULL);
}
