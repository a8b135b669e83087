#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Presets in the running daemon: what it plays is what audioctl renders, bit for bit; another one
is gone over to while sound runs, and a bad one is named."""
import signal, subprocess, sys, time

import numpy

from house import House, RATE, Wrong, check, main, read_wav, sidecar, write_wav

# All of the listen path at work, and heard at the analog outputs.
EVERYTHING = """
[preamp]
gain_1_db = 3
gain_2_db = 2
[compressor]
on = yes
threshold_db = -30
lookahead_ms = 2
[loudness]
on = yes
[eq]
linked = no
[eq.left.1]
type = peaking
frequency_hz = 900
gain_db = 6
[eq.right.3]
type = low_shelf
frequency_hz = 150
gain_db = -5
[crossfeed]
on = yes
delay_us = 250
[volume]
level_db = -9
[matrix.out_1]
listen_1_on = yes
talk_on = no
analog_2_on = yes
analog_2_gain_db = -20
[matrix.out_2]
listen_2_on = yes
talk_on = no
[strip.out_1]
delay_ms = 1.234
[strip.out_2.highpass]
kind = linkwitz_riley
frequency_hz = 60
[limiter.out]
on = yes
ceiling_db = -15
lookahead_ms = 1.5
true_peak = yes
"""
PLAIN = "[matrix.out_1]\nlisten_1_on = yes\ntalk_on = no\n"


class Disturbed(Wrong):
    """JACK itself had xruns, which lose sound: recorded again."""


def as_rendered(build):
    for last in (False, False, False, True):
        try:
            return as_rendered_once(build)
        except Disturbed:
            if last:
                raise


def music(seconds):
    """Loud and soft, noise and tones, both sides different."""
    time_s = numpy.arange(int(seconds * RATE)) / RATE
    noise = numpy.random.default_rng(3).standard_normal((len(time_s), 2))
    swell = 0.05 + 0.45 * numpy.sin(numpy.pi * time_s * 0.8) ** 4
    tones = numpy.column_stack([numpy.sin(2 * numpy.pi * f * time_s) for f in (220, 330)])
    return swell[:, None] * (0.1 * noise + 0.7 * tones)


def as_rendered_once(build):
    """Out of the daemon in real time, and out of audioctl: the same bits."""
    with House(build, preset=EVERYTHING) as house:
        write_wav(house.path("in.wav"), numpy.concatenate([numpy.zeros((RATE // 2, 2)), music(4)]))
        house.wait_running()
        ears = house.spawn("ears", house.analog_command("--name", "ears", "--record",
                                                        house.path("out.wav"), "--secs", 7))
        time.sleep(0.5)
        gear = house.analog("--play", house.path("in.wav"), "--secs", 5)
        gear.wait(20), ears.wait(20)
        done = subprocess.run([build + "/audioctl", "render", house.path("in.wav"),
                               house.path("rendered.wav"), "--preset", house.path("preset.ini"),
                               "--output", "out", "--quiet"], capture_output=True, text=True)
        check(done.returncode == 0, "audioctl: " + done.stderr)
        heard, wanted = read_wav(house.path("out.wav")), read_wav(house.path("rendered.wav"))
        if sidecar(house.path("out.wav"))["xruns"]:
            raise Disturbed("xruns")
        first = [numpy.flatnonzero(numpy.abs(part[:, 0]) > 1e-9)[0] for part in (heard, wanted)]
        count = 3 * RATE
        a, b = (part[at:at + count] for part, at in zip((heard, wanted), first))
        check(len(a) == len(b) == count, "too short: %d and %d" % (len(a), len(b)))
        check(numpy.abs(b).max() > 0.03, "hardly a sound: %.3f" % numpy.abs(b).max())
        other = numpy.flatnonzero((a != b).any(axis=1))
        if len(other):
            raise Disturbed("%d of %d frames differ, first at %d: %s, not %s" % (
                len(other), count, other[0], a[other[0]], b[other[0]]))


def read_again(house):
    house.processes["daemon"].send_signal(signal.SIGHUP)
    time.sleep(0.2)  # the log does not repeat itself: there is nothing to wait for


def another_preset(build):
    """Edited and read again while a tone plays; the guard hears of it (see House)."""
    tone = 0.25 * numpy.sin(2 * numpy.pi * 500 * numpy.arange(12 * RATE) / RATE)
    with House(build, preset=PLAIN) as house:
        write_wav(house.path("in.wav"), numpy.column_stack([tone, tone]))
        house.wait_running()
        gear = house.analog("--play", house.path("in.wav"), "--record", house.path("out.wav"),
                            "--secs", 8)
        time.sleep(2)
        for turn in range(10):
            house.write_preset(EVERYTHING if turn % 2 else PLAIN + "[volume]\nlevel_db = -20\n")
            read_again(house)
        house.write_preset(PLAIN + "[volume]\nlevel_db = -20\n")
        read_again(house)
        house.write_preset(PLAIN + "[volume]\nlevel_db = 2000\n[compresor]\non = yes\n")
        read_again(house)
        gear.wait(20)
        log = house.log()
        check("read again" in log and "read again, with errors" in log, log[-900:])
        check("preset.ini:5: [volume] level_db: \"2000\" is out of range; allowed: -91 to 0 dB" in log,
              log[-900:])
        check("preset.ini:6: unknown section [compresor]; did you mean [compressor]?" in log,
              log[-900:])
        out = read_wav(house.path("out.wav"))[:, 0]
        level = numpy.abs(out[-RATE // 2:]).max()
        check(abs(level - 0.025) < 0.001, "a bad preset changes nothing: level %.4f" % level)


if __name__ == "__main__":
    main(sys.argv[1], [as_rendered, another_preset])
