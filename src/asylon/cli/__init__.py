"""One command, `asylon`."""
