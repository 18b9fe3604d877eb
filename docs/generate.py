"""Writes ``docs/reference``: the command line from the program, the configuration from the settings.

``python docs/generate.py`` writes the pages; with ``--check`` it only says whether they are up to date (exit code 1).
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from typer.main import get_command

from gleaner import config
from gleaner.capture import filters
from gleaner.capture.source import sources
from gleaner.config import doors, invoices, llm, people, reminders, rollout, settings, web
from gleaner.expenses.source import sources as receipt_sources
from gleaner.faces.cli.main import build
from gleaner.matching import rules
from gleaner.notify.channel import OURS, channels

REFERENCE = Path(__file__).parent / "reference"
_GENERATED = "<!-- Written by docs/generate.py; edit the docstrings and help texts instead. -->"


def pages() -> dict[str, str]:
    """The text of every generated page, by file name."""
    return {"cli.md": command_page(), "configuration.md": configuration_page()}


# --- the command line --------------------------------------------------------------------------------------------


def command_page() -> str:
    """All commands with their arguments and options."""
    program = get_command(build())
    lines = [_GENERATED, "", "# Command line", "", _paragraphs(program.help or "")]
    lines += [
        "",
        "Data goes to stdout, everything else to stderr. Every option has one meaning wherever it appears.",
        "`gleaner COMMAND --help` shows the same as this page.",
    ]
    for path, command in commands(program, "gleaner"):
        lines += ["", f"## {path}", "", _paragraphs(command.help or ""), ""]
        lines += [f"    {' '.join([path, *_usage(command)])}", ""]
        lines += _parameters(command)
    return _finished(lines)


def commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below *group* with the words that call it; of those that contain others, the group first."""
    for name, command in sorted(group.commands.items()):
        yield f"{path} {name}", command
        if hasattr(command, "commands"):
            yield from commands(command, f"{path} {name}")


def _usage(command: Any) -> Iterator[str]:
    if any(parameter.param_type_name == "option" for parameter in command.params):
        yield "[OPTIONS]"
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            name = _argument(parameter) if parameter.required else f"[{_argument(parameter)}]"
            yield f"{name}..." if parameter.nargs == -1 else name
    if hasattr(command, "commands"):
        yield "[COMMAND]"


def _argument(parameter: Any) -> str:
    return str(parameter.metavar or (parameter.name or "").upper())


def _parameters(command: Any) -> Iterator[str]:
    rows = [_row(parameter) for parameter in command.params if parameter.name != "help"]
    if not rows:
        return
    yield "| | |"
    yield "|---|---|"
    for name, text in rows:
        yield f"| {name} | {text} |"


def _row(parameter: Any) -> tuple[str, str]:
    text = _cell(getattr(parameter, "help", None) or "")
    if parameter.param_type_name == "argument":
        return f"`{_argument(parameter)}`", text or "Short name of a proposal."
    names = ", ".join(
        f"`{name}`" for name in sorted((*parameter.opts, *parameter.secondary_opts), key=len, reverse=True)
    )
    if not parameter.is_flag:
        names += f" {_cell(parameter.metavar or _placeholder(parameter))}"
    if parameter.multiple:
        text += " May be given several times."
    default = parameter.default
    if default not in (None, False, "", ()) and not callable(default):
        text += f" Default: `{default}`."
    return names, text


def _placeholder(parameter: Any) -> str:
    annotation = parameter.type_descriptor.annotation
    (kind,) = get_args(annotation) or (annotation,)
    return {int: "NUMBER", Path: "PATH"}.get(kind, "TEXT")


# --- the configuration -------------------------------------------------------------------------------------------


