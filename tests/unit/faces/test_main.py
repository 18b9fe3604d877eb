"""A command is the same whether it is prepared alone or with all others."""

from __future__ import annotations

import pkgutil

import pytest
import typer

from gleaner.faces.cli import commands
from gleaner.faces.cli.main import build

NAMES = sorted(found.name for found in pkgutil.iter_modules(commands.__path__))
WHOLE = typer.main.get_group(build())


@pytest.mark.parametrize("name", NAMES)
def test_a_module_has_the_command_of_its_name_alone_or_not(name: str) -> None:
    alone = typer.main.get_group(build(name))
    assert name in alone.commands
    for each, command in alone.commands.items():
        assert command.get_help(typer.Context(command, info_name=each)) == WHOLE.commands[each].get_help(
            typer.Context(WHOLE.commands[each], info_name=each)
        )
