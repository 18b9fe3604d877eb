"""A Harvest-compatible server on loopback, and a small agency to live in it."""
