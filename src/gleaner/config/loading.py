"""From the file and the environment to settings, or to one sentence per mistake."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from gleaner.config.mistakes import sentences, wrong_filters, wrong_notes
from gleaner.config.settings import FILE, SECRET, Settings, variable
from gleaner.core.errors import ConfigError


def locate(given: Path | None = None) -> Path:
    """The configuration file: *given*, else $GLEANER_CONFIG, else ``gleaner.toml`` here, else the user's own."""
    if given is not None:
        return given
    if named := os.environ.get("GLEANER_CONFIG"):
        return Path(named)
    here = Path(FILE)
    if here.exists():
        return here
    from platformdirs import user_config_path

    own = user_config_path("gleaner") / FILE
    return own if own.exists() else here


def load(path: Path) -> Settings:
    """The settings in *path* and the environment. Raises ConfigError with one sentence per mistake."""
    raw = _read(path)
    for section, key in SECRET:
        part = raw.get(section)
        if isinstance(part, dict) and key in part:
            raise ConfigError(
                f"{path.name}, {section}: keep the {key.replace('_', ' ')} out of the file; put it into"
                f" {variable(section, key)}"
            )
    try:
        settings = Settings(**raw)
    except ValidationError as error:
        raise ConfigError("\n".join(sentences(path.name, error))) from error
    except SettingsError as error:
        raise ConfigError(f"the environment: {error}; a list or table is written there as JSON") from error
    if wrong := [*wrong_filters(path.name, settings), *wrong_notes(path.name, settings.notes)]:
        raise ConfigError("\n".join(wrong))
    return settings.model_copy(update={"database": _beside(path, settings.database)})


def check_account(path: Path, settings: Settings, account: int | None) -> None:
    """A guard against the wrong file: *account*, if given, must be the configured one."""
    if account is not None and account != settings.harvest.account_id:
        raise ConfigError(
            f"{path} is for Harvest account {settings.harvest.account_id}, not {account}; "
            "name the other file with --config"
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError as error:
        raise ConfigError(f"there is no {path}; make one with: gleaner init") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error


def _beside(path: Path, database: str) -> str:
    """A relative SQLite path counts from the configuration file, wherever the command runs."""
    prefix = "sqlite:///"
    if not database.startswith(prefix) or database.startswith("sqlite:////"):
        return database
    return f"{prefix}{path.resolve().parent / database.removeprefix(prefix)}"
