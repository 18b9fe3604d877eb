"""``python -m gleaner`` is the same as ``gleaner``."""

from gleaner.faces.cli import main

main()
