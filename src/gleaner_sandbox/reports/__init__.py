"""Reports: time and expenses in sums, what is uninvoiced, what is left of budgets."""
