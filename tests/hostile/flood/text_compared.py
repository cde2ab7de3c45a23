"""Returns a text that fits, and that takes a minute to compare with the right one."""

LAB = "05"


def parse_field_line(line):
    return "\n".join(str(number) for number in range(100_000)), ""
