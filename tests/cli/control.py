# SPDX-License-Identifier: GPL-3.0-or-later
"""audioctl and a daemon, which is a fake: what it says, word for word (tests/golden/audioctl), and
how it ends when the daemon does not behave.

After a change that is meant: control.py BUILD --write, and read what git diff shows."""
import contextlib, difflib, json, os, random, re, shutil, signal, socket, subprocess, sys, tempfile, time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
from fake_daemon import *
from house import check, main
from screen import Terminal

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
GOLDEN = os.path.join(ROOT, "tests", "golden", "audioctl")
WRITE = "--write" in sys.argv

FAULTY = "[compressor]\nratio = 99\nratoi = 2\n[vlume]\nmute = yes\n"
AUTOEQ = "Preamp: -6.25 dB\nFilter 1: ON PK Fc 105 Hz Gain 5.5 dB Q 0.70\nConvolution: x.wav\n"


class Room:
    """A folder with a socket in it, and audioctl run there."""

    def __init__(self, build):
        self.program = os.path.join(build, "audioctl")
        self.transcript = []

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="audioserver-ctl-")
        self.socket = os.path.join(self.folder, "socket")
        os.mkdir(os.path.join(self.folder, "bin"))
        self.environment = {
            "LC_ALL": "C", "TZ": "UTC0", "AUDIOSERVER_SOCKET": self.socket,
            "PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"]}
        self.version = self.run("--version")[1].split()[1]
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def daemon(self, manner=None, **more):
        return Daemon(self.socket, self.version, manner, **more)

    def text(self, name, text, mode=0o644):
        with open(os.path.join(self.folder, name), "w") as out:
            out.write(text)
        os.chmod(os.path.join(self.folder, name), mode)

    def run(self, *words, program=None, typed="", **environment):
        """(exit status, what it said, what it complained of)"""
        done = subprocess.run([program or self.program, *words], cwd=self.folder, input=typed,
                              capture_output=True, text=True, errors="replace", timeout=60,
                              env={**self.environment, "AUDIOSERVER_SOCKET": "socket",
                                   **environment})
        return done.returncode, done.stdout, done.stderr

    def plain(self, text):
        """Without what differs from one machine, day or version to the other."""
        text = text.replace(self.folder, "ROOM").replace(self.version, "VERSION")
        text = re.sub(r"^\d\d:\d\d:\d\d", "HH:MM:SS", text, flags=re.M)
        text = re.sub(r"(?m)^kernel .*$", "kernel        KERNEL", text)
        text = re.sub(r"(?m)^cards .*\n( .*\n)*", "cards         CARDS\n", text)
        return re.sub(r"socket, \S+ \d+", "socket, OWNER MODE", text)

    def record(self, *words, **options):
        status, said, complained = self.run(*words, **options)
        shown = " ".join("'%s'" % word if re.search(r"[ *\x00-\x1f]", word) or not word else word
                         for word in words)
        self.transcript.append("$ audioctl %s\n" % shown + self.plain(
            said + ("" if said.endswith("\n") or not said else "[no newline]\n")))
        self.transcript += ["! " + self.plain(line) + "\n" for line in complained.splitlines()]
        self.transcript.append("= %d\n\n" % status)

    def lines(self, text):
        """Commands, one a line."""
        for line in text.strip().splitlines():
            self.record(*line.split())

    def compare(self, name, text=None, path=None):
        path = path or os.path.join(GOLDEN, name + ".txt")
        text = "".join(self.transcript) if text is None else text
        if WRITE:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as out:
                out.write(text)
        wanted = open(path).read() if os.path.exists(path) else ""
        differences = list(difflib.unified_diff(wanted.splitlines(), text.splitlines(), "golden",
                                                "now", lineterm="", n=1))
        check(text == wanted, "%s differs: %s" % (name, " / ".join(differences[2:14])))


# --- word for word ---

