"""Statements about numbers, checked against the releases: eight graded verdicts, each with its rows and its reason."""

from asylon.statistics.statements.check import VERDICTS, Checked, check_figures, check_text, checked_row
from asylon.statistics.statements.readings import Reading

__all__ = ["VERDICTS", "Checked", "Reading", "check_figures", "check_text", "checked_row"]
