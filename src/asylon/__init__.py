"""Asylon: open software for the people who defend asylum seekers."""

__version__ = "0.1.0"
