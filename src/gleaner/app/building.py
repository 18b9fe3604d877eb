"""From a table of the configuration to the part it describes: the constructor's signature is the table's schema."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from gleaner.core.errors import ConfigError
from gleaner.core.registry import Registry

T = TypeVar("T")


def parameters_of(factory: Callable[..., object], ours: Collection[str] = ()) -> dict[str, inspect.Parameter]:
    """What may be written down for *factory*: its parameters without *ours*, which nobody writes."""
    found = inspect.signature(factory).parameters
    return {name: one for name, one in found.items() if name not in ours}


def factory_for(registry: Registry[T], where: str, kind: object) -> Callable[..., T]:
    """The factory of that kind. Raises ConfigError that names *where* it is asked for, and the right names."""
    if not isinstance(kind, str):
        raise ConfigError(f'{where}: missing "kind". Known: {", ".join(registry)}.')
    try:
        return registry.get(kind)
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def build(
    factory: Callable[..., T],
    where: str,
    entry: Mapping[str, Any],
    base: Path,
    *,
    ours: Mapping[str, Any],
    known: Mapping[str, Any] | None = None,
    besides: Collection[str] = (),
) -> T:
    """What the table *entry*, with its ``kind``, describes.

    Paths count from *base*. *ours* is given to a factory that has a parameter for it, and never written down;
    *known* is what stands where nobody wrote anything. *besides* are keys that are taken from the table by others.
    Raises ConfigError that names *where* the table is and what may stand in it.
    """
    parameters = parameters_of(factory, ours)
    written = {key: value for key, value in entry.items() if key not in ("kind", *besides)}
    _check_keys(where, entry["kind"], written, parameters, besides)
    for key in getattr(factory, "paths", ("path",)):
        if key in written:
            written[key] = _from(base, written[key])
    try:
        values = {
            key: TypeAdapter(_hint(factory, key)).validate_python(value) for key, value in written.items()
        }
        takes = inspect.signature(factory).parameters
        given = {key: value for key, value in ours.items() if key in takes}
        stands = {key: value for key, value in (known or {}).items() if key in parameters}
        return factory(**{**stands, **values, **given})
    except ValidationError as error:
        problem = error.errors()[0]
        raise ConfigError(f"{where}: {problem['msg']} (it says {problem['input']!r})") from error
    except ConfigError as error:
        raise ConfigError(f"{where}: {error}") from error


def _hint(factory: Callable[..., object], name: str) -> Any:
    init = factory.__init__ if inspect.isclass(factory) else factory
    return get_type_hints(init).get(name, Any)


def _check_keys(
    where: str,
    kind: str,
    entry: Mapping[str, Any],
    parameters: Mapping[str, inspect.Parameter],
    besides: Collection[str],
) -> None:
    known = (*parameters, *besides)
    takes = f'"{kind}" takes {", ".join(known)}.'
    for key in entry:
        if key not in parameters:
            close = get_close_matches(key, known, n=1)
            hint = f' Did you mean "{close[0]}"?' if close else ""
            raise ConfigError(f'{where}: there is no "{key}".{hint} {takes}')
    for key, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty and key not in entry:
            raise ConfigError(f'{where}: missing "{key}". {takes}')


def _from(base: Path, value: Any) -> Any:
    if isinstance(value, str):
        return str(base / os.path.expanduser(value))  # noqa: PTH111  (Path.expanduser raises for unknown users)
    if isinstance(value, list):
        return [_from(base, one) for one in value]
    if isinstance(value, dict) and isinstance(value.get("path"), str):
        return {**value, "path": _from(base, value["path"])}
    return value
