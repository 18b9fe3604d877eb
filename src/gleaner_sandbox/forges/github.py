"""GitHub's REST API, the part that reads repositories and pull requests."""

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from starlette.requests import Request
from starlette.routing import Route

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.forges import history
from gleaner_sandbox.forges.books import App, Books, Hosted, Note, Pull
from gleaner_sandbox.forges.doors import Door, Refusal

WEB = "https://github.com"
_MOST_COMMITS = 250


class GitHub:
    """The endpoints on *books*."""

    def __init__(self, books: Books, door: Door) -> None:
        self._books = books
        self._door = door

    def routes(self) -> list[Route]:
        """Where each function answers."""
        at = "/repos/{owner}/{name}"
        gets: dict[str, Callable[[Request], Any]] = {
            at: lambda request: self._repository(self._hosted(request)),
            f"{at}/branches": self._branches,
            f"{at}/commits": self._commits,
            f"{at}/commits/{{sha}}": self._commit,
            f"{at}/milestones": self._milestones,
            f"{at}/pulls": self._pulls,
            f"{at}/pulls/comments": lambda request: self._comments(request, "review_comment"),
            f"{at}/issues/comments": lambda request: self._comments(request, "comment"),
            f"{at}/pulls/{{number}}": self._pull_alone,
            f"{at}/pulls/{{number}}/commits": self._pull_commits,
            f"{at}/pulls/{{number}}/reviews": self._reviews,
            "/orgs/{owner}/repos": self._of_organization,
            "/app/installations": self._installations,
        }
        routes = [
            Route(path, self._door.endpoint(work, _no_commit), methods=["GET"]) for path, work in gets.items()
        ]
        path = "/app/installations/{number}/access_tokens"
        return [*routes, Route(path, self._door.endpoint(self._access_token, _no_commit), methods=["POST"])]

    # --- who asks -------------------------------------------------------------------------------------------

    def _bearer(self, request: Request) -> str:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() not in ("bearer", "token") or not token:
            raise Refusal(401, "Requires authentication")
        return token.strip()

    def _hosted(self, request: Request) -> Hosted:
        token = self._bearer(request)
        if token not in self._books.tokens:
            raise Refusal(401, "Bad credentials")
        found = self._books.shown("{owner}/{name}".format(**request.path_params), token)
        if found is None:
            raise Refusal(404, "Not Found")
        return found

    def _app(self, request: Request) -> App:
        token = self._bearer(request)
        for app in self._books.apps.values():
            if _is_signed(token, app, time.time()):
                return app
        raise Refusal(401, "A JSON web token could not be decoded")

    def _installations(self, request: Request) -> list[dict[str, Any]]:
        app = self._app(request)
        return [{"id": number, "account": {"login": login}} for number, login in app.installations.items()]

    def _access_token(self, request: Request) -> dict[str, Any]:
        app = self._app(request)
        number = int(request.path_params["number"]) if request.path_params["number"].isdecimal() else 0
        if number not in app.installations:
            raise Refusal(404, "Not Found")
        owner = app.installations[number].lower()
        token = f"ghs_{uuid4().hex}"
        own = frozenset(one for one in self._books.repositories if one.startswith(f"{owner}/"))
        self._books.tokens[token] = own
        return {"token": token, "expires_at": stamp(self._books.clock.now() + timedelta(hours=1))}

    # --- repositories -----------------------------------------------------------------------------------------

    def _of_organization(self, request: Request) -> list[dict[str, Any]]:
        token = self._bearer(request)
        if token not in self._books.tokens:
            raise Refusal(401, "Bad credentials")
        owner = request.path_params["owner"].lower()
        own = [one for one in self._books.repositories.values() if one.owner.lower() == owner]
        if not own:
            raise Refusal(404, "Not Found")
        return [self._repository(one) for one in own]

    def _repository(self, hosted: Hosted) -> dict[str, Any]:
        return {
            "id": hosted.id,
            "name": hosted.full_name.rpartition("/")[2],
            "full_name": hosted.full_name,
            "html_url": f"{WEB}/{hosted.full_name}",
            "default_branch": hosted.default_branch,
            "fork": hosted.is_fork,
            "archived": hosted.is_archived,
            "private": True,
        }

    def _branches(self, request: Request) -> list[dict[str, Any]]:
        tips = history.tips(self._hosted(request).path)
        return [{"name": name, "commit": {"sha": sha}, "protected": False} for name, sha in tips.items()]

    def _milestones(self, request: Request) -> list[dict[str, Any]]:
        state = request.query_params.get("state", "open")
        return [
            {
                "number": one.number, "title": one.title, "state": "open" if one.closed_at is None else "closed",
                "closed_at": None if one.closed_at is None else stamp(one.closed_at),
            }
            for one in self._hosted(request).milestones
            if state in ("all", "open" if one.closed_at is None else "closed")
        ]  # fmt: skip

    def _commits(self, request: Request) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        revision = request.query_params.get("sha", hosted.default_branch)
        if not history.tips(hosted.path):
            raise Refusal(409, "Git Repository is empty.")
        found = history.log(hosted.path, revision, request.query_params.get("since"))
        return [self._told(one) for one in found]

    def _commit(self, request: Request) -> dict[str, Any]:
        hosted, sha = self._hosted(request), request.path_params["sha"]
        files = [
            {"filename": name, "additions": came, "deletions": went, "changes": came + went}
            for name, came, went in history.changes(hosted.path, sha)
        ]
        total = sum(one["changes"] for one in files)  # type: ignore[misc]
        return {**self._told(history.one(hosted.path, sha)), "stats": {"total": total}, "files": files}

    def _told(self, commit: history.Commit) -> dict[str, Any]:
        return {
            "sha": commit.sha,
            "commit": {
                "author": _who(commit.author, commit.authored_at),
                "committer": _who(commit.committer, commit.committed_at),
                "message": commit.message,
            },
            "author": self._user_of(commit.author[1]),
            "committer": self._user_of(commit.committer[1]),
            "parents": [{"sha": sha} for sha in commit.parents],
        }

    # --- pull requests ----------------------------------------------------------------------------------------

    def _pull_of(self, request: Request) -> tuple[Hosted, Pull]:
        hosted = self._hosted(request)
        pull = hosted.pull(request.path_params["number"])
        if pull is None:
            raise Refusal(404, "Not Found")
        return hosted, pull

    def _pulls(self, request: Request) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        state = request.query_params.get("state", "open")
        found = [
            one
            for one in hosted.pulls.values()
            if state == "all" or (one.merged_at is None) == (state == "open")
        ]
        for pull in found:
            hosted.refresh(pull)
        is_by_update = request.query_params.get("sort") == "updated"
        found.sort(key=lambda one: one.updated_at if is_by_update else one.created_at)
        if request.query_params.get("direction", "desc") == "desc":
            found.reverse()
        return [self._pull(hosted, one) for one in found]

    def _pull_alone(self, request: Request) -> dict[str, Any]:
        hosted, pull = self._pull_of(request)
        hosted.refresh(pull)
        by = self._user(pull.merged_by) if pull.merged_by else None
        return {**self._pull(hosted, pull), "merged": pull.merged_at is not None, "merged_by": by}

    def _pull_commits(self, request: Request) -> list[dict[str, Any]]:
        hosted, pull = self._pull_of(request)
        return [self._told(one) for one in hosted.commits(pull)[:_MOST_COMMITS]]

    def _reviews(self, request: Request) -> list[dict[str, Any]]:
        _, pull = self._pull_of(request)
        return [
            {"id": one.id, "user": self._user(one.user), "state": "COMMENTED", "submitted_at": stamp(one.at)}
            for one in pull.notes
            if one.kind == "review"
        ]

    def _comments(self, request: Request, kind: str) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        since = request.query_params.get("since")
        earliest = datetime.fromisoformat(since) if since else None
        found = [
            (note, pull)
            for pull in hosted.pulls.values()
            for note in pull.notes
            if note.kind == kind and (earliest is None or note.at >= earliest)
        ]
        found.sort(key=lambda pair: pair[0].at)
        root = str(request.url).partition("/repos/")[0]
        return [self._comment(note, pull, hosted, f"{root}/repos/{hosted.full_name}") for note, pull in found]

    def _comment(self, note: Note, pull: Pull, hosted: Hosted, at: str) -> dict[str, Any]:
        where = "pull_request_url" if note.kind == "review_comment" else "issue_url"
        place = "pulls" if note.kind == "review_comment" else "issues"
        return {
            "id": note.id,
            "user": self._user(note.user),
            "created_at": stamp(note.at),
            "updated_at": stamp(note.at),
            "html_url": f"{WEB}/{hosted.full_name}/pull/{pull.number}#{note.id}",
            where: f"{at}/{place}/{pull.number}",
        }

    def _pull(self, hosted: Hosted, pull: Pull) -> dict[str, Any]:
        home = pull.fork or hosted.full_name
        return {
            "number": pull.number,
            "title": pull.title,
            "html_url": f"{WEB}/{hosted.full_name}/pull/{pull.number}",
            "state": "open" if pull.merged_at is None else "closed",
            "user": self._user(pull.user),
            "created_at": stamp(pull.created_at),
            "updated_at": stamp(pull.updated_at),
            "merged_at": stamp(pull.merged_at) if pull.merged_at else None,
            "merge_commit_sha": pull.merge_sha or None,
            "head": {
                "ref": pull.branch, "sha": pull.head_sha, "repo": {"full_name": home},
                "user": {"login": home.partition("/")[0]},
            },
            "base": {"ref": hosted.default_branch, "sha": pull.base_sha, "repo": {"full_name": hosted.full_name}},
        }  # fmt: skip

    def _user(self, login: str) -> dict[str, Any]:
        known = self._books.users.get(login.lower())
        return {"login": known.login if known else login, "type": known.type if known else "User"}

    def _user_of(self, email: str) -> dict[str, Any] | None:
        known = self._books.account(email)
        return self._user(known.login) if known else None


def _who(who: tuple[str, str], at: datetime) -> dict[str, str]:
    """GitHub gives moments in UTC: the author's own offset is lost."""
    return {"name": who[0], "email": who[1], "date": stamp(at)}


def _is_signed(token: str, app: App, now: float) -> bool:
    """Whether *token* is a JWT of that App, of now and for ten minutes at most."""
    head, _, rest = token.partition(".")
    body, _, signature = rest.partition(".")
    try:
        key = load_pem_public_key(app.public_key)
        assert isinstance(key, RSAPublicKey)
        key.verify(_decoded(signature), f"{head}.{body}".encode(), PKCS1v15(), SHA256())
        claims = json.loads(_decoded(body))
        is_of_now = int(claims["iat"]) <= now < int(claims["exp"]) <= now + 600
        return str(claims["iss"]) == app.id and is_of_now and json.loads(_decoded(head))["alg"] == "RS256"
    except (InvalidSignature, ValueError, KeyError):
        return False


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _no_commit(said: str) -> Refusal:
    return Refusal(422, f"No commit found for SHA: {said}")
