"""Expenses: what they cost, how they are shown, when they are locked, their receipts."""
