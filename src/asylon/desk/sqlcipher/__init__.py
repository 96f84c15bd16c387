"""The database of a laptop: one SQLCipher file, every page of it sealed under a raw key of 32 bytes."""
