"""Gleaner gathers the hours nobody logged."""
