# SPDX-License-Identifier: GPL-3.0-or-later
"""audioctl render: the sound. Bits, rates, gains, formats, latency, microphone, summary."""
import re

from desk import *

RATES = [44100, 48000, 88200, 96000, 176400, 192000, 44101]


def neutral_is_bit_exact(build):
    """Nothing is on: every float comes out as it went in, whatever its size."""
    sound = noise(20001)
    sound[5], sound[6], sound[7] = (1.5, -200), (1e-30, -1e-20), (-0.0, 255.9)
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        desk.render("in.wav", "out.wav")
        out, rate, code, bits = read_wav(desk.path("out.wav"))
        check((rate, code, bits) == (48000, 3, 32), "not floats of 48 kHz: %s" % [rate, code, bits])
        check(out.shape == sound.shape, "%s frames became %s" % (sound.shape, out.shape))
        wrong = numpy.flatnonzero((out != sound).any(axis=1))
        check(len(wrong) == 0, "%d frames differ, first %s" % (len(wrong), wrong[:3]))


def unfit_becomes_silence(build):
    sound = noise(3000)
    sound[100], sound[200], sound[300] = (numpy.nan, 0.1), (0.1, numpy.inf), (-257, 0.1)
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        said = desk.render("in.wav", "out.wav")
        sound[100, 0] = sound[200, 1] = sound[300, 0] = 0
        check((desk.read("out.wav") == sound).all(), "what is fit changed, or what is not stayed")
        check(re.search(r"unfit +3 samples", said), "the summary does not count them: " + said)
        check(re.search(r"in +peak +-\d+\.\d +-\d+\.\d dBFS", said), "they are measured: " + said)


def mono_counts_as_both(build):
    sound = noise(5000, 1)
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        desk.render("in.wav", "out.wav", "--set", "preamp.gain_2_db=-6")
        out = desk.read("out.wav")
        check((out[:, 0] == sound[:, 0]).all(), "the left channel differs")
        check(abs(out[:, 1] / sound[:, 0] - 10 ** -0.3).max() < 1e-6, "the right channel differs")


def blocks_give_the_same_bits(build):
    """Everything on: any block gives the same file, to the byte; and not the neutral one."""
    with Desk(build) as desk:
        desk.text("all.ini", EVERYTHING)
        desk.write("in.wav", noise(30000, level=0.3))
        desk.render("in.wav", "neutral.wav")
        files = {}
        for block in (1, 16, 64, 1000, 4096, 8192):
            desk.render("in.wav", "out.wav", "--preset", "all.ini", "--block", str(block))
            files[block] = desk.bytes("out.wav")
        different = [block for block in files if files[block] != files[64]]
        check(not different, "blocks of %s frames give other bits than 64" % different)
        check(files[64] != desk.bytes("neutral.wav"), "the preset changes nothing")
        check(b"PEAK" not in files[64][:200], "the time of day is in the file")
        sound = desk.read("out.wav")
        check(0.2 < abs(sound).max() <= 10 ** (-12 / 20), "peak %g behind a limiter of -12 dBFS" %
              abs(sound).max())


