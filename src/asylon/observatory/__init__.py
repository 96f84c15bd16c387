"""The observatory: the public pages. Django without models, sign-in or vault."""
