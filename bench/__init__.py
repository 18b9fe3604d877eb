"""Measured claims, one file each; the numbers live in ``docs/benchmarks.md`` and never in a timed test."""