def rates(build):
    """Each rate from 44.1 to 192 kHz; the file has the rate, and the filter its frequency there."""
    with Desk(build) as desk:
        for rate in RATES:
            tone = 0.25 * numpy.sin(2 * numpy.pi * 1000 * numpy.arange(rate) / rate)
            desk.write("in.wav", numpy.column_stack([tone, tone]), rate)
            desk.render("in.wav", "out.wav", "--set", "eq.left.1.type=peaking", "--set",
                        "eq.left.1.gain_db=6")
            out, out_rate, _, _ = read_wav(desk.path("out.wav"))
            check(out_rate == rate and len(out) == rate, "%d Hz: %d frames of %d Hz" %
                  (rate, len(out), out_rate))
            gain = 20 * numpy.log10(abs(out[rate // 2:]).max() / abs(tone[rate // 2:]).max())
            check(abs(gain - 6) < 0.01, "%d Hz: %.3f dB, not 6" % (rate, gain))
        for rate in (8000, 44099, 192001):
            desk.write("odd.wav", noise(1000), rate)
            desk.refuses(1, "odd.wav has a rate of %d Hz; 44100 to 192000 Hz can be rendered" % rate,
                         "render", "odd.wav", "refused.wav")


def peaking_db(frequency, centre, gain_db, q, rate):
    """The cookbook's peaking filter, from its analog side."""
    a, w = 10 ** (gain_db / 40), 2 * numpy.pi * centre / rate
    alpha = numpy.sin(w) / 2 / q
    z = numpy.exp(-2j * numpy.pi * frequency / rate)
    top = (1 + alpha * a) - 2 * numpy.cos(w) * z + (1 - alpha * a) * z * z
    return 20 * numpy.log10(abs(top / ((1 + alpha / a) - 2 * numpy.cos(w) * z +
                                       (1 - alpha / a) * z * z)))


def tone_has_the_analytic_gain(build):
    """Tones through a band of the EQ: amplitudes within 0.0005 dB of the formula."""
    rate = 48000
    with Desk(build) as desk:
        for frequency in (50, 700, 1000, 1300, 9000):
            phase = 2 * numpy.pi * frequency * numpy.arange(rate) / rate
            desk.write("in.wav", 0.25 * numpy.sin(phase), rate)
            desk.render("in.wav", "out.wav", "--set", "eq.left.4.type=peaking", "--set",
                        "eq.left.4.frequency_hz=1000", "--set", "eq.left.4.gain_db=-7.5", "--set",
                        "eq.left.4.q=2.5")
            part = slice(rate // 2, rate)
            basis = numpy.column_stack([numpy.sin(phase[part]), numpy.cos(phase[part])])
            fit = numpy.linalg.lstsq(basis, desk.read("out.wav")[part, 1], rcond=None)[0]
            gain = 20 * numpy.log10(numpy.hypot(*fit) / 0.25)
            wanted = peaking_db(frequency, 1000, -7.5, 2.5, rate)
            check(abs(gain - wanted) < 0.0005, "%d Hz: %.5f dB, formula %.5f" %
                  (frequency, gain, wanted))


def latency_stays_or_goes(build):
    """Without --align as in the daemon; with it, the first and the last frame are in their place."""
    late = 240 + 48  # a compressor's look-ahead of 5 ms, a limiter's of 1 ms
    words = ["--set", "compressor.on=yes", "--set", "compressor.lookahead_ms=5", "--set",
             "compressor.threshold_db=0", "--set", "limiter.headset.on=yes", "--set",
             "limiter.headset.lookahead_ms=1", "--set", "limiter.headset.ceiling_db=0"]
    sound = numpy.zeros((10000, 2), "f4")
    sound[0] = sound[4095] = sound[9999] = 0.25
    sound[1234] = 0.125
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        said = desk.render("in.wav", "plain.wav", *words)
        check(re.search(r"latency +6\.00 ms \(%d frames\), in OUT as in the daemon" % late, said),
              "the summary does not tell of it: " + said)
        out = desk.read("plain.wav")
        check(len(out) == 10000, "%d frames, not 10000" % len(out))
        check(abs(out[late:] - sound[:-late]).max() < 1e-6 and abs(out[:late]).max() == 0,
              "the sound is not late by %d frames: %s" % (late, numpy.flatnonzero(out[:, 0])[:5]))
        said = desk.render("in.wav", "aligned.wav", "--align", *words)
        check("taken away" in said, "the summary does not tell of it: " + said)
        out = desk.read("aligned.wav")
        check(len(out) == 10000, "aligned: %d frames, not 10000" % len(out))
        check(abs(out - sound).max() < 1e-6, "aligned: not in its place: %s" %
              numpy.flatnonzero(out[:, 0])[:5])
        sound = numpy.zeros((100, 2), "f4")  # shorter than the latency
        sound[7] = 0.5
        desk.write("short.wav", sound)
        desk.render("short.wav", "aligned.wav", "--align", *words)
        out = desk.read("aligned.wav")
        check(out.shape == sound.shape and abs(out - sound).max() < 1e-6, "a short file is lost")


def latency_of_other_outputs(build):
    """--align takes away what the strip that is heard has, and of the talk bus no strip's."""
    sound = numpy.zeros((5000, 1), "f4")
    sound[1000] = 0.25
    strips = ["--set", "limiter.out.on=yes", "--set", "limiter.out.lookahead_ms=3",
              "--set", "matrix.out_1.listen_1_on=yes"]
    gate = ["--set", "mic.gate.on=yes", "--set", "mic.gate.lookahead_ms=4", "--set",
            "mic.gate.open_db=-60", "--set", "mic.gate.attack_ms=0.1"]
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        for words in (["--output", "out"] + strips, ["--mic"] + strips + gate,
                      ["--mic", "--output", "out"] + strips + gate):
            said = desk.render("in.wav", "out.wav", "--align", *words)
            out = desk.read("out.wav")
            check("latency" in said, "%s: no latency: %s" % (words, said))
            check(numpy.argmax(abs(out[:, 0])) == 1000 and len(out) == 5000,
                  "%s: the click is at %d of %d" % (words, numpy.argmax(abs(out[:, 0])), len(out)))


def microphone(build):
    """The talk bus in mono, out_1/2 in stereo; the listen path's settings do not touch it."""
    sound = noise(48000, 1)
    listen = ["--set", "preamp.gain_1_db=-20", "--set", "volume.level_db=-40"]
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        desk.render("in.wav", "talk.wav", "--mic", *listen)
        check((desk.read("talk.wav") == sound).all(), "the neutral talk bus is not bit-exact")
        desk.render("in.wav", "out.wav", "--mic", "--output", "out", "--set",
                    "strip.out_2.invert=yes", *listen)
        out = desk.read("out.wav")
        check(out.shape == (48000, 2), "out is %s" % (out.shape,))
        check((out[:, 0] == sound[:, 0]).all() and (out[:, 1] == -sound[:, 0]).all(),
              "out_1/2 do not have the microphone")
        desk.render("in.wav", "low.wav", "--mic", "--set", "mic.highpass.on=yes", "--set",
                    "mic.highpass.frequency_hz=500")
        low = abs(numpy.fft.rfft(desk.read("low.wav")[:, 0]))[10:100].sum()
        check(low < 0.1 * abs(numpy.fft.rfft(sound[:, 0]))[10:100].sum(), "no high-pass")
        desk.write("stereo.wav", noise(1000))
        desk.refuses(1, "stereo.wav has 2 channels; a microphone has one", "render", "stereo.wav",
                     "refused.wav", "--mic")
        desk.refuses(2, "--output talk: the talk bus is silent without --mic", "render", "in.wav",
                     "refused.wav", "--output", "talk")


def sub_is_mono(build):
    with Desk(build) as desk:
        desk.write("in.wav", noise(48000))
        desk.render("in.wav", "sub.wav", "--output", "sub", "--set",
                    "strip.sub.lowpass.kind=linkwitz_riley", "--set",
                    "strip.sub.lowpass.frequency_hz=80")
        out = desk.read("sub.wav")
        spectrum = abs(numpy.fft.rfft(out[:, 0]))
        check(out.shape == (48000, 1), "the sub is %s" % (out.shape,))
        check(spectrum[20:60].mean() > 300 * spectrum[1000:2000].mean(), "no low-pass")


def whole_numbers_stay_exact(build):
    """16 and 24 bit in, the same out by WAV and by FLAC; FLAC as sox and as we read it."""
    random = numpy.random.default_rng(2)
    with Desk(build) as desk:
        for bits, kind in ((16, "int16"), (24, "int24")):
            top = 2 ** (bits - 1)
            sound = random.integers(-top, top, (20000, 2))
            sound[0], sound[1] = top - 1, -top
            desk.write("in.wav", sound, kind=kind)
            desk.render("in.wav", "out.wav", "--format", "pcm%d" % bits)
            out, _, code, got_bits = read_wav(desk.path("out.wav"))
            check((code, got_bits) == (1, bits), "not %d bit: %s" % (bits, (code, got_bits)))
            check((out == sound).all(), "%d bit: %d samples differ" % (bits, (out != sound).sum()))
            desk.render("in.wav", "out.flac", "--format", "pcm%d" % bits)
            check(desk.bytes("out.flac")[:4] == b"fLaC", "no FLAC")
            subprocess.run(["sox", "out.flac", "-t", "wav", "back.wav"], cwd=desk.folder, check=True)
            check((desk.read("back.wav") == sound).all(), "%d bit FLAC, by sox, differs" % bits)
            desk.render("out.flac", "again.wav")
            check((desk.read("again.wav") * top == sound).all(), "%d bit FLAC differs" % bits)
        desk.render("in.wav", "default.flac")
        subprocess.run(["sox", "default.flac", "-t", "wav", "back.wav"], cwd=desk.folder, check=True)
        check((desk.read("back.wav") == sound).all(), "FLAC is not 24 bit by itself")
        desk.refuses(2, "x.flac: FLAC has no floats; take --format pcm24 or a .wav", "render",
                     "in.wav", "x.flac", "--format", "float")


def sixteen_bits_have_dither(build):
    """A sine of half a step is still there; the error is noise of 1/2 step RMS; silence is silent."""
    phase = 2 * numpy.pi * 1000 * numpy.arange(96000) / 48000
    with Desk(build) as desk:
        desk.write("in.wav", 0.45 / 32768 * numpy.sin(phase))
        desk.render("in.wav", "out.wav", "--format", "pcm16")
        out = desk.read("out.wav")[:, 0].astype(float)
        check(abs(2 * (out * numpy.sin(phase)).mean() - 0.45) < 0.02, "the sine is lost")
        error = (out - 0.45 * numpy.sin(phase)).std()
        check(0.45 < error < 0.55, "error of %.3f steps RMS" % error)
        desk.write("in.wav", numpy.zeros(1000))
        desk.render("in.wav", "out.wav", "--format", "pcm16")
        check((desk.read("out.wav") == 0).all(), "silence is noisy")


def what_is_cut_is_told(build):
    with Desk(build) as desk:
        desk.write("in.wav", numpy.array([[0.5, 1.5], [-2, 0.1], [1, -1]]))
        said = desk.render("in.wav", "out.wav", "--format", "pcm24")
        check(re.search(r"clipped +2 samples", said), "two samples are cut: " + said)
        top = 2 ** 23
        check((desk.read("out.wav") == [[top / 2, top - 1], [-top, round(0.1 * top)],
                                        [top - 1, -top]]).all(), "cut in a wrong way")
        check("clipped" not in desk.render("in.wav", "out.wav"), "floats are not cut")


def summary(build):
    """Peaks and loudness as the standards define them, reductions as the settings do."""
    tone = 10 ** (-23 / 20) * numpy.sin(2 * numpy.pi * 997 * numpy.arange(480000) / 48000)
    with Desk(build) as desk:
        desk.write("in.wav", numpy.column_stack([tone, tone]))
        said = desk.render("in.wav", "out.wav", "--set", "compressor.on=yes", "--set",
                           "compressor.threshold_db=-33", "--set", "compressor.ratio=5", "--set",
                           "compressor.knee_db=0", "--set", "compressor.attack_ms=0.1", "--set",
                           "preamp.gain_1_db=0")
        check(re.search(r"(?m)^out.wav: 0:10.000, 48000 Hz, stereo, float$", said), said)
        check(re.search(r"in +peak +-23.0 +-23.0 dBFS, loudness +-2[23].\d LUFS", said), said)
        loudness = float(re.search(r"in .*loudness +(\S+)", said)[1])
        check(abs(loudness + 23.0) < 0.11, "R 128: a stereo sine of -23 dBFS is -23 LUFS: " + said)
        reduction = float(re.search(r"compressor +(\S+) dB", said)[1])
        check(abs(reduction + 8) < 0.3, "10 dB over at 5 : 1 are 8 dB: " + said)
        check(abs(float(re.search(r"headset .*loudness +(\S+)", said)[1]) + 31) < 0.4, said)
        check(re.search(r"speed +\d+ x real time", said), said)
        check(desk.render("in.wav", "out.wav", "--quiet") == "", "--quiet is not quiet")


def progress_on_a_terminal_only(build):
    import pty
    with Desk(build) as desk:
        desk.write("in.wav", noise(48000 * 300))  # some 400 x real time: it must take a while
        for words, wanted in (((), True), (("--quiet",), False)):
            ours, theirs = pty.openpty()
            program = desk.start("render", "in.wav", "out.wav", *words, stderr=theirs)
            program.communicate(timeout=60)
            os.close(theirs)
            shown = b""
            try:
                while True:
                    part = os.read(ours, 65536)
                    if not part:
                        break
                    shown += part
            except OSError:  # Linux says so that nobody is there any more
                pass
            os.close(ours)
            check((re.search(rb"\d %  [#.]{30}  \d+ x real time", shown) is not None) == wanted,
                  "%s: a terminal shows %r" % (words, shown[-200:]))
            check(wanted or shown == b"", "--quiet shows %r" % shown)


def lists_parameters(build):
    with Desk(build) as desk:
        status, said, _ = desk.run("params")
        check(status == 0, "exit status %d" % status)
        check(re.search(r"(?m)^compressor.threshold_db +-60 to 0 dB; default -20 dB\n    \S", said),
              "no threshold: " + said[:300])
        check(re.search(r"(?m)^eq.left.N.gain_db .*\n    N is 1 to 10\. ", said), "no eq.left.N")
        status, said, _ = desk.run("params", "delay")
        names = re.findall(r"(?m)^(\S+)", said)
        check(status == 0 and "strip.sub.delay_ms" in names and
              all("delay" in name for name in names), "delay finds %s" % names)
        status, said, _ = desk.run("params", "eq.left.[12].q")
        check(re.findall(r"(?m)^(\S+)", said) == ["eq.left.1.q", "eq.left.2.q"], said)
        desk.refuses(1, 'no parameter\'s name matches "nonsense"', "params", "nonsense")
        for words in (["--help"], ["render", "--help"], ["params", "--help"]):
            status, said, _ = desk.run(*words)
            check(status == 0 and said.startswith("Examples:\n"), "%s: %s" % (words, said[:50]))


main(sys.argv[1], [neutral_is_bit_exact, unfit_becomes_silence, mono_counts_as_both,
                   blocks_give_the_same_bits, rates, tone_has_the_analytic_gain,
                   latency_stays_or_goes, latency_of_other_outputs, microphone, sub_is_mono,
                   whole_numbers_stay_exact, sixteen_bits_have_dither, what_is_cut_is_told, summary,
                   progress_on_a_terminal_only, lists_parameters])