def values(build):
    with Room(build) as room, room.daemon():
        room.lines("""
            get volume.level_db
            get volume
            get volume.level_db compressor.ratio
            get
            get nothing.at_all
            get volume --json
            get volume.level_db --json
            set volume.level_db -30
            get volume.level_db
            set volume.level_db=-31 compressor.on yes compressor.ratio=inf
            get volume compressor
            set volume.level_db=-32 compressor.threshold_db=-70
            get volume.level_db
            set volume.level_db
            set a.b=1 a.b=2
            set volume.level_db=loud
            set volume.level_db=-33 --json
            set --json compressor.threshold_db=-70
            set nothing.at_all=1
            toggle volume.mute
            toggle volume.mute
            toggle volume.level_db
            toggle
            toggle a b
            reset volume
            get volume
            reset eq.left.1 compressor
            reset
            get""")
        room.record("set", "compressor.on", "")
        room.record("set", "--", "--odd", "1")
        room.compare("values")


def lists(build):
    with Room(build) as room, room.daemon():
        room.lines("""
            list
            list eq.left
            list eq.left.2
            list volume.level_db
            list *.on
            list nothing
            list volume plot""")
        status, said, _ = room.run("list", "--json")
        answer = json.loads(said)
        check(status == 0 and answer["groups"] == json.loads(json.dumps(GROUPS)),
              "--json lacks the groups")
        check(answer["values"]["volume.level_db"] == -20, "--json lacks the values")
        room.compare("lists")


def switches(build):
    with Room(build) as room, room.daemon():
        room.lines("""
            mute
            mute off
            mute on
            mute toggle
            mute maybe
            mute on --json
            bypass
            bypass --names
            bypass eq
            bypass compressor on
            bypass all toggle
            bypass all
            bypass off
            bypass on
            bypass toggle
            bypass eq maybe
            bypass on eq
            bypass nothing on
            bypass --json
            ab
            ab b
            ab other
            ab b --copy --match on
            ab --match=off
            ab --match maybe
            ab c
            ab --json
            clear
            factory-reset
            factory-reset --sure""")
        room.compare("switches")


def presets(build):
    with Room(build) as room, room.daemon():
        room.text("mine.ini", "[volume]\nlevel_db = -20\n")
        room.text("faulty.ini", FAULTY)
        room.text("binary.ini", "\0\1\2")
        room.text("long.ini", "# " + "x" * 20000)
        room.text("almost.ini", "\n" * 10000)  # as JSON it is twice as long
        room.lines("""
            preset
            preset list
            preset list --names
            preset list --json
            preset load night
            preset load flat
            preset load nothing
            preset load
            preset save
            preset save night
            preset save night --force
            preset save late
            preset rename night late
            preset rename night
            preset delete flat
            preset delete late
            preset list
            preset diff
            preset diff flat
            preset diff flat night
            preset export
            preset export flat --all
            preset export --json
            preset import mine.ini
            preset import mine.ini flat
            preset import mine.ini flat -f
            preset import faulty.ini
            preset import none.ini
            preset import binary.ini
            preset import long.ini
            preset import almost.ini
            preset import .""")
        room.record("preset", "import", "-", typed="[volume]\n")
        room.record("preset", "import", "-", "piped", typed="[volume]\n")
        room.compare("presets")


def equalizers(build):
    with Room(build) as room, room.daemon() as daemon:
        room.text("auto.txt", AUTOEQ)
        room.text("empty.txt", "")
        room.lines("""
            import auto.txt
            import auto.txt --dry --to strip.sub
            import auto.txt --json
            import empty.txt
            import none.txt
            import
            export
            export --from mic.eq
            export --json""")
        asked = [json.loads(line) for line in daemon.requests]
        check(asked[0]["text"] == AUTOEQ and "dry" not in asked[0], "it sent %s" % asked[0])
        check(asked[1].get("dry") is True and asked[1]["to"] == "strip.sub", "it sent %s" % asked[1])
        room.compare("equalizers")


def how_it_is(build):
    with Room(build) as room:
        with room.daemon():
            room.lines("status\nstatus --json\nmeters --once\nmeters --once --json\nevents\nevents --json")
        with room.daemon(status=SICK):
            room.record("status")
        with room.daemon(status={"bridges": None, "meters": None, "machine": None, "jack": 3,
                                 "callback": [], "up_s": "x", "storage": None}):
            room.record("status")
        room.compare("how_it_is")


