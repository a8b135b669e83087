# SPDX-License-Identifier: GPL-3.0-or-later
"""A program on a pseudo-terminal, and what a person sees there."""
import fcntl, os, pty, re, select, signal, struct, subprocess, termios, time


class Screen:
    """The cells of a terminal of any size; how far anything was written is in `right`, `bottom`."""

    def __init__(self):
        self.alternate, self.cursor, self.colours, self.rest = False, True, 0, ""
        self.clear()
        self.before = 1, 1
        self.right = self.bottom = 0

    def clear(self):
        self.cells, self.row, self.column = {}, 1, 1

    def put(self, character):
        if character == "\r":
            self.column = 1
        elif character == "\n":
            self.row += 1
        else:
            self.cells[self.row, self.column] = character
            self.right, self.bottom = max(self.right, self.column), max(self.bottom, self.row)
            self.column += 1

    def steer(self, numbers, letter):
        if letter == "H":
            self.row, self.column = (int(n) for n in (numbers + ";1").split(";")[:2])
        elif letter == "K":
            self.cells = {at: c for at, c in self.cells.items()
                          if at[0] != self.row or at[1] < self.column}
        elif letter == "J" and numbers == "2":
            self.clear()
        elif letter == "J":
            self.cells = {at: c for at, c in self.cells.items()
                          if at < (self.row, self.column)}
        elif letter == "m":
            self.colours += numbers not in ("", "0")
        elif letter in "hl" and numbers == "?1049":
            self.alternate = letter == "h"
            if self.alternate:
                self.before = self.row, self.column
            else:
                self.row, self.column = self.before
        elif letter in "hl" and numbers == "?25":
            self.cursor = letter == "h"
        else:
            raise ValueError("what is ESC[%s%s?" % (numbers, letter))

    def feed(self, text):
        text = self.rest + text
        self.rest = re.search(r"(\x1b(\[[?0-9;]*)?)?$", text)[0]  # an escape that goes on
        text = text[:len(text) - len(self.rest)]
        for numbers, letter, character in re.findall(r"\x1b\[([?0-9;]*)([A-Za-z])|([^\x1b])", text):
            if letter:
                self.steer(numbers, letter)
            else:
                self.put(character)

    def lines(self):
        return ["".join(self.cells.get((row, column), " ") for column in range(1, self.right + 1))
                .rstrip() for row in range(1, self.bottom + 1)]


class Terminal:
    """with Terminal(words, columns, rows) as terminal: the program runs in it."""

    def __init__(self, words, columns=80, rows=24, **environment):
        self.words, self.size, self.environment = words, (columns, rows), environment
        self.screen, self.text = Screen(), ""

    def __enter__(self):
        self.master, self.slave = pty.openpty()
        self.resize(*self.size)
        self.before = termios.tcgetattr(self.slave)
        self.process = subprocess.Popen(
            self.words, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, env={**os.environ, "TERM": "xterm", **self.environment},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def resize(self, columns, rows):
        fcntl.ioctl(self.slave if hasattr(self, "slave") else 0, termios.TIOCSWINSZ,
                    struct.pack("HHHH", rows, columns, 0, 0))

    def look(self, seconds):
        """Reads what comes in that time."""
        until = time.monotonic() + seconds
        while select.select([self.master], [], [], max(0, until - time.monotonic()))[0]:
            new = os.read(self.master, 65536).decode(errors="replace")
            self.text += new
            self.screen.feed(new)

    def until(self, condition, seconds=10):
        """Reads on until it holds; whether it did."""
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                return False
            self.look(0.05)
        return True

    def wait_for(self, pattern):
        return self.until(lambda: re.search(pattern, "\n".join(self.screen.lines())))

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self, seconds=10):
        """Its exit status, once it has ended."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.look(0.05)
        self.look(0.05)
        return self.process.poll()

    def restored(self):
        """Why the terminal is not as it was, or None."""
        if termios.tcgetattr(self.slave) != self.before:
            return "its settings are others"
        if self.screen.alternate or not self.screen.cursor:
            return "alternate screen %s, cursor %s" % (self.screen.alternate, self.screen.cursor)
        return None
