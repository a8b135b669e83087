/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a pcm thread by hand, with a card that counts exactly and does as it is told. */
#include "pcm.h"

#include "test.h"

#include <errno.h>
#include <stdlib.h>

enum { CARD_FRAMES = 48000, MS = 1000000 };

/* The card. Two channels of S32; its count runs with `now`, or stands when frozen. */
static struct {
    bool capture, frozen, running;
    uint32_t buffer;
    int64_t started_ns, hw, appl;
    int64_t total;         /* frames written since the test began */
    unsigned long largest; /* ever asked for at once */
    unsigned long takes;   /* so many a write at most; 0: all */
    int error, starts, prepares;
    float sound[CARD_FRAMES]; /* left, as written */
} device;

static struct asrc asrc;
static struct pcm pcm;
static int64_t now;

static void count_on(void)
{
    if (device.running && !device.frozen)
        device.hw = (now - device.started_ns) * 48 / MS;
}

static long look(void *card, int64_t *time_ns)
{
    (void)card;
    if (device.error)
        return device.error;
    count_on();
    *time_ns = now;
    return (long)(device.capture ? device.hw - device.appl
                                 : device.buffer - (device.appl - device.hw));
}

static long read_frames(void *card, void *frames, unsigned long count)
{
    int32_t *to = frames;

    (void)card;
    if (count > device.largest)
        device.largest = count;
    for (unsigned long i = 0; i < count; i++, device.appl++) {
        *to++ = (int32_t)(device.appl << 12);
        *to++ = -(int32_t)(device.appl << 12);
    }
    return (long)count;
}

static long write_frames(void *card, const void *frames, unsigned long count)
{
    int64_t room = device.buffer - (device.appl - device.hw);
    const int32_t *from = frames;

    (void)card;
    if (count > device.largest)
        device.largest = count;
    if ((int64_t)count > room)
        count = (unsigned long)room;
    if (device.takes && count > device.takes)
        count = device.takes;
    for (unsigned long i = 0; i < count; i++)
        device.sound[device.total++ % CARD_FRAMES] = (float)from[2 * i] * 0x1p-31f;
    device.appl += (int64_t)count;
    return count ? (long)count : -EAGAIN;
}

static int start(void *card)
{
    (void)card;
    device.running = true;
    device.started_ns = now;
    device.starts++;
    return 0;
}

static int prepare(void *card)
{
    (void)card;
    device.error = 0;
    device.running = false;
    device.hw = device.appl = 0;
    device.prepares++;
    return 0;
}

static const struct pcm_card_ops ops = { look, read_frames, write_frames, start, prepare };

/* Open, met before, and started; a margin of 1 ms. */
static void begin(enum asrc_direction direction, uint32_t buffer_frames)
{
    struct asrc_config account = { .direction = direction,
                                   .jack_rate_hz = 48000,
                                   .jack_period = 64,
                                   .card_rate_hz = 48000,
                                   .card_step = 48,
                                   .lanes = 2,
                                   .quality = RESAMP_FASTEST,
                                   .margin_s = 1e-3 };
    struct pcm_config config = { .format = SAMPLE_S32_LE,
                                 .channels = 2,
                                 .rate_hz = 48000,
                                 .buffer_frames = buffer_frames,
                                 .grain_frames = 1,
                                 .prior_ppm = 0,
                                 .seed = 1 };

    memset(&device, 0, sizeof device);
    device.capture = direction == ASRC_CAPTURE;
    device.buffer = buffer_frames;
    now = 1000 * (int64_t)MS;
    CHECK(asrc_init(&asrc, &account) == 0);
    CHECK(pcm_init(&pcm, &config, &asrc, &ops, NULL) == 0);
    CHECK(pcm_start(&pcm, now) == PCM_GOES_ON);
}

static void end(void)
{
    pcm_finish(&pcm);
    asrc_finish(&asrc);
}

