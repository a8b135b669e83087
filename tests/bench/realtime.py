# SPDX-License-Identifier: GPL-3.0-or-later
"""The bridge in real time beside its peers: one jackd -d dummy -p 64, one simulated headset at +80
ppm, and in turn audioserver, zita-j2a/zita-a2j, alsa_out/alsa_in between them.

Latency is measured by correlation of noise bursts: from JACK's time of a frame to the time the
headset's own clock plays it, and from the headset's clock to JACK. Medians. The headset stamps its
pointer at the time of the call (libasound's ioplug can do no better), so what exact stamps gain is
in the simulator's table, not here. JACK's own xruns move its
time against everybody's, so a row with many of them says little. Xruns are the headset's; dips are audioserver's own count of
moments in which a thread of this machine was later than its margin."""
import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from house import *

WINDOW_S = 8
PERIOD_64 = 64


def usage(pids):
    """Context switches and CPU ticks of processes, all threads."""
    switches = ticks = 0
    for pid in pids:
        base = "/proc/%d/" % pid
        for task in os.listdir(base + "task"):
            with open(base + "task/%s/status" % task) as file:
                switches += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        with open(base + "stat") as file:
            ticks += sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
    return switches, ticks


def time_of(path, frame):
    side = sidecar(path)
    if "first_ns" in side:
        return side["first_ns"] * 1e-9 + frame / side["rate"]
    return side["t0_ns"] * 1e-9 + frame / (side["rate"] * (1 + side["ppm"] * 1e-6))


def frame_of(path, seconds):
    side = sidecar(path)
    if "first_ns" in side:
        return (seconds - side["first_ns"] * 1e-9) * side["rate"]
    return (seconds - side["t0_ns"] * 1e-9) * side["rate"] * (1 + side["ppm"] * 1e-6)


