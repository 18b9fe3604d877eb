"""Time entries: how they are shown, when they are locked, how their timers run."""
