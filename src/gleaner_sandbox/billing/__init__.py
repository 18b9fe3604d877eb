"""Invoices and estimates: what they share, how tracked time gets onto them, what is mailed and shown of them."""
