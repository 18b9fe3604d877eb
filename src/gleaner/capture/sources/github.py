"""GitHub: commits on all branches, pull requests with the commits they had, reviews, comments and merges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from gleaner.capture.forges.app_key import Installation
from gleaner.capture.forges.kept import Kept
from gleaner.capture.forges.look import Contents, Head, Place
from gleaner.capture.forges.nouns import Made, Pull, Said, pull_of
from gleaner.capture.forges.places import Entries, listed, made, observed, places, secret
from gleaner.capture.forges.session import NotThere, Session, Words, checked_address
from gleaner.capture.gitlog.history import Churn
from gleaner.capture.observed import Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret
from gleaner.core.time import Span

_MOST_LISTED = 250
"""Commits of a pull request that GitHub lists."""
_VERSION = "2022-11-28"


class GitHub:
    """The *repositories* (``owner/name``, or ``{path = "owner/name", name = "...", parts = ["services/*"]}``), and all
    of an *organization* that are no forks and not archived.

    The token is in the environment variable *token_variable*. Instead of one, a GitHub App reads: *app_id*, the file
    with its private key, and *installation_id* where it is installed more than once. *base_url* is ``https://HOST/api/v3``
    for GitHub Enterprise Server. *include_churn* counts changed lines, one request for each new commit.
    """

    paths: ClassVar = ("key_file",)
    """The parameters that name files or folders."""

    def __init__(
        self,
        repositories: Entries = (),
        organization: str | None = None,
        name: str = "github",
        token_variable: str = "GLEANER_GITHUB__TOKEN",  # noqa: S107 (a name, no token)
        app_id: int | str | None = None,
        key_file: str | None = None,
        installation_id: int | None = None,
        base_url: str = "https://api.github.com",
        include_churn: bool = True,
        timeout: float = 30.0,
        patience: float = 60.0,
    ) -> None:
        self.name = name
        self._named = places("github", repositories, "lark/apollo")
        if not self._named and not organization:
            raise ConfigError(
                'source "github": name repositories, such as ["lark/apollo"], or an organization'
            )
        if (app_id is None) != (key_file is None):
            raise ConfigError('source "github": a GitHub App needs both app_id and key_file')
        self._organization = organization or ""
        self._base_url = checked_address(base_url, "GitHub")
        self._include_churn = include_churn
        self._timeout, self._patience = timeout, patience
        self._variable = token_variable
        self._app = (
            Installation(str(app_id), key_file, installation_id)
            if app_id is not None and key_file is not None
            else None
        )
        self._words = Words("GitHub", key_file or token_variable, "read access to contents and pull requests")

    def observe(self, window: Span, cache: Cache) -> Observed:
        """Commits and touches in *window*. A repository that cannot be read is a problem, not an exception."""
        with self._session(self._token()) as session:
            found = listed(self._of_organization(session), self._named)
            return observed(
                self.name, found, lambda place: _Repository(session, place), window, cache,
                words=self._words, churn=self._include_churn,
            )  # fmt: skip

    def closed_milestones(self, repository: str) -> Mapping[str, datetime] | None:
        """Closed milestones by title; None for a repository that is not among its own."""
        wanted = repository.strip().casefold()
        owner = wanted.partition("/")[0]
        is_named = wanted in {place.path.casefold() for place in self._named}
        if not is_named and owner != self._organization.casefold():
            return None
        with self._session(self._token()) as session:
            found = session.pages(f"/repos/{quote(repository.strip())}/milestones", {"state": "closed"})
            return {
                str(one["title"]): datetime.fromisoformat(one["closed_at"])
                for one in found
                if one.get("closed_at")
            }

    def _token(self) -> Secret:
        if self._app is None:
            return secret(self._variable, "GitHub")
        return self._app.token(self._session)

    def _session(self, bearer: str) -> Session:
        headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": _VERSION,
            "Authorization": f"Bearer {bearer}",
        }
        return Session(self._base_url, self._words, headers, self._timeout, self._patience)

    def _of_organization(self, session: Session) -> list[str]:
        if not self._organization:
            return []
        try:
            found = list(session.pages(f"/orgs/{quote(self._organization, safe='')}/repos"))
        except NotThere as error:
            raise ConfigError(
                f"{error}: there is no organization {self._organization}, or the token may not see it"
            ) from None
        return sorted(one["full_name"] for one in found if not one["fork"] and not one["archived"])


class _Repository:
    """The port ``Reader`` for one repository at GitHub (REST, version 2022-11-28)."""

    def __init__(self, session: Session, place: Place) -> None:
        self._session = session
        self._at = f"/repos/{quote(place.path)}"

    def head(self, kept: Kept) -> Head:
        ((default, host),) = self._session.fresh(self._at, {}, kept.answers, _head)
        return Head(default, host)

    def tips(self, kept: Kept) -> dict[str, str]:
        pages = self._session.fresh(f"{self._at}/branches", {"per_page": "100"}, kept.answers, _tips)
        return {name: sha for page in pages for name, sha in page.items()}

    def commits(self, tip: str, since: datetime) -> Iterator[tuple[Made, Churn | None]]:
        params = {"sha": tip, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}"}
        for raw in self._session.pages(f"{self._at}/commits", params):
            yield _made(raw), None

    def pulls(self, since: datetime, kept: Kept) -> Iterator[Pull]:
        params = {"state": "all", "sort": "updated", "direction": "desc", "per_page": "100"}

        def is_enough(page: list[Mapping[str, Any]]) -> bool:
            return any(datetime.fromisoformat(one["updated_at"]) < since for one in page)

        for page in self._session.fresh(f"{self._at}/pulls", params, kept.answers, _pulls, is_enough):
            for one in page:
                if datetime.fromisoformat(one["updated_at"]) >= since:
                    yield pull_of(one)

    def contents(self, pull: Pull) -> Contents:
        at = f"{self._at}/pulls/{pull.number}"
        commits = tuple(_made(raw) for raw in self._session.pages(f"{at}/commits"))
        said = [
            Said(pull.number, _login(raw["user"]), datetime.fromisoformat(raw["submitted_at"]), "reviewed")
            for raw in self._session.pages(f"{at}/reviews")
            if raw.get("submitted_at")  # a review that is still being written has no date
        ]
        answer = self._session.get(at)
        if pull.merged_at is not None:
            # Only the whole object says who merged.
            pull = replace(pull, merged_by=_login(answer.content.get("merged_by")))
        return Contents(pull, commits, tuple(said), answer.at, is_cut=len(commits) >= _MOST_LISTED)

    def said(self, since: datetime, kept: Kept) -> Iterator[Said]:
        params = {"since": f"{since:%Y-%m-%dT%H:%M:%SZ}", "sort": "created", "per_page": "100"}
        for what in ("pulls", "issues"):
            for page in self._session.fresh(f"{self._at}/{what}/comments", params, kept.answers, _comments):
                for number, login, at in page:
                    yield Said(number, login, datetime.fromisoformat(at), "commented")

    def changed(self, sha: str) -> list[tuple[str, int]] | None:
        found: list[tuple[str, int]] = []
        address = f"{self._at}/commits/{sha}"
        while address:
            try:
                answer = self._session.get(address)
            except NotThere:
                return None
            found += [(one["filename"], int(one["changes"])) for one in answer.content.get("files", ())]
            address = answer.next
        return found


def _head(raw: Mapping[str, Any]) -> tuple[str, str]:
    return raw["default_branch"] or "", urlsplit(raw["html_url"]).hostname or "github.com"


def _tips(raw: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {one["name"]: one["commit"]["sha"] for one in raw}


def _made(raw: Mapping[str, Any]) -> Made:
    author = raw["commit"]["author"]
    account = raw.get("author") or {}
    return made(
        raw["sha"],
        (parent["sha"] for parent in raw["parents"]),
        author["email"] or "",
        author["date"],
        raw["commit"]["message"],
        login=account.get("login", ""),
        is_bot=_is_bot(account),
    )


def _pulls(raw: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each pull request what is needed: GitHub sends 20 kB."""
    return [
        {
            "number": one["number"],
            "title": one["title"],
            "branch": _branch(one),
            "url": one["html_url"],
            "opened_by": _login(one["user"]),
            "opened_at": one["created_at"],
            "updated_at": one["updated_at"],
            "head": one["head"]["sha"],
            "merged_at": one["merged_at"],
            "merged_as": (one["merge_commit_sha"] or "") if one["merged_at"] else "",
        }
        for one in raw
    ]


