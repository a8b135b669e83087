# SPDX-License-Identifier: GPL-3.0-or-later
"""audioctl render: files and faults. What it refuses, what it leaves, and that it streams."""
import resource, signal, time

from desk import *


def write_sparse(path, frames, rate=48000):
    """A mono WAV of 16 bits of silence that takes no room on the disk."""
    write_wav(path, numpy.zeros(0), rate, "int16")
    with open(path, "r+b") as out:
        out.seek(4)
        out.write(struct.pack("<I", 36 + 2 * frames))
        out.seek(40)
        out.write(struct.pack("<I", 2 * frames))
        out.truncate(44 + 2 * frames)


def wrong_arguments(build):
    """Exit status 2, one sentence, no file."""
    with Desk(build) as desk:
        desk.write("in.wav", noise(100))
        desk.text("my.ini", "[compressor]\non = yes\n")
        desk.text("my.wav", "[compressor]\non = yes\n")
        os.link(desk.path("in.wav"), desk.path("in.svg"))
        for complaint, words in [
                ("render wants IN and OUT, or --plot alone; try 'audioctl render --help'", []),
                ("render wants OUT too; try 'audioctl render --help'", ["in.wav"]),
                ('unexpected argument "c"; render takes IN and OUT', ["in.wav", "b.wav", "c"]),
                ("out.mp3: the name of the output must end in .wav or .flac", ["in.wav", "out.mp3"]),
                (".wav: the name of the output must end in .wav or .flac", ["in.wav", ".wav"]),
                ('--output: "ear" is none of headset, out, sub, talk',
                 ["in.wav", "o.wav", "--output", "ear"]),
                ('--format: "pcm32" is none of float, pcm24, pcm16',
                 ["in.wav", "o.wav", "--format", "pcm32"]),
                ('--block: "0" is no whole number from 1 to 8192', ["in.wav", "o.wav", "--block", "0"]),
                ('--block: "64.5" is no whole number from 1 to 8192',
                 ["in.wav", "o.wav", "--block", "64.5"]),
                ('--rate: "22050" is no whole number from 44100 to 192000',
                 ["--plot", "p.svg", "--rate", "22050"]),
                ("--rate is for a plot alone; a file is rendered at the rate it has",
                 ["in.wav", "o.wav", "--rate", "48000"]),
                ("--plot p.pdf: the name must end in .svg or .png",
                 ["in.wav", "o.wav", "--plot", "p.pdf"]),
                ("--plot and IN are the same file, in.svg", ["in.wav", "o.wav", "--plot", "in.svg"]),
                ("OUT and --preset are the same file, ./my.wav",
                 ["in.wav", "./my.wav", "--preset", "my.wav"])]:
            desk.refuses(2, complaint, "render", *words)
        desk.refuses(2, 'there is no command "rendr"; did you mean "render"?', "rendr")
        desk.refuses(2, 'there is no command "play"; try \'audioctl --help\'', "play")


def faults_are_all_listed(build):
    """Each fault of a preset and of --set in its own line; exit status 2, and nothing is written."""
    with Desk(build) as desk:
        desk.write("in.wav", noise(100))
        desk.text("bad.ini", "[compressor]\nratio = 99\n[eq.left.1]\ngain = 3\n[vlume]\nmute = yes\n")
        status, said, complained = desk.run(
            "render", "in.wav", "out.wav", "--plot", "p.svg", "--preset", "bad.ini", "--set",
            "compressor.rtio=2", "--set", "volume.level_db=3", "--set", "mute", "--set",
            "compressor.on=yes")
        lines = complained.splitlines()
        check(status == 2 and said == "", "exit status %d: %s" % (status, complained))
        check(len(lines) == 6, "6 faults, but it lists: " + complained)
        for line, start in zip(lines, ["bad.ini:2: ", "bad.ini:4: ", "bad.ini:5: ", "--set compressor.rtio=2: ",
                                       "--set volume.level_db=3: ", "--set mute: "]):
            check(line.startswith("audioctl: " + start), "%r is not of %r" % (line, start))
        check('did you mean "compressor.ratio"?' in lines[3], lines[3])
        check(lines[4].endswith('"3" is out of range; allowed: -91 to 0 dB'), lines[4])
        check(lines[5].endswith("--set mute: wants NAME=VALUE"), lines[5])
        check(sorted(os.listdir(desk.folder)) == ["bad.ini", "in.wav"], "files are left")
        status, _, complained = desk.run("render", "in.wav", "out.wav", "--preset", "none.ini")
        check(status == 2 and "none.ini" in complained and len(complained.splitlines()) == 1,
              "a missing preset: %d, %s" % (status, complained))
        desk.refuses(2, "--set %s=1: no parameter has so long a name" % ("x" * 100), "render",
                     "in.wav", "out.wav", "--set", "x" * 100 + "=1")


