"""Invoices: which are due, made as drafts, proven, approved, sent and followed until they are paid."""
