"""Signing in: the cookies, and the pages that nobody has to be signed in for."""
