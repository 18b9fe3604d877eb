"""Mistakes in the configuration as people read them: what is wrong, where, and what may stand there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import get_args, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from gleaner.capture.filters import Filters
from gleaner.config.settings import SECRET, NotesSettings, Settings, is_secret
from gleaner.timesheets.notes import PLACEHOLDERS, mistake


def wrong_filters(name: str, settings: Settings) -> Iterator[str]:
    """A sentence per mistake in what is left out of calendars, for everybody, a person or a calendar."""
    yield from _wrong_in(f"{name}, capture.filters", settings.capture.filters)
    for number, person in enumerate(settings.people, 1):
        yield from _wrong_in(f"{name}, people[{number}].filters", person.filters)
    for number, source in enumerate(settings.sources, 1):
        where = f"{name}, sources[{number}].filters"
        if "filters" in source and "person" not in source:
            yield f"{where}: only a person's calendar has filters; this source names no person"
        else:
            yield from _wrong_in(where, source.get("filters", {}))


def _wrong_in(where: str, filters: object) -> Iterator[str]:
    """A sentence per mistake in one table of filters; a dataclass alone would take any value."""
    known = get_type_hints(Filters)
    if not isinstance(filters, dict):
        yield f"{where}: it has to be a table. It takes {', '.join(known)}."
        return
    for key, value in filters.items():
        if key not in known:
            yield f'{where}: there is no "{key}".{_near(key, known)} It takes {", ".join(known)}.'
            continue
        try:
            TypeAdapter(known[key]).validate_python(value)
        except ValidationError as error:
            yield f"{where}.{key}: {error.errors()[0]['msg'].lower()} (it says {value!r})"


def wrong_notes(name: str, notes: Iterable[NotesSettings]) -> Iterator[str]:
    """A sentence for each template that says what it cannot."""
    for number, entry in enumerate(notes, 1):
        if said := mistake(entry.template):
            takes = ", ".join(f"{{{placeholder}}}" for placeholder in PLACEHOLDERS)
            yield f"{name}, notes[{number}].template: {said} It takes {takes}."


def sentences(name: str, error: ValidationError) -> Iterator[str]:
    """What is wrong in the file called *name*, each mistake with its place and what may stand there."""
    for problem in error.errors():
        where = _place(problem["loc"])
        at = f"{name}, {where}" if where else name
        match problem["type"]:
            case "extra_forbidden":
                yield _unknown(at, problem["loc"])
            case "missing":
                yield f'{at}: missing "{problem["loc"][-1]}". {_takes(problem["loc"])}'.strip()
            case "model_type":
                full = (*problem["loc"], "")
                yield f"{name}, {_place(full)}: it has to be a table. {_takes(full)}"
            case _:
                full = (*problem["loc"], "")
                shown = "" if problem["loc"] in SECRET else f" (it says {problem['input']!r})"
                yield f"{name}, {_place(full)}: {problem['msg'].lower()}{shown}"


def _place(loc: Iterable[int | str]) -> str:
    """``rules[2]`` for ("rules", 1, "project"): people count from one."""
    parts: list[str] = []
    for part in tuple(loc)[:-1]:
        if isinstance(part, int) and parts:
            parts[-1] += f"[{part + 1}]"
        else:
            parts.append(str(part))
    return ".".join(parts)


def _unknown(at: str, loc: tuple[int | str, ...]) -> str:
    known = _known(loc)
    return f'{at}: there is no "{loc[-1]}".{_near(str(loc[-1]), known)} {_takes(loc)}'.strip()


def _near(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key, list(known), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


def _takes(loc: tuple[int | str, ...]) -> str:
    known = _known(loc)
    return f"It takes {', '.join(known)}." if known else ""


def _known(loc: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand where *loc* stands."""
    model: type[BaseModel] = Settings
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        inner = _model_of(model.model_fields.get(str(part)))
        if inner is None:
            return []
        model = inner
    return [key for key, field in model.model_fields.items() if not is_secret(field)]


def _model_of(field: FieldInfo | None) -> type[BaseModel] | None:
    if field is None:
        return None
    for kind in (field.annotation, *get_args(field.annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None
