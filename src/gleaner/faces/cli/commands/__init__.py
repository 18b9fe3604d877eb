"""One module per command. Each adds itself; nothing else has to know."""