/* Steps each half millisecond, with or without posts. */
static enum pcm_end run(double ms, bool kicked)
{
    enum pcm_end why = PCM_GOES_ON;

    for (int i = 0; i < 2 * ms && why == PCM_GOES_ON; i++) {
        now += MS / 2;
        why = device.capture ? pcm_capture_step(&pcm, now) : pcm_playback_step(&pcm, now, kicked);
    }
    return why;
}

static int64_t fill(void)
{
    count_on();
    return device.appl - device.hw;
}

/* The callback: `frames` numbered 1, 2, ... thousandths, from `position` on. */
static void post(int64_t position, uint32_t frames)
{
    asrc.segment.id++;
    asrc.segment.position = position;
    asrc.segment.ring_number = ring_write_number(&asrc.ring);
    mbox_put(&asrc.segment_box, &asrc.segment);
    for (uint32_t i = 1; i <= frames; i++) {
        float frame[2] = { 1e-3f * (float)i, 0 };

        ring_write(&asrc.ring, frame, 1);
    }
}

static void hundred_at(int64_t position)
{
    for (int i = -20; i < 100; i++)
        CHECK_NEAR(device.sound[position + i], i < 0 ? 0 : 1e-3 * (i + 1), 1e-6);
}

static void captures_in_blocks(void)
{
    float frames[2 * 2000];
    struct pcm_status status;

    begin(ASRC_CAPTURE, 4096);
    run(10, false);
    ring_read(&asrc.ring, NULL, 480);
    now += 2000 * (int64_t)MS / 48 + 1;
    CHECK(pcm_capture_step(&pcm, now) == PCM_GOES_ON);
    CHECK(device.largest <= pcm.block_frames);
    CHECK(ring_read(&asrc.ring, frames, 2000) == 2000);
    for (int i = 0; i < 2000; i++) {
        CHECK_NEAR(frames[2 * i], (480 + i) * 0x1p-19, 0);
        CHECK_NEAR(frames[2 * i + 1], -(480 + i) * 0x1p-19, 0);
    }
    CHECK(mbox_take(&pcm.status_box, &status));
    CHECK(status.fill_frames == 2000 && status.frames == 2480 && status.beat_ns == now);
    CHECK(status.locked);
    CHECK_NEAR(status.jitter_us, 50, 49); /* of an exact clock: as expected at first, or less */
    end();
}

static void errors_are_sorted(void)
{
    static const struct {
        int error;
        enum pcm_end end;
        int prepares;
    } table[] = { { EAGAIN, PCM_GOES_ON, 0 }, { EINTR, PCM_GOES_ON, 0 },
                  { EPIPE, PCM_GOES_ON, 1 },  { ESTRPIPE, PCM_SUSPENDED, 0 },
                  { ENODEV, PCM_GONE, 0 },    { EIO, PCM_GONE, 0 } };

    for (size_t i = 0; i < 2 * sizeof table / sizeof *table; i++) {
        uint32_t epoch;
        size_t k = i / 2;

        begin(i % 2 ? ASRC_CAPTURE : ASRC_PLAYBACK, 960);
        run(10, true);
        epoch = pcm.epoch;
        device.error = -table[k].error;
        CHECK(run(0.5, true) == table[k].end);
        CHECK(device.prepares == table[k].prepares && device.starts == 1 + table[k].prepares);
        CHECK(pcm.epoch == epoch + (uint32_t)table[k].prepares);
        CHECK(pcm.status.xruns == (uint32_t)table[k].prepares);
        CHECK(table[k].end == PCM_GOES_ON || pcm.error == table[k].error);
        end();
    }
}

static enum pcm_end xruns(int count, double apart_ms)
{
    enum pcm_end why = PCM_GOES_ON;

    for (int i = 0; i < count && why == PCM_GOES_ON; i++) {
        device.error = -EPIPE;
        why = run(apart_ms, true);
    }
    return why;
}