def doctor(build):
    """With and without the daemon, and where it has something to find."""
    systemctl = "#!/bin/sh\n[ $1 = is-active ] && shift && for unit; do echo %s; done\n"
    sick = copy.deepcopy(SICK)
    sick["version"] = "0.0.9"
    sick["jack"] = {**STATUS["jack"], "realtime": False, "load_percent": 91, "xruns": 900}
    sick["bridges"] = [{**STATUS["bridges"][0], "state": "waiting", "rate_hz": 0,
                        "reason": "no device hw:CARD=Virtuoso", "ppm": None, "latency_ms": None},
                       {**STATUS["bridges"][1], "device": "hw:CARD=Virtuoso,DEV=0"}]
    with Room(build) as room:
        room.text("bin/systemctl", systemctl % "active", 0o755)
        with room.daemon():
            room.record("doctor")
            status, said, _ = room.run("doctor", "--json")
            page = json.loads(said)
            check(status == 0 and page["ok"] and page["schema"] == 1 and page["wrong"] == [],
                  "--json: %d, %s" % (status, said[:200]))
            check(page["status"]["jack"]["period"] == 64, "--json has no status")
            check({"name", "text"} == set(page["facts"][0]), "--json: %s" % page["facts"][0])
        room.text("bin/systemctl", systemctl % "failed", 0o755)
        with room.daemon(status=sick):
            room.record("doctor")
        room.text("bin/systemctl", "#!/bin/sh\nexit 1\n", 0o755)
        room.record("doctor")
        with room.daemon("garbage"):
            room.record("doctor")
        with room.daemon("denied"):
            room.record("doctor")
        room.compare("doctor")


def watching(build):
    with Room(build) as room, room.daemon() as daemon:
        daemon.script = [
            {"event": "changed", "sequence": 13, "source": "audioctl 4711",
             "values": {"volume.level_db": -20, "eq.on": True}},
            {"event": "state", "sequence": 14, "source": "file", "preset": "night", "changed": False,
             "bypassed": [], "side": "a", "match": False, "faults": ["one", "two"]},
            {"event": "state", "sequence": 15, "source": "start\x1b]0;x\x07", "preset": None,
             "changed": True, "bypassed": ["eq", "compressor"], "side": "b", "faults": []},
            {"event": "status", "sequence": None},
            {"event": "changed", "sequence": 18, "source": "signal", "values": {"eq.on": False}}]
        room.record("watch")
        room.record("watch", "--json")
        check(json.loads(daemon.requests[0])["changes"] is True, "it asked %s" % daemon.requests[0])
        room.compare("watching")


def files(build):
    """check-preset, and check-config with the daemon's program beside and in the PATH."""
    with Room(build) as room:
        room.text("faulty.ini", FAULTY)
        room.text("good.ini", "[volume]\nlevel_db = -20\n")
        room.text("settings.ini", "[jack]\nconnect = maybe\n")
        room.lines("""
            check-preset good.ini
            check-preset faulty.ini
            check-preset faulty.ini --json
            check-preset none.ini
            check-preset
            check-config settings.ini
            check-config""")
        alone = os.path.join(room.folder, "audioctl")
        shutil.copy(room.program, alone)
        room.record("check-config", "settings.ini", program=alone, PATH="/nowhere")
        room.text("bin/audioserver", "#!/bin/sh\necho \"$@\"\nexit 78\n", 0o755)
        room.record("check-config", "settings.ini", program=alone)
        room.compare("files")


def usage(build):
    with Room(build) as room:
        commands = re.findall(r'\.name = "([^"]+)"', open(os.path.join(
            ROOT, "src", "cli", "commands.c")).read())
        check(len(commands) > 25, "only %d commands" % len(commands))
        room.lines("--help\n-h\n--version\nlsit\nstat\npreset lod\npreste\npresets list\nplay\n"
                   "--sokcet x status\n--odd\n-x\nstatus --jsn\nstatus -z\nstatus --socket\n"
                   "status --json=yes\nstatus --timeout 0\nstatus --timeout=long\nstatus now\n"
                   "meters --rate 0\nmeters --rate 61\nmeters --rate\ncheck-preset --socket x y\n"
                   "completion zsh\npreset --help\npreset -h\n--help preset\n--help status")
        room.record()
        for command in commands:
            if command != "render":
                room.record(*command.split(), "--help")
        room.compare("usage")


