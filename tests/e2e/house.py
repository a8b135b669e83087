# SPDX-License-Identifier: GPL-3.0-or-later
"""The house for real-time tests: jackd's dummy driver, the simulated headset and analog gear, the
daemon under the realtime guard. A test prints "ok NAME" or "FAIL NAME: why"."""
import ctypes, json, os, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time, traceback, wave

import numpy

PERIOD = 1024
RATE = 48000


class Wrong(Exception):
    """A check that did not hold."""


def check(condition, what):
    if not condition:
        raise Wrong(what)


def main(build, cases):
    """Runs the cases (or those named on the command line); each gets the build folder."""
    wanted = sys.argv[2:]
    failed = 0
    for case in cases:
        if wanted and case.__name__ not in wanted:
            continue
        try:
            case(os.path.abspath(build))
            print("ok " + case.__name__, flush=True)
        except Wrong as wrong:
            failed = 1
            print("FAIL %s: %s" % (case.__name__, wrong), flush=True)
        except Exception:
            failed = 1
            traceback.print_exc()
            print("FAIL %s: the test itself broke" % case.__name__, flush=True)
    sys.exit(failed)


def leftovers():
    """What JACK clients and servers leave in /dev/shm. The folder jack_db-UID comes and goes with any
    client's try to open, others' on this machine included."""
    return {name for name in os.listdir("/dev/shm")
            if name != "jack-shm-registry" and not name.startswith("jack_db-")}


