/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account of a bridge by hand, against two clocks that are exact: its numbers, one by one. */
#include "asrc.h"

#include "test.h"

#include <stdlib.h>

enum { PERIOD = 64, HEARD = 48000 };

static struct asrc asrc;
static struct asrc_card card;
static struct clock_line jack;
static int64_t frame;
static uint32_t jack_epoch;
static float left[2 * PERIOD], right[2 * PERIOD]; /* what goes in or comes out, one cycle */
static float heard[2 * HEARD];                    /* playback: out of the ring */
static uint32_t heard_frames;

static struct asrc_config config(enum asrc_direction direction)
{
    return (struct asrc_config){ .direction = direction,
                                 .jack_rate_hz = 48000,
                                 .jack_period = PERIOD,
                                 .card_rate_hz = 48000,
                                 .card_step = 48,
                                 .lanes = 2,
                                 .quality = RESAMP_FASTEST,
                                 .margin_s = 1e-3 };
}

static void begin_as(const struct asrc_config *wanted)
{
    CHECK(asrc_init(&asrc, wanted) == 0);
    atomic_store(&asrc.command, ASRC_ON);
    jack = (struct clock_line){ .rate_hz = 48000 };
    jack.time_ns = 1000000000;
    card = (struct asrc_card){ .line = jack, .epoch = 1, .locked = true };
    frame = heard_frames = 0;
    for (int i = 0; i < 2 * PERIOD; i++) {
        left[i] = 0.5f;
        right[i] = -0.25f;
    }
}

static void begin(enum asrc_direction direction)
{
    struct asrc_config wanted = config(direction);

    begin_as(&wanted);
}

static void end(void)
{
    asrc_finish(&asrc);
}

/* The lines are told anew, as each look at a clock tells them. */
static void go_on(struct clock_line *line)
{
    int64_t later = line->time_ns + 1333333;

    line->count = clock_count_at(line, later);
    line->time_ns = later;
}

static struct asrc_cycle next_cycle(uint32_t frames)
{
    struct asrc_cycle cycle = {
        .jack = &jack, .frame = frame, .frames = frames, .epoch = jack_epoch, .locked = true
    };

    go_on(&jack);
    go_on(&card.line);
    frame += frames;
    return cycle;
}

/* The card is told of, the callback plays, all of the ring is taken away. */
static void play(int cycles)
{
    const float *const lane[] = { left, right };

    for (int i = 0; i < cycles; i++) {
        struct asrc_cycle cycle = next_cycle(PERIOD);

        mbox_put(&asrc.card_box, &card);
        asrc_play(&asrc, &cycle, lane);
        if (heard_frames + 1024 > HEARD)
            heard_frames = 0;
        heard_frames += ring_read(&asrc.ring, heard + 2 * (size_t)heard_frames, 1024);
    }
}

/* The card has given all that it has counted so far, but for the last `lag`. */
static void card_gives(float one, float two, int64_t lag)
{
    int64_t due = frame - lag - card.position;
    float block[2] = { one, two };

    for (; due > 0; due--, card.position++)
        ring_write(&asrc.ring, block, 1);
    card.ring_number = ring_write_number(&asrc.ring);
    mbox_put(&asrc.card_box, &card);
}

static void capture_behind(int cycles, int64_t lag)
{
    float *const lane[] = { left, right };

    for (int i = 0; i < cycles; i++) {
        struct asrc_cycle cycle;

        card_gives(0.5f, -0.25f, lag);
        cycle = next_cycle(PERIOD);
        asrc_capture(&asrc, &cycle, lane);
    }
}

static void capture(int cycles)
{
    capture_behind(cycles, 0);
}