def pages(build):
    """What the package ships is what the table says."""
    with Room(build) as room:
        for name, words in [("conf/audioctl.bash-completion", ["completion", "bash"]),
                            ("conf/man/audioctl.1", ["--man"])]:
            status, said, complained = room.run(*words)
            check(status == 0 and not complained, "%s: %d %s" % (words, status, complained))
            room.compare(name, said, os.path.join(ROOT, name))


# --- how it ends ---

def options_anywhere(build):
    """Before the command, after it, between its words; the socket's path from three places."""
    with Room(build) as room, room.daemon() as daemon:
        for words in (["--socket", room.socket, "get", "volume.level_db"],
                      ["get", "--socket=" + room.socket, "volume.level_db"],
                      ["--timeout", "3", "get", "volume.level_db", "--socket", room.socket]):
            status, said, complained = room.run(*words, AUDIOSERVER_SOCKET="/nowhere")
            check((status, said) == (0, "-20\n"), "%s: %d %s" % (words, status, complained))
        check(len(daemon.requests) == 3, "%d requests" % len(daemon.requests))
        complained = room.run("get", "x", AUDIOSERVER_SOCKET="")[2]
        check("nothing listens at /run/audioserver/control.sock;" in complained, complained)


def exit_codes(build):
    """Every way not to get an answer, with its sentence."""
    with Room(build) as room:
        room.record("status")
        room.record("status", "--socket", "/nowhere/at/all")
        room.record("status", "--socket", "x" * 200)
        with contextlib.closing(socket.socket(socket.AF_UNIX)) as stale:
            stale.bind(room.socket)
        room.transcript.append("# a socket that a dead daemon left\n")
        room.record("status")
        os.unlink(room.socket)
        for manner in ("mute", "die", "shut", "garbage", "list", "twice", "other", "bare", "denied",
                       "busy", "storage"):
            with room.daemon(manner):
                room.transcript.append("# the daemon: %s\n" % manner)
                room.record("get", "volume.level_db", *["--timeout", "0.3"] * (manner == "mute"))
        with room.daemon("denied"):
            room.record("get", "volume.level_db", "--json")
        room.compare("exit_codes")


def no_permission(build):
    """As another user, whom the socket's mode keeps out."""
    if os.getuid() != 0:
        print("skip no_permission: wants to be root, to become nobody")
        return
    with Room(build) as room, room.daemon():
        os.chmod(room.socket, 0o660)
        os.chmod(room.folder, 0o755)
        alone = os.path.join(room.folder, "audioctl")
        shutil.copy(room.program, alone)

        def nobody():
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        done = subprocess.run([alone, "status"], capture_output=True, text=True, preexec_fn=nobody,
                              env=room.environment, cwd="/")
        check(done.returncode == 4, "exit status %d: %s" % (done.returncode, done.stderr))
        check(done.stderr == "audioctl: no permission for %s: you are not in the group "
              "audioserver-ctl\n" % room.socket, done.stderr)


def timeouts(build):
    """In time, whatever the daemon does: says nothing, or has a full house."""
    with Room(build) as room:
        with room.daemon("mute"):
            began = time.monotonic()
            status, _, complained = room.run("status", "--timeout", "0.5")
            took = time.monotonic() - began
            check(status == 6 and 0.4 < took < 5, "exit status %d after %.1f s" % (status, took))
            check(complained == "audioctl: audioserver gave no answer within 0.5 s\n", complained)
        with socketserver.UnixStreamServer(room.socket, None) as server:
            server.socket.listen(0)
            others = [socket.socket(socket.AF_UNIX) for _ in range(3)]
            for other in others:
                other.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    other.connect(room.socket)
            status, _, complained = room.run("status", "--timeout", "0.5")
            check(status == 6, "a full house: exit status %d: %s" % (status, complained))
            for other in others:
                other.close()


def any_pieces(build):
    """Single bytes, 300 KB, events between: the answer is the same."""
    with Room(build) as room:
        with room.daemon():
            wanted = room.run("status")
        for manner in ("bytes", "long", "chatter"):
            with room.daemon(manner):
                check(room.run("status") == wanted, "%s: another answer" % manner)
                status, said, _ = room.run("get", "volume", "--json")
                check(status == 0 and json.loads(said)["values"]["volume.level_db"] == -20,
                      "%s: %s" % (manner, said[:100]))
                check(manner != "long" or len(said) > 300000, "%d bytes" % len(said))