def files_that_cannot_be(build):
    """Exit status 1, one sentence, and what was there is there."""
    with Desk(build) as desk:
        desk.write("in.wav", noise(100))
        desk.write("six.wav", noise(100, 6))
        desk.text("text.wav", "no sound\n")
        os.mkdir(desk.path("folder.wav"))
        os.mkfifo(desk.path("pipe.wav"))
        for complaint, files in [
                ("none.wav: cannot be read: No such file or directory", ["none.wav", "out.wav"]),
                ("folder.wav is a folder, not a sound file", ["folder.wav", "out.wav"]),
                ("pipe.wav is something special, not a sound file", ["pipe.wav", "out.wav"]),
                ("six.wav has 6 channels; one or two can be rendered", ["six.wav", "out.wav"]),
                ("folder.wav is a folder, not a file to write to", ["in.wav", "folder.wav"]),
                ("pipe.wav is something special, not a file to write to", ["in.wav", "pipe.wav"]),
                ("none/out.wav: cannot be written: No such file or directory",
                 ["in.wav", "none/out.wav"]),
                ("in.wav/out.wav: cannot be written: Not a directory", ["in.wav", "in.wav/out.wav"]),
                ("none/p.svg: cannot be written: No such file or directory",
                 ["in.wav", "out.wav", "--plot", "none/p.svg"])]:
            if "pipe.wav" in files:  # refuses() reads files; a pipe it may not
                status, _, complained = desk.run("render", *files)
                check((status, complained) == (1, "audioctl: %s\n" % complaint),
                      "%s: %d, %r" % (files, status, complained))
            else:
                os.rename(desk.path("pipe.wav"), desk.folder + ".pipe")
                try:
                    desk.refuses(1, complaint, "render", *files)
                finally:
                    os.rename(desk.folder + ".pipe", desk.path("pipe.wav"))
        status, _, complained = desk.run("render", "text.wav", "out.wav")
        check(status == 1 and complained.startswith("audioctl: text.wav is no sound file that can be "
                                                    "read: "), "text: %d, %r" % (status, complained))
        check(not os.path.exists(desk.path("out.wav")), "out.wav is there")


def names_cannot_steer_a_terminal(build):
    with Desk(build) as desk:
        desk.refuses(1, "a?[31mb?.wav: cannot be read: No such file or directory", "render",
                     "a\033[31mb\n.wav", "out.wav")


