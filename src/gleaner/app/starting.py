"""A first configuration file, written for the person who will read it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from gleaner.core.errors import ConfigError


def first_config(
    account_id: int,
    *,
    calendars: Iterable[str],
    repositories: Iterable[Path],
    suggest: bool,
    base_url: str | None = None,
) -> str:
    """The text of a ``gleaner.toml``. *calendars* are ``address=path or URL``; raises ConfigError for others."""
    lines = [
        "# Gleaner's configuration. Secrets do not belong here: gleaner login, or set GLEANER_HARVEST__TOKEN.",
        'database = "sqlite:///gleaner.db"   # or "postgresql://user@host/gleaner"',
        "",
        "[harvest]",
        f"account_id = {account_id}",
    ]
    if base_url:
        lines.append(f"base_url = {_quoted(base_url)}")
        lines.append(f"identity_url = {_quoted(_root(base_url))}")
    lines += [
        "",
        "[policy]",
        '# "post": meetings Gleaner is sure of are logged at once. "suggest": everything waits for you.',
        f'meetings = "{"suggest" if suggest else "post"}"',
        "# ladder = true   # posting has to be earned, for each person and ground; try: gleaner backtest",
    ]
    for entry in calendars:
        person, sign, where = entry.partition("=")
        if not sign or "@" not in person or not where:
            raise ConfigError(
                f'--calendar "{entry}": write ana@studio.example=https://… or ana@studio.example=ana.ics'
            )
        key = "url" if "://" in where else "path"
        lines += [
            "",
            "[[sources]]",
            'kind = "ics"',
            f"person = {_quoted(person)}",
            f"{key} = {_quoted(where)}",
        ]
    names = [_quoted(str(path)) for path in repositories]
    if names:
        lines += ["", "[[sources]]", 'kind = "git"', f"repositories = [{', '.join(names)}]"]
    lines += [*_EXAMPLES, ""]
    return "\n".join(lines)


def _root(url: str) -> str:
    """Where people log in at another Harvest: the same host, as in the sandbox. The real one has two."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ConfigError(f'--base-url "{url}" is no address: {error}') from error
    return f"{parts.scheme}://{parts.netloc}"


def _quoted(text: str) -> str:
    # A TOML basic string is a JSON string, the same quotes and escapes, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_EXAMPLES = (
    "",
    "# A calendar: a file or the secret ICS address from the calendar's settings.",
    "# [[sources]]",
    '# kind = "ics"',
    '# person = "ana@studio.example"    # as in Harvest',
    '# url = "https://calendar.example/private/ana.ics"',
    "",
    "# Local Git repositories.",
    "# [[sources]]",
    '# kind = "git"',
    '# repositories = ["~/src/portal"]',
    "",
    "# How people are told; ask it with: gleaner channels",
    "# [[channels]]",
    '# kind = "email"',
    '# server = "smtp.studio.example"    # the password is in GLEANER_EMAIL__PASSWORD',
    '# sender = "gleaner@studio.example"',
    '# user = "gleaner"',
    "",
    "# What Harvest does not know of a person.",
    "# [[people]]",
    '# email = "ana@studio.example"',
    '# aliases = ["ana@private.example"]',
    '# workdays = ["mon", "tue", "wed", "thu"]',
    "",
    "# A rule is stronger than anything guessed.",
    "# [[rules]]",
    '# title = "Apollo *"',
    '# project = "Apollo"',
    '# task = "Meetings"',
)