def nothing_steers_the_terminal(build):
    """Whatever stands in an answer, in any command: no control characters but ends of lines."""
    evil = "\x1b[31m\x07\x9b31m\u202e\x7f\x00".replace("\x00", "")
    commands = ["status", "list", "get", "bypass", "ab", "preset list", "preset load night",
                "preset save", "preset diff flat flat", "preset export", "export", "events", "doctor",
                "meters --once", "meters", "watch", "mute", "status --json"]

    def spoil(value):
        if isinstance(value, str):
            return value + evil
        if isinstance(value, list):
            return [spoil(entry) for entry in value]
        if isinstance(value, dict):
            return {key if key in KEYS else key + evil: spoil(entry) for key, entry in value.items()}
        return value

    class Evil(Daemon):
        def answer(self, request):
            return spoil(super().answer(request))

        def do_get(self, request):
            return super().do_get({})

    with Room(build) as room:
        with Evil(room.socket, room.version) as daemon:
            daemon.script = [{"event": "changed", "sequence": 1, "source": evil, "values": {evil: evil}},
                             {"event": "state", "source": evil, "preset": evil, "side": evil,
                              "bypassed": [evil]}, {"event": "meters", **spoil(METERS)}]
            for command in commands:
                status, said, complained = room.run(*command.split())
                found = re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]", said + complained)
                check(not found, "%s: %r" % (command, (said + complained)[:300]))
                check(len(said) > 3, "%s says nothing: %s" % (command, complained))


KEYS = {"ok", "values", "sequence", "groups", "members", "parameters", "key", "help", "type", "unit",
        "default", "min", "max", "name", "stages", "bypassed", "side", "match", "match_db", "presets",
        "folder", "title", "path", "text", "faults", "report", "events", "area", "level", "time",
        "meters", "peak_db", "rms_db", "clips", "reduction_db", "lufs", "jack", "state", "reason",
        "server", "bridges", "machine", "storage", "message", "version", "sentence", "preset",
        "choices", "on", "also"}


def odd_shapes(build):
    """Anything where something else is meant: no crash, and an end as there are ends."""
    chance = random.Random(1)
    odd = [None, True, -1, 1e300, "", "x" * 3000, [], {}, [[1]], {"a": None}, [None] * 40, "é" * 400]

    def twist(value, depth=0):
        if depth and chance.random() < 0.08:
            return chance.choice(odd)
        if isinstance(value, list):
            return [twist(entry, depth + 1) for entry in value]
        if isinstance(value, dict):
            return {key: twist(entry, depth + 1) for key, entry in value.items()}
        return value

    class Odd(Daemon):
        def answer(self, request):
            return twist(super().answer(request))

    commands = ["status", "list", "get", "get volume", "bypass", "bypass eq", "ab", "preset list", "events",
                "preset diff flat flat", "doctor", "meters --once", "watch", "mute", "preset export"]
    with Room(build) as room, Odd(room.socket, room.version) as daemon:
        for _ in range(int(os.environ.get("ROUNDS", 8))):
            daemon.script = twist([{"event": "changed", "sequence": 1, "source": "s", "values": {"a": 1}},
                                   {"event": "state", "source": "s", "preset": "p", "bypassed": ["a"]}])
            for command in commands:
                status, _, complained = room.run(*command.split())
                check(status in (0, 1), "%s: exit status %d: %s" % (command, status, complained[:2000]))
                check(all(line.startswith("audioctl: ") for line in complained.splitlines()), complained[:2000])
        for _ in range(4):
            with contextlib.suppress(ValueError):
                daemon.script = [twist({"event": "meters", **METERS}) for _ in range(20)]
                with Terminal([room.program, "meters"], **room.environment) as terminal:
                    ended, right = terminal.end(10), terminal.screen.right
                    check(ended == 1 and right <= 80, "exit status %s, %d columns: %r" %
                          (ended, right, terminal.text[-900:]))


def full_disk(build):
    with Room(build) as room, room.daemon():
        with open("/dev/full", "w") as full:
            for words in (["status"], ["list"], ["preset", "export"], ["--help"], ["watch"]):
                done = subprocess.run([room.program, *words], stdout=full, stderr=subprocess.PIPE,
                                      text=True, env=room.environment, timeout=20)
                check(done.returncode == 1 and (words == ["watch"] or "No space left" in done.stderr),
                      "%s: %d, %s" % (words, done.returncode, done.stderr))


