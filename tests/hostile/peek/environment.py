"""Looks for tokens in the environment."""

import os

raise RuntimeError(repr(dict(os.environ)))
