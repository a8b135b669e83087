# SPDX-License-Identifier: GPL-3.0-or-later
"""A daemon that speaks the control protocol, with a handful of parameters and no sound. It can
misbehave: see `Daemon.manner`."""
import copy, json, os, socketserver, threading, time

BAND = [
    {"key": "type", "type": "choice", "unit": "", "help": "Shape of the band.", "default": "flat",
     "choices": ["flat", "peaking", "low_shelf", "high_shelf", "low_pass", "high_pass", "notch",
                 "all_pass", "low_shelf_1", "high_shelf_1"], "rebuild": "now"},
    {"key": "gain_db", "type": "number", "unit": "dB", "help": "Gain of the band.", "default": 0,
     "min": -24, "max": 24, "rebuild": "now"},
    {"key": "q", "type": "number", "unit": "", "help": "Quality.", "default": "0.70710", "min": 0.1,
     "max": 30, "rebuild": "now"}]

GROUPS = [
    {"name": "compressor", "help": "Compressor of the listen path.", "members": ["compressor"],
     "stage": True, "parameters": [
         {"key": "on", "type": "bool", "unit": "", "help": "Whether the compressor works.",
          "default": False, "rebuild": "now"},
         {"key": "threshold_db", "type": "number", "unit": "dB", "min": -60, "max": 0,
          "help": "Above this level it turns down, by as much as the ratio says and as fast as the "
                  "attack allows.", "default": -20, "rebuild": "now"},
         {"key": "ratio", "type": "number", "unit": "", "min": 1, "max": 20, "also": "inf",
          "help": "How much it turns down.", "default": 4, "rebuild": "now"}]},
    {"name": "eq", "help": "Equalizer of the listen path; its bands follow.", "members": ["eq"],
     "stage": True, "parameters": [
         {"key": "on", "type": "bool", "unit": "", "help": "With no, all bands rest.",
          "default": True, "rebuild": "now"}]},
    {"name": "eq.left", "help": "The left channel, or both where they are linked.",
     "members": ["eq.left.1", "eq.left.2"], "stage": False, "parameters": BAND},
    {"name": "volume", "help": "Volume of the listen path.", "members": ["volume"], "stage": False,
     "parameters": [
         {"key": "level_db", "type": "number", "unit": "dB", "min": -91, "max": 0,
          "help": "Volume of the listen path; -91 is silence.", "default": 0, "rebuild": "now"},
         {"key": "mute", "type": "bool", "unit": "", "help": "The listen path is silent.",
          "default": False, "rebuild": "now"}]},
    {"name": "plot", "help": "A whole number.", "members": ["plot"], "stage": False, "parameters": [
        {"key": "taps", "type": "int", "unit": "", "min": 1, "max": 9, "help": "How many.",
         "default": 3, "rebuild": "now"}]}]

METERS = {
    "in": {"peak_db": [-9.9, -10.5], "rms_db": [-18.2, -19.0], "clips": [0, 0]},
    "headset": {"peak_db": [-0.1, -10.5], "rms_db": [-17.0, -18.0], "clips": [3, 0]},
    "mic": {"peak_db": -120, "rms_db": -120, "clips": 0},
    "out": {"peak_db": [-41.1, -42.0], "rms_db": [-55.0, -61.0], "clips": [0, 0]},
    "sub": {"peak_db": -10.2, "rms_db": -12.0, "clips": 0},
    "reduction_db": {"compressor": 3.2, "ducking": 0, "mic.gate": 40, "mic.compressor": 0,
                     "mic.deesser": 0, "mic.limiter": 0, "limiter.headset": 0.5, "limiter.out": 0,
                     "limiter.sub": -1.5},
    "lufs": {"momentary": -20.1, "short_term": -21, "integrated": None},
    "load_percent": 5.2, "xruns": 2}

STATUS = {
    "schema": 1, "up_s": 93784.5,
    "sentence": "headset: running, 14.3 ms, +104 ppm · mic: running, 25.4 ms, +80 ppm",
    "preset": "night", "changed": True, "bypassed": ["eq"], "side": "a", "mute": False,
    "faults": [],
    "jack": {"state": "running", "reason": "", "server": "audioserver", "rate_hz": 48000,
             "period": 64, "realtime": True, "load_percent": 5.2, "xruns": 2, "jumps": 0,
             "connects": 1},
    "callback": {"worst_us": 181.4, "mean_us": 43, "cycles": 70338375},
    "latency_ms": {"listen": 14.33, "talk": 25.42},
    "bridges": [
        {"name": "headset", "direction": "playback", "state": "running", "reason": "",
         "ppm": 103.94, "latency_ms": 14.33, "fill_frames": 62, "rate_hz": 48000, "channels": 2,
         "format": "S16", "xruns": 0, "late": 0, "lost_frames": 0, "opens": 1, "restarts": 0},
        {"name": "mic", "direction": "capture", "state": "running", "reason": "", "ppm": 79.88,
         "latency_ms": 25.42, "fill_frames": 145, "rate_hz": 48000, "channels": 1,
         "format": "S16", "xruns": 0, "late": 0, "lost_frames": 0, "opens": 1, "restarts": 0}],
    "meters": METERS, "unfit": 0,
    "machine": {"cpu_percent": 8, "memory_mb": 52.25, "threads": 9, "files": 30,
                "temperature_c": 54.5, "clock_mhz": 1800, "throttled": False},
    "storage": {"state": "ok", "message": "", "saved_s": 12}}

