"""How people and programs meet Gleaner."""
