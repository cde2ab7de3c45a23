"""Writes into the project's folder: the reference, the checks, the program that marks."""

for path in ("lab_solutions/hostile.py", "tests/conftest_hostile.py", "hostile.pth", ".hostile"):
    try:
        with open(f"@PROJECT@/{path}", "w") as file:
            file.write("spoiled")
    except OSError:
        pass
