"""GitLab: commits on all branches, merge requests with the commits they had, approvals, comments and merges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from gleaner.capture.forges.kept import Kept
from gleaner.capture.forges.look import Contents, Head, Place
from gleaner.capture.forges.nouns import Made, Pull, Said, pull_of
from gleaner.capture.forges.places import Entries, listed, made, observed, places, secret
from gleaner.capture.forges.session import NotThere, Session, Words, checked_address
from gleaner.capture.gitlog.history import Churn
from gleaner.capture.observed import Observed
from gleaner.capture.source import Cache, sources
from gleaner.core.errors import ConfigError
from gleaner.core.time import Span

_TOKENS_OWN = re.compile(r"(project|group)_\d+_bot")
"""The account that GitLab makes for a project's or group's own token."""


class GitLab:
    """The *repositories* (``group/name``, or ``{path = "group/name", name = "...", parts = ["services/*"]}``), and all
    of a *group* and its subgroups that are no forks and not archived.

    The token is in the environment variable *token_variable*. *base_url* is ``https://HOST/api/v4`` for a server of
    your own. *include_churn* counts changed lines.
    """

    paths = ()
    """The parameters that name files or folders."""

    def __init__(
        self,
        repositories: Entries = (),
        group: str | None = None,
        name: str = "gitlab",
        token_variable: str = "GLEANER_GITLAB__TOKEN",  # noqa: S107 (a name, no token)
        base_url: str = "https://gitlab.com/api/v4",
        include_churn: bool = True,
        timeout: float = 30.0,
        patience: float = 60.0,
    ) -> None:
        self.name = name
        self._named = places("gitlab", repositories, "lark/apollo")
        if not self._named and not group:
            raise ConfigError('source "gitlab": name repositories, such as ["lark/apollo"], or a group')
        self._group = group or ""
        self._base_url = checked_address(base_url, "GitLab")
        self._include_churn = include_churn
        self._timeout, self._patience = timeout, patience
        self._variable = token_variable
        self._words = Words("GitLab", token_variable, "the scope read_api")

    def observe(self, window: Span, cache: Cache) -> Observed:
        """Commits and touches in *window*. A repository that cannot be read is a problem, not an exception."""
        headers = {"PRIVATE-TOKEN": secret(self._variable, "GitLab")}
        with Session(self._base_url, self._words, headers, self._timeout, self._patience) as session:
            found = listed(self._of_group(session), self._named)
            return observed(
                self.name, found, lambda place: _Project(session, place), window, cache,
                words=self._words, churn=self._include_churn,
            )  # fmt: skip

    def _of_group(self, session: Session) -> list[str]:
        if not self._group:
            return []
        try:
            params = {"include_subgroups": "true", "archived": "false"}
            found = list(session.pages(f"/groups/{quote(self._group, safe='')}/projects", params))
        except NotThere as error:
            raise ConfigError(
                f"{error}: there is no group {self._group}, or the token may not see it"
            ) from None
        return sorted(
            one["path_with_namespace"]
            for one in found
            if not one["archived"] and "forked_from_project" not in one
        )


class _Project:
    """The port ``Reader`` for one project at GitLab (REST v4)."""

    def __init__(self, session: Session, place: Place) -> None:
        self._session = session
        self._parts = place.parts
        self._at = f"/projects/{quote(place.path, safe='')}"

    def head(self, kept: Kept) -> Head:
        ((default, host),) = self._session.fresh(self._at, {}, kept.answers, _head)
        return Head(default, host)

    def tips(self, kept: Kept) -> dict[str, str]:
        address = f"{self._at}/repository/branches"
        pages = self._session.fresh(address, {"per_page": "100"}, kept.answers, _tips)
        return {name: sha for page in pages for name, sha in page.items()}

    def commits(self, tip: str, since: datetime) -> Iterator[tuple[Made, Churn | None]]:
        params = {"ref_name": tip, "since": f"{since:%Y-%m-%dT%H:%M:%SZ}", "with_stats": "true"}
        for raw in self._session.pages(f"{self._at}/repository/commits", params):
            # Which part it is in takes the files, and those are not listed here.
            yield _made(raw), None if self._parts else Churn(int(raw["stats"]["total"]))

    def pulls(self, since: datetime, kept: Kept) -> Iterator[Pull]:
        params = {
            "state": "all", "scope": "all", "order_by": "updated_at", "sort": "desc", "per_page": "100",
            "updated_after": f"{since:%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip
        for page in self._session.fresh(f"{self._at}/merge_requests", params, kept.answers, _pulls):
            yield from map(pull_of, page)

    def contents(self, pull: Pull) -> Contents:
        at = f"{self._at}/merge_requests/{pull.number}"
        commits = tuple(_made(raw) for raw in self._session.pages(f"{at}/commits"))
        answer = self._session.get(
            f"{at}/notes", {"per_page": "100", "sort": "asc", "order_by": "created_at"}
        )
        notes = list(answer.content)
        while answer.next:
            answer = self._session.get(answer.next)
            notes += answer.content
        said = tuple(said for raw in notes for said in _said(pull.number, raw))
        return Contents(pull, commits, said, answer.at)

    def said(self, since: datetime, kept: Kept) -> Iterable[Said]:  # noqa: ARG002 (the port's)
        # Notes are listed for each merge request only.
        return ()

    def changed(self, sha: str) -> list[tuple[str, int]] | None:
        at = f"{self._at}/repository/commits/{sha}"
        try:
            if not self._parts:
                return [("", int(self._session.get(at).content["stats"]["total"]))]
            return [(one["new_path"], _lines(one["diff"])) for one in self._session.pages(f"{at}/diff")]
        except NotThere:
            return None


def _head(raw: Mapping[str, Any]) -> tuple[str, str]:
    return raw["default_branch"] or "", urlsplit(raw["web_url"]).hostname or "gitlab.com"


def _tips(raw: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {one["name"]: one["commit"]["id"] for one in raw}


def _made(raw: Mapping[str, Any]) -> Made:
    return made(raw["id"], raw["parent_ids"], raw["author_email"], raw["authored_date"], raw["message"])


def _pulls(raw: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "number": one["iid"],
            "title": one["title"],
            "branch": _branch(one),
            "url": one["web_url"],
            "opened_by": _login(one["author"]),
            "opened_at": one["created_at"],
            "updated_at": one["updated_at"],
            "head": one["sha"] or "",
            "merged_at": one["merged_at"],
            "merged_by": _login(one.get("merge_user") or one.get("merged_by")),
            "merged_as": one["squash_commit_sha"] or one["merge_commit_sha"] or "",
        }
        for one in raw
    ]


def _branch(raw: Mapping[str, Any]) -> str:
    """Its branch; a fork's that is called like the one it would go to is told from it by the fork's number."""
    is_fork = raw["source_project_id"] != raw["target_project_id"]
    if is_fork and raw["source_branch"] == raw["target_branch"]:
        return f"fork-{raw['source_project_id']}/{raw['source_branch']}"
    return str(raw["source_branch"])


def _said(number: int, raw: Mapping[str, Any]) -> Iterator[Said]:
    """A comment, or an approval, which GitLab notes as a sentence of its own; other such sentences are no work."""
    is_system = bool(raw.get("system"))
    if is_system and not str(raw["body"]).startswith("approved this merge request"):
        return
    at = datetime.fromisoformat(raw["created_at"])
    yield Said(number, _login(raw["author"]), at, "reviewed" if is_system else "commented")


def _login(account: Mapping[str, Any] | None) -> str:
    """Whose account it is; empty for a bot's, and for one that is gone."""
    if account is None or account.get("bot") or _TOKENS_OWN.match(account["username"]):
        return ""
    return str(account["username"])


def _lines(diff: str) -> int:
    return sum(line[:1] in ("+", "-") for line in diff.splitlines())


sources.add("gitlab", GitLab)
