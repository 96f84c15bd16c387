"""The kinds of pages: each gathers its facts once, in no language, and shows them in one."""