def configuration_page() -> str:
    """All keys of ``gleaner.toml``, from the settings' models and the constructors of sources and channels."""
    documented = Documented(settings, people, invoices, llm, reminders, rollout, web, doors)
    lines = [
        _GENERATED, "", "# Configuration", "", _paragraphs(config.__doc__ or ""), "",
        "The file is the one named with `--config`, else by `GLEANER_CONFIG`, else `gleaner.toml` in the current",
        "folder, else the user's own (`gleaner/gleaner.toml` in the system's folder for configuration). Relative paths",
        "count from the file. A key `b` in the table `[a]` can be set with the variable `GLEANER_A__B`.",
    ]  # fmt: skip
    for heading, model in tables():
        said = inspect.getdoc(rules.Rule) if model is config.RuleSettings else inspect.getdoc(model)
        lines += ["", f"## {heading}", "", _paragraphs(said or ""), ""]
        lines += _table(_fields(model, documented))
    lines += ["", "## [capture.filters]", "", _paragraphs(inspect.getdoc(filters.Filters) or ""), ""]
    lines += _table(_filters())
    lines += [
        "",
        "`filters` in a `[[people]]` table or in a calendar's own take the same keys and win over these; a",
    ]
    lines += ["calendar's win over its person's."]
    for heading, factory in kinds():
        lines += ["", f"## {heading}", "", _paragraphs(inspect.getdoc(factory) or ""), ""]
        lines += _table(_arguments(factory, is_source=heading.startswith("[[sources]]")))
    return _finished(lines)


def tables() -> Iterator[tuple[str, type[BaseModel]]]:
    """Every table of the file with its heading and model; the top level first."""
    yield "Top level", config.Settings
    for name, field in config.Settings.model_fields.items():
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield (f"[[{name}]]" if get_origin(field.annotation) else f"[{name}]"), kind


def kinds() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every kind of source and of channel, as its heading says it, with its constructor."""
    for kind in sources:
        yield f'[[sources]] kind = "{kind}"', sources.get(kind)
    for kind in receipt_sources:
        yield f'[[receipts]] kind = "{kind}"', receipt_sources.get(kind)
    for kind in channels:
        yield f'[[channels]] kind = "{kind}"', channels.get(kind)


class Documented:
    """The docstrings below the fields of the modules' classes, which Python itself does not keep."""

    def __init__(self, *modules: types.ModuleType) -> None:
        self._found = {
            (owner.name, name): text
            for module in modules
            for owner in ast.walk(ast.parse(inspect.getsource(module)))
            if isinstance(owner, ast.ClassDef)
            for name, text in _fields_said(owner.body)
        }

    def of(self, owner: type, name: str) -> str:
        """What is said of the field *name*; empty when nothing is."""
        return self._found.get((owner.__name__, name), "")


def _fields_said(body: Iterable[ast.stmt]) -> Iterator[tuple[str, str]]:
    previous: ast.stmt | None = None
    for statement in body:
        match previous, statement:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, text
        previous = statement


def _fields(model: type[BaseModel], documented: Documented) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        if (model, name) == (config.Settings, "sources"):
            yield name, "list of tables", "", "Where to look; one table each, see below."
        elif (model, name) == (config.Settings, "channels"):
            yield name, "list of tables", "", "How people are told; one table each, see below."
        elif (model, name) == (config.Settings, "receipts"):
            yield name, "list of tables", "", "Where receipts come from; one table each, see below."
        elif config.is_secret(field):
            yield name, "text", "", f"Never in the file: only from `{_variable(model, name)}`."
        elif (model, name) == (config.CaptureSettings, "filters"):
            yield name, "table", "", "What is left out; see `[capture.filters]`."
        elif name == "filters":
            yield name, "table", "", documented.of(model, name)
        elif model is config.Settings and _is_table(field):
            yield (
                name,
                "list of tables" if get_origin(field.annotation) else "table",
                _needed(field),
                "See below.",
            )
        else:
            said = documented.of(model, name)
            if model is config.RuleSettings and not said:
                said = Documented(rules).of(rules.Rule, name)
            yield field.alias or name, type_said(field.annotation) + _limits(field), _needed(field), said


