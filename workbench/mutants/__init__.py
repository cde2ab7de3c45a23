"""What do the checks not see? The reference, changed in one place after another, is checked.

For the authors of checks. A change that no check notices is a survivor: either a check is missing,
or the change is no mistake, and tests/mutants.toml says why.
"""
