"""The command line. One module per command, in ``commands/``; heavy imports wait until a command runs."""

from gleaner.faces.cli.main import main

__all__ = ["main"]