/* asrc.h: capture J + F + H + M, playback H + 1 + M. */
static void targets(void)
{
    struct asrc_config in = config(ASRC_CAPTURE), out = config(ASRC_PLAYBACK);

    CHECK_NEAR(asrc_target(&in, 250e-6), 64 + 48 + 20 + 12, 1e-9);
    CHECK_NEAR(asrc_target(&out, 250e-6), 20 + 1 + 12, 1e-9);
    out.quality = RESAMP_MEDIUM;
    CHECK_NEAR(asrc_target(&out, 0), 47 + 1, 1e-9);
    in.card_rate_hz = out.card_rate_hz = 96000; /* the filter and the step in card frames */
    CHECK_NEAR(asrc_target(&in, 0), 64 + (48 + 39) / 2.0, 1e-9);
    CHECK_NEAR(asrc_target(&out, 0), 47 + 1, 1e-9);
    out.card_rate_hz = 24000;
    CHECK_NEAR(asrc_target(&out, 0), 92 + 1, 1e-9);
    CHECK(asrc_card_fill(&out, 1e-3) == (64 + 48) / 2 + 1); /* a frame for the fraction */
}

static void refuses_nonsense(void)
{
    struct asrc_config wrong[6];

    for (int i = 0; i < 6; i++)
        wrong[i] = config(ASRC_CAPTURE);
    wrong[0].lanes = 0;
    wrong[1].lanes = EXTEND_CHANNELS + 1;
    wrong[2].jack_period = 0;
    wrong[3].jack_period = 8193;
    wrong[4].card_rate_hz = 480001;
    wrong[5].card_rate_hz = 4799;
    for (int i = 0; i < 6; i++)
        CHECK(asrc_init(&asrc, &wrong[i]) < 0);
}

static void playback_keeps_the_sides(void)
{
    begin(ASRC_PLAYBACK);
    play(100);
    CHECK(asrc.phase == ASRC_LIVE);
    CHECK_NEAR(heard[2 * heard_frames - 2], 0.5, 1e-3);
    CHECK_NEAR(heard[2 * heard_frames - 1], -0.25, 1e-3);
    end();
}

static void capture_keeps_the_sides(void)
{
    begin(ASRC_CAPTURE);
    capture(100);
    CHECK(asrc.phase == ASRC_LIVE);
    CHECK_NEAR(left[PERIOD - 1], 0.5, 1e-3);
    CHECK_NEAR(right[PERIOD - 1], -0.25, 1e-3);
    end();
}

/* Of 240 frames of a raised cosine, 209 are between 1 and 99 %; before it, nothing at all. */
static void fades_in_within_5_ms(void)
{
    uint32_t silent = 0, moving = 0;

    begin(ASRC_PLAYBACK);
    card.position = 500; /* so much silence is in the card already */
    play(60);
    while (silent < heard_frames && heard[2 * silent] == 0)
        silent++;
    for (uint32_t i = silent; i < heard_frames; i++)
        moving += heard[2 * i] > 0.005f && heard[2 * i] < 0.495f;
    CHECK_NEAR(moving, 209, 5);
    /* behind the padding and a millisecond, and 3 ms for the fraction of a frame */
    CHECK_NEAR(asrc.segment.position + silent, 500 + 48 + 144, 2);
    end();
}

/* error / (8 s * f), never above 100 ppm; more than 2 ms off: from the beginning. */
static void corrects_gently(void)
{
    begin(ASRC_PLAYBACK);
    play(100);
    CHECK_NEAR(asrc.resamp.last_step, 1, 1e-6);
    card.line.count += 10; /* the card is ahead: fewer input frames for each of its own */
    play(1);
    CHECK_NEAR(asrc.resamp.last_step, 1 - 10 / (8 * 48000.0), 1.5e-6);
    card.line.count += 60;
    play(1);
    CHECK_NEAR(asrc.resamp.last_step, 1 - 100e-6, 1e-9);
    card.line.count -= 140;
    play(1);
    CHECK_NEAR(asrc.resamp.last_step, 1 + 100e-6, 1e-9);
    CHECK(asrc.phase == ASRC_LIVE);
    card.line.count -= 40;
    play(1);
    CHECK(asrc.phase == ASRC_LEAVING);
    play(100);
    CHECK(asrc.phase == ASRC_LIVE && asrc.status.restarts == 2);
    CHECK_NEAR(asrc.status.error_frames, 0, 0.1);
    end();
}

