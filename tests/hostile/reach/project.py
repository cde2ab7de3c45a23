"""Writes into the project's folder: the reference, the checks, the program that marks."""

for path in ("lab_solutions/hostile-1.py", "tests/hostile-1.py", "hostile-1.pth"):
    try:
        with open(f"@PROJECT@/{path}", "w") as file:
            file.write("spoiled")
    except OSError:
        pass