def a_full_disk_leaves_the_old(build):
    """Too little room: an old OUT stays as it was, and no temporary file."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100000, 100000))
    with Desk(build) as desk:
        desk.write("in.wav", noise(200000))
        for name, words in (("out.wav", []), ("out.flac", []), ("new.wav", ["--format", "pcm16"])):
            if name != "new.wav":
                desk.text(name, "the old one")
            desk.refuses(1, name + ": cannot be written: File too large", "render", "in.wav", name,
                         *words, limit=limit)
        desk.write("short.wav", noise(3000))  # the encoder keeps all of it until it is closed
        desk.refuses(1, "out.flac: cannot be written: File too large", "render", "short.wav",
                     "out.flac", limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                                  (4000, 4000)))
        desk.write("in.wav", noise(30000))
        desk.refuses(1, "out.svg: cannot be written: File too large", "render", "in.wav", "new.wav",
                     "--format", "pcm16", "--plot", "out.svg",
                     limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (130000, 130000)))


def a_damaged_file_leaves_the_old(build):
    with Desk(build) as desk:
        desk.write("in.wav", noise(100000))
        desk.render("in.wav", "whole.flac")
        data = bytearray(desk.bytes("whole.flac"))
        data[len(data) // 2:len(data) // 2 + 30000] = bytes(30000)
        with open(desk.path("in.flac"), "wb") as out:
            out.write(data)
        desk.text("out.wav", "the old one")
        status, _, complained = desk.run("render", "in.flac", "out.wav")
        check(status == 1 and complained.startswith("audioctl: in.flac is damaged: "),
              "%d, %r" % (status, complained))
        check(desk.bytes("out.wav") == b"the old one", "the old OUT is gone")
        check(sorted(os.listdir(desk.folder)) == ["in.flac", "in.wav", "out.wav", "whole.flac"],
              "left: %s" % os.listdir(desk.folder))


def interrupted_leaves_the_old(build):
    """Ctrl-C, TERM and HUP: exit status 130, a sentence, the old OUT, and no temporary file."""
    with Desk(build) as desk:
        write_sparse(desk.path("in.wav"), 48000 * 3600)
        desk.text("out.wav", "the old one")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            program = desk.start("render", "in.wav", "out.wav", "--plot", "p.svg", "--output", "sub")
            until = time.monotonic() + 20
            while len(os.listdir(desk.folder)) < 4 and time.monotonic() < until:
                time.sleep(0.01)
            check(len(os.listdir(desk.folder)) == 4, "no temporary files: the test is none")
            program.send_signal(number)
            complained = program.communicate(timeout=20)[1]
            check(program.returncode == 130, "%s: exit status %d" % (number, program.returncode))
            check(complained == "audioctl: interrupted; out.wav is not written\n", complained)
            check(sorted(os.listdir(desk.folder)) == ["in.wav", "out.wav"],
                  "%s: left %s" % (number, os.listdir(desk.folder)))
            check(desk.bytes("out.wav") == b"the old one", "the old OUT is gone")


def in_place(build):
    """OUT may be IN, by whatever name; a link stays a link, and the file's mode stays."""
    sound = noise(50000)
    with Desk(build) as desk:
        desk.write("in.wav", sound)
        os.chmod(desk.path("in.wav"), 0o640)
        os.mkdir(desk.path("sub"))
        os.symlink("../in.wav", desk.path("sub/link.wav"))
        desk.render("in.wav", "sub/link.wav", "--set", "preamp.gain_1_db=-60")
        out = desk.read("in.wav")
        check((out[:, 0] == 0).all() and (out[:, 1] == sound[:, 1]).all(), "another sound")
        check(os.path.islink(desk.path("sub/link.wav")), "the link is a file now")
        check(os.stat(desk.path("in.wav")).st_mode & 0o777 == 0o640, "another mode")
        check(os.listdir(desk.path("sub")) == ["link.wav"], "left: %s" % os.listdir(desk.path("sub")))
        desk.render("in.wav", "new.wav")
        mask = os.umask(0)
        os.umask(mask)
        check(os.stat(desk.path("new.wav")).st_mode & 0o777 == 0o666 & ~mask, "a mode of its own")
        desk.render("in.wav", "x" * 251 + ".wav")  # as long as a name can be


def empty_and_short(build):
    with Desk(build) as desk:
        for frames in (0, 1, 2, 4095, 4096, 4097):
            sound = noise(frames) if frames else numpy.zeros((0, 2))
            desk.write("in.wav", sound)
            said = desk.render("in.wav", "out.wav", "--plot", "p.svg")
            out = desk.read("out.wav")
            check(out.shape == (frames, 2) and (out == sound.astype("f4")).all(),
                  "%d frames: %s" % (frames, out.shape))
            check(frames or "silent" in said, "nothing is not silent: " + said)


def streams(build):
    """A quarter of an hour in 20 MB of memory of its own: the file alone has 86 MB."""
    frames = 48000 * 900
    with Desk(build) as desk:
        write_sparse(desk.path("in.wav"), frames)
        desk.render("in.wav", "out.wav", "--output", "sub", "--format", "pcm16", "--plot", "p.png",
                    limit=lambda: resource.setrlimit(resource.RLIMIT_DATA, (64 << 20, 64 << 20)))
        check(os.path.getsize(desk.path("out.wav")) == 44 + 2 * frames, "%d bytes" %
              os.path.getsize(desk.path("out.wav")))


main(sys.argv[1], [wrong_arguments, faults_are_all_listed, files_that_cannot_be,
                   names_cannot_steer_a_terminal, a_full_disk_leaves_the_old,
                   a_damaged_file_leaves_the_old, interrupted_leaves_the_old, in_place,
                   empty_and_short] + [streams] * ("asan" not in sys.argv[1]))  # its shadow is memory
