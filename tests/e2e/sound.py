# SPDX-License-Identifier: GPL-3.0-or-later
"""Sound in real time: what goes in comes out on the other side, when the ports say it does."""
import sys

import numpy

from house import *


def place(house, name, frame):
    """CLOCK_MONOTONIC_RAW time in s of a frame of a recording."""
    side = sidecar(house.path(name))
    if "first_ns" in side:
        return side["first_ns"] * 1e-9 + frame / side["rate"]
    return side["t0_ns"] * 1e-9 + frame / (side["rate"] * (1 + side["ppm"] * 1e-6))


class Disturbed(Wrong):
    """JACK itself had xruns, which move its time: measured again."""


def both_ways(build):
    """Up to three times, for a recording in which JACK had no xrun."""
    for last in (False, False, True):
        try:
            return both_ways_once(build, last)
        except Disturbed:
            pass


def both_ways_once(build, last):
    """Correlation, level, and the latency of both ways against the one reported to JACK."""
    listen, talk = burst(1, 1.0), burst(2, 1.0)
    silence = numpy.zeros(RATE)
    with House(build) as house:
        write_wav(house.path("in.wav"), numpy.column_stack([numpy.concatenate(
            [silence, listen, silence])] * 2))
        house.stop("daemon"), house.stop("headset")
        write_wav(house.path("mic.wav"), numpy.concatenate([talk, silence[:RATE // 2]]))
        house.headset_options = ["--mic-wav", house.path("mic.wav")]
        house.device()
        house.daemon()
        house.wait_running()
        time.sleep(6)  # the estimates settle
        # two clients: one that plays and records would close a loop, and JACK delays one leg of it
        ears = house.spawn("ears", house.analog_command("--name", "ears", "--record",
                                                        house.path("out.wav"), "--secs", 7))
        house.analog("--play", house.path("in.wav"), "--secs", 6).wait(20)
        ears.wait(20)
        jack = Jack(house.server)
        to_headset = jack.latency("audioserver:in_1", 1)
        from_mic = jack.latency("audioserver:out_1", 0)
        jack.close()
        house.stop("headset")
        heard, out = read_wav(house.path("headset.wav")), read_wav(house.path("out.wav"))
        if sidecar(house.path("out.wav"))["xruns"] and not last:
            raise Disturbed("xruns")
        check(to_headset[0] == to_headset[1] > 0, "playback latency of in_1: %s" % (to_headset,))
        check(from_mic[0] == from_mic[1] > 0, "capture latency of out_1: %s" % (from_mic,))

        piece = slice(RATE // 4, RATE // 2)  # a quarter of a second: 80 ppm bend it by one frame
        at, alike = find(listen[piece], heard[:, 0])
        check(alike > 0.95, "the headset heard the analog side by %.3f only" % alike)
        level = numpy.abs(heard[at:at + 12000, 0]).max() / numpy.abs(listen[piece]).max()
        check(0.9 < level < 1.1, "level to the headset: %.3f" % level)
        delay = place(house, "headset.wav", at) - place(house, "in.wav", RATE + RATE // 4)
        error = delay * RATE - to_headset[0]
        check(abs(error) < PERIOD, "to the headset: measured %.0f frames, reported %d" %
              (delay * RATE, to_headset[0]))

        begin = RATE // 2  # the ears' ports are connected one after the other
        at, alike = find(talk[piece], out[begin:3 * RATE, 0])
        at += begin
        check(alike > 0.95, "the analog side heard the microphone by %.3f only" % alike)
        both = out[at:at + 12000]
        check(numpy.array_equal(both[:, 0], both[:, 1]), "the mic is not the same on both outs")
        heard_at = place(house, "out.wav", at)
        headset = sidecar(house.path("headset.wav"))
        rate = RATE * (1 + headset["ppm"] * 1e-6)
        said = (heard_at - headset["t0_ns"] * 1e-9) * rate - RATE // 4
        delay = said % (1.5 * RATE) / rate  # the mic loops each 1.5 s
        error = delay * RATE - from_mic[0]
        check(abs(error) < PERIOD, "from the mic: measured %.0f frames, reported %d" %
              (delay * RATE, from_mic[0]))


def formats(build):
    """Each sample format and rate, mono to eight channels: running, and the tone is the tone."""
    tone = 0.4 * numpy.sin(2 * numpy.pi * 1000 * numpy.arange(RATE) / RATE)
    wanted = [("S16_LE", 44100, 2, 1), ("S24_3LE", 96000, 1, 2), ("S24_LE", 48000, 8, 1),
              ("S32_LE", 44100, 4, 8)]
    with House(build) as house:
        write_wav(house.path("in.wav"), numpy.column_stack([tone, tone]))
        house.wait_running()
        for form, rate, outs, ins in wanted:
            house.headset("unplug")
            house.wait_status("headset: waiting.*mic: waiting", 5)
            house.headset("config", "format=" + form, "rate=%d" % rate, "out_channels=%d" % outs,
                          "in_channels=%d" % ins)
            house.headset("plug")
            house.wait_running()
        house.headset("unplug")
        house.wait_status("headset: waiting", 5)
        house.headset("config", "min_period=480") # refuses the millisecond we ask for
        house.headset("plug")
        house.wait_running()
        house.headset("unplug")
        house.wait_status("headset: waiting", 5)
        house.headset("config", "format=S24_3LE", "rate=44100", "out_channels=2", "in_channels=1")
        house.headset("plug")
        house.wait_running()
        time.sleep(4)
        house.analog("--play", house.path("in.wav"), "--loop", "--record", house.path("out.wav"),
                     "--secs", 3).wait(20)
        house.stop("headset")
        heard = read_wav(house.path("headset.wav"))[:, 0]
        loud = numpy.flatnonzero(numpy.abs(heard) > 0.3)
        check(len(loud) > RATE, "no tone in the headset")
        middle = heard[loud[0] + 4800:loud[-1] - 4800][:RATE]
        spectrum = numpy.abs(numpy.fft.rfft(middle * numpy.hanning(len(middle))))
        peak = numpy.argmax(spectrum) * RATE / len(middle)
        check(abs(peak - 1000) < 2, "the tone of 1000 Hz is heard at %.1f" % peak)


if __name__ == "__main__":
    main(sys.argv[1], [both_ways, formats])
