"""Tools for those who work on Asylon; none of them is part of what is installed."""
