"""What programs may ask for in somebody's name: the same use cases, as small values with names and ids."""