class House:
    """with House(build, headset=[...], ini="...") as house: ... Ends by pid, looks for leftovers."""

    def __init__(self, build, headset=(), ini="", jack=True, device=True, guard=True, period=PERIOD,
                 margin_us=20000, preset=None):
        self.preset = preset
        self.build, self.ini, self.headset_options = build, ini, list(headset)
        self.start_jack, self.start_device, self.guard = jack, device, guard
        self.period, self.margin_us = period, margin_us
        self.server = "audioserver-e2e-%d" % os.getpid()
        self.processes = {}
        self.status = ""
        self.violations = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def spawn(self, name, command, **more):
        log = open(self.path(name + ".log"), "ab")
        self.processes[name] = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=subprocess.STDOUT, **more)
        log.close()
        return self.processes[name]

    def log(self, name="daemon"):
        with open(self.path(name + ".log"), errors="replace") as file:
            return file.read()

    def __enter__(self):
        self.shm_before = leftovers()
        self.folder = tempfile.mkdtemp(prefix="audioserver-e2e-")
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(self.path("notify"))
        self.ready = None
        threading.Thread(target=self.listen, daemon=True).start()
        try:
            if self.start_jack:
                self.jackd()
            if self.start_device:
                self.device()
            self.daemon()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def jackd(self, period=None):
        realtime = "-R" if subprocess.run(["chrt", "-f", "10", "true"],
                                          stderr=subprocess.DEVNULL).returncode == 0 else "-r"
        return self.spawn("jackd", ["jackd", "-n", self.server, "-p", "64", realtime, "-d", "dummy",
                                    "-r", str(RATE), "-p", str(period or self.period)])

    def device(self):
        self.spawn("headset", [self.build + "/simheadset", "--dir", self.path("headset.d"),
                               "--ppm", "80", "--play-wav", self.path("headset.wav")] +
                   self.headset_options)
        self.wait(lambda: "ready" in self.log("headset"), 10, "the simulated headset starts")

    def headset(self, *command):
        """A command to the simulated headset."""
        done = subprocess.run([self.build + "/simheadset", "--dir", self.path("headset.d")] +
                              [str(word) for word in command], capture_output=True, text=True,
                              timeout=10)
        check(done.returncode == 0, "simheadset %s: %s" % (command, done.stdout + done.stderr))
        return done.stdout

    def write_ini(self, text=None):
        bridge = "[bridge.%s]\ndirection = %s\ndevice = simheadset\nmargin_us = %d\nbuffer_ms = 120\n"
        with open(self.path("audioserver.ini"), "w") as file:
            file.write("[jack]\nserver = %s\n" % self.server)
            if self.preset is not None:
                file.write("[sound]\npreset = %s\n" % self.path("preset.ini"))
            file.write(self.ini if text is None else text)
            file.write(bridge % ("headset", "playback", self.margin_us))
            file.write(bridge % ("mic", "capture", self.margin_us))
            file.write("[folders]\nstate = %s\npresets = %s\nshipped_presets = conf/presets\n" %
                       (self.path("state"), self.path("presets")))
            file.write("[control]\nsocket = %s\n" % self.path("control.sock"))

    def write_preset(self, text):
        with open(self.path("preset.ini"), "w") as file:
            file.write(text)

    def daemon(self):
        self.write_ini()
        if self.preset is not None:
            self.write_preset(self.preset)
        environment = dict(os.environ, NOTIFY_SOCKET=self.path("notify"),
                           ALSA_CONFIG_PATH=self.path("headset.d/asound.conf"))
        if self.guard:
            environment.update(LD_PRELOAD=self.build + "/tests/rtguard.so",
                               RTGUARD_LOG=self.path("guard.log"), LIBASOUND_THREAD_SAFE="0")
        self.spawn("daemon", [self.build + "/audioserver", "--config",
                              self.path("audioserver.ini"), "--live"], env=environment)

    def analog_command(self, *options):
        return [self.build + "/simanalog", "--server", self.server] + [str(o) for o in options]

    def analog(self, *options):
        return self.spawn("analog", self.analog_command(*options))

    def listen(self):
        """As systemd does: takes all that the daemon says, its last STATUS= and READY=1."""
        while True:
            try:
                said = self.notify.recv(8192).decode()
            except OSError:
                return
            for line in said.split("\n"):
                if line.startswith("STATUS="):
                    self.status = line[7:]
                if line == "READY=1":
                    self.ready = time.monotonic()

    def wait(self, condition, seconds, what):
        """Until the condition holds; how long that took."""
        start = time.monotonic()
        while not condition():
            if time.monotonic() - start > seconds:
                raise Wrong("not within %g s: %s; status: %s; log: %s" %
                            (seconds, what, self.status, self.log()[-600:]
                             if os.path.exists(self.path("daemon.log")) else ""))
            time.sleep(0.02)
        return time.monotonic() - start

    def wait_status(self, pattern, seconds, what=None):
        return self.wait(lambda: re.search(pattern, self.status), seconds,
                         what or "status " + pattern)

    def wait_running(self, seconds=20):
        return self.wait_status(r"headset: running.*mic: running", seconds)

    def control(self):
        """A connection to the daemon's control socket."""
        self.wait(lambda: os.path.exists(self.path("control.sock")), 5, "the control socket")
        return Control(self.path("control.sock"))

    def stop(self, name, number=signal.SIGTERM, seconds=10):
        """Ends a process by pid; its exit status."""
        process = self.processes.pop(name, None)
        if not process:
            return None
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.send_signal(number)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            if os.environ.get("E2E_KEEP") and shutil.which("gdb"):
                subprocess.run(["gdb", "-p", str(process.pid), "-batch", "-ex",
                                "thread apply all bt 14"], stderr=subprocess.DEVNULL)
            process.kill()
            process.wait()
            return "killed"

    def resources(self):
        """Open files, threads, private memory (kB) of the daemon."""
        process = "/proc/%d/" % self.processes["daemon"].pid
        with open(process + "smaps_rollup") as file:
            private = sum(int(line.split()[1]) for line in file if line.startswith("Private_Dirty"))
        return len(os.listdir(process + "fd")), len(os.listdir(process + "task")), private

    def __exit__(self, kind, error, trace):
        if error and os.environ.get("E2E_KEEP"):
            print("# kept: " + self.folder, flush=True)
        self.ended = self.stop("daemon")
        for name in ("analog", "ears", "headset", "jackd"):
            self.stop(name)
        self.notify.shutdown(socket.SHUT_RDWR)
        self.notify.close()
        summary = self.log()[-800:] if os.path.exists(self.path("daemon.log")) else ""
        guard = self.path("guard.log")
        self.guard_text = open(guard).read() if os.path.exists(guard) else ""
        if not (error and os.environ.get("E2E_KEEP")):
            shutil.rmtree(self.folder)
        if error or kind:
            return
        if "daemon" in summary and self.ended is None:
            return
        check(self.ended in (0, None), "the daemon ended with %s: %s" % (self.ended, summary))
        left = leftovers() - self.shm_before
        check(not left, "left in /dev/shm: %s" % sorted(left))
        if self.guard:
            self.check_guard()

    def check_guard(self):
        """Nothing forbidden between rt_enter and rt_leave, and the guard was really there."""
        found = re.findall(r"rtguard: (\d+) sections entered, (\d+) violations", self.guard_text)
        check(found, "the realtime guard left no summary: " + self.guard_text[-300:])
        check(all(int(violations) == 0 for _, violations in found),
              "realtime violations: " + self.guard_text[:1500])
        check(max(int(sections) for sections, _ in found) > 0, "no realtime section was entered")


class Control:
    """Speaks the control protocol."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.rest, self.events = b"", []

    def send(self, line):
        self.socket.sendall(line if isinstance(line, bytes) else line.encode() + b"\n")

    def line(self):
        """The next line that comes; None at the end."""
        while b"\n" not in self.rest:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.rest += more
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def answer(self):
        while True:
            line = self.line()
            if line is None or "event" not in line:
                return line
            self.events.append(line)

    def ask(self, verb, **keys):
        self.send(json.dumps(dict(keys, do=verb)))
        return self.answer()

    def done(self, verb, **keys):
        answer = self.ask(verb, **keys)
        check(answer and answer["ok"], "%s %s: %s" % (verb, keys, answer))
        return answer

    def pour(self, lines):
        """Sends many requests at once and reads all answers; how long that took, s."""
        data = ("\n".join(lines) + "\n").encode()
        started, sent, got = time.monotonic(), 0, 0
        self.socket.setblocking(False)
        while got < len(lines):
            try:
                sent += self.socket.send(data[sent:sent + 65536]) if sent < len(data) else 0
            except BlockingIOError:
                pass
            try:
                got += self.socket.recv(1 << 20).count(b"\n")
            except BlockingIOError:
                time.sleep(0.0005)
        self.socket.settimeout(10)
        return time.monotonic() - started

    def event(self, kind, seconds=5, where=lambda event: True):
        """The next event of a kind."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for event in self.events:
                if event["event"] == kind and where(event):
                    self.events.remove(event)
                    return event
            line = self.line()
            if line and "event" in line:
                self.events.append(line)
        raise Wrong("no event %s" % kind)

    def close(self):
        self.socket.close()