/* Twenty in ten seconds are borne, one more is not; sixty in a minute are. */
static void storms(void)
{
    begin(ASRC_PLAYBACK, 960);
    CHECK(xruns(20, 10) == PCM_GOES_ON);
    CHECK(xruns(1, 10) == PCM_STORM);
    end();
    begin(ASRC_PLAYBACK, 960);
    CHECK(xruns(60, 1000) == PCM_GOES_ON);
    end();
}

/* J + M and a frame, half a millisecond; a step more while the count is all we know; 10 ms more
 * while JACK stands still; never more than there is room for. */
static void levels_of_silence(void)
{
    begin(ASRC_PLAYBACK, 960);
    CHECK(fill() == 113 + 24 + 48);
    run(50, true);
    CHECK_NEAR((double)fill(), 113 + 24, 2);
    run(3, false); /* three periods are 4 ms */
    CHECK_NEAR((double)fill(), 113 + 24, 2);
    run(3, false);
    CHECK_NEAR((double)fill(), 113 + 24 + 480, 2);
    run(1, true);
    CHECK(fill() < 113 + 24 + 480 - 40);
    end();
    begin(ASRC_PLAYBACK, 128);
    CHECK(fill() == 128 && pcm.pending == 0);
    end();
}

/* A count that stands still for a while does not look like a full card: the line goes on. */
static void the_line_goes_on(void)
{
    begin(ASRC_PLAYBACK, 960);
    run(50, true);
    device.frozen = true;
    run(1, true);
    CHECK_NEAR((double)(device.appl - device.hw), 113 + 24 + 48, 2);
    end();
}

static void frames_at_their_places(void)
{
    int64_t position;

    begin(ASRC_PLAYBACK, 960);
    run(50, true);
    position = device.total + 30; /* early: behind silence */
    post(position, 100);
    run(0.5, true);
    CHECK(device.total == position + 100);
    hundred_at(position);
    end();

    begin(ASRC_PLAYBACK, 960); /* earlier than there is room for */
    run(50, true);
    position = device.total + 1000;
    post(position, 100);
    run(10, true);
    hundred_at(position);
    end();

    begin(ASRC_PLAYBACK, 960); /* late: only the rest */
    run(50, true);
    position = device.total;
    post(position - 10, 100);
    run(0.5, true);
    for (int i = 0; i < 90; i++)
        CHECK_NEAR(device.sound[position + i], 1e-3 * (i + 11), 1e-6);
    end();

    begin(ASRC_PLAYBACK, 960); /* and nothing of another segment */
    run(50, true);
    post(device.total + 5000, 77);
    position = device.total + 40;
    post(position, 100);
    run(0.5, true);
    hundred_at(position);
    end();

    begin(ASRC_PLAYBACK, 960); /* a card that takes a few at a time */
    run(50, true);
    device.takes = 7;
    position = device.total + 40;
    post(position, 100);
    run(0.5, true);
    hundred_at(position);
    end();
}

/* Nobody posts any more: the sound goes on for 5 ms under a fade, then silence. */
static void breaks_off_softly(void)
{
    int64_t last, silent;

    begin(ASRC_PLAYBACK, 960);
    run(50, true);
    asrc.segment.id++;
    asrc.segment.position = device.total;
    asrc.segment.ring_number = ring_write_number(&asrc.ring);
    mbox_put(&asrc.segment_box, &asrc.segment);
    for (int i = 0; i < 700; i++) {
        float frame[2] = { 0.5f * cosf(0.02f * (float)i), 0 };

        ring_write(&asrc.ring, frame, 1);
    }
    last = device.total + 700;
    run(10, true);
    CHECK(device.total == last && pcm.status.padded == 0 && pcm.broken != pcm.segment.id);
    for (int i = 0; i < 100 && pcm.broken != pcm.segment.id; i++) {
        double left_ms = (double)fill() / 48;
        double asleep_ms = (double)(pcm_playback_wake(&pcm, now) - now) / MS;

        CHECK_MAX(asleep_ms, fmax(left_ms, 0.05));    /* before it is empty, */
        CHECK_MAX(fmin(left_ms, 5) - asleep_ms, 0.1); /* by a tenth of the margin at most */
        now = pcm_playback_wake(&pcm, now);
        CHECK(pcm_playback_step(&pcm, now, false) == PCM_GOES_ON);
    }
    run(20, false);
    CHECK(pcm.status.padded == 1 && pcm.broken == pcm.segment.id);
    silent = last;
    for (int64_t i = last; i < last + 300; i++) {
        CHECK_NEAR(device.sound[i], device.sound[i - 1], 0.02);
        if (fabsf(device.sound[i]) > 1e-6f)
            silent = i;
    }
    CHECK_NEAR((double)(silent - last), 240, 8);
    end();
}

