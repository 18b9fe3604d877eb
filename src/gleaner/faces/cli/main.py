"""The program: it finds the commands, and turns our errors into one sentence and an exit code."""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
import sys
from collections.abc import Sequence
from functools import cache

import typer

from gleaner.core.errors import GleanerError
from gleaner.core.text import shown
from gleaner.faces.cli import commands


def build(only: str = "") -> typer.Typer:
    """The program with every command found in ``commands/``, or with *only* that one; a new one at each call."""
    app = typer.Typer(
        name="gleaner",
        help="Gleaner gathers the hours nobody logged: calendar and Git activity become Harvest time entries.\n\n"
        "Exit codes: 0 fine, 1 something needs your eyes, 2 your input, 3 try again later.",
        no_args_is_help=True,
        add_completion=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    if only:
        app.callback()(_apart)
    for name in [only] if only else _names():
        importlib.import_module(f"{commands.__name__}.{name}").add(app)
    return app


@cache
def _names() -> tuple[str, ...]:
    """What the commands are called: each stands in a module of its name."""
    return tuple(sorted(found.name for found in pkgutil.iter_modules(commands.__path__)))


def _asked(words: Sequence[str]) -> str:
    """The command that *words* ask for; empty when all have to be there: for help, completion, and what is none.

    Most of a short command's time would go into preparing the others.
    """
    is_completing = any(name.startswith("_GLEANER") for name in os.environ)
    return words[0] if words and words[0] in _names() and not is_completing else ""


def _apart() -> None:
    """Keeps a command below the program's name when it is the only one."""


def main() -> None:
    """Run the command line; never shows a traceback for something a person can put right."""
    # Otherwise Python prints the bare words of each warning on stderr; the daemon says where its log goes.
    logging.getLogger("gleaner").addHandler(logging.NullHandler())
    try:
        build(_asked(sys.argv[1:]))(prog_name="gleaner")
    except GleanerError as error:
        sys.stderr.writelines(f"{shown(line)}\n" for line in str(error).split("\n"))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (head, a pager) went away. Keep Python from complaining once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