/* An account begins within a frame; that fraction goes while nothing is heard yet. */
static void takes_the_fraction_away(void)
{
    for (double fraction = 0.1; fraction < 1; fraction += 0.2) {
        begin(ASRC_PLAYBACK);
        card.line.count = fraction;
        play(5);
        CHECK_NEAR(asrc.status.error_frames, 0, 0.01);
        end();
        begin(ASRC_CAPTURE);
        card.line.count = fraction;
        capture(8);
        CHECK_NEAR(asrc.status.error_frames, 0, 0.01);
        end();
    }
}

/* The thread has broken the segment off; the callback begins another. */
static void break_off(void)
{
    play(20);
    card.broken = asrc.segment.id;
    play(1);
}

/* Up to 20 times in ten seconds nothing follows; then the margin doubles, up to 40 ms. */
static void margin_doubles_to_its_limit(void)
{
    begin(ASRC_PLAYBACK);
    play(1);
    for (int late = 1; late <= 7 * 21; late++) {
        break_off();
        CHECK(asrc.status.late == (uint32_t)late);
        CHECK_NEAR(asrc.margin_s, fmin(0.040, 1e-3 * (1 << late / 21)), 1e-9);
    }
    CHECK_NEAR(asrc.status.margin_s, 0.040, 1e-9);
    end();
}

static void seldom_late_is_no_matter(void)
{
    begin(ASRC_PLAYBACK);
    play(1);
    for (int late = 1; late <= 60; late++) {
        jack.time_ns += 700000000; /* 14 in ten seconds */
        card.line.time_ns = jack.time_ns;
        break_off();
    }
    CHECK(asrc.status.late == 60);
    CHECK_NEAR(asrc.margin_s, 1e-3, 1e-9);
    end();
}

/* Nobody takes what is played: silence, and again when somebody does. */
static void nobody_reads(void)
{
    const float *const lane[] = { left, right };

    begin(ASRC_PLAYBACK);
    play(50);
    for (int i = 0; i < 1000 && asrc.phase == ASRC_LIVE; i++) {
        struct asrc_cycle cycle = next_cycle(PERIOD);

        asrc_play(&asrc, &cycle, lane);
    }
    CHECK(asrc.phase == ASRC_SILENT);
    CHECK(asrc.status.lost > 0);
    ring_read(&asrc.ring, NULL, ring_readable(&asrc.ring));
    heard_frames = 0;
    play(50);
    CHECK(asrc.phase == ASRC_LIVE);
    for (uint32_t i = 0; i < 144; i++)
        CHECK(heard[2 * i] == 0); /* it comes back as softly as at first */
    end();
}

/* JACK's count jumped, if only by a little: from the beginning, in either direction. */
static void a_jump_of_jack(void)
{
    begin(ASRC_PLAYBACK);
    play(100);
    jack_epoch++;
    play(1);
    CHECK(asrc.phase == ASRC_LEAVING);
    play(20);
    CHECK(asrc.phase == ASRC_LIVE && asrc.status.restarts == 2);
    end();
    begin(ASRC_CAPTURE);
    capture(100);
    jack_epoch++;
    capture(1);
    CHECK(asrc.phase == ASRC_LEAVING);
    capture(20);
    CHECK(asrc.phase == ASRC_LIVE && asrc.status.restarts == 2);
    end();
}