# One after the other breaks, or is away.
SICK = {"sentence": "headset: waiting (no device hw:CARD=Virtuoso) \x1b[31m", "preset": None,
        "bypassed": [], "changed": False, "mute": True, "unfit": 3,
        "faults": ["night.ini:3: [compressor] ratio: \"99\" is out of range; allowed: 1 to 20"],
        "machine": {"cpu_percent": 8, "memory_mb": 52.25, "threads": 9, "files": 30,
                    "temperature_c": 84, "clock_mhz": None, "throttled": 0x50005},
        "storage": {"state": "failing", "message": "no space left", "saved_s": 900}}

EVENTS = [
    {"number": 1, "time": "2026-11-25 12:00:00", "level": "info", "area": "jack",
     "text": "connected to \"audioserver\""},
    {"number": 2, "time": "2026-11-25 12:00:01", "level": "notice", "area": "headset",
     "text": "Virtuoso found"},
    *({"number": 3 + i, "time": "2026-11-25 12:01:0%d" % i, "level": "warning", "area": "headset",
       "text": "the device is gone (%d)" % i} for i in range(6)),
    {"number": 9, "time": "2026-11-25 12:02:00", "level": "error", "area": "storage",
     "text": "cannot write night.ini: no space left"}]

PRESETS = [
    {"name": "flat", "folder": "shipped", "path": "/usr/share/audioserver/presets/flat.ini",
     "title": "Nothing is changed", "faults": 0},
    {"name": "night", "folder": "saved", "path": "/var/lib/audioserver/presets/night.ini",
     "title": "Quiet, with little bass", "faults": 1}]

VERBS = {"describe": {}, "get": {"paths"}, "set": {"values"}, "toggle": {"path"}, "reset": {"paths"},
         "status": {}, "meters": {}, "subscribe": {"changes", "meters_hz", "status"},
         "bypass": {"stage", "on"}, "mute": {"on"}, "ab": {"side", "copy", "match"}, "clear": {},
         "preset.list": {}, "preset.load": {"name"}, "preset.save": {"name", "force"},
         "preset.rename": {"name", "to"}, "preset.delete": {"name"}, "preset.diff": {"name", "with"},
         "preset.export": {"name", "all"}, "preset.import": {"name", "text", "force"},
         "eq.import": {"text", "to", "dry"}, "eq.export": {"from"}, "events": {"after"},
         "factory_reset": {"sure"}}


class Refused(Exception):
    def __init__(self, code, message, **more):
        self.error = {"code": code, "message": message, **more}


def rows():
    for group in GROUPS:
        for member in group["members"]:
            for row in group["parameters"]:
                yield member + "." + row["key"], row


def parse(path, row, value):
    """A value in the parameter's own type, as the daemon takes it: typed, or its text."""
    if row["type"] == "bool":
        words = {"yes": True, "no": False, "on": True, "off": False, "true": True, "false": False}
        if isinstance(value, bool):
            return value
        if value in words:
            return words[value]
        raise Refused("invalid", "\"%s\" is none of yes, no" % value, path=path)
    if row["type"] == "choice" or value == row.get("also"):
        if value == row.get("also") or value in row["choices"]:
            return value
        raise Refused("invalid", "\"%s\" is none of %s" % (value, ", ".join(row["choices"])),
                      path=path)
    allowed = "%g to %g%s" % (row["min"], row["max"], " " + row["unit"] if row["unit"] else "")
    try:
        number = float(value)
    except ValueError:
        raise Refused("invalid", "\"%s\" is no number; allowed: %s" % (value, allowed), path=path,
                      allowed=allowed)
    if not row["min"] <= number <= row["max"]:
        raise Refused("invalid", "\"%s\" is out of range; allowed: %s" % (value, allowed), path=path,
                      allowed=allowed)
    return int(number) if number == int(number) else number


def normal(path, row):
    """The default may stand in the description as its text."""
    return parse(path, row, row["default"]) if isinstance(row["default"], str) else row["default"]


