"""``python -m gleaner_sandbox``."""

from gleaner_sandbox.cli import main

main()