def read_wav(path):
    """Samples as floats, frames x channels, of a WAV of 16, 24, 32 bits or of floats."""
    with open(path, "rb") as file:
        data = file.read()
    at, form, body = 12, None, b""
    while at + 8 <= len(data):
        name, size = data[at:at + 4], int.from_bytes(data[at + 4:at + 8], "little")
        if name == b"fmt ":
            form = data[at + 8:at + 8 + size]
        if name == b"data":
            body = data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    code, channels = int.from_bytes(form[:2], "little"), int.from_bytes(form[2:4], "little")
    if code == 0xFFFE:
        code = int.from_bytes(form[24:26], "little")
    width = int.from_bytes(form[14:16], "little") // 8
    body = body[:len(body) // (width * channels) * width * channels]
    if code == 3:
        return numpy.frombuffer(body, "<f4").reshape(-1, channels).astype(float)
    raw = numpy.frombuffer(body, numpy.uint8).reshape(-1, width)
    words = numpy.zeros((len(raw), 4), numpy.uint8)
    words[:, 4 - width:] = raw
    return words.view("<i4").reshape(-1, channels) / 2147483648.0


def write_wav(path, samples):
    """Floats, frames or frames x channels, to 24 bits."""
    samples = numpy.asarray(samples)
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    words = numpy.round(numpy.clip(samples, -1, 1) * 8388607).astype("<i4").reshape(-1, 1)
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(3)
        file.setframerate(RATE)
        file.writeframes(words.view(numpy.uint8).reshape(-1, 4)[:, :3].tobytes())


def sidecar(path):
    with open(path + ".json") as file:
        return json.load(file)


def burst(seed, seconds, rate=RATE):
    """Noise from 200 Hz to 6 kHz, a new one for each seed: correlates with itself alone."""
    count = int(seconds * rate)
    noise = numpy.random.default_rng(seed).standard_normal(count)
    spectrum = numpy.fft.rfft(noise)
    frequency = numpy.fft.rfftfreq(count, 1 / rate)
    spectrum[(frequency < 200) | (frequency > 6000)] = 0
    shaped = numpy.fft.irfft(spectrum, count)
    return 0.25 * shaped / numpy.abs(shaped).max() * 2


def find(needle, hay):
    """Where the needle lies in the hay (frames), and how alike it is there (0..1)."""
    size = 1 << int(numpy.ceil(numpy.log2(len(needle) + len(hay))))
    product = numpy.fft.irfft(numpy.fft.rfft(hay, size) * numpy.conj(numpy.fft.rfft(needle, size)),
                              size)[:max(1, len(hay) - len(needle) + 1)]
    at = int(numpy.argmax(numpy.abs(product)))
    there = hay[at:at + len(needle)]
    norm = numpy.sqrt((there ** 2).sum() * (needle ** 2).sum())
    return at, float(abs(product[at]) / norm) if norm else 0.0


class Jack:
    """Enough of libjack to ask for a port's latency."""

    def __init__(self, server):
        self.lib = ctypes.CDLL("libjack.so.0")
        self.lib.jack_client_open.restype = ctypes.c_void_p
        self.lib.jack_port_by_name.restype = ctypes.c_void_p
        self.lib.jack_client_open.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p,
                                              ctypes.c_char_p]
        self.lib.jack_port_by_name.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        self.lib.jack_port_get_latency_range.argtypes = [ctypes.c_void_p, ctypes.c_int,
                                                         ctypes.c_void_p]
        self.lib.jack_client_close.argtypes = [ctypes.c_void_p]
        self.lib.jack_deactivate.argtypes = [ctypes.c_void_p]
        self.lib.jack_activate.argtypes = [ctypes.c_void_p]
        self.client = self.lib.jack_client_open(b"asker", 1 | 4, None, server.encode())
        check(self.client, "no JACK client for the test")
        self.lib.jack_activate(self.client)

    def latency(self, port, mode):
        """(min, max) frames; mode 0: capture, 1: playback."""
        found = self.lib.jack_port_by_name(self.client, port.encode())
        check(found, "no port " + port)
        span = (ctypes.c_uint32 * 2)()
        self.lib.jack_port_get_latency_range(found, mode, ctypes.byref(span))
        return span[0], span[1]

    def close(self):
        self.lib.jack_client_close(self.client)
