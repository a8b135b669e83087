# SPDX-License-Identifier: GPL-3.0-or-later
"""audioctl render --plot: the pictures are files of their kind and show what they should."""
import re, zlib
import xml.etree.ElementTree as xml

from desk import *

LEFT, RIGHT, GAIN, IN = (0, 45, 70), (84, 37, 0), (84, 37, 0), (45, 45, 45)
ZERO = (60, 60, 60)


class Stroke:
    """A line of an SVG: colour in percent, width, points."""

    def __init__(self, element):
        style = dict(part.split(":", 1) for part in element.get("style", "").split(";") if ":" in part)
        style = {name.strip(): value for name, value in style.items()}
        get = lambda name: element.get(name, style.get(name, ""))  # newer cairo writes attributes
        colour = re.findall(r"([\d.]+)%", get("stroke"))
        self.colour = tuple(round(float(value)) for value in colour)
        self.width = float(get("stroke-width") or 0)
        points = re.findall(r"([\d.-]+) ([\d.-]+)", element.get("d"))
        self.points = numpy.array(points, float).reshape(-1, 2)


def strokes(desk, name="p.svg"):
    root = xml.parse(desk.path(name)).getroot()
    check(root.tag == "{http://www.w3.org/2000/svg}svg", "no SVG: " + root.tag)
    found = [Stroke(element) for element in root.iter("{http://www.w3.org/2000/svg}path")
             if "stroke" in (element.get("style") or "stroke") and element.get("d")]
    return [stroke for stroke in found if stroke.colour and len(stroke.points)]


def curves(lines, colour, width=2):
    """Curves of a panel's width; the samples in legends are short."""
    return [line for line in lines if line.colour == colour and line.width == width and
            numpy.ptp(line.points[:, 0]) > 200]


def panels(lines):
    """The frames: as many as there are panels."""
    return [line for line in lines if line.colour == (50, 50, 50)]


def only_what_is_on(build):
    """The sum alone, then with each stage one panel more, with its curves."""
    eq = ["eq.left.1.type=peaking", "eq.left.1.gain_db=5"]
    stages = {
        "sum": ([], 1, 1, 0),
        "EQ": (eq, 2, 2, 0),
        "EQ, unlike": (eq + ["eq.linked=no"], 2, 2, 2),
        "loudness": (["loudness.on=yes", "volume.level_db=-30"], 2, 2, 0),
        "strip": (["strip.headset_1.highpass.kind=butterworth"], 2, 2, 2),
        "crossfeed": (["crossfeed.on=yes"], 2, 2, 1),
        "compressor": (["compressor.on=yes"], 2, 2, 0),
    }
    with Desk(build) as desk:
        for name, (settings, frames, left, right) in stages.items():
            words = [word for setting in settings for word in ("--set", setting)]
            desk.render("--plot", "p.svg", *words)
            lines = strokes(desk)
            got = (len(panels(lines)), len(curves(lines, LEFT)), len(curves(lines, RIGHT)))
            check(got == (frames, left, right), "%s: panels, curves of the left, of the right are "
                  "%s, not %s" % (name, got, (frames, left, right)))
        everything = [word for settings, _, _, _ in stages.values() for setting in settings
                      for word in ("--set", setting)]
        desk.render("--plot", "p.svg", *everything)
        check(len(panels(strokes(desk))) == 6, "%d panels of 6" % len(panels(strokes(desk))))


