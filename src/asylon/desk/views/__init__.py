"""Views parse and show; services write; selectors read. Each module ends with its routes."""
