"""What may be written to a log: that something went wrong, never about whom."""

from __future__ import annotations

import logging


class WithoutContent(logging.Filter):
    """Keeps the kind and place of an error and drops whatever a person could have typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Blank the arguments, the message of the exception and the values of its frames."""
        if record.exc_info and record.exc_info[0] is not None:
            record.exc_text = _where(record)
            record.exc_info = None
        record.args = ()
        record.msg = f"{record.name}: {_summary(record)}"
        return True


def _summary(record: logging.LogRecord) -> str:
    status = getattr(record, "status_code", None)
    return f"{record.levelname.lower()} {status}" if status else f"{record.levelname.lower()} in {record.module}"


def _where(record: logging.LogRecord) -> str:
    assert record.exc_info
    kind, _, trace = record.exc_info
    frames = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"  {code.co_name} line {trace.tb_lineno} of {code.co_filename.rpartition('asylon')[2] or '?'}")
        trace = trace.tb_next
    return "\n".join([getattr(kind, "__name__", "error"), *frames[-8:]])
