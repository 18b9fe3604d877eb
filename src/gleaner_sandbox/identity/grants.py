"""Scopes, and what a person who allows an app gives it.  Source: api.md §2."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gleaner_sandbox.identity.apps import App
from gleaner_sandbox.shapes import full_name
from gleaner_sandbox.tables import Row

_SCOPE = re.compile(r"all|(?:harvest|forecast):(?:all|[0-9]{1,18})")


@dataclass(frozen=True)
class Grant:
    """One person's yes, as the consent page offers it."""

    key: str
    """Names this grant among those of the page."""
    name: str
    email: str
    accounts: tuple[str, ...]
    """Their names."""
    scope: str
    users: dict[int, int]
    """Account id → user id."""


def scopes(text: str) -> list[str] | None:
    """The words of a scope; None when one of them is no scope (that this is refused is uncertain).

    >>> scopes("harvest:1 forecast:all"), scopes(""), scopes("admin")
    (['harvest:1', 'forecast:all'], [], None)
    """
    words = text.replace(",", " ").split()
    return words if all(_SCOPE.fullmatch(word) for word in words) else None


def grants(app: App, words: list[str], everyone: Iterable[tuple[Row, Row]]) -> list[Grant]:
    """Who could give *app* what, of those who are not archived.

    An app for one account gets the account that the person picks, whatever its scope says; an app for several
    gets all of the person's, or those it names.  Without a scope that is ``harvest:all`` (uncertain).  A person is
    known by the e-mail address.
    """
    named = {int(word.partition(":")[2]) for word in words if re.fullmatch("harvest:[0-9]+", word)}
    if words and not named and not {"all", "harvest:all"} & set(words):
        return []  # Forecast only, which the sandbox has not
    by_person: dict[str, list[tuple[Row, Row]]] = {}
    for account, user in everyone:
        if user["is_active"] and (not named or account["id"] in named):
            by_person.setdefault(user["email"].lower(), []).append((account, user))
    if app.is_multi_account:
        whole = "all" if "all" in words else "harvest:all"
        return [_grant(email, pairs, None if named else whole) for email, pairs in by_person.items()]
    return [
        _grant(f"{email} {pair[0]['id']}", [pair], None)
        for email, pairs in by_person.items()
        for pair in pairs
    ]


def _grant(key: str, pairs: list[tuple[Row, Row]], scope: str | None) -> Grant:
    user = pairs[0][1]
    return Grant(
        key=key,
        name=full_name(user),
        email=user["email"],
        accounts=tuple(account["name"] for account, _ in pairs),
        scope=scope or " ".join(f"harvest:{account['id']}" for account, _ in pairs),
        users={account["id"]: person["id"] for account, person in pairs},
    )
