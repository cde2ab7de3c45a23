"""A source of some megabytes."""

large = "@LARGE@"
