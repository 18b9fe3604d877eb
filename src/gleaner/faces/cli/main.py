"""The program: it finds the commands, and turns our errors into one sentence and an exit code."""

from __future__ import annotations

import importlib
import logging
import os
import pkgutil
import sys

import typer

from gleaner.core.errors import GleanerError
from gleaner.core.text import shown
from gleaner.faces.cli import commands


def build() -> typer.Typer:
    """The program with every command found in ``commands/``; a new one at each call."""
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
    for module in sorted(pkgutil.iter_modules(commands.__path__), key=lambda found: found.name):
        importlib.import_module(f"{commands.__name__}.{module.name}").add(app)
    return app


def main() -> None:
    """Run the command line; never shows a traceback for something a person can put right."""
    # Otherwise Python prints the bare words of each warning on stderr; the daemon says where its log goes.
    logging.getLogger("gleaner").addHandler(logging.NullHandler())
    try:
        build()(prog_name="gleaner")
    except GleanerError as error:
        sys.stderr.writelines(f"{shown(line)}\n" for line in str(error).split("\n"))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader (head, a pager) went away. Keep Python from complaining once more while it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
