# SPDX-License-Identifier: GPL-3.0-or-later
"""`make run` itself: what it shows, what it leaves, and that it leaves nothing else."""
import sys

from house import *

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def processes():
    """Of the programs a run starts."""
    found = subprocess.run(["pgrep", "-f", "audioserver-run-|simheadset --dir run/"],
                           capture_output=True, text=True)
    return set(found.stdout.split())


def start(build, *options):
    return subprocess.Popen([ROOT + "/scripts/run-simulated", "--build", build, *options],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            stdin=subprocess.DEVNULL)


def ends_by_itself(build):
    """SECS: a summary, two recordings with sound in them, nothing else."""
    before, running = leftovers(), processes()
    out = start(build, "--secs", "9").communicate(timeout=60)[0]
    check("ran " in out and "headset  analog in -> headset      running" in out, out[-900:])
    check("mic      microphone -> analog out  running" in out, out[-900:])
    for name in ("headset.wav", "analog-out.wav"):
        sound = read_wav(ROOT + "/run/" + name)
        check(len(sound) > 4 * RATE, "run/%s holds %d frames" % (name, len(sound)))
        check(numpy.abs(sound).max() > 0.1, "run/%s is silent" % name)
    check(sorted(os.listdir(ROOT + "/run")) == ["analog-out.wav", "headset.wav"],
          "left in run/: %s" % os.listdir(ROOT + "/run"))
    check(leftovers() <= before, "left in /dev/shm: %s" % (leftovers() - before))
    check(processes() <= running, "left running: %s" % (processes() - running))


def ctrl_c(build):
    """Ctrl-C ends it, and nothing stays behind."""
    before, running = leftovers(), processes()
    run = subprocess.Popen([ROOT + "/scripts/run-simulated", "--build", build],
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                           stdin=subprocess.DEVNULL, start_new_session=True)
    time.sleep(6)
    os.killpg(run.pid, signal.SIGINT)
    out = run.communicate(timeout=20)[0]
    check("ran " in out, "no summary: " + out[-600:])
    check(leftovers() <= before, "left in /dev/shm: %s" % (leftovers() - before))
    check(processes() <= running, "left running: %s" % (processes() - running))


def says_what_is_wrong(build):
    for options, words in ((["--secs", "soon"], "SECS=soon is not a number"),
                           (["--file", "/no/such.wav"], "cannot read FILE=/no/such.wav")):
        run = start(build, *options)
        out = run.communicate(timeout=20)[0]
        check(run.returncode == 2 and words in out, out)


if __name__ == "__main__":
    main(sys.argv[1], [ends_by_itself, ctrl_c, says_what_is_wrong])
