#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated headset and the simulated analog gear, tried by aplay, arecord, libasound and JACK.

usage: simheadset.py BUILD     (the folder with simheadset, its plug-in and simanalog)

Prints "ok NAME" or "FAIL NAME: why" for each case; exit code 1 if any failed. The machine may be
busy: what is exact is asserted exactly, what takes time only has a generous end.
"""
import ctypes
import errno
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import wave

import numpy as np

BUILD = os.path.abspath(sys.argv[1])
SIMHEADSET = os.path.join(BUILD, "simheadset")
SIMANALOG = os.path.join(BUILD, "simanalog")
RATE = 48000
PATIENCE = 10  # seconds until something that should happen soon counts as not happening
# ALSA's name: bytes of a sample, and how far left an int32 has it
FORMATS = {"S16_LE": (2, 16), "S24_3LE": (3, 8), "S24_LE": (4, 8), "S32_LE": (4, 0)}


def now():
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError(f"in {PATIENCE} s never: {what}")


def check_equal(what, got, wanted):
    assert got == wanted, f"{what}: {got!r}, not {wanted!r}"


def read_wav32(path, sample_type="<i4"):
    """Frames x channels of a 32-bit WAV; also of a libsndfile WAVEX or float one."""
    raw = open(path, "rb").read()
    at = 12
    while raw[at:at + 4] != b"data":
        if raw[at:at + 4] == b"fmt ":
            channels = int.from_bytes(raw[at + 10:at + 12], "little")
        at += 8 + int.from_bytes(raw[at + 4:at + 8], "little")
    size = int.from_bytes(raw[at + 4:at + 8], "little")
    data = raw[at + 8:at + 8 + size]
    return np.frombuffer(data, sample_type).reshape(-1, channels)


def write_wav(path, samples, rate=RATE):
    with wave.open(path, "wb") as out:
        out.setnchannels(samples.shape[1])
        out.setsampwidth(samples.dtype.itemsize)
        out.setframerate(rate)
        out.writeframes(samples.tobytes())


def noise32(frames, channels, seed):
    """Left-justified samples, none of them 0 in any format, so that silence stands out."""
    samples = np.random.default_rng(seed).integers(-2**31, 2**31, (frames, channels))
    samples[np.abs(samples) < 65536] = 65536
    return samples.astype("<i4")


def to_format(samples, name):
    """What aplay -t raw is given: the top bits of int32 samples, in the format."""
    size, shift = FORMATS[name]
    shifted = (samples >> shift).astype("<i4")
    packed = shifted.reshape(-1, 1).view(np.uint8)
    return packed[:, :size].tobytes()


class Device:
    """A running simheadset; its folder and ALSA configuration. Ends with the `with` block."""

    def __init__(self, *options, folder=None):
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="simheadset.")
        self.process = subprocess.Popen([SIMHEADSET, "--dir", self.folder, *options],
                                        stdout=subprocess.PIPE, text=True)
        assert "ready" in self.process.stdout.readline(), "simheadset does not start"
        os.environ["ALSA_CONFIG_PATH"] = self.path("asound.conf")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        if self.own_folder:
            os.rmdir(self.folder)  # it must be empty

    def path(self, name):
        return os.path.join(self.folder, name)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        check_equal("simheadset's exit code", self.process.wait(PATIENCE), 0)

    def ask(self, command):
        done = subprocess.run([SIMHEADSET, "--dir", self.folder, *command.split()],
                              capture_output=True, text=True, timeout=PATIENCE)
        return done.stdout.strip()

    def do(self, command):
        check_equal(command, self.ask(command), "ok")

    def status(self):
        """By the socket itself: the command takes milliseconds to start."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as control:
            control.settimeout(PATIENCE)
            control.connect(self.path("control.sock"))
            control.send(b"status")
            return json.loads(control.recv(4096))

    def wait_state(self, direction, state):
        wait_for(lambda: self.status()[direction] == state, f"{direction} {state}")


