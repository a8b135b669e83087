#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Responses of filters as scipy has them: tests/golden/filters.py > tests/golden/filters.h

filters.py --check  looks whether it would write the same numbers again."""
import os, re, sys
import numpy as np
from scipy import signal

POINTS = 6
RATES = (44100, 192000)
BANDS = [  # type, frequency, gain, q, slope, target_hz, target_q
    ("PEAKING", 40, 9, 3, 1), ("PEAKING", 3000, -12, 0.5, 1),
    ("LOW_SHELF", 100, 6, 0.7, 1), ("HIGH_SHELF", 8000, -6, 0.7, 1),
    ("LOW_SHELF_SLOPE", 200, -9, 1, 0.5), ("HIGH_SHELF_SLOPE", 5000, 12, 1, 0.9),
    ("LOW_PASS", 80, 0, 0.7071, 1), ("HIGH_PASS", 80, 0, 0.7071, 1),
    ("BAND_PASS", 1000, 0, 2, 1), ("NOTCH", 60, 0, 5, 1), ("ALL_PASS", 700, 0, 0.8, 1),
    ("LOW_SHELF_1", 300, 6, 1, 1), ("HIGH_SHELF_1", 3000, -9, 1, 1), ("LOW_PASS_1", 5000, 0, 1, 1),
    ("HIGH_PASS_1", 50, 0, 1, 1), ("ALL_PASS_1", 2000, 0, 1, 1), ("LINKWITZ", 60, 0, 1.1, 1)]
TARGET = (25, 0.6)


def points(rate):
    return 20 * (0.45 * rate / 20) ** (np.arange(POINTS) / (POINTS - 1))


def cookbook(kind, w, gain, q, slope):
    """b and a of the cookbook, second order."""
    A, c, s = 10 ** (gain / 40), np.cos(w), np.sin(w)
    alpha = s / (2 * q)
    if kind.endswith("SLOPE"):
        kind = kind[:-6]
        alpha = s / 2 * np.sqrt((A + 1 / A) * (1 / slope - 1) + 2)
    r, same = 2 * np.sqrt(A) * alpha, [1 + alpha, -2 * c, 1 - alpha]
    return {
        "PEAKING": ([1 + alpha * A, -2 * c, 1 - alpha * A], [1 + alpha / A, -2 * c, 1 - alpha / A]),
        "LOW_SHELF": ([A * (A + 1 - (A - 1) * c + r), 2 * A * (A - 1 - (A + 1) * c),
                       A * (A + 1 - (A - 1) * c - r)],
                      [A + 1 + (A - 1) * c + r, -2 * (A - 1 + (A + 1) * c),
                       A + 1 + (A - 1) * c - r]),
        "HIGH_SHELF": ([A * (A + 1 + (A - 1) * c + r), -2 * A * (A - 1 + (A + 1) * c),
                        A * (A + 1 + (A - 1) * c - r)],
                       [A + 1 - (A - 1) * c + r, 2 * (A - 1 - (A + 1) * c),
                        A + 1 - (A - 1) * c - r]),
        "LOW_PASS": ([(1 - c) / 2, 1 - c, (1 - c) / 2], same),
        "HIGH_PASS": ([(1 + c) / 2, -1 - c, (1 + c) / 2], same),
        "BAND_PASS": ([alpha, 0, -alpha], same),
        "NOTCH": ([1, -2 * c, 1], same),
        "ALL_PASS": (same[::-1], same)}[kind]


def analog(kind, f, gain, q, rate):
    """Numerator and denominator in s, with frequencies warped for scipy.signal.bilinear."""
    def warped(hz):
        return 2 * rate * np.tan(np.pi * hz / rate)
    w, g = warped(f), 10 ** (gain / 40)
    if kind == "LINKWITZ":
        mean = np.sqrt(f * TARGET[0])
        scale = warped(mean) / mean
        w0, wp = f * scale, TARGET[0] * scale
        return [1, w0 / q, w0 * w0], [1, wp / TARGET[1], wp * wp]
    return {
        "LOW_SHELF_1": ([1, w * g], [1, w / g]), "HIGH_SHELF_1": ([g, w], [1 / g, w]),
        "LOW_PASS_1": ([w], [1, w]), "HIGH_PASS_1": ([1, 0], [1, w]),
        "ALL_PASS_1": ([-1, w], [1, w])}[kind]


def band(kind, f, gain, q, slope, rate):
    if kind.endswith("_1") or kind == "LINKWITZ":
        ba = signal.bilinear(*analog(kind, f, gain, q, rate), fs=rate)
    else:
        ba = cookbook(kind, 2 * np.pi * f / rate, gain, q, slope)
    return signal.freqz(*ba, worN=points(rate), fs=rate)[1]


def crossover(kind, order, side, f, rate):
    design = {"BUTTERWORTH": signal.butter, "BESSEL": signal.bessel}[kind]
    extra = {"norm": "mag"} if kind == "BESSEL" else {}
    sos = design(order, f, side, output="sos", fs=rate, **extra)
    return signal.sosfreqz(sos, worN=points(rate), fs=rate)[1]


def row(words, h):
    return "    { %s,\n      { %s } },\n" % (
        ", ".join(str(w) for w in words), ", ".join("{ %.9g, %.9g }" % (x.real, x.imag) for x in h))


def header():
    text = ("/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
            "/* Written by tests/golden/filters.py with scipy; do not edit. */\n"
            "/* clang-format off */\n"
            "enum { GOLDEN_POINTS = %d }; /* from 20 Hz to 0.45 of the rate, at equal ratios */\n\n"
            % POINTS)
    text += ("static const struct {\n    double rate_hz;\n    struct band_settings band;\n"
             "    double h[GOLDEN_POINTS][2];\n} golden_bands[] = {\n")
    for rate in RATES:
        for kind, f, gain, q, slope in BANDS:
            settings = "{ true, BAND_%s, %s }" % (
                kind, ", ".join(str(x) for x in (f, gain, q, slope) + TARGET))
            text += row((rate, settings), band(kind, f, gain, q, slope, rate))
    text += ("};\n\nstatic const struct {\n    double rate_hz;\n"
             "    struct crossover_settings crossover;\n    enum crossover_side side;\n"
             "    double h[GOLDEN_POINTS][2];\n} golden_crossovers[] = {\n")
    for rate in RATES:
        for kind in "BUTTERWORTH", "BESSEL":
            for order in range(1, 9):
                for side, scipy_side in ("LOW", "lowpass"), ("HIGH", "highpass"):
                    f = 80 if order % 2 else 2500
                    settings = "{ CROSSOVER_%s, %d, %d }" % (kind, order, f)
                    text += row((rate, settings, "CROSSOVER_%s_PASS" % side),
                                crossover(kind, order, scipy_side, f, rate))
    return text + "};\n/* clang-format on */\n"


def check():
    """Another scipy may err in other last digits."""
    number = r"(?<![\w.])-?\d+\.?\d*(?:e[+-]?\d+)?"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "filters.h")) as file:
        stored, now = file.read(), header()
    a, b = (np.array([float(x) for x in re.findall(number, text)]) for text in (stored, now))
    same = re.sub(number, "#", stored) == re.sub(number, "#", now) and len(a) == len(b)
    if same and len(a) > 1000 and np.all(np.abs(a - b) <= 1e-6 * np.maximum(1e-3, np.abs(b))):
        print("ok golden_filters_are_what_scipy_says")
        return 0
    print("FAIL golden_filters_are_what_scipy_says: filters.h is not what filters.py writes")
    return 1


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        sys.exit(check())
    sys.stdout.write(header())