/* An xrun in the middle of it all: what was on its way is forgotten, silence comes first. */
static void forgets_at_an_xrun(void)
{
    int64_t total;

    begin(ASRC_PLAYBACK, 960);
    run(50, true);
    post(device.total, 500);
    run(0.5, true);
    CHECK(pcm.broken != pcm.segment.id);
    for (int i = 0; i < 100 && pcm.broken != pcm.segment.id; i++)
        run(0.5, true); /* it runs dry, and fades */
    CHECK(fade_moving(&pcm.fade));
    total = device.total;
    device.error = -EPIPE;
    run(0.5, true);
    for (int64_t i = total; i < device.total; i++)
        CHECK(device.sound[i] == 0);
    CHECK(pcm.broken == pcm.segment.id && device.prepares == 1);
    end();

    begin(ASRC_PLAYBACK, 960); /* half of a block not taken yet, and more of it in the ring */
    run(50, true);
    post(device.total, 1500);
    device.takes = 100;
    device.buffer = 900;
    run(0.5, true);
    CHECK(ring_readable(&asrc.ring) > 500);
    device.buffer = 960;
    total = device.total;
    device.error = -EPIPE;
    CHECK(run(0.5, true) == PCM_GOES_ON);
    CHECK(!pcm.status.locked); /* its count began anew */
    run(20, true);
    CHECK(pcm.status.locked && pcm.broken == pcm.segment.id);
    CHECK_NEAR((double)pcm.status.frames, (double)total + 20 * 48, 24); /* numbers go on */
    CHECK(device.total > total + 900);
    for (int64_t i = total; i < device.total; i++)
        CHECK(device.sound[i] == 0);
    end();
}

/* A card that is full is left alone for 5 ms; never a busy loop, never later than that. */
static void wakes(void)
{
    begin(ASRC_PLAYBACK, 128);
    run(10, true);
    device.frozen = true;
    run(10, true);
    CHECK(pcm_playback_wake(&pcm, now) == now + 5 * MS);
    end();
    begin(ASRC_PLAYBACK, 960);
    run(50, true);
    pcm.wake_ns = now - 1;
    CHECK(pcm_playback_wake(&pcm, now) == now + MS / 20);
    pcm.wake_ns = now + MS;
    CHECK(pcm_playback_wake(&pcm, now) == now + MS);
    pcm.wake_ns = now + 6 * MS;
    CHECK(pcm_playback_wake(&pcm, now) == now + 5 * MS);
    end();
}

int main(int argc, char **argv)
{
    static const struct test tests[] = { { "captures_in_blocks", captures_in_blocks },
                                         { "errors_are_sorted", errors_are_sorted },
                                         { "storms", storms },
                                         { "levels_of_silence", levels_of_silence },
                                         { "the_line_goes_on", the_line_goes_on },
                                         { "frames_at_their_places", frames_at_their_places },
                                         { "breaks_off_softly", breaks_off_softly },
                                         { "forgets_at_an_xrun", forgets_at_an_xrun },
                                         { "wakes", wakes },
                                         { 0 } };

    return test_main(tests, argc, argv);
}
