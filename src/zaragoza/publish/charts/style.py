"""Looks of the charts: colours that hold on white and on the dark paper, shapes, and sizes."""

from __future__ import annotations

# Okabe and Ito (2008), without the hues that are too pale on white paper (WCAG 1.4.11 asks 3:1 of a graphic).
PALETTE: tuple[str, ...] = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
SHAPES: tuple[str, ...] = ("circle", "square", "triangle-up", "diamond")
REFERENCE = "#4d4d4d"  # the page lightens it on dark paper
NEUTRAL = "#767676"  # total, unknown, not applicable
GRID = "#8a8f98"
BAND = "#e2e5e9"  # gaps that count as none; the page darkens it on dark paper
PAPER = "#ffffff"  # inside of hollow dots; the page darkens it on dark paper
PAPERS: tuple[str, ...] = ("#ffffff", "#15181c")  # light and dark scheme of the page
INK = "#111111"  # stands for the colour of the text around the chart
FONT = "system-ui, sans-serif"
TICK_SIZE, WORD_SIZE = 12, 13

DOT = 92  # square pixels
WIDTH = 384  # read without scrolling on a phone, where a page of 320 leaves 288; larger where there is room
LARGE = 520  # of what does not fit there: years with labels beside them, maps
MARGIN = 22  # room for half a tick label at both ends of the axis
LINE = 17  # height of one line of a label
ROW = 52  # a row with a label of one line
INTERVAL = 31  # from the top of a row to its interval, with a label of one line
TOP = 24  # room for the words beside the zero line
ABOVE, BELOW = 12, 16  # the grid beside an interval
FOOT = 42  # tick labels and the axis title
STEP = 16  # between the figures of one group
BAR, THIN_BAR = 6, 3  # heights of a bar, and of one that is a part of another
SPACE = 12  # between groups of several figures
LABEL_CHARACTERS = 30  # longer labels go over two lines
CHARACTER, BOLD_CHARACTER = 7.0, 7.9  # mean widths in DejaVu Sans, the widest of the usual fonts
GAP = 12  # between a label and the words beside it


def colour(position: int) -> str:
    """The colour of the group at this place (from 0) among those that are compared."""
    return PALETTE[position % len(PALETTE)]


def shape(position: int) -> str:
    """The shape of the group at this place: it changes when the colours start again."""
    return SHAPES[position // len(PALETTE) % len(SHAPES)]
