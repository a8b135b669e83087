# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder with sound files, and audioctl run in it. A test prints "ok NAME" or "FAIL NAME: why"."""
import os, shutil, struct, subprocess, sys, tempfile

import numpy

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from house import check, main  # the same words as the tests of the house


def write_wav(path, sound, rate=48000, kind="float"):
    """Frames x channels; int16 and int24 take whole numbers."""
    sound = numpy.atleast_2d(numpy.asarray(sound).T).T
    if kind == "float":
        code, bits, data = 3, 32, sound.astype("<f4").tobytes()
    elif kind == "int16":
        code, bits, data = 1, 16, sound.astype("<i2").tobytes()
    else:
        code, bits = 1, 24
        data = sound.astype("<i4").reshape(-1, 1).view("u1")[:, :3].tobytes()
    width = sound.shape[1] * bits // 8
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, code,
                       sound.shape[1], rate, rate * width, width, bits, b"data", len(data))
    with open(path, "wb") as out:
        out.write(head + data)


def read_wav(path):
    """(sound, rate, code, bits); the sound as floats, or as whole numbers."""
    data = open(path, "rb").read()
    check(data[:4] == b"RIFF" and data[8:12] == b"WAVE", "%s is no WAV" % path)
    at = 12
    while data[at:at + 4] != b"data":
        size = struct.unpack("<I", data[at + 4:at + 8])[0]
        if data[at:at + 4] == b"fmt ":
            code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", data[at + 8:at + 24])
            if code == 0xfffe:
                code = struct.unpack("<H", data[at + 32:at + 34])[0]
        at += 8 + size + size % 2
    body = data[at + 8:at + 8 + struct.unpack("<I", data[at + 4:at + 8])[0]]
    if bits == 24:
        sound = numpy.zeros((len(body) // 3, 4), "u1")
        sound[:, 1:] = numpy.frombuffer(body, "u1").reshape(-1, 3)
        sound = sound.view("<i4").astype(int)[:, 0] >> 8
    else:
        sound = numpy.frombuffer(body, {(3, 32): "<f4", (1, 16): "<i2"}[code, bits])
    return sound.reshape(-1, channels), rate, code, bits


def noise(frames, channels=2, level=0.1, seed=1):
    values = level * numpy.random.default_rng(seed).standard_normal((frames, channels))
    return values.astype("f4")


# fontconfig keeps what it knows until the program ends
ENVIRONMENT = {**os.environ, "LC_ALL": "C", "LSAN_OPTIONS": "print_suppressions=0:suppressions=" +
               os.path.join(os.path.dirname(os.path.abspath(__file__)), "leaks")}


class Desk:
    """with Desk(build) as desk: desk.run("render", ...). Nothing may be left over in its folder."""

    def __init__(self, build):
        self.program = os.path.join(build, "audioctl")

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="audioserver-cli-")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, *arguments, **options):
        write_wav(self.path(name), *arguments, **options)

    def text(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)

    def bytes(self, name):
        return open(self.path(name), "rb").read()

    def read(self, name):
        return read_wav(self.path(name))[0]

    def run(self, *words, limit=None):
        """(exit status, what it said, what it complained of)"""
        done = subprocess.run([self.program, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=100, preexec_fn=limit,
                              env=ENVIRONMENT)
        return done.returncode, done.stdout, done.stderr

    def render(self, *words, limit=None):
        status, said, complaint = self.run("render", *words, limit=limit)
        check(status == 0, "%s: exit status %d: %s" % (" ".join(words), status, complaint))
        check(complaint == "", "a render that went well complains: " + complaint)
        return said

    def start(self, *words, **options):
        return subprocess.Popen([self.program, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
                                **{"stderr": subprocess.PIPE, **options})

    def refuses(self, status, complaint, *words, limit=None):
        """It exits so, says exactly that, and leaves the folder as it was."""
        before = {name: self.bytes(name) for name in os.listdir(self.folder)
                  if os.path.isfile(self.path(name))}
        got, said, complained = self.run(*words, limit=limit)
        check(got == status, "%s: exit status %d, not %d: %s" % (words, got, status, complained))
        if isinstance(complaint, str):
            complaint = [complaint]
        check(complained.splitlines() == ["audioctl: " + line for line in complaint],
              "%s: it said %r, not %r" % (words, complained, complaint))
        after = {name: self.bytes(name) for name in os.listdir(self.folder)
                 if os.path.isfile(self.path(name))}
        check(before == after, "%s: files were %s, are %s" %
              (words, sorted(before), sorted(after)))


EVERYTHING = """
[preamp]
gain_1_db = -1
[compressor]
on = yes
threshold_db = -30
lookahead_ms = 2
makeup_db = 4
[loudness]
on = yes
[eq]
linked = no
[eq.left.1]
type = peaking
frequency_hz = 90
gain_db = 5
[eq.right.3]
type = high_shelf
frequency_hz = 5000
gain_db = -4
[crossfeed]
on = yes
delay_us = 210
[volume]
level_db = -6
[strip.headset_1]
delay_ms = 0.7
[strip.headset_1.eq.2]
type = low_shelf
frequency_hz = 200
gain_db = 2
[limiter.headset]
on = yes
ceiling_db = -12
lookahead_ms = 1
"""