def _branch(raw: Mapping[str, Any]) -> str:
    """Its branch; a fork's branch that is called like the one it would go to is told from it by the fork's owner."""
    head, base = raw["head"], raw["base"]
    owner = (head.get("user") or {}).get("login", "fork")
    is_fork = (head["repo"] or {}).get("full_name") != base["repo"]["full_name"]
    return f"{owner}/{head['ref']}" if is_fork and head["ref"] == base["ref"] else head["ref"]


def _comments(raw: Iterable[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    """Number, login and time of those on pull requests; issues that are none have comments, too."""
    found = []
    for one in raw:
        at, _, number = (one.get("pull_request_url") or one.get("issue_url") or "").rpartition("/")
        is_pull = at.endswith("/pulls") or "/pull/" in one["html_url"]
        if is_pull and number.isdecimal():
            found.append((int(number), _login(one["user"]), one["created_at"]))
    return found


def _login(account: Mapping[str, Any] | None) -> str:
    """Whose account it is; empty for a bot's, and for one that is gone."""
    return "" if account is None or _is_bot(account) else str(account["login"])


def _is_bot(account: Mapping[str, Any]) -> bool:
    return account.get("type") == "Bot" or str(account.get("login", "")).endswith("[bot]")


sources.add("github", GitHub)
