"""What calendars have in common, whatever they are read over: whose they are, who takes part, what may be kept."""
