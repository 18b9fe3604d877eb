"""Receipts: what they say, which are refused, and which expenses break the policy."""
