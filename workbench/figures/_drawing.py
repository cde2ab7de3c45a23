"""A finished figure together with its data and its words, and how a notebook shows all three.

Must not know how any figure is drawn.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path

from matplotlib.figure import Figure

from workbench.figures._style import PAPER, WIDTH_IN, house_style

CSS_PIXELS_PER_INCH = 100  # shown at half of its 200 dpi: sharp on a screen with dense pixels
TEXT_COLUMNS = 92  # a notebook would break a longer line in the middle of a word
TALLEST_PX = 6000  # a very tall figure is drawn coarser: it stays quick, and no browser refuses it


@dataclass(frozen=True)
class Drawing:
    """A figure, the plain `data` it was drawn from, and `alt_text`: in words, what it shows."""

    data: object
    alt_text: str
    figure: Figure = field(repr=False, compare=False)

    def saying(self, alt_text: str) -> Drawing:
        """Return the same drawing in other words, for where the counts differ from run to run."""
        return replace(self, alt_text=alt_text)

    def png(self) -> bytes:
        """Return the picture as PNG, on white, whatever the theme of the page around it."""
        buffer = BytesIO()
        self._write(buffer, "png")
        return buffer.getvalue()

    def save(self, path: str | Path) -> Path:
        """Write the picture to `path` and return it. Raises ValueError unless .png or .svg.

        The file bears no date: the same figure gives the same file.
        """
        path = Path(path)
        kind = path.suffix.removeprefix(".").lower()
        if kind not in ("png", "svg"):
            raise ValueError(f"cannot save {path.name!r}: give it a name in .png or .svg")
        self._write(path, kind)
        return path

    @house_style
    def _write(self, target: Path | BytesIO, kind: str) -> None:
        dpi = min(self.figure.dpi, TALLEST_PX / self.figure.get_figheight())
        metadata = {"Date": None, "Description": self.alt_text} if kind == "svg" else None
        self.figure.savefig(target, format=kind, dpi=dpi, facecolor=PAPER, metadata=metadata)

    def _ipython_display_(self) -> None:
        """Print the words, then show the picture.

        The bundle holds nothing but image/png: a recorded notebook is compared by its text, and
        a text/plain that names an object in memory would differ in every run.
        """
        from IPython.display import display

        for line in self.alt_text.splitlines():
            print(textwrap.fill(line, TEXT_COLUMNS))
        shown = {"width": round(WIDTH_IN * CSS_PIXELS_PER_INCH), "alt": self.alt_text}
        display({"image/png": self.png()}, metadata={"image/png": shown}, raw=True)
