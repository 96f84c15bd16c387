"""Figures read out of text in English, Russian and Hebrew, by word lists and a small grammar of numbers and dates."""

from asylon.statistics.reading.figure import Figure, figures_of_reader
from asylon.statistics.reading.periods import Period
from asylon.statistics.reading.ranking import Contradiction, contradictions, main_figure, sums_of_parts
from asylon.statistics.reading.reader import read_figures

__all__ = [
    "Contradiction",
    "Figure",
    "Period",
    "contradictions",
    "figures_of_reader",
    "main_figure",
    "read_figures",
    "sums_of_parts",
]