class Daemon:
    """with Daemon(path) as daemon: ... `daemon.requests` are those that came.

    manner: None: well; "bytes": answers in single bytes; "die": dies in the middle of an answer;
    "shut": closes at once; "mute": answers nothing; "garbage", "list", "twice", "other": answers
    what is none; "long": 300 KB of it; "denied", "busy", "storage": refuses everything; "bare": an
    error without words; "chatter": an event before each answer."""

    def __init__(self, path, version, manner=None, status=None):
        self.path, self.version, self.manner = path, version, manner
        self.status = {**STATUS, "version": version, **(status or {})}
        self.values = {path: normal(path, row) for path, row in rows()}
        self.values.update({"volume.level_db": -20, "eq.left.1.type": "peaking",
                            "eq.left.1.gain_db": -5.5})
        self.sequence, self.bypassed, self.side, self.match = 12, ["eq"], "a", False
        self.presets, self.current = copy.deepcopy(PRESETS), "night"
        self.requests, self.script = [], []

    def __enter__(self):
        daemon = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                try:
                    daemon.serve(self.rfile, self.wfile)
                except (BrokenPipeError, ConnectionResetError):
                    pass

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        self.server = Server(self.path, Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        os.unlink(self.path)

    def serve(self, lines, out):
        if self.manner == "shut":
            return
        for line in lines:
            self.requests.append(line)
            if self.manner == "mute":
                time.sleep(3600)
            answer, ends = self.reply(line)
            if self.manner == "die":
                out.write(answer[:len(answer) // 2])
                return
            if self.manner == "bytes":
                for i in range(len(answer)):
                    out.write(answer[i:i + 1])
                    out.flush()
            else:
                out.write(answer)
            if ends:
                return self.stream(out, ends)

    def reply(self, line):
        """(the bytes of the answer, what a subscription goes on with)"""
        odd = {"garbage": b"\x1b[31mno JSON at all\n", "list": b"[1,2]\n", "other": b'{"ok":true,"id":"x"}\n',
               "twice": b'{"ok":true,"ok":true}\n', "bare": b'{"ok":false,"error":{}}\n'}
        if self.manner in odd:
            return odd[self.manner], None
        request, ends = json.loads(line), None
        try:
            if len(line) > 16384:
                raise Refused("syntax", "the request is too long")
            answer = {"ok": True, **self.answer(request)}
            ends = request if request["do"] == "subscribe" else None
        except Refused as refused:
            answer = {"ok": False, "error": refused.error}
        answer["id"] = request["id"]
        if self.manner == "long":
            answer["padding"] = "x" * 300000
        text = json.dumps(answer, ensure_ascii=False).encode() + b"\n"
        if self.manner == "chatter":
            text = b'{"event":"status"}\n{"event":"nonsense"}\n' + text
        return text, ends

    def stream(self, out, request):
        """Meters until the peer goes; or the script of events, then the end."""
        rate = request.get("meters_hz")
        for number in range(10 ** 9) if rate and not self.script else range(0):
            reading = copy.deepcopy(METERS)
            reading["in"]["peak_db"][0] = -60 + number % 60
            out.write(json.dumps({"event": "meters", **reading}).encode() + b"\n")
            out.flush()
            time.sleep(1 / rate)
        for event in self.script:
            out.write(json.dumps(event).encode() + b"\n")
            out.flush()

    # --- verbs ---

    def answer(self, request):
        if self.manner in ("denied", "busy", "storage"):
            raise Refused(self.manner, {"denied": "this socket may not use it", "busy": "not now: try again",
                                        "storage": "cannot write: no space left"}[self.manner])
        verb = request["do"]
        if verb not in VERBS:
            raise Refused("unknown", "there is no verb \"%s\"" % verb)
        for key in set(request) - {"do", "id"} - set(VERBS[verb]):
            raise Refused("unknown", "%s has no key \"%s\"" % (verb, key))
        return getattr(self, "do_" + verb.replace(".", "_"))(request)

    def changed(self, **more):
        self.sequence += 1
        return {**more, "sequence": self.sequence}

    def paths(self, wanted):
        if wanted is None:
            return list(self.values)
        found = []
        for name in wanted:
            inside = [path for path in self.values if path == name or path.startswith(name + ".")]
            if not inside:
                raise Refused("unknown", "there is no parameter \"%s\"; did you mean "
                              "\"compressor.ratio\"?" % name, path=name)
            found += inside
        return found

    def row(self, path):
        for name, row in rows():
            if name == path:
                return row
        raise Refused("unknown", "there is no parameter \"%s\"" % path, path=path)

    def preset(self, name):
        for preset in self.presets:
            if preset["name"] == name:
                return preset
        raise Refused("unknown", "there is no preset \"%s\"" % name)

    def do_describe(self, _):
        return {"version": self.version, "protocol": 1, "groups": GROUPS, "verbs": list(VERBS)}

    def do_get(self, request):
        return {"values": {path: self.values[path] for path in self.paths(request.get("paths"))},
                "sequence": self.sequence}

    def do_set(self, request):
        new = {path: parse(path, self.row(path), value) for path, value in request["values"].items()}
        self.values.update(new)
        return self.changed()

    def do_toggle(self, request):
        path = request["path"]
        if self.row(path)["type"] != "bool":
            raise Refused("type", "only a yes/no parameter can be toggled", path=path)
        self.values[path] = not self.values[path]
        return self.changed(value=self.values[path])

    def do_reset(self, request):
        for path in self.paths(request.get("paths")):
            self.values[path] = normal(path, self.row(path))
        return self.changed()

    def do_status(self, _):
        return self.status

    def do_meters(self, _):
        return METERS

    def do_subscribe(self, request):
        return {}

    def do_bypass(self, request):
        stages, stage = ["compressor", "eq", "crossfeed"], request.get("stage")
        if stage is None:
            return {"bypassed": self.bypassed, "stages": stages, "sequence": self.sequence}
        if stage not in stages + ["all"]:
            raise Refused("unknown", "there is no stage \"%s\"" % stage, path="stage")
        touched = stages if stage == "all" else [stage]
        self.bypassed = [name for name in stages if (request["on"] if name in touched
                                                     else name in self.bypassed)]
        return self.changed(bypassed=self.bypassed, stages=stages)

    def do_mute(self, request):
        on = request.get("on", not self.values["volume.mute"])
        self.values["volume.mute"] = on
        return self.changed(on=on)

    def do_ab(self, request):
        side = request.get("side", self.side)
        self.side = {"a": "b", "b": "a"}[self.side] if side == "other" else side
        self.match = request.get("match", self.match)
        return self.changed(side=self.side, match=self.match, match_db={"a": -1.25, "b": 0})

    def do_clear(self, _):
        return {}

    def do_preset_list(self, _):
        return {"presets": self.presets, "current": self.current, "changed": True}

    def do_preset_load(self, request):
        self.preset(request["name"])
        self.current = request["name"]
        faults = ["night.ini:3: [compressor] ratio: \"99\" is out of range; allowed: 1 to 20"]
        return self.changed(name=self.current, faults=faults if self.current == "night" else [])

    def do_preset_save(self, request):
        name = request.get("name", self.current)
        if any(preset["name"] == name for preset in self.presets) and name != self.current and \
                not request.get("force"):
            raise Refused("exists", "there is a preset \"%s\" already" % name)
        return self.changed(path="/var/lib/audioserver/presets/%s.ini" % name)

    def do_preset_rename(self, request):
        self.preset(request["name"])["name"] = request["to"]
        return {}

    def do_preset_delete(self, request):
        if self.preset(request["name"])["folder"] != "saved":
            raise Refused("invalid", "\"%s\" is not a saved one" % request["name"])
        self.presets = [preset for preset in self.presets if preset["name"] != request["name"]]
        return {}

    def do_preset_diff(self, request):
        if request.get("with") == request.get("name"):
            return {"values": {"volume.level_db": [0, -20], "eq.left.1.type": ["flat", "peaking"],
                               "compressor.on": [True, False]}}
        return {"values": {}}

    def do_preset_export(self, request):
        text = "# a preset\n[volume]\nlevel_db = -20\t# dB\x1b[31m\n"
        return {"text": text + ("[eq]\non = yes\n" if request.get("all") else "")}

    def do_preset_import(self, request):
        if "99" in request["text"]:
            raise Refused("invalid", "line 2: [compressor] ratio: \"99\" is out of range")
        if any(preset["name"] == request["name"] for preset in self.presets) and \
                not request.get("force"):
            raise Refused("exists", "there is a preset \"%s\" already" % request["name"])
        return {"path": "/var/lib/audioserver/presets/%s.ini" % request["name"]}

    def do_eq_import(self, request):
        report = []
        for number, line in enumerate(request["text"].splitlines(), 1):
            if line.startswith("Filter"):
                report.append({"line": number, "verdict": "used", "message": "band %d of %s" %
                               (number, request["to"])})
            elif line.startswith("Preamp"):
                report.append({"line": number, "verdict": "changed", "message": "-6.25 dB becomes -6.3 dB"})
            elif line.strip():
                report.append({"line": number, "verdict": "dropped", "message": "a convolution"})
        return {"report": report, "values": {}, **({} if request.get("dry") else self.changed())}

    def do_eq_export(self, request):
        return {"text": "Preamp: -6.0 dB\nFilter 1: ON PK Fc 1000 Hz Gain -5.5 dB Q 0.71\n# %s\n" %
                request["from"]}

    def do_events(self, request):
        return {"events": [event for event in EVENTS if event["number"] > request.get("after", 0)]}

    def do_factory_reset(self, request):
        return self.do_reset({}) if request.get("sure") is True else {}
