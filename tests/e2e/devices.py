# SPDX-License-Identifier: GPL-3.0-or-later
"""The headset comes, goes, freezes and stumbles in real time; the analog path never hears of it."""
import sys

import numpy

from house import *


def fifty_replugs(build):
    """Each unplug is seen, each replug is found; files, threads and memory do not grow."""
    with House(build) as house:
        house.wait_running()
        before = None
        for cycle in range(50):
            house.headset("unplug")
            house.wait_status(r"headset: (waiting|lost).*mic: (waiting|lost)", 3,
                              "cycle %d: the loss is seen" % cycle)
            house.headset("plug")
            house.wait_status(r"headset: (opening|syncing|running).*mic: (opening|syncing|running)",
                              6, "cycle %d: the headset is found again" % cycle)
            if cycle == 5:
                before = house.resources()
        house.wait_running()
        after = house.resources()
        check(after[0] <= before[0] + 2, "open files: %d, then %d" % (before[0], after[0]))
        check(after[1] <= before[1], "threads: %d, then %d" % (before[1], after[1]))
        check(after[2] <= before[2] + 512, "memory: %d kB, then %d" % (before[2], after[2]))


def analog_path_untouched(build):
    """The raw cells in -> out carry every sample through unplug, freeze and xrun."""
    tone = 0.4 * numpy.sin(2 * numpy.pi * 440 * numpy.arange(14 * RATE) / RATE)
    preset = "".join("[matrix.out_%d]\nanalog_%d_on = yes\ntalk_on = no\n" % (n, n) for n in (1, 2))
    with House(build, preset=preset) as house:
        write_wav(house.path("in.wav"), numpy.column_stack([tone, tone]))
        house.wait_running()
        analog = house.analog("--play", house.path("in.wav"), "--record", house.path("out.wav"),
                              "--secs", 13)
        time.sleep(2)
        for command in (["unplug"], ["plug"], ["xrun"], ["freeze"], ["thaw"], ["unplug"], ["plug"]):
            house.headset(*command)
            time.sleep(1.2)
        analog.wait(20)
        out, side = read_wav(house.path("out.wav"))[:, 0], sidecar(house.path("out.wav"))
        start = numpy.flatnonzero(numpy.abs(out) > 0.01)[0] + RATE
        part = out[start:start + 8 * RATE]
        # A sine has x[n+1] = 2 cos(w) x[n] - x[n-1]: any lost or doubled sample breaks that.
        broken = numpy.flatnonzero(numpy.abs(
            part[2:] - 2 * numpy.cos(2 * numpy.pi * 440 / RATE) * part[1:-1] + part[:-2]) > 1e-4)
        check(numpy.abs(part).max() > 0.35, "no tone on the analog path")
        if side["xruns"] == 0 and side.get("skipped", 0) == 0:
            check(len(broken) == 0, "%d breaks in the analog path, first at %s" %
                  (len(broken), broken[:5]))


def stumbles(build):
    """Freeze, xrun, suspend, a step of the clock: recovered from, and said in words."""
    with House(build) as house:
        house.wait_running()
        house.headset("xrun")
        time.sleep(1)
        house.wait_running(5)
        house.headset("suspend")
        house.wait_running(8)
        house.headset("freeze")
        house.wait_status(r"does not move|waiting|lost", 3, "the freeze is seen")
        house.headset("thaw")
        house.wait_running(8)
        house.headset("ppm", 130)
        time.sleep(1)
        house.wait_running(5)
        log = house.log()
        check("lost: it does not move any more" in log, "the freeze is not in the log")
        check(len(log.splitlines()) < 60, "the log is a flood: %d lines" % len(log.splitlines()))


def dead_device_costs_nothing(build):
    """No device at all: waited for without load, and one line for each bridge."""
    with House(build, headset=["--unplugged"], guard=False) as house:
        house.wait_status(r"headset: waiting.*mic: waiting", 5)
        ticks = lambda: sum(map(int, open("/proc/%d/stat" % house.processes["daemon"].pid)
                                .read().rsplit(")", 1)[1].split()[11:13]))
        before, start = ticks(), time.monotonic()
        time.sleep(5)
        load = (ticks() - before) / 100 / (time.monotonic() - start)
        check(load < 0.05, "%.1f %% of a core while waiting" % (100 * load))
        check(house.log().count("waiting") <= 16, "too many lines: " + house.log())
        house.headset("plug")
        house.wait_running()


if __name__ == "__main__":
    main(sys.argv[1], [fifty_replugs, analog_path_untouched, stumbles, dead_device_costs_nothing])
