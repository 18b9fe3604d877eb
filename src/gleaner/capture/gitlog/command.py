"""Running ``git`` so that it only reads, asks nothing, reaches no network and runs nobody's programs.

A repository's own configuration may name programs (pagers, diff drivers, signature checkers, fsmonitor);
none of them is started here.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

_SAFE_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.commitGraph=true",
    "log.showSignature=false",
    "log.mailmap=false",
    "diff.external=",
    # A partial clone would fetch what it lacks: reading must not reach the network.
    "protocol.allow=never",
)
_FOREIGN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "GIT_NAMESPACE",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_EXTERNAL_DIFF", "GIT_GRAFT_FILE", "GIT_SHALLOW_FILE")  # fmt: skip
"""Set when Gleaner is started from a Git hook; they would make every repository look like that one."""


class GitFailed(Exception):
    """``git`` said no. The text is git's own, in English."""


def records(repository: Path, *arguments: str, given: str = "", timeout: float = 120.0) -> Iterator[str]:
    """What ``git`` prints in *repository*, split at NUL, as it comes. *given* goes to its standard input.

    Raises GitFailed, at the latest after the last record; what was read before then may be incomplete.
    """
    config = [part for setting in _SAFE_CONFIG for part in ("-c", setting)]
    command = ["git", "--no-pager", *config, *arguments]
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as stdin:
        stdin.write(given.encode())
        stdin.seek(0)
        try:
            process = subprocess.Popen(  # noqa: S603 - a list, no shell; nothing in it is another's text
                command,
                cwd=repository,
                env=_environment(repository),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=errors,
                # Where it can be had, room for git to go on while we look at what it wrote.
                pipesize=1 << 20,
            )
        except FileNotFoundError:
            raise GitFailed("the git command is not installed") from None
        output = process.stdout
        assert output is not None
        watchdog = threading.Timer(timeout, process.kill)
        watchdog.start()
        try:
            yield from _split(iter(partial(os.read, output.fileno(), 1 << 16), b""))
            code = process.wait()
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
            output.close()
        if code:
            errors.seek(0)
            said = errors.read(4000).decode(errors="replace").strip()
            raise GitFailed(said or (f"took longer than {timeout:g} s" if code < 0 else f"ended with {code}"))


def _split(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\0")
        for record in whole:
            yield record.decode(errors="replace")
    if rest:
        yield rest.decode(errors="replace")


def _environment(repository: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name not in _FOREIGN and "GIT_TRACE" not in name
    }
    return kept | {
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        # Not a write for each commit: nobody waits for one.
        "GIT_FLUSH": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        # A folder inside some other repository (a home directory under version control) is not that repository.
        "GIT_CEILING_DIRECTORIES": str(repository.parent),
    }
