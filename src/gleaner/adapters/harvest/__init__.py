"""Harvest API v2: the client, one file per resource, and the mirror, our read copy."""