def follows(build):
    """events --follow: old ones, then only new ones."""
    with Room(build) as room, room.daemon() as daemon:
        process = subprocess.Popen([room.program, "events", "--follow"], stdout=subprocess.PIPE,
                                   text=True, env=room.environment)
        try:
            lines = [process.stdout.readline() for _ in EVENTS]
            EVENTS.append({"number": 10, "time": 1764072000, "level": 4, "area": "jack", "text": "new"})
            line = process.stdout.readline()
            check(line == "2025-11-25 12:00:00  warning  jack: new\n", "it says %r" % line)
            check("connected" in lines[0] and json.loads(daemon.requests[-1])["after"] >= 9,
                  "%s, %s" % (lines[0], daemon.requests[-1]))
        finally:
            del EVENTS[9:]
            process.terminate()
            process.wait()


# --- the meters ---

def live(build):
    """80 x 24, colours, values that move; the terminal is given back at q, INT, TERM and HUP."""
    with Room(build) as room, room.daemon() as daemon:
        for end in ("q", "\x03", signal.SIGTERM, signal.SIGHUP):
            with Terminal([room.program, "meters"], **room.environment) as terminal:
                check(terminal.wait_for("limiter.sub"), "no meters: %r" % terminal.text[-500:])
                terminal.look(0.5)
                screen, process = terminal.screen, terminal.process
                check(screen.right <= 80 and screen.bottom <= 24, "it is %d x %d" %
                      (screen.right, screen.bottom))
                check(screen.alternate and not screen.cursor and screen.colours, "no screen of its own")
                page = "\n".join(screen.lines())
                check(re.search(r"^headset L +[#=.|]{40,} +-0\.1! +-17\.0$", page, re.M), page)
                check(re.search(r"^compressor +<+ +-3\.2 dB$", page, re.M), page)
                terminal.type(end) if isinstance(end, str) else process.send_signal(end)
                status = terminal.end(4)
                wanted = 0 if end == "q" else -(signal.SIGINT if end == "\x03" else end)
                check(status == wanted, "%r: exit status %s" % (end, status))
                check(not terminal.restored(), "%r: %s" % (end, terminal.restored()))
        check(json.loads(daemon.requests[0])["meters_hz"] == 20, "%s" % daemon.requests[0])


def live_sizes(build):
    """Any size of terminal is kept to, and one that changes is followed."""
    with Room(build) as room, room.daemon():
        for columns, rows in ((80, 24), (40, 10), (20, 3), (1, 1), (200, 60)):
            with Terminal([room.program, "meters"], columns, rows, **room.environment) as terminal:
                check(terminal.until(lambda: terminal.text.count("\x1b[J") > 3), "no frames")
                screen = terminal.screen
                check(screen.right <= min(columns, 80) and screen.bottom <= min(rows, 24),
                      "%d x %d in %d x %d" % (screen.right, screen.bottom, columns, rows))
        with Terminal([room.program, "meters"], **room.environment) as terminal:
            check(terminal.wait_for("limiter.sub"), "no meters")
            terminal.resize(50, 8)
            terminal.process.send_signal(signal.SIGWINCH)
            check(terminal.until(lambda: terminal.text.count("\x1b[2J") > 1), "not drawn anew")
            terminal.look(0.2)
            terminal.screen.right = terminal.screen.bottom = 0
            check(terminal.wait_for("xruns"), "no frame after that")
            check(0 < terminal.screen.right <= 50 and 0 < terminal.screen.bottom <= 8, "it is %d x %d" %
                  (terminal.screen.right, terminal.screen.bottom))


def live_without_colours(build):
    with Room(build) as room, room.daemon():
        with Terminal([room.program, "meters"], NO_COLOR="1", **room.environment) as terminal:
            check(terminal.wait_for("limiter.sub"), "no meters")
            check(terminal.screen.colours == 0, "colours in spite of NO_COLOR")
        with Terminal([room.program, "meters", "--rate", "10"], **{**room.environment, "TERM": "dumb"}) as terminal:
            check(terminal.until(lambda: terminal.text.count("headset L -0.1") >= 3), "no lines")
            check("\x1b" not in terminal.text,
                  "a dumb terminal gets %r" % terminal.text[:200])