def latencies(said, said_path, heard, heard_path, first, count, loop=0):
    """Of the bursts of 0.2 s at each full second of `said`, in frames; those that are found."""
    found = []
    for second in range(first, first + count):
        begin = second * RATE
        index = begin % loop if loop else begin
        if index + RATE // 5 > len(said):
            continue
        left = time_of(said_path, begin)
        around = int(frame_of(heard_path, left))
        if around < 0 or around + RATE // 2 > len(heard):
            continue
        at, alike = find(said[index:index + RATE // 5], heard[around:around + RATE // 2])
        if alike > 0.8:
            arrived = time_of(heard_path, around + at)
            found.append((arrived - left) * RATE)
    return found


def bursts(seed, seconds):
    sound = numpy.zeros(seconds * RATE)
    for second in range(seconds):
        sound[second * RATE:second * RATE + RATE // 5] = burst(seed + second, 0.2)
    return sound


class Bench:
    def __init__(self, build):
        self.house = House(build, jack=False, device=False, guard=False, period=PERIOD_64)
        self.house.daemon = lambda: None

    def candidate(self, name, start, to, frm):
        """One row: start(house) gives the processes that make the bridge."""
        house = self.house
        said, voice = bursts(100, WINDOW_S + 2), bursts(900, WINDOW_S + 8)
        write_wav(house.path("in.wav"), numpy.column_stack([said, said]))
        write_wav(house.path("mic.wav"), voice)
        house.headset_options = ["--mic-wav", house.path("mic.wav")]
        for stale in ("headset.wav", "out.wav", "headset.log"):
            if os.path.exists(house.path(stale)):
                os.unlink(house.path(stale))
        house.device()
        pids = [process.pid for process in start(house)]
        time.sleep(5)
        before = json.loads(house.headset("status"))
        ears = house.spawn("ears", house.analog_command("--name", "ears", "--record",
                                                        house.path("out.wav"), "--from", frm,
                                                        "--secs", WINDOW_S))
        play = house.analog("--play", house.path("in.wav"), "--to", to, "--secs", WINDOW_S)
        time.sleep(0.5)
        first = usage(pids)
        time.sleep(WINDOW_S - 2)
        last = usage(pids)
        after = json.loads(house.headset("status"))
        ears.wait(30), play.wait(30)
        for pid_name in [key for key in house.processes if key.startswith("bridge")]:
            house.stop(pid_name)
        house.stop("headset")
        span = WINDOW_S - 2.0
        heard, out = read_wav(house.path("headset.wav"))[:, 0], read_wav(house.path("out.wav"))[:, 0]
        listen = latencies(said, house.path("in.wav"), heard, house.path("headset.wav"), 1,
                           WINDOW_S - 2)
        begin = int(frame_of(house.path("headset.wav"), time_of(house.path("out.wav"), 0)) / RATE)
        talk = latencies(voice, house.path("headset.wav"), out, house.path("out.wav"), begin + 1,
                         WINDOW_S - 2, len(voice))
        xruns = sum(after[key] - before[key] for key in ("underruns", "overruns"))
        dips = sum(map(int, re.findall(r"late (\d+)", house.log("bridge")))) if name[0] == "o" \
            else None
        jack_xruns = sidecar(house.path("out.wav"))["xruns"]
        median = lambda values: "%6.0f fr (%5.2f ms)" % (
            numpy.median(values), 1e3 * numpy.median(values) / RATE) if values else "no lock (xruns)    "
        print("%-24s %s  %s  %5d %5s %9d %9.0f %6.1f" % (
            name, median(listen), median(talk), xruns, "-" if dips is None else dips, jack_xruns,
            (last[0] - first[0]) / span, (last[1] - first[1]) / span), flush=True)
        for log in ("bridge.log", "bridge2.log"):
            if os.path.exists(house.path(log)):
                os.unlink(house.path(log))


def ours(margin_us):
    def start(house):
        house.margin_us = margin_us
        house.write_ini()
        environment = dict(os.environ, ALSA_CONFIG_PATH=house.path("headset.d/asound.conf"))
        return [house.spawn("bridge", [house.build + "/audioserver", "--config",
                                       house.path("audioserver.ini"), "--live"], env=environment)]
    return start


def peers(out, into, period, periods):
    def start(house):
        environment = dict(os.environ, ALSA_CONFIG_PATH=house.path("headset.d/asound.conf"),
                           JACK_DEFAULT_SERVER=house.server)
        size = ["-d", "simheadset", "-r", "48000", "-p", str(period), "-n", str(periods)]
        return [house.spawn("bridge", [out] + size + ["-c", "2"], env=environment),
                house.spawn("bridge2", [into] + size + ["-c", "1"], env=environment)]
    return start


def run(build):
    print("\nreal time: jackd -d dummy -p 64, simulated headset at +80 ppm, %d s each" % WINDOW_S)
    print("%-24s %-19s  %-19s  %5s %5s %9s %9s %6s" % ("", "JACK -> headset", "mic -> JACK", "xruns",
                                                       "dips", "JACK's", "switch/s", "CPU %"))
    bench = Bench(os.path.abspath(build))
    with bench.house as house:
        house.jackd()
        time.sleep(1)
        bench.candidate("ours, margin 0.33 ms", ours(330), "audioserver:in_1,audioserver:in_2",
                        "audioserver:out_1")
        bench.candidate("ours, margin 2 ms", ours(2000), "audioserver:in_1,audioserver:in_2",
                        "audioserver:out_1")
        bench.candidate("ours, margin 8 ms", ours(8000), "audioserver:in_1,audioserver:in_2",
                        "audioserver:out_1")
        for period, periods in ((64, 2), (128, 2), (128, 3)):
            for name, out, into in (("zita", "zita-j2a", "zita-a2j"),
                                    ("alsa", "alsa_out", "alsa_in")):
                ports = ("zita-j2a:playback_1,zita-j2a:playback_2", "zita-a2j:capture_1") \
                    if name == "zita" else ("alsa_out:playback_1,alsa_out:playback_2",
                                            "alsa_in:capture_1")
                bench.candidate("%s/%s %dx%d" % (out, into[-3:], period, periods),
                                peers(out, into, period, periods), *ports)


if __name__ == "__main__":
    run(sys.argv[1])