def curve_is_the_formula(build):
    """The drawn EQ, against the cookbook: within 0.03 dB where there are points."""
    def gain_db(hz, centre, gain, q, rate=96000):
        a, w = 10 ** (gain / 40), 2 * numpy.pi * centre / rate
        alpha, z = numpy.sin(w) / 2 / q, numpy.exp(-2j * numpy.pi * hz / rate)
        h = ((1 + alpha * a) - 2 * numpy.cos(w) * z + (1 - alpha * a) * z * z) / \
            ((1 + alpha / a) - 2 * numpy.cos(w) * z + (1 - alpha / a) * z * z)
        return 20 * numpy.log10(abs(h))
    with Desk(build) as desk:
        desk.render("--plot", "p.svg", "--rate", "96000", *[
            word for setting in ["1.type=peaking", "1.gain_db=6", "1.frequency_hz=1000", "1.q=1",
                                 "2.type=peaking", "2.gain_db=-4", "2.frequency_hz=100", "2.q=2"]
            for word in ("--set", "eq.left." + setting)])
        lines = strokes(desk)
        for curve in curves(lines, LEFT):
            x, y = curve.points.T
            hz = 20 * 1000 ** ((x - x.min()) / (x.max() - x.min()))
            wanted = gain_db(hz, 1000, 6, 1) + gain_db(hz, 100, -4, 2)
            zeros = [line for line in lines if line.colour == ZERO and
                     numpy.ptp(line.points[:, 1]) == 0 and
                     y.min() < line.points[0, 1] < y.max() and
                     line.points[:, 0].min() <= x.min() + 1 and
                     line.points[:, 0].max() >= x.max() - 1]
            check(len(zeros) == 1, "%d lines of 0 dB in a panel" % len(zeros))
            up = zeros[0].points[0, 1] - y
            scale = (up * wanted).sum() / (wanted * wanted).sum()  # px per dB
            worst = abs(up / scale - wanted).max()
            check(len(x) > 100 and scale > 5 and worst < 0.03, "%d points, %.1f px per dB, %.3f dB "
                  "off" % (len(x), scale, worst))
            grid = [line.points[0, 1] for line in lines if line.colour == (82, 82, 82) and
                    numpy.ptp(line.points[:, 1]) == 0 and abs(line.points[0, 0] - x.min()) < 1 and
                    y.min() - 60 < line.points[0, 1] < y.max() + 60]
            steps = abs(numpy.array(grid) - zeros[0].points[0, 1]) / scale
            check(len(grid) >= 4 and abs(steps - steps.round()).max() < 0.03,
                  "the grid is not of whole dB: %s" % steps)


def time_is_told(build):
    """20 s, the second half 20 dB softer; the compressor works in the first half only."""
    rate = 48000
    tone = 0.5 * numpy.sin(2 * numpy.pi * 1000 * numpy.arange(20 * rate) / rate)
    tone[10 * rate:] *= 0.1
    with Desk(build) as desk:
        desk.write("in.wav", tone)
        desk.render("in.wav", "out.wav", "--plot", "p.svg", "--set", "compressor.on=yes", "--set",
                    "compressor.threshold_db=-18", "--set", "compressor.ratio=inf", "--set",
                    "compressor.knee_db=0", "--set", "compressor.attack_ms=0.1")
        lines = strokes(desk)
        at = lambda curve, part: numpy.interp(
            66 + part * 938, curve.points[:, 0], curve.points[:, 1])
        level, out = curves(lines, IN, 1), curves(lines, LEFT, 1)
        gain = curves(lines, GAIN, 1.3)
        check((len(level), len(out), len(gain)) == (1, 1, 1), "curves: %s" %
              [len(level), len(out), len(gain)])
        check(len(panels(lines)) == 4, "%d panels, not sum, compressor, level, gain" %
              len(panels(lines)))
        scale = (at(level[0], 0.75) - at(level[0], 0.25)) / 20
        check(scale > 2, "20 dB are %.1f px" % (20 * scale))
        for curve, part, wanted in ((out[0], 0.25, 12), (out[0], 0.75, 0)):
            got = (at(curve, part) - at(level[0], part)) / scale
            check(abs(got - wanted) < 0.6, "at %g: out is %.1f dB below in, not %g" %
                  (part, got, wanted))
        step = [at(gain[0], part) - at(gain[0], 0.95) for part in (0.1, 0.3, 0.48, 0.6, 0.8)]
        check(min(step[:3]) > 20 and max(step[:3]) - min(step[:3]) < 1 and
              max(abs(numpy.array(step[3:]))) < 1, "the gain is drawn at %s px" % step)


