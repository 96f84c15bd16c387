"""Papers: typeset bytes (PDF, Markdown) from plain values. No Django, no clock."""
