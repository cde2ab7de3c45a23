"""The notebooks as a book: what is read without a machine, made by Jupyter Book.

Knows the notebooks, the beliefs and the labs as texts. Runs none of them.
"""

from workbench.book.build import BookFailed, build_book

__all__ = ["BookFailed", "build_book"]
