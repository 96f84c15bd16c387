"""Forms: they check what was typed and say what to do; they decide nothing."""
