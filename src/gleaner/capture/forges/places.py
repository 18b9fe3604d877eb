"""Which repositories of a forge the configuration names, and looking at them one after the other."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from gleaner.capture.addresses import addresses, co_authors, plain
from gleaner.capture.forges.kept import Kept
from gleaner.capture.forges.look import Place, Reader, Seen, look
from gleaner.capture.forges.nouns import Made
from gleaner.capture.forges.session import NotThere, Throttled, Unauthorized, Words
from gleaner.capture.gitlog.history import misdated
from gleaner.capture.observed import Commit, Observed, Touch
from gleaner.capture.source import Cache
from gleaner.core.activities import Problem
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.secrets import Secret
from gleaner.core.time import Span

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Entries = Sequence[str | Mapping[str, str | Sequence[str]]]
"""What ``repositories`` may hold."""


def places(kind: str, entries: Entries, example: str) -> list[Place]:
    """The repositories that *entries* name. Raises ConfigError for what names none."""
    if isinstance(entries, str):
        raise ConfigError(
            phrase(
                'source "{kind}": repositories is a list, such as ["{example}"]', kind=kind, example=example
            )
        )
    found = [_place(kind, entry, example) for entry in entries]
    twice = [name for name, count in Counter(place.name for place in found).items() if count > 1]
    if twice:
        raise ConfigError(
            f'source "{kind}": two repositories are called "{twice[0]}"; give one another name: '
            '{path = "…", name = "…"}'
        )
    return found


def _place(kind: str, entry: str | Mapping[str, str | Sequence[str]], example: str) -> Place:
    given: dict[str, Any] = {"path": entry} if isinstance(entry, str) else dict(entry)
    path = str(given.get("path", "")).strip("/").removesuffix(".git")
    steps = path.split("/")
    if set(given) - {"path", "name", "parts"} or len(steps) < 2 or any(s in ("", ".", "..") for s in steps):
        said = f'"{entry}"' if isinstance(entry, str) else f"{{{', '.join(sorted(given))}}}"
        raise ConfigError(
            f'source "{kind}": a repository is "{example}" or {{path, name, parts}}, not {said}'
        )
    parts = given.get("parts", ())
    if isinstance(parts, str):
        raise ConfigError(
            phrase('source "{kind}": parts is a list of folders, such as ["services/*", "web"]', kind=kind)
        )
    return Place(path, str(given.get("name") or steps[-1]), tuple(parts))


def listed(paths: Iterable[str], named: Sequence[Place]) -> list[Place]:
    """*named*, then what an organisation has besides; of two with one name the second is called by its whole path."""
    found = list(named)
    for path in paths:
        if any(place.path.lower() == path.lower() for place in found):
            continue
        name = path.rpartition("/")[2]
        found.append(Place(path, path if any(place.name == name for place in found) else name))
    return found


def secret(variable: str, forge: str) -> Secret:
    """The token in the environment. Raises ConfigError that says how to get one."""
    text = os.environ.get(variable, "").strip()
    if not text:
        raise ConfigError(
            phrase(
                "there is no token for {forge}: put one that may read into {variable}",
                forge=forge,
                variable=variable,
            )
        )
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ConfigError(
            phrase(
                "what is in {variable} cannot be a token of {forge}; copy it again",
                variable=variable,
                forge=forge,
            )
        )
    return Secret(text)


def observed(
    name: str,
    found: Sequence[Place],
    reader_of: Callable[[Place], Reader],
    window: Span,
    cache: Cache,
    *,
    words: Words,
    churn: bool,
) -> Observed:
    """What all of them show. What cannot be read is a problem with its name, and the rest is still read.

    Raises Unauthorized: then no other would be answered either.
    """
    commits: list[Commit] = []
    touches: list[Touch] = []
    problems: list[Problem] = []
    is_complete = True
    for place in found:
        where = f"{name}: {place.name}"
        key = f"forge/{_digest(name, place)}"
        kept = Kept.load(cache, key)
        try:
            seen = look(reader_of(place), place, window, kept, churn=churn)
        except Unauthorized:
            raise
        except Throttled as error:
            problems.append(Problem(where, error.text))
            is_complete = False
            break
        except NotThere as error:
            text = phrase(
                "{error}: there is no repository {path}, or the token in {token} may not read it; correct its"
                " path, or let the token read it",
                error=error.text, path=place.path, token=words.token,
            )  # fmt: skip
            problems.append(Problem(where, text))
            is_complete = False
        except (ConfigError, Unavailable) as error:
            problems.append(Problem(where, error.text))
            is_complete = False
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            kind = type(error).__name__
            text = phrase(
                "{forge} answered in a way we do not understand ({kind}); check base_url."
                " The next run tries again",
                forge=words.forge, kind=kind,
            )  # fmt: skip
            problems.append(Problem(where, text))
            is_complete = False
        else:
            commits += seen.commits
            touches += seen.touches
            problems += _remarks(seen, where)
            is_complete = is_complete and not seen.gone
        finally:
            kept.save(cache, key)
    return Observed(
        commits=tuple(commits), touches=tuple(touches), problems=tuple(problems), is_complete=is_complete
    )


def _remarks(seen: Seen, where: str) -> Iterable[Problem]:
    if seen.misdated:
        yield Problem(where, misdated(seen.misdated))
    if seen.gone:
        some = ", ".join(seen.gone[:3]) + (" …" if len(seen.gone) > 3 else "")
        yield Problem(
            where,
            phrase("rewritten while it was read ({some}); the next run reads it again", some=some),
            is_hint=True,
        )


def _digest(name: str, place: Place) -> str:
    text = "\n".join((name, place.path, place.name, *place.parts))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:20]}/{place.name[:60]}"


def made(
    sha: str,
    parents: Iterable[str],
    email: str,
    authored_at: str,
    message: str,
    *,
    login: str = "",
    is_bot: bool = False,
) -> Made:
    """A commit from what a forge writes of it; its message is not kept."""
    subject, _, _ = message.partition("\n")
    author = plain(email)
    found = addresses([f"<{author}>"])
    return Made(
        sha=sha,
        parents=tuple(parents),
        email=found[0] if found else author,
        authored_at=_moment(authored_at),
        subject=subject.strip()[:500],
        co_authors=co_authors(message),
        login=login,
        is_bot=is_bot,
    )


def _moment(text: str) -> datetime:
    """The moment; the epoch for one that no calendar has, which is as wrong."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _EPOCH
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
