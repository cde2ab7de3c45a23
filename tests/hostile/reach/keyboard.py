"""Types into the terminal of the one who marks."""

import fcntl
import termios

for number in (0, 1, 2):
    try:
        fcntl.ioctl(number, termios.TIOCSTI, b"spoiled")
    except OSError:
        pass
with open("/dev/tty", "w") as terminal:
    terminal.write("spoiled")
