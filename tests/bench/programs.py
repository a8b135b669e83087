#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole programs: user CPU per stereo frame of a file of noise, the same command without effects
subtracted; the two in turns, median of the differences.

    programs.py [ROUNDS]      default 7
"""
import os
import statistics
import subprocess
import sys
import tempfile
import wave

import numpy

RATE, SECONDS = 48000, 60
BANDS = [(31.25, 6), (62.5, 5), (125, 4), (250, 2), (500, -1), (1000, -4), (2000, -6), (4000, -4),
         (8000, 2), (16000, 5)]
SOX_BANDS = [word for hz, db in BANDS for word in ("equalizer", str(hz), "1.41q", str(db))]
FFMPEG_BANDS = ",".join(f"equalizer=f={hz}:t=q:w=1.41:g={db}" for hz, db in BANDS)
COMPRESS = "acompressor=threshold=0.1:ratio=4:attack=10:release=100:knee=2.83"
LIMIT = "alimiter=limit=0.3:level=0"
CROSSFEED = "bs2b=profile=cmoy"
SOX_COMPAND = ["compand", "0.01,0.1", "6:-60,-20,-5", "0", "-60"]


def sox(*effects):
    return ["sox", "-V1", "{in}", "-n", *effects]


def ffmpeg(filters):
    return ["ffmpeg", "-v", "error", "-nostdin", "-threads", "1", "-filter_threads", "1", "-i",
            "{in}", "-map", "0:a", "-af", filters, "-f", "null", "-"]


# what, command, the same without effects
PROGRAMS = [
    ("sox, 10 bands", sox("gain", "-9", *SOX_BANDS), sox("gain", "-9")),
    ("sox, compand", sox(*SOX_COMPAND), sox()),
    ("ffmpeg, 10 bands", ffmpeg(FFMPEG_BANDS), ffmpeg("anull")),
    ("ffmpeg, crossfeed (bs2b)", ffmpeg(CROSSFEED), ffmpeg("anull")),
    ("ffmpeg, acompressor", ffmpeg(COMPRESS), ffmpeg("anull")),
    ("ffmpeg, alimiter", ffmpeg(LIMIT), ffmpeg("anull")),
    ("ffmpeg, 10 bands, bs2b, acompressor, alimiter",
     ffmpeg(",".join((COMPRESS, FFMPEG_BANDS, CROSSFEED, LIMIT))), ffmpeg("anull")),
]


def write_sound(path):
    white = numpy.random.default_rng(1).standard_normal((2, RATE * SECONDS))
    spectrum = numpy.fft.rfft(white)
    spectrum /= numpy.sqrt(numpy.maximum(numpy.arange(spectrum.shape[1]), 1))
    sound = numpy.fft.irfft(spectrum)
    sound *= 0.1 / sound.std()
    sound += 0.25 * numpy.sin(2 * numpy.pi * 440 / RATE * numpy.arange(RATE * SECONDS))
    with wave.open(path, "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes((sound.clip(-1, 1).T * 32767).astype("<i2").tobytes())


def user_seconds(command, path):
    words = [path if word == "{in}" else word for word in command]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(" ".join(words))
    return usage.ru_utime


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    cpus = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cpus)})
    print("\n| Whole programs, user CPU without the program's own | ns |\n|---|--:|")
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/in.wav"
        write_sound(path)
        for what, command, null in PROGRAMS:
            differences = [user_seconds(command, path) - user_seconds(null, path)
                           for _ in range(rounds)]
            print(f"| {what} | {1e9 * statistics.median(differences) / (RATE * SECONDS):.1f} |",
                  flush=True)


main()
