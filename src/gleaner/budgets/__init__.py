"""Budgets of projects: how much is used, who is told of it, and when the rest will be gone."""