def live_to_the_end(build):
    """The daemon goes or falls silent under the meters: the terminal is given back, then a sentence."""
    with Room(build) as room:
        for goes, status, sentence in ((True, 1, "closed the connection"),
                                       (False, 6, "no answer within 1 s")):
            with room.daemon() as daemon:
                daemon.script = [{"event": "meters", **METERS}] * 5
                if not goes:
                    shut = daemon.serve
                    daemon.serve = lambda lines, out: (shut(lines, out), time.sleep(20))
                with Terminal([room.program, "meters", "--timeout", "1"], **room.environment) as terminal:
                    ended = terminal.end(5)
                    check(ended == status, "exit status %s, not %d" % (ended, status))
                    check(not terminal.restored(), terminal.restored())
                    check(re.search(r"1049l[^\x1b]*audioctl: audioserver [^\x1b]*" + sentence, terminal.text),
                          "%r" % terminal.text[-300:])


def suspended(build):
    """Ctrl-Z gives the terminal back, fg takes it again."""
    with Room(build) as room, room.daemon():
        with Terminal([room.program, "meters"], **room.environment) as terminal:
            check(terminal.wait_for("limiter.sub"), "no meters")
            terminal.process.send_signal(signal.SIGTSTP)
            check(terminal.until(lambda: not terminal.restored()), terminal.restored())
            state = open("/proc/%d/stat" % terminal.process.pid).read().split(")")[1].split()[0]
            check(state == "T", "it is in state %s" % state)
            terminal.process.send_signal(signal.SIGCONT)
            check(terminal.until(lambda: terminal.screen.alternate) and
                  terminal.wait_for("limiter.sub"), "it does not go on")
            terminal.type("q")
            check(terminal.end(4) == 0, "q does not end it")


def completes(build):
    """In bash: commands, families, options, paths and presets from the daemon."""
    bash = shutil.which("bash")
    with Room(build) as room, room.daemon():
        os.symlink(room.program, os.path.join(room.folder, "bin", "audioctl"))
        script = "source %s/conf/audioctl.bash-completion; COMP_WORDS=(%s); COMP_CWORD=%d; " \
                 "_audioctl; printf '%%s\\n' \"${COMPREPLY[@]}\""
        for words, wanted in [("audioctl stat", ["status"]), ("audioctl pre", ["preset"]),
                              ("audioctl preset ''", ["list", "load", "save", "rename", "delete", "diff",
                                                      "export", "import"]),
                              ("audioctl preset load ni", ["night"]), ("audioctl status --j", ["--json"]),
                              ("audioctl set comp", ["compressor.on", "compressor.threshold_db",
                                                     "compressor.ratio"]),
                              ("audioctl bypass c", ["compressor", "crossfeed"]),
                              ("audioctl mute o", ["on", "off"]), ("audioctl render --al", ["--align"]),
                              ("audioctl preset save --f", ["--force"])]:
            cword = len(words.split()) - 1
            done = subprocess.run([bash, "--norc", "-c", script % (ROOT, words, cword)], text=True,
                                  capture_output=True, env=room.environment, timeout=20)
            check(done.stdout.split() == wanted and not done.stderr, "%s: %s %s" %
                  (words, done.stdout.split(), done.stderr))
    with Room(build) as room, room.daemon() as daemon:
        os.symlink(room.program, os.path.join(room.folder, "bin", "audioctl"))
        daemon.presets[1]["name"] = "$(touch evil) night"
        done = subprocess.run([bash, "--norc", "-c", script % (ROOT, "audioctl preset load ''", 3)],
                              text=True, capture_output=True, env=room.environment, timeout=20,
                              cwd=room.folder)
        check(done.stdout.splitlines() == ["flat", r"\$\(touch\ evil\)\ night"], done.stdout)
        check(not os.path.exists(os.path.join(room.folder, "evil")), "a name was run")


if WRITE:
    sys.argv.remove("--write")
main(sys.argv[1], [values, lists, switches, presets, equalizers, how_it_is, doctor, watching, files,
                   usage, pages, options_anywhere, exit_codes, no_permission, timeouts, any_pieces,
                   nothing_steers_the_terminal, odd_shapes, full_disk, follows, live, live_sizes,
                   live_without_colours, live_to_the_end, suspended, completes])
