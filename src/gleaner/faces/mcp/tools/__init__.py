"""One module for each tool; it is found by itself, and ends in ``TOOL = Tool(…)``."""
