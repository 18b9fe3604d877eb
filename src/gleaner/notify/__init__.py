"""How messages reach people: one module for each way, what they share, and nothing about when or why."""