def png_pixels(data):
    """Rows of an RGB or RGBA PNG, decoded."""
    check(data[:8] == b"\x89PNG\r\n\x1a\n", "no PNG")
    at, body = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        part = data[at + 8:at + 8 + size]
        check(zlib.crc32(kind + part) == struct.unpack(">I", data[at + 8 + size:at + 12 + size])[0],
              "a chunk is broken")
        if kind == b"IHDR":
            width, height, bits, colour = struct.unpack(">IIBB", part[:10])
        if kind == b"IDAT":
            body += part
        at += 12 + size
    check(bits == 8 and colour in (2, 6), "of another kind: %d bits, colour %d" % (bits, colour))
    size = 3 if colour == 2 else 4
    raw = numpy.frombuffer(zlib.decompress(body), "u1").reshape(height, 1 + width * size)
    rows = numpy.zeros((height + 1, width, size), int)
    for i in range(height):
        row, above = raw[i, 1:].reshape(width, size).astype(int), rows[i]
        if raw[i, 0] == 0:
            rows[i + 1] = row
        elif raw[i, 0] == 1:
            rows[i + 1] = numpy.cumsum(row, 0) % 256
        elif raw[i, 0] == 2:
            rows[i + 1] = (row + above) % 256
        else:  # averages and Paeth's: pixel by pixel
            left = corner = numpy.zeros(size, int)
            for k in range(width):
                if raw[i, 0] == 3:
                    guess = (left + above[k]) // 2
                else:
                    p = left + above[k] - corner
                    a, b, c = abs(p - left), abs(p - above[k]), abs(p - corner)
                    guess = numpy.where((a <= b) & (a <= c), left,
                                        numpy.where(b <= c, above[k], corner))
                corner = above[k]
                left = rows[i + 1, k] = (row[k] + guess) % 256
    return rows[1:, :, :3]


def png_has_curves(build):
    """A white page, twice as fine as the SVG, with the blue curve across the panel."""
    with Desk(build) as desk:
        desk.render("--plot", "p.png", "--plot", "p.png")
        pixels = png_pixels(desk.bytes("p.png"))
        check(pixels.shape[1] == 2080 and 600 < pixels.shape[0] < 1000, "%s px" % (pixels.shape,))
        check((pixels == 255).all(2).mean() > 0.9, "the page is not white")
        blue = (abs(pixels - [0, 115, 179]) < 12).all(2)
        check(blue.any(0)[140:2000].all(), "the curve has gaps")
        dark = (pixels < 120).all(2)
        check(dark[:120].sum() > 500, "no heading")


def failed_render_keeps_the_picture(build):
    with Desk(build) as desk:
        desk.text("p.svg", "the old one")
        desk.refuses(1, "none.wav: cannot be read: No such file or directory", "render", "none.wav",
                     "out.wav", "--plot", "p.svg")
        desk.render("--plot", "p.svg")
        check(desk.bytes("p.svg")[:5] == b"<?xml", "the new one is not there")


def long_names_fit(build):
    """A heading longer than the page is cut; control characters and what is no UTF-8 do no harm."""
    with Desk(build) as desk:
        for name in ("n" * 200 + ".ini", "ä€😀" * 18 + ".ini", "a\nb\033[1m.ini",
                     os.fsdecode(b"\xff\xfe.ini")):
            desk.text(name, "[compressor]\non = yes\n")
            desk.render("--plot", "p.svg", "--preset", name)
            check(len(panels(strokes(desk))) == 2, "%r: no picture" % name)


main(sys.argv[1], [only_what_is_on, curve_is_the_formula, time_is_told, png_has_curves,
                   failed_render_keeps_the_picture, long_names_fit])