/* Late for good: one dip, and no sound until all that a cycle needs is there in time again. */
static void late_for_a_while(void)
{
    begin(ASRC_CAPTURE);
    capture(100);
    for (int64_t lag = 230; lag >= 110; lag -= 10) {
        capture_behind(10, lag);
        CHECK(asrc.status.late == 1 && asrc.status.restarts == 1);
    }
    CHECK(left[0] == 0 && asrc.status.gain == 0);
    capture(20);
    CHECK_NEAR(left[PERIOD - 1], 0.5, 1e-3);
    CHECK(asrc.status.late == 1 && asrc.status.restarts == 1);
    end();
}

/* What the ring lost on the way in is told. */
static void losses_are_told(void)
{
    struct asrc_status status;

    begin(ASRC_CAPTURE);
    capture(50);
    for (uint32_t i = 0; i < asrc.ring.capacity + 100; i++)
        ring_write(&asrc.ring, left, 1);
    capture(1);
    CHECK(mbox_take(&asrc.status_box, &status));
    CHECK(status.lost >= 100);
    end();
}

/* Both clocks must be trusted before there is any sound. */
static void waits_for_both_clocks(void)
{
    for (int which = 0; which < 4; which++) {
        float *const lane[] = { left, right };
        const float *const sound[] = { left, right };
        struct asrc_cycle cycle;

        begin(which & 1 ? ASRC_CAPTURE : ASRC_PLAYBACK);
        card.locked = which & 2;
        for (int i = 0; i < 50; i++) {
            card_gives(0.5f, -0.25f, 0);
            cycle = next_cycle(PERIOD);
            cycle.locked = !card.locked;
            if (which & 1)
                asrc_capture(&asrc, &cycle, lane);
            else
                asrc_play(&asrc, &cycle, sound);
        }
        CHECK(asrc.phase == ASRC_SILENT && asrc.status.restarts == 0);
        end();
    }
}

/* No drift is told of a card whose clock is not known yet. */
static void no_drift_before_it_is_known(void)
{
    begin(ASRC_PLAYBACK);
    card.line.rate_hz = 48000 * (1 + 120e-6);
    play(1);
    CHECK_NEAR(asrc.status.ppm, 120, 0.01);
    card.locked = false;
    play(1);
    CHECK(asrc.status.ppm == 0);
    end();
}

/* An account that begins again knows nothing of the sound before. */
static void begins_afresh(void)
{
    for (int quality = RESAMP_FASTEST; quality <= RESAMP_BEST; quality++) {
        struct asrc_config wanted = config(ASRC_PLAYBACK);

        wanted.quality = quality; /* the best one reaches beyond what is held back */
        begin_as(&wanted);
        play(100);
        card.broken = asrc.segment.id;
        memset(left, 0, sizeof left);
        memset(right, 0, sizeof right);
        heard_frames = 0;
        play(100);
        for (uint32_t i = 0; i < heard_frames; i++)
            CHECK(heard[2 * i] == 0 && heard[2 * i + 1] == 0);
        CHECK(asrc.status.restarts == 2);
        end();
    }
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "targets", targets },
        { "refuses_nonsense", refuses_nonsense },
        { "playback_keeps_the_sides", playback_keeps_the_sides },
        { "capture_keeps_the_sides", capture_keeps_the_sides },
        { "fades_in_within_5_ms", fades_in_within_5_ms },
        { "corrects_gently", corrects_gently },
        { "takes_the_fraction_away", takes_the_fraction_away },
        { "margin_doubles_to_its_limit", margin_doubles_to_its_limit },
        { "seldom_late_is_no_matter", seldom_late_is_no_matter },
        { "nobody_reads", nobody_reads },
        { "a_jump_of_jack", a_jump_of_jack },
        { "late_for_a_while", late_for_a_while },
        { "losses_are_told", losses_are_told },
        { "waits_for_both_clocks", waits_for_both_clocks },
        { "no_drift_before_it_is_known", no_drift_before_it_is_known },
        { "begins_afresh", begins_afresh },
        { 0 }
    };

    return test_main(tests, argc, argv);
}
