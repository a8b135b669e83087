#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sound on other processors: the dsp room cross-built for aarch64 and armhf and its tests run
under qemu-user; on aarch64 instructions per frame, and NEON in the inner loops by disassembly.

    cross.py      prints Markdown; exit status 1 if something fails or a target is missed
"""
import glob
import os
import re
import subprocess
import sys

SHORT, LONG = 640, 12800
TARGETS = {"ours: whole chain": 700}
MACHINES = [("aarch64", "aarch64-linux-gnu", "qemu-aarch64"),
            ("armhf", "arm-linux-gnueabihf", "qemu-arm")]
# Files whose work is done in pairs of doubles, two at a time, and the multiply-adds of an inner loop.
NEON = {"eq": 10}
PLUGIN = "build/qemu_count.so"

failures = []


def verdict(reached, what):
    if not reached:
        failures.append(what)
    return "reached" if reached else "**not reached**"


def run(*words, **more):
    return subprocess.run(words, text=True, capture_output=True, check=False, **more)


def build(machine, prefix, *goals):
    return run("make", "--no-print-directory", "-k", f"CC={prefix}-gcc", f"AR={prefix}-ar",
               f"VARIANT={machine}", "LDFLAGS=-static", *goals)


# --- tests --------------------------------------------------------------------------------------


def why(stderr):
    """What a build misses: a library that is not there for the other processor, for one."""
    found = re.search(r"fatal error: (.*)|cannot find (-l\S+)|(No rule)|error: (.*)", stderr)
    return next(filter(None, found.groups())) if found else "see make"


def test(machine, prefix, qemu):
    names = sorted(os.path.basename(path)[:-2] for path in glob.glob("tests/dsp/*.c"))
    passed, other = [], []
    for name in names:
        program = f"build/{machine}/tests/dsp/{name}"
        built = build(machine, prefix, program)
        if built.returncode:
            other.append(f"{name} is not built ({why(built.stderr)})")
            continue
        try:
            done = run(qemu, program, timeout=1200)
        except subprocess.TimeoutExpired:
            done = None
        if done and done.returncode == 0:
            passed.append(name)
        else:
            failures.append(f"{machine}: {name}")
            other.append(f"**{name} fails**")
    print(f"{machine}, {qemu}: passed {', '.join(passed) or 'none'}"
          + "".join(f"; {text}" for text in other))


# --- instructions -----------------------------------------------------------------------------------


def build_plugin():
    """For the version of the interface that this qemu speaks."""
    for version in (1, 2, 3, 4):
        subprocess.run(["gcc", "-std=c11", "-O2", "-fPIC", "-shared", f"-DPLUGIN_VERSION={version}",
                        "-o", PLUGIN, "tests/bench/qemu_count.c"], check=True)
        if counted("build/aarch64/tests/bench/count") is not None:
            return True
    return False


def counted(*command):
    found = re.search(r"^instructions (\d+)$", run("qemu-aarch64", "-plugin", PLUGIN, *command).stderr,
                      re.M)
    return int(found[1]) if found else None


def instructions(prefix):
    program = "build/aarch64/tests/bench/count"
    built = build("aarch64", prefix, program)
    if built.returncode:
        sys.exit(built.stdout + built.stderr)
    if not build_plugin():
        print("instructions: this qemu takes no plug-in of versions 1 to 4")
        return
    print("\n| aarch64 | instructions a frame | target |\n|---|--:|---|")
    checked = run("qemu-aarch64", program)
    if checked.returncode:
        failures.append(checked.stderr)
    for name in checked.stdout.splitlines():
        each = (counted(program, name, str(LONG)) - counted(program, name, str(SHORT))) \
            / (LONG - SHORT)
        target = TARGETS.get(name)
        print(f"| {name} | {each:.0f} |",
              f"<= {target}: {verdict(each <= target, name)} |" if target else "|")


# --- disassembly ---------------------------------------------------------------------------------------


def inner_loops(disassembly):
    """The bodies of loops without another loop inside: lists of lines."""
    lines = []
    for line in disassembly.splitlines():
        found = re.match(r"\s*([0-9a-f]+):\t(.*)", line)
        if found:
            lines.append((int(found[1], 16), found[2]))
        elif line.endswith(">:"):
            yield from loops_of(lines)
            lines = []
    yield from loops_of(lines)


def loops_of(lines):
    at = {address: i for i, (address, _) in enumerate(lines)}
    spans = []
    for i, (address, text) in enumerate(lines):
        found = re.match(r"(?:b\.\w+|cbn?z\s+\w+,|tbn?z\s+\w+, #\d+,)\s+([0-9a-f]+) ", text)
        target = int(found[1], 16) if found else address
        if found and target <= address and target in at:
            spans.append((at[target], i))
    for first, last in spans:
        if not any((a, b) != (first, last) and first <= a and b <= last for a, b in spans):
            yield [text for _, text in lines[first:last + 1]]


def neon(prefix):
    print("\n| aarch64, NEON | most multiply-adds of two doubles in an inner loop | target |")
    print("|---|--:|---|")
    for path in sorted(glob.glob("build/aarch64/src/dsp/*.o")):
        name = os.path.basename(path)[:-2]
        text = run(f"{prefix}-objdump", "-d", "--no-show-raw-insn", path).stdout
        most = max((sum(bool(re.match(r"fml[as]\s+v\d+\.2d", line)) for line in loop)
                    for loop in inner_loops(text)), default=0)
        if name in NEON:
            print(f"| {name}.o | {most} | >= {NEON[name]}: {verdict(most >= NEON[name], name)} |")
        elif most:
            print(f"| {name}.o | {most} | |")


def main():
    for machine, prefix, qemu in MACHINES:
        test(machine, prefix, qemu)
    instructions(MACHINES[0][1])
    neon(MACHINES[0][1])
    print()
    for what in failures:
        print(f"not reached or failed: {what}")
    return 1 if failures else 0


sys.exit(main())
