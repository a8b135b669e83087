# SPDX-License-Identifier: GPL-3.0-or-later
"""JACK comes, goes and stands still; settings are edited; the end."""
import sys

from house import *


def comes_and_goes(build):
    """No server is said at once, one that comes is found, killed ones are got over, state kept."""
    with House(build, jack=False) as house:
        house.wait_status("no JACK server", 2.5)
        check("no JACK server \"%s\"; waiting for it" % house.server in house.log(), house.log())
        house.jackd()
        house.wait_running()
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
            house.stop("jackd", number)
            house.wait_status("waiting for it|no JACK server", 5)
            house.jackd()
            house.wait_status("^headset: running.*mic: running", 15)
        # the devices stayed open all the time
        opened = max(map(int, re.findall(r"opened (\d+)", house.log() + "opened 0")))
        check(opened <= 1, "the devices were opened %d times" % opened)


def stands_still(build):
    """A frozen server is noticed within two seconds, and when it goes on."""
    with House(build) as house:
        house.wait_running()
        house.processes["jackd"].send_signal(signal.SIGSTOP)
        house.wait_status("graph stopped", 2.5)
        house.processes["jackd"].send_signal(signal.SIGCONT)
        house.wait_status("^headset: running.*mic: running", 15)


def other_period(build):
    """A server with another period: the bridges are opened anew for it."""
    with House(build) as house:
        house.wait_running()
        house.stop("jackd")
        house.wait_status("waiting for it|no JACK server", 5)
        house.jackd(period=512)
        house.wait_status("^headset: running.*mic: running", 15)
        house.stop("daemon")
        check("JACK 48000 Hz, period 512" in house.log(), house.log()[-400:])


def settings_are_read_again(build):
    """SIGHUP: good values apply; a bad one leaves the last good and is named with its place."""
    with House(build) as house:
        house.wait_running()
        process = house.processes["daemon"]
        house.write_ini("connect = yes\n")
        process.send_signal(signal.SIGHUP)
        house.wait(lambda: "read again" in house.log(), 3, "the settings are read again")
        house.write_ini("connect = maybe\nconenct = yes\n")
        process.send_signal(signal.SIGHUP)
        house.wait(lambda: "conenct" in house.log(), 3, "the error is named")
        log = house.log()
        check(re.search(r"audioserver.ini:3: \[jack\] connect: .*maybe.*yes or no", log), log[-900:])
        check(re.search(r"audioserver.ini:4: .*conenct.*connect", log), log[-900:])
        house.wait_running(5)
        done = subprocess.run([build + "/audioserver", "--check-config",
                               house.path("audioserver.ini")], capture_output=True, text=True)
        check(done.returncode == 78, "check-config: %d" % done.returncode)


def ends_quickly_and_cleanly(build):
    """READY within two seconds; SIGTERM: exit status 0 within three seconds, nothing left."""
    with House(build) as house:
        house.wait(lambda: house.ready, 2, "READY=1")
        house.wait_running()
        start = time.monotonic()
        status = house.stop("daemon")
        check(status == 0, "exit status %s" % status)
        check(time.monotonic() - start < 3, "took %.1f s" % (time.monotonic() - start))


def reload_while_frozen(house):
    """jackd frozen, then a bridge changed in the settings: the main loop is not held up."""
    house.wait_running()
    house.processes["jackd"].send_signal(signal.SIGSTOP)
    house.wait_status("graph stopped", 2.5)
    house.margin_us += 1000
    house.write_ini()
    house.processes["daemon"].send_signal(signal.SIGHUP)
    house.wait(lambda: "read again" in house.log(), 1.5, "the settings are read again")


def frozen_server_holds_nobody_up(build):
    """jackd frozen: a reload that changes a bridge, then the end within three seconds."""
    with House(build, guard=False) as house: # it ends by _exit: no summary of the guard
        reload_while_frozen(house)
        start = time.monotonic()
        status = house.stop("daemon")
        house.processes["jackd"].send_signal(signal.SIGCONT)
        check(status == 0, "exit status %s" % status)
        check(time.monotonic() - start < 3, "took %.1f s" % (time.monotonic() - start))


def a_bridge_changes_while_jack_sleeps(build):
    """The changed bridge is there when the server goes on."""
    with House(build) as house:
        reload_while_frozen(house)
        house.processes["jackd"].send_signal(signal.SIGCONT)
        house.wait_status("^headset: running.*mic: running", 15)


def freewheel(build):
    """Ten seconds of cycles in no time, and the headset is heard again."""
    with House(build) as house:
        house.wait_running()
        jack = Jack(house.server)
        jack.lib.jack_set_freewheel.argtypes = [ctypes.c_void_p, ctypes.c_int]
        jack.lib.jack_set_freewheel(jack.client, 1)
        time.sleep(2)
        jack.lib.jack_set_freewheel(jack.client, 0)
        time.sleep(1)
        jack.close()
        house.wait_status("^headset: running.*mic: running", 15)


if __name__ == "__main__":
    main(sys.argv[1], [comes_and_goes, stands_still, other_period, settings_are_read_again,
                       ends_quickly_and_cleanly, frozen_server_holds_nobody_up,
                       a_bridge_changes_while_jack_sleeps, freewheel])
