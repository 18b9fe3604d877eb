"""Nouns that two slices share. Standard library only."""