def start(*command):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env=dict(os.environ, LC_ALL="C"))


def aplay(path, form="S16_LE", *more):
    return start("aplay", "-q", "-D", "simheadset", "-t", "raw", "-f", form, "-c", "2", "-r",
                 str(RATE), *more, path)


def arecord(path, form="S16_LE", frames=0, *more):
    limit = ["-s", str(frames)] if frames else []
    return start("arecord", "-q", "-D", "simheadset", "-t", "raw", "-f", form, "-c", "1", "-r",
                 str(RATE), *limit, *more, path)


def finish(process, what, code=0):
    _, error = process.communicate(timeout=PATIENCE)
    if code is not None:
        check_equal(f"{what} ({error.strip()})", process.returncode, code)
    return error


class Pcm:
    """A stream opened by libasound itself, non-blocking."""

    lib = ctypes.CDLL("libasound.so.2")
    for name in ("snd_pcm_avail_update", "snd_pcm_avail", "snd_pcm_writei", "snd_pcm_readi"):
        getattr(lib, name).restype = ctypes.c_long

    STATES = ("OPEN SETUP PREPARED RUNNING XRUN DRAINING PAUSED SUSPENDED DISCONNECTED").split()

    def __init__(self, capture):
        self.handle = ctypes.c_void_p()
        self.capture = capture
        self.buffer = ctypes.create_string_buffer(1 << 20)
        self.error = self.lib.snd_pcm_open(ctypes.byref(self.handle), b"simheadset", capture, 1)
        if self.error:
            self.handle = None  # libasound would abort on it
        else:
            check_equal("set_params", self.lib.snd_pcm_set_params(
                self.handle, 2, 3, 1 if capture else 2, RATE, 0, 100000), 0)

    def call(self, name, *arguments):
        assert self.handle, f"{name}: the stream could not be opened ({self.error})"
        return getattr(self.lib, "snd_pcm_" + name)(self.handle, *arguments)

    def state(self):
        return self.STATES[self.call("state")]

    def transfer(self, frames):
        return self.call("readi" if self.capture else "writei", self.buffer, ctypes.c_ulong(frames))

    def run(self):
        check_equal("prepare", self.call("prepare"), 0)
        if not self.capture:
            self.transfer(4800)  # all of the buffer, which starts it
        if self.state() != "RUNNING":
            check_equal("start", self.call("start"), 0)

    def poll(self, timeout_ms):
        entry = (ctypes.c_byte * 8)()
        check_equal("poll descriptors", self.call("poll_descriptors", entry, 1), 1)
        fd, events = np.frombuffer(entry, "<i4")[0], np.frombuffer(entry, "<i2")[2]
        poller = select.poll()
        poller.register(int(fd), int(events))
        found = poller.poll(timeout_ms)
        self.woken = bool(found)  # whatever libasound makes of it
        entry[6:8] = [found[0][1] & 0x7f if found else 0, 0]
        revents = ctypes.c_ushort()
        check_equal("revents", self.call("poll_descriptors_revents", entry, 1,
                                         ctypes.byref(revents)), 0)
        return revents.value

    def close(self):
        return self.call("close")


# ---- the cases ----

