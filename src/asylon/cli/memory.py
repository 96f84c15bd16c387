"""What keys in the memory of this process are kept from: files of a crash, and other programs of the same person."""

from __future__ import annotations

import ctypes
import resource
import sys

_PR_SET_DUMPABLE = 4


def keep_to_ourselves() -> None:
    """Let the system write no memory of this process to a disk when it fails, nor show it to other programs.

    Of swap it says nothing: only an encrypted disk keeps that.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A system may hand the memory of a failed process to a program of its own, whatever the limit.
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
