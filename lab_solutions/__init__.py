"""The reference. It is never imported under this name: the switch LABS serves it as `labs`."""

raise ImportError(
    "lab_solutions is not imported by name: set LABS=lab_solutions and import labs instead, "
    "for example `LABS=lab_solutions make check LAB=01`."
)
