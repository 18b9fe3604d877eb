"""``gleaner demo``: four weeks of a simulated agency, walked day by day through the real agent."""