def case_bit_exact(form):
    """What aplay sends is in the WAV once, bit by bit; what arecord gets is the microphone's WAV at
    device frames that lie between our two looks at the clock."""
    payload, mic = noise32(RATE // 2, 2, 1), noise32(RATE * 3, 1, 2)
    shift = FORMATS[form][1]
    with tempfile.TemporaryDirectory() as work:
        write_wav(work + "/mic.wav", mic)
        open(work + "/out.raw", "wb").write(to_format(payload, form))
        with Device("--ppm", "200", "--format", form, "--play-wav", work + "/played.wav",
                    "--mic-wav", work + "/mic.wav", "--jitter-us", "300") as device:
            check_equal("the command", json.loads(device.ask("status"))["ppm"], 200)
            before = device.status()["frames"]
            recording = arecord(work + "/in.raw", form, RATE // 4)
            finish(aplay(work + "/out.raw", form), "aplay")
            finish(recording, "arecord")
            status = device.status()
        check_equal("lost", status["lost"], 0)
        assert status["frames_played"] >= len(payload)  # aplay ends with a period of silence
        played = read_wav32(work + "/played.wav")
        first = int(np.argmax(played.any(axis=1)))
        assert first >= before, f"played at frame {first}, before it was sent ({before})"
        heard = played[first:first + len(payload)]
        assert np.array_equal(heard, payload >> shift << shift), "played samples differ"
        assert not played[first + len(payload):].any(), "more was played than sent"
        sidecar = json.load(open(work + "/played.wav.json"))
        check_equal("sidecar", (sidecar["frames"], sidecar["rate"], sidecar["ppm"],
                                sidecar["t0_ns"]), (len(played), RATE, 200, status["t0_ns"]))

        got = open(work + "/in.raw", "rb").read()
        size = FORMATS[form][0]
        check_equal("recorded frames", len(got), RATE // 4 * size)
        stream = to_format(np.concatenate([mic] * 4), form)
        at = stream.find(got[:64 * size], before * size)
        check_equal("alignment", at % size, 0)
        assert before * size <= at <= status["frames"] * size - len(got), f"heard at {at // size}"
        assert stream[at:at + len(got)] == got, "recorded samples differ"


def case_clock():
    """The device's frames never run ahead of its clock, and seldom stay behind by more than a
    packet: the best of many looks tells the rate, before and after a step of the clock."""
    with Device("--ppm", "20000") as device:
        status = device.status()
        base, since = 0.0, status["t0_ns"]
        for ppm in (20000, -20000):
            if ppm < 0:
                early = now()
                device.do(f"ppm {ppm}")
                late = now()
                # the step lies somewhere between: an error of 4 % of that time
                base += RATE * 1.02 * (early - since) * 1e-9
                since, blur = early, RATE * 0.04 * (late + 50e6 - early) * 1e-9
            else:
                blur = 0
            behind = []
            end = time.monotonic() + 0.6
            while time.monotonic() < end:
                at = now()
                frames = device.status()["frames"]
                after = now()
                rate = RATE * (1 + ppm * 1e-6) * 1e-9
                most = base + rate * (after - since) + blur
                assert frames <= most, f"{frames} frames at {ppm} ppm, {most} would be right"
                behind.append(base + rate * (at - since) - frames)
            least = min(behind[len(behind) // 2:])
            assert least < 100, f"{least} frames behind at {ppm} ppm"


def case_unplug_tools():
    """aplay and arecord end with an error; nothing opens until the replug, then it does."""
    with tempfile.TemporaryDirectory() as work, Device() as device:
        open(work + "/long.raw", "wb").write(bytes(RATE * 60 * 4))
        open(work + "/short.raw", "wb").write(bytes(4800 * 4))
        playing, recording = aplay(work + "/long.raw"), arecord(work + "/in.raw")
        device.wait_state("playback", "running")
        device.wait_state("capture", "running")
        device.do("unplug")
        finish(playing, "aplay at the unplug", 1)
        finish(recording, "arecord at the unplug", 1)
        assert "No such device" in finish(aplay(work + "/short.raw"), "aplay while unplugged", 1)
        device.do("plug")
        finish(aplay(work + "/short.raw"), "aplay after the replug")
        finish(arecord(work + "/in.raw", "S16_LE", 4800), "arecord after the replug")
        check_equal("generation", device.status()["generation"], 2)


def case_unplug_calls(capture):
    """Every call on a handle whose device has gone; the handle stays dead after a replug."""
    with Device() as device:
        for first in ("poll", "transfer", "wait"):
            pcm = Pcm(capture)
            pcm.run()
            device.do("unplug")
            if first == "poll":
                check_equal("revents", pcm.poll(PATIENCE * 1000), select.POLLERR | select.POLLNVAL)
            elif first == "transfer":
                check_equal("transfer", pcm.transfer(64), -errno.ENODEV)
            else:
                check_equal("wait", pcm.call("wait", PATIENCE * 1000), -errno.ENODEV)
            check_equal("state", pcm.state(), "DISCONNECTED")
            device.do("plug")
            check_equal("avail_update", pcm.call("avail_update"), 0)
            check_equal("transfer", pcm.transfer(64), -errno.ENODEV)
            check_equal("revents", pcm.poll(0), select.POLLERR | select.POLLNVAL)
            check_equal("state", pcm.state(), "DISCONNECTED")
            for name in ("prepare", "start", "drop"):
                check_equal(name, pcm.call(name), -errno.ENODEV)
            fresh = Pcm(capture)
            check_equal("a new open beside the dead handle", fresh.error, 0)
            fresh.run()
            check_equal("close", (pcm.close(), fresh.close()), (0, 0))


def case_busy():
    with Device() as device:
        first = Pcm(0)
        check_equal("second open", Pcm(0).error, -errno.EBUSY)
        other = Pcm(1)
        check_equal("the other direction", other.error, 0)
        check_equal("open streams", device.status()["open_streams"], 2)
        first.close()
        other.close()
        for _ in range(20):
            again = Pcm(0)
            check_equal("open right after the close", again.error, 0)
            again.close()


def case_freeze():
    """The pointers stop, without an error; the clock goes on; the thaw brings the streams back."""
    with Device() as device:
        pcm = Pcm(1)
        pcm.run()
        wait_for(lambda: pcm.call("avail_update") > 0, "captured frames")
        device.do("freeze")
        time.sleep(0.02)  # a packet may be under way
        avail, frames = pcm.call("avail_update"), device.status()["frames"]
        pcm.transfer(avail)
        check_equal("revents while frozen", pcm.poll(100), 0)
        check_equal("avail while frozen", pcm.call("avail_update"), 0)
        check_equal("state while frozen", pcm.state(), "RUNNING")
        assert device.status()["frames"] > frames, "the clock has stopped too"
        device.do("thaw")
        wait_for(lambda: pcm.call("avail_update") != 0, "frames after the thaw")
        pcm.close()


def case_xrun(capture):
    with Device() as device:
        pcm = Pcm(capture)
        data = select.POLLIN if capture else select.POLLOUT
        for command, error, state in (("xrun", errno.EPIPE, "XRUN"),
                                      ("suspend", errno.ESTRPIPE, "SUSPENDED")):
            pcm.run()
            device.do(command)
            check_equal("revents", pcm.poll(PATIENCE * 1000), select.POLLERR | data)
            check_equal("state", pcm.state(), state)
            check_equal("transfer", pcm.transfer(64), -error)
            check_equal("start", pcm.call("start"), -error)
        pcm.run()
        check_equal("state", pcm.state(), "RUNNING")
        pcm.close()
        assert device.ask("xrun").startswith("error"), "an xrun without a stream"


def case_real_xrun():
    """Without anybody to serve them the streams stop by themselves, and are counted."""
    with Device() as device:
        for capture in (0, 1):
            pcm = Pcm(capture)
            pcm.run()
            wait_for(lambda: pcm.call("avail_update") == -errno.EPIPE, "an xrun")
            check_equal("state", pcm.state(), "XRUN")
            pcm.run()
            pcm.close()
        status = device.status()
        check_equal("xruns", (status["underruns"], status["overruns"]), (1, 1))


def case_aplay_survives():
    """An xrun and a suspend in the middle of aplay: it goes on to the end."""
    with tempfile.TemporaryDirectory() as work, Device() as device:
        open(work + "/out.raw", "wb").write(bytes(RATE * 4))
        playing = aplay(work + "/out.raw")
        device.wait_state("playback", "running")
        device.do("xrun out")
        device.wait_state("playback", "running")
        device.do("suspend out")
        finish(playing, "aplay")


def case_level():
    """Poll answers at once while there is room, and stays silent while the buffer is full."""
    with Device() as device:
        pcm = Pcm(0)
        check_equal("empty", (pcm.poll(0), pcm.poll(0)), (select.POLLOUT, select.POLLOUT))
        pcm.transfer(4799)  # with the last frame it would start by itself
        check_equal("full", (pcm.poll(50), pcm.woken), (0, False))
        check_equal("start", pcm.call("start"), 0)
        wait_for(lambda: pcm.poll(1000) == select.POLLOUT, "room while it plays")
        pcm.close()
        device.wait_state("playback", "closed")


def case_deaths():
    """A killed client frees its stream; a killed device looks unplugged, leaves a WAV that can be
    read, and its folder can be used again."""
    with tempfile.TemporaryDirectory() as work:
        device = Device("--play-wav", work + "/played.wav")
        open(work + "/long.raw", "wb").write(bytes(RATE * 60 * 4))
        playing = aplay(work + "/long.raw")
        device.wait_state("playback", "running")
        playing.send_signal(signal.SIGKILL)
        playing.communicate()
        device.wait_state("playback", "closed")
        pcm = Pcm(0)
        check_equal("open after the death of a client", pcm.error, 0)
        wait_for(lambda: os.path.exists(work + "/played.wav.json") and len(
            read_wav32(work + "/played.wav")) >= RATE // 2, "a header on the disk")
        pcm.run()
        device.process.kill()
        device.process.wait()
        check_equal("revents", pcm.poll(PATIENCE * 1000) & select.POLLERR, select.POLLERR)
        check_equal("state", pcm.state(), "DISCONNECTED")
        pcm.close()
        check_equal("open without a process", Pcm(0).error, -errno.ENOENT)
        assert len(read_wav32(work + "/played.wav")) >= RATE // 2
        with Device(folder=device.folder):
            check_equal("open after the restart", Pcm(0).error, 0)
        os.rmdir(device.folder)


def case_config():
    """A configuration holds from the next plug on; the device refuses what it does not offer."""
    with tempfile.TemporaryDirectory() as work, Device() as device:
        dump = ["--dump-hw-params"]
        open(work + "/out.raw", "wb").write(bytes(9600 * 4))
        device.do("config rate=44100 min_period=512 out_format=S24_3LE,S32_LE in_channels=0")
        error = finish(aplay(work + "/out.raw", "S16_LE", *dump), "before the replug")
        assert "RATE: 48000" in error and "PERIOD_SIZE: [16 " in error, error
        device.do("unplug")
        device.do("plug")
        error = finish(aplay(work + "/out.raw", "S32_LE", *dump, "--period-size=64"),
                       "after the replug", None)
        for line in ("RATE: 44100", "FORMAT:  S32_LE S24_3LE", "CHANNELS: 2"):
            assert line in error, f"{line} is not in {error}"
        assert "No such file" in finish(arecord(work + "/in.raw"), "no microphone", 1)
        device.do("config rate=48000 format=S16_LE in_channels=1")
        device.do("unplug")
        device.do("plug")
        pcm = Pcm(0)
        size, buffer = ctypes.c_ulong(), ctypes.c_ulong()
        check_equal("set_params", pcm.call("set_params", 2, 3, 2, RATE, 0, 4000), 0)
        pcm.call("get_params", ctypes.byref(buffer), ctypes.byref(size))
        assert size.value >= 512, f"a period of {size.value}"
        pcm.close()
        for wrong in ("config rate=1", "config format=MP3", "config nothing=1", "config rate",
                      "config out_rate=44100 rate=x", "dance", "ppm fast", "jitter -1"):
            assert device.ask(wrong).startswith("error"), f"{wrong} is accepted"


def case_nothing_left():
    with tempfile.TemporaryDirectory() as folder:
        with Device("--play-wav", folder + "/played.wav", folder=folder) as device:
            pcm = Pcm(0)
            pcm.run()
            device.stop()
            check_equal("state", (pcm.poll(0), pcm.state()), (0x28, "DISCONNECTED"))
            pcm.close()
        check_equal("left", sorted(os.listdir(folder)), ["played.wav", "played.wav.json"])


def case_analog():
    """Played into its own recording through JACK: every sample, where the sidecars say."""
    server = f"simtest-{os.getpid()}"
    jack = subprocess.Popen(["jackd", "-n", server, "-p", "64", "-r", "-d", "dummy", "-r",
                             str(RATE), "-p", "1024"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL,
                            env=dict(os.environ, JACK_NO_AUDIO_RESERVATION="1"))
    try:
        with tempfile.TemporaryDirectory() as work:
            samples = (noise32(RATE, 2, 3) >> 16).astype("<i2")
            write_wav(work + "/play.wav", samples)
            write_wav(work + "/other.wav", samples, 44100)
            command = [SIMANALOG, "--server", server]
            finish(start(*command, "--play", work + "/play.wav", "--record", work + "/rec.wav",
                         "--to", "simanalog:record_1,simanalog:record_2",
                         "--from", "simanalog:play_1,simanalog:play_2"), "simanalog")
            played = json.load(open(work + "/play.wav.json"))
            recorded = json.load(open(work + "/rec.wav.json"))
            check_equal("lost", recorded["lost"], 0)
            heard = read_wav32(work + "/rec.wav", "<f4")
            first = played["first_frame"] - recorded["first_frame"]
            assert abs((played["first_ns"] - recorded["first_ns"]) * 1e-9 - first / RATE) < 0.1
            if not recorded["skipped"]:  # a busy machine: JACK left out a cycle
                wanted = samples.astype("<f4") / 32768
                assert np.array_equal(heard[first:first + RATE], wanted), "samples differ"
                assert not heard[:first].any() and not heard[first + RATE:].any(), "no silence"
            refused = finish(start(*command, "--play", work + "/other.wav"), "a wrong rate", 1)
            assert "sox" in refused and "44100" in refused, refused
            waiting = start(*command, "--play", work + "/play.wav", "--to", "nobody:home")
            time.sleep(0.5)
            jack.terminate()
            finish(waiting, "simanalog when JACK ends", 3)
    finally:
        jack.terminate()
        jack.wait()
        for name in os.listdir("/dev/shm"): # a client that outlives its server leaves its semaphore
            if name.startswith("jack_sem.") and f"_{server}_" in name:
                os.unlink("/dev/shm/" + name)


CASES = [(f"bit exact {form}", lambda form=form: case_bit_exact(form)) for form in FORMATS] + [
    ("clock", case_clock),
    ("unplug under aplay and arecord", case_unplug_tools),
    ("unplug, playback calls", lambda: case_unplug_calls(0)),
    ("unplug, capture calls", lambda: case_unplug_calls(1)),
    ("busy", case_busy),
    ("freeze", case_freeze),
    ("xrun and suspend, playback", lambda: case_xrun(0)),
    ("xrun and suspend, capture", lambda: case_xrun(1)),
    ("underrun and overrun", case_real_xrun),
    ("aplay survives", case_aplay_survives),
    ("poll is level-triggered", case_level),
    ("deaths", case_deaths),
    ("config", case_config),
    ("nothing left", case_nothing_left),
    ("analog", case_analog),
]


def main():
    failed = 0
    for name, case in CASES:
        try:
            case()
            print(f"ok {name}", flush=True)
        except (AssertionError, OSError, ValueError, subprocess.SubprocessError) as problem:
            failed += 1
            print(f"FAIL {name}: {problem}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
