# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole daemon under ASan with UBSan, and under TSan: start, replug, reload, a server that goes
and comes, stop. Not under the guard: both replace malloc."""
import sys

from house import *


class Sanitized(House):
    """Like the house, with the daemon of another build."""

    def __init__(self, build, variant):
        super().__init__(build, guard=False)
        self.variant = variant

    def daemon(self):
        self.write_ini()
        environment = dict(os.environ, NOTIFY_SOCKET=self.path("notify"),
                           ALSA_CONFIG_PATH=self.path("headset.d/asound.conf"),
                           ASAN_OPTIONS="log_path=" + self.path("report"),
                           TSAN_OPTIONS="log_path=" + self.path("report"))
        self.spawn("daemon", [self.build.replace("release", self.variant) + "/audioserver", "--config",
                              self.path("audioserver.ini"), "--live"], env=environment)

    def reports(self):
        """What the sanitizers wrote, of ours: libjack leaks a little of its own."""
        text = ""
        for name in os.listdir(self.folder):
            if name.startswith("report"):
                text += open(self.path(name)).read()
        return text + "".join(line for line in self.log().splitlines(True)
                              if "runtime error" in line)


def a_day_in_short(build, variant):
    with Sanitized(build, variant) as house:
        house.wait_running()
        for _ in range(3):
            house.headset("unplug")
            house.wait_status("headset: waiting", 5)
            house.headset("plug")
            house.wait_running()
        house.headset("xrun")
        house.write_ini("connect = yes\nnonsense = 1\n")
        house.processes["daemon"].send_signal(signal.SIGHUP)
        house.wait(lambda: "nonsense" in house.log(), 5, "the settings are read again")
        house.stop("jackd", signal.SIGKILL)
        house.wait_status("waiting for it|no JACK server", 5)
        house.jackd(period=512)
        house.wait_status("^headset: running.*mic: running", 15)
        house.stop("daemon")
        text = house.reports()
        ours = [block for block in re.split(r"\n\n+", text)
                if "/src/" in block or "runtime error" in block]
        check(not ours, "\n".join(ours)[:3000])


def addresses(build):
    a_day_in_short(build, "asan")


def threads(build):
    a_day_in_short(build, "tsan")


if __name__ == "__main__":
    main(sys.argv[1], [addresses, threads])