def _variable(model: type[BaseModel], name: str) -> str:
    """The environment variable of a secret."""
    sections = {field.annotation: section for section, field in config.Settings.model_fields.items()}
    return config.variable(sections[model], name)


def _is_table(field: FieldInfo) -> bool:
    kinds = (field.annotation, *get_args(field.annotation))
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _needed(field: FieldInfo) -> str:
    return "required" if field.is_required() else default_said(field.get_default(call_default_factory=True))


def _limits(field: FieldInfo) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    said = [f"{text} {value}" for key, text in words.items() for one in field.metadata
            if (value := getattr(one, key, None)) is not None]  # fmt: skip
    return f", {' and '.join(said)}" if said else ""


def _filters() -> Iterator[tuple[str, str, str, str]]:
    documented = Documented(filters)
    defaults = filters.Filters()
    hints = inspect.get_annotations(filters.Filters, eval_str=True)
    for name, hint in hints.items():
        text = documented.of(filters.Filters, name)
        yield name, type_said(hint), default_said(getattr(defaults, name)), text


def _arguments(factory: Callable[..., Any], *, is_source: bool) -> Iterator[tuple[str, str, str, str]]:
    for name, parameter in inspect.signature(factory, eval_str=True).parameters.items():
        if name in ("credentials", "passwords", *OURS):
            continue  # never written down: they come from us
        is_required = parameter.default is inspect.Parameter.empty
        default = "required" if is_required else default_said(parameter.default)
        yield name, type_said(parameter.annotation), default, ""
        if name == "person" and is_source:
            yield "filters", "table", "", ""


def _table(rows: Iterable[tuple[str, str, str, str]]) -> list[str]:
    found = [(f"`{name}`", kind, default, _cell(text)) for name, kind, default, text in rows]
    columns = (
        ("key", "value", "default", "meaning")
        if any(row[3] for row in found)
        else ("key", "value", "default")
    )
    lines = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    return [*lines, *(f"| {' | '.join(row[: len(columns)])} |" for row in found)]


def type_said(annotation: Any) -> str:
    """A type as people who write TOML say it.

    >>> type_said(str | None), type_said(tuple[str, ...]), type_said(Literal["a", "b"])
    ('text', 'list of text', '`"a"` or `"b"`')
    """
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(type_said(one) for one in arguments if one is not type(None))
    if annotation in _WORDS:
        return _WORDS[annotation]
    if origin is not None and issubclass(origin, Mapping):
        return "table"
    if origin is not None and arguments:
        inner = type_said(arguments[0])
        return f"list of {inner}" if " or " not in inner else f"list of: {inner}"
    return "table" if annotation is dict else str(getattr(annotation, "__name__", annotation))


_WORDS: dict[Any, str] = {
    str: "text", int: "number", float: "number", bool: "`true` or `false`", SecretStr: "text",
}  # fmt: skip


def default_said(value: object) -> str:
    """A default as it would stand in the file; empty when there is none.

    >>> default_said(True), default_said(("mon", "tue")), default_said(None), default_said("")
    ('`true`', '`["mon", "tue"]`', '', '')
    """
    match value:
        case None | "" | () | [] | {}:
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f'`"{value}"`'
        case tuple() | list():
            return f"`[{', '.join(repr(one) for one in value)}]`".replace("'", '"')
        case int() | float():
            return f"`{value:g}`"
        case _:
            return ""


# --- text --------------------------------------------------------------------------------------------------------


def _cell(text: str) -> str:
    return " ".join(_paragraphs(text).split()).replace("|", "\\|")


def _paragraphs(text: str) -> str:
    """A docstring as Markdown: its literals and parameter names in code."""
    return inspect.cleandoc(text).replace("``", "`").replace("\f", "")


def _finished(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main(check: bool = False) -> None:
    """Write the reference pages, or only *check* that they are what would be written."""
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(f"docs/reference/{name}")
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and stale:
        typer.echo(f"Out of date: {', '.join(stale)}. Run: make reference", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main(check="--check" in sys.argv[1:])
