"""``python -m gleaner_sandbox.agency FOLDER [--seed N] [--as-of ISO]`` writes a whole world into a folder."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from . import build
from .files import write_world


def _moment(text: str) -> datetime:
    """An aware moment; argparse turns the error into its usual message."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} has no offset; write 2026-03-10T12:00:00+00:00")
    return moment


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0; 2 for arguments nobody can use."""
    parser = argparse.ArgumentParser(prog="python -m gleaner_sandbox.agency", description=__doc__)
    parser.add_argument("folder", type=Path, help="is created when it is not there")
    parser.add_argument("--seed", type=int, default=1, help="which world; 1 unless given")
    parser.add_argument(
        "--as-of", type=_moment, help="show calendars and repositories as of this moment (ISO 8601)"
    )
    chosen = parser.parse_args(arguments)
    write_world(build(chosen.seed), chosen.folder, chosen.as_of)
    sys.stderr.write(f"World {chosen.seed} is in {chosen.folder}.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
