"""A source that is too deep for the one who parses it."""

deep = "@DEEP@"
