#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control socket, edited presets and the kept state, in the running daemon."""
import array, json, os, shutil, socket, sys, time

import numpy

from house import Control, House, RATE, Wrong, check, main, read_wav, write_wav

TO_OUT = {"matrix.out_1.listen_1_on": True, "matrix.out_1.talk_on": False}


def set_and_heard(build):
    """A value that is set is heard, all others hear of it, and the state outlives the daemon."""
    tone = 0.25 * numpy.sin(2 * numpy.pi * 500 * numpy.arange(8 * RATE) / RATE)
    with House(build) as house:
        write_wav(house.path("in.wav"), numpy.column_stack([tone, tone]))
        house.wait_running()
        one, two = house.control(), house.control()
        two.done("subscribe", changes=True)
        first = one.done("set", values=TO_OUT)
        event = two.event("changed")
        check(event["values"] == TO_OUT and event["sequence"] == first["sequence"], event)
        check("python" in event["source"], event)
        gear = house.analog("--play", house.path("in.wav"), "--record", house.path("out.wav"),
                            "--secs", 5)
        time.sleep(2.5)
        one.done("set", values={"volume.level_db": -20})
        time.sleep(0.5)
        meters = one.done("meters")
        check(abs(meters["in"]["peak_db"][0] + 12) < 0.2, meters)
        check(abs(meters["headset"]["rms_db"][0] + 35) < 0.3, meters)
        gear.wait(20)
        out = read_wav(house.path("out.wav"))[:, 0]
        loud = numpy.abs(out[RATE:2 * RATE]).max()
        check(0.24 < loud < 0.26, "before: %.3f" % loud)
        check(numpy.abs(out[-RATE // 2:]).max() < 0.026, "after: %.3f" %
              numpy.abs(out[-RATE // 2:]).max())
        one.done("bypass", stage="eq", on=True)
        one.done("preset.save", name="my own")
        one.done("set", values={"volume.level_db": -30})
        house.stop("daemon")
        house.daemon()
        house.wait_running()
        one = house.control()
        status = one.done("status")
        check(status["preset"] == "my own" and status["changed"], status)
        check(status["bypassed"] == ["eq"], status)
        check(one.done("get", paths=["volume"])["values"]["volume.level_db"] == -30, "the volume")
        check(status["storage"]["state"] == "ok", status["storage"])


def edited_presets(build):
    """Edited in place and by renaming, heard within 100 ms; slips are named and change nothing;
    what was changed live stays, but for what was edited."""
    with House(build, device=False) as house:
        control = house.control()
        os.makedirs(house.path("presets"), exist_ok=True)
        path = house.path("presets/own.ini")

        def write(text, rename=False):
            name = path + "~" if rename else path
            with open(name, "w") as file:
                file.write(text)
            if rename:
                os.rename(name, path)
            return time.monotonic()

        write("[volume]\nlevel_db = -10\n")
        control.done("preset.load", name="own")
        control.done("subscribe", changes=True)
        time.sleep(2.2)  # the folder is new, and found by looking
        control.done("set", values={"compressor.ratio": 7, "volume.mute": True})
        control.event("changed")
        for turn, rename in enumerate((False, True, False, True)):
            started = write("[volume]\nlevel_db = %d\n" % (-20 - turn), rename)
            event = control.event("changed")
            took = time.monotonic() - started
            check(event["source"] == "file" and
                  event["values"] == {"volume.level_db": -20 - turn}, event)
            check(took < 0.1 or turn == 0, "heard after %.0f ms" % (1e3 * took))
        control.events.clear()
        write("[volume]\nlevel_db = -2O\nmuet = no\n")
        event = control.event("state", where=lambda event: event["faults"])
        check(any("own.ini:2: [volume] level_db" in fault for fault in event["faults"]), event)
        check(any("did you mean \"mute\"" in fault for fault in event["faults"]), event)
        values = control.done("get", paths=["volume", "compressor.ratio"])["values"]
        check(values["volume.level_db"] == -23 and values["volume.mute"] and
              values["compressor.ratio"] == 7, values)
        status = control.done("status")
        check(len(status["faults"]) >= 2, status["faults"])
        write("[volume]\nlevel_db = -24\n")
        control.event("changed")
        check(control.done("status")["faults"] == [], "faults that are mended are gone")
        house.stop("daemon")
        write("[volume]\nlevel_db = -6\n")  # edited while nobody looks: wins
        house.daemon()
        control = house.control()
        values = control.done("get", paths=["volume", "compressor.ratio"])["values"]
        check(values["volume.level_db"] == -6 and values["volume.mute"] and
              values["compressor.ratio"] == 7, values)


def broken_state(build):
    """A state that is damaged, empty, or newer; a folder that cannot be written."""
    with House(build, device=False) as house:
        control = house.control()
        control.done("set", values={"volume.level_db": -7})
        house.stop("daemon")
        path = house.path("state/state.json")
        with open(path) as file:
            good = file.read()
        for bad in ("", good[:-40], good.replace("-7", "-8"), "\0" * 100, "[" * 5000, "{}"):
            with open(path, "w") as file:
                file.write(bad)
            if os.path.exists(path + ".1"):
                os.remove(path + ".1")
            with open(path + ".1", "w") as file:
                file.write(good)
            house.daemon()
            control = house.control()
            value = control.done("get", paths=["volume.level_db"])["values"]["volume.level_db"]
            check(value == -7, "the older one is used: %s after %r" % (value, bad[:40]))
            house.stop("daemon")
        newer = json.dumps({"format": 2, "sum": "x", "state": {"x": 1}})
        with open(path, "w") as file:
            file.write(newer)
        house.daemon()
        control = house.control()
        control.done("set", values={"volume.level_db": -9})
        time.sleep(3)
        status = control.done("status")
        check("newer version" in status["storage"]["message"], status["storage"])
        house.stop("daemon")
        with open(path) as file:
            check(file.read() == newer, "a newer state was overwritten")


def lost_folder(build):
    """The state's folder cannot be written: said, and mended when it can be."""
    with House(build, device=False) as house:
        control = house.control()
        control.done("status")
        shutil.rmtree(house.path("state"))
        with open(house.path("state"), "w"):
            pass  # a file in its place
        control.done("set", values={"volume.level_db": -9})
        time.sleep(3)
        status = control.done("status")
        check(status["storage"]["state"] == "failing" and "state.json" in
              status["storage"]["message"], status["storage"])
        answer = control.ask("preset.save", name="x")
        check(not answer["ok"] and answer["error"]["code"] == "storage", answer)
        os.remove(house.path("state"))
        os.mkdir(house.path("state"))
        house.wait(lambda: control.done("status")["storage"]["state"] == "ok", 15, "kept again")
        check(os.path.exists(house.path("state/state.json")), "the state")


def handed_over(build):
    """A socket that was made by somebody else, as systemd does."""
    with House(build, device=False, guard=False) as house:
        house.control().done("status")
        house.stop("daemon")
        path = house.path("theirs.sock")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(4)
        waiting = Control(path)  # before there is a daemon
        hand_over = ("import os, sys; os.dup2(int(sys.argv[1]), 3); "
                     "os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1'); "
                     "os.execv(sys.argv[2], sys.argv[2:])")
        house.spawn("daemon", ["/usr/bin/python3", "-c", hand_over, str(listener.fileno()),
                               house.build + "/audioserver", "--config",
                               house.path("audioserver.ini"), "--live"],
                    pass_fds=(listener.fileno(),))
        listener.close()
        check(waiting.done("status"), "answered when it comes")
        check(not os.path.exists(house.path("control.sock")), "a socket of its own beside it")
        house.stop("daemon")
        check(os.path.exists(path), "it is not its to remove")


def strangers(build):
    """Junk, half lines, many at once, those who do not read: nobody else is disturbed."""
    with House(build, device=False) as house:
        path = house.path("control.sock")
        control = house.control()
        control.done("status")
        check(os.stat(path).st_mode & 0o777 == 0o660, oct(os.stat(path).st_mode))

        one = Control(house.path("control.sock"))
        one.send(b"\xff\xfe\x00junk\n" + b"x" * 100000 + b"\n{\"do\":\"status\"}\n")
        answers = [one.answer() for _ in range(3)]
        check([answer["ok"] for answer in answers] == [False, False, True], answers)
        check("longer than" in answers[1]["error"]["message"], answers[1])

        one.send(b"{\"do\":")
        time.sleep(0.1)
        one.send(b"\"mute\",\"on\":false}\n")
        check(one.answer()["ok"], "a line in two pieces")
        one.socket.sendall(b"{\"do\":\"status\"}\n")
        one.socket.shutdown(socket.SHUT_WR)
        check(one.answer()["ok"] and one.line() is None, "half closed, it gets its answer")

        read, write = os.pipe()  # descriptors sent along are closed
        before = house.resources()[0]
        two = Control(path)
        for _ in range(5):
            two.socket.sendmsg([b"{\"do\":\"mute\",\"on\":false}\n"], [
                (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [read, write]))])
            two.answer()
        check(house.resources()[0] <= before + 1, "descriptors were kept")

        many = [Control(path) for _ in range(14)]
        for peer in many:
            check(peer.done("mute", on=False), "16 at once")
        refused = Control(path)
        check(refused.line()["error"]["code"] == "busy", "the 17th")
        for peer in many[1:]:
            peer.close()
        time.sleep(0.2)
        silent = Control(path)
        check(silent.socket.recv(1) == b"", "who says nothing is closed")

        for _ in range(1000):  # come and go, as fast as the queue takes them
            try:
                Control(path).close()
            except BlockingIOError:
                time.sleep(0.001)
        control.done("status")

        greedy = Control(path)  # a lot of work at once: another one does not wait for it
        curve = "; ".join("%d %d" % (20 * 1.3 ** n, n * 7 % 13) for n in range(26))
        line = json.dumps({"do": "eq.import", "dry": True, "text": "GraphicEQ: " + curve})
        greedy.socket.settimeout(1)
        greedy.send("\n".join([line] * 150))
        started = time.monotonic()
        for _ in range(5):
            control.done("status")
        check(time.monotonic() - started < 1, "waited %.1f s" % (time.monotonic() - started))
        greedy.close()

        eager = Control(path)  # asks for much, and reads all of it
        eager.send("\n".join(["{\"do\":\"get\"}"] * 300))
        check(all(eager.answer()["ok"] for _ in range(300)), "300 answers")
        eager.close()

        lazy = many[0]  # asks for a lot, and reads none of it
        lazy.socket.settimeout(0.2)
        try:
            for _ in range(3000):
                lazy.send("{\"do\":\"get\"}")
        except (socket.timeout, BrokenPipeError, ConnectionResetError):
            pass
        started = time.monotonic()
        control.done("status")
        check(time.monotonic() - started < 1, "another one waits")
        check(house.resources()[2] < 100000, "memory: %d kB" % house.resources()[2])


def fast(build):
    """Twenty thousand values a second, and not a cycle is late for it."""
    with House(build) as house:
        house.wait_running()
        control = house.control()
        count = 20000
        lines = [json.dumps({"do": "set", "values": {"volume.level_db": -(n % 90)}})
                 for n in range(count)]
        before = control.done("status")
        took = control.pour(lines)
        after = control.done("status")
        print("# %.0f values a second" % (count / took), flush=True)
        lost = [sum(bridge["lost_frames"] for bridge in status["bridges"])
                for status in (before, after)]
        check(lost[0] == lost[1], "frames were lost: %s" % lost)


if __name__ == "__main__":
    main(sys.argv[1], [set_and_heard, edited_presets, broken_state, lost_folder, handed_over,
                       strangers, fast])
