#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket in figures: from a request to the first other sample, values a second, and
what sixteen clients cost that watch meters. The daemon runs without the realtime guard."""
import json, os, sys, time

import numpy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
from house import House, RATE, check, read_wav, sidecar, write_wav

PERIOD = 64


def raw_s():
    return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)


def latency(build):
    """A constant goes through, and its gain is set again and again: when is the next sample another
    one, against the moment at which the request was written?"""
    with House(build, guard=False, period=PERIOD) as house:
        write_wav(house.path("in.wav"), numpy.full((RATE * 14, 2), 0.25))
        house.wait_running()
        control = house.control()
        control.done("set", values={"matrix.out_1.listen_1_on": True, "matrix.out_1.talk_on": False})
        house.analog("--play", house.path("in.wav"), "--secs", 14)
        ears = house.spawn("ears", house.analog_command("--name", "ears", "--record",
                                                        house.path("out.wav"), "--secs", 12))
        time.sleep(3)
        asked = []
        for n in range(80):
            asked.append(raw_s())
            control.done("set", values={"preamp.gain_1_db": -1 - n % 2})
            time.sleep(0.1)
        ears.wait(20)
        house.stop("analog")
        out = read_wav(house.path("out.wav"))[:, 0]
        side = sidecar(house.path("out.wav"))
        changed = numpy.flatnonzero(numpy.diff(out) != 0) + 1
        began = changed[numpy.flatnonzero(numpy.diff(changed, prepend=-RATE) > RATE // 50)]
        times = side["first_ns"] * 1e-9 + began / side["rate"]
        waits = [min((t - a for t in times if t > a), default=None) for a in asked]
        waits = numpy.array([w for w in waits if w is not None and w < 0.09])
        check(len(waits) > 60, "only %d of 80 changes were found" % len(waits))
        period_ms = 1e3 * PERIOD / RATE
        print("| request to first other sample, median of %d | %.2f ms | <= %.2f ms (a period of %d "
              "and 1 ms) |" % (len(waits), 1e3 * numpy.median(waits), period_ms + 1, PERIOD))
        print("| 95 of 100 | %.2f ms | |" % (1e3 * numpy.percentile(waits, 95)))


def throughput(build):
    with House(build, guard=False, period=PERIOD) as house:
        house.wait_running()
        control = house.control()
        status = control.done("status")
        lost = sum(bridge["lost_frames"] for bridge in status["bridges"])
        count = 100000
        took = control.pour([json.dumps({"do": "set", "values": {"volume.level_db": -(n % 90)}})
                             for n in range(count)])
        status = control.done("status")
        print("| values set a second, %d in one go | %.0f | >= 20000 |" % (count, count / took))
        print("| frames lost meanwhile | %d | 0 |" %
              (sum(bridge["lost_frames"] for bridge in status["bridges"]) - lost))


def cpu_s(pid):
    """Of the main thread, which does all of this."""
    with open("/proc/%d/task/%d/schedstat" % (pid, pid)) as file:
        return int(file.read().split()[0]) * 1e-9


def watchers(build):
    """Sixteen that want meters thirty times a second, read by a process of their own."""
    with House(build, guard=False, period=PERIOD) as house:
        house.wait_running()
        pid, seconds = house.processes["daemon"].pid, 10

        def cost():
            before = cpu_s(pid)
            time.sleep(seconds)
            return 100 * (cpu_s(pid) - before) / seconds

        alone = [cost()]
        peers = [house.control() for _ in range(16)]
        for peer in peers:
            peer.done("subscribe", meters_hz=30)
        before, got = cpu_s(pid), 0
        end = time.monotonic() + seconds
        for peer in peers:
            peer.socket.setblocking(False)
        while time.monotonic() < end:
            time.sleep(0.05)
            for peer in peers:
                try:
                    got += peer.socket.recv(1 << 20).count(b"\n")
                except BlockingIOError:
                    pass
        watched = 100 * (cpu_s(pid) - before) / seconds
        for peer in peers:
            peer.close()
        time.sleep(0.5)
        alone.append(cost())
        print("| 16 watchers at 30 Hz (%.0f readings a second), %% of a core | %.2f | <= 2 |" %
              (got / seconds, watched - sum(alone) / 2))


if __name__ == "__main__":
    build = os.path.abspath(sys.argv[1])
    print("| control socket | measured | target |\n|---|--:|---|", flush=True)
    for part in (latency, throughput, watchers):
        part(build)
        sys.stdout.flush()
