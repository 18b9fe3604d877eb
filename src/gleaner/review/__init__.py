"""Proposals are kept, decided and applied here; the only door out of Gleaner is ``apply.py``."""
