"""GitLab's REST API v4, the part that reads projects and merge requests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from gleaner_sandbox.clock import stamp
from gleaner_sandbox.forges import history
from gleaner_sandbox.forges.books import Books, Hosted, Note, Pull
from gleaner_sandbox.forges.doors import Door, Refusal

WEB = "https://gitlab.com"
_SAID = {"review": "approved this merge request", "review_comment": "Why?", "comment": "Fine."}


class GitLab:
    """The endpoints on *books*. A project is named by its number or by its path with %2F."""

    def __init__(self, books: Books, door: Door) -> None:
        self._books = books
        self._door = door

    def routes(self) -> list[Route]:
        """Where each function answers. %2F is a slash before anybody looks at a path: a project takes two steps."""
        at = "/api/v4/projects/{owner}/{name}"
        gets: dict[str, Callable[[Request], Any]] = {
            at: lambda request: self._project(self._hosted(request)),
            f"{at}/repository/branches": self._branches,
            f"{at}/repository/commits": self._commits,
            f"{at}/repository/commits/{{sha}}": self._commit,
            f"{at}/repository/commits/{{sha}}/diff": self._diff,
            f"{at}/merge_requests": self._merge_requests,
            f"{at}/merge_requests/{{number}}/commits": self._their_commits,
            f"{at}/merge_requests/{{number}}/notes": self._notes,
            "/api/v4/groups/{owner}/projects": self._of_group,
        }
        return [
            Route(path, self._door.endpoint(work, _no_commit), methods=["GET"]) for path, work in gets.items()
        ]

    def _token(self, request: Request) -> str:
        token = request.headers.get("private-token", "")
        if token not in self._books.tokens:
            raise Refusal(401, "401 Unauthorized")
        return token

    def _hosted(self, request: Request) -> Hosted:
        found = self._books.shown("{owner}/{name}".format(**request.path_params), self._token(request))
        if found is None:
            raise Refusal(404, "404 Project Not Found")
        return found

    def _of_group(self, request: Request) -> list[dict[str, Any]]:
        self._token(request)
        owner = request.path_params["owner"].lower()
        own = [one for one in self._books.repositories.values() if one.owner.lower() == owner]
        if not own:
            raise Refusal(404, "404 Group Not Found")
        return [self._project(one) for one in own]

    def _project(self, hosted: Hosted) -> dict[str, Any]:
        return {
            "id": hosted.id,
            "path_with_namespace": hosted.full_name,
            "default_branch": hosted.default_branch,
            "web_url": f"{WEB}/{hosted.full_name}",
            "archived": hosted.is_archived,
            **({"forked_from_project": {"id": 1}} if hosted.is_fork else {}),
        }

    def _branches(self, request: Request) -> list[dict[str, Any]]:
        return [
            {"name": name, "commit": {"id": sha}}
            for name, sha in history.tips(self._hosted(request).path).items()
        ]

    def _commits(self, request: Request) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        revision = request.query_params.get("ref_name", hosted.default_branch)
        found = history.log(hosted.path, revision, request.query_params.get("since"))
        with_stats = request.query_params.get("with_stats") == "true"
        return [self._told(one, hosted if with_stats else None) for one in found]

    def _commit(self, request: Request) -> dict[str, Any]:
        hosted = self._hosted(request)
        return self._told(history.one(hosted.path, request.path_params["sha"]), hosted)

    def _told(self, commit: history.Commit, counted_in: Hosted | None = None) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": commit.sha,
            "parent_ids": list(commit.parents),
            "title": commit.message.partition("\n")[0],
            "message": commit.message,
            "author_name": commit.author[0],
            "author_email": commit.author[1],
            "authored_date": commit.authored_at.isoformat(timespec="milliseconds"),
            "committed_date": commit.committed_at.isoformat(timespec="milliseconds"),
        }
        if counted_in is not None:
            files = history.changes(counted_in.path, commit.sha)
            told["stats"] = {"total": sum(came + went for _, came, went in files)}
        return told

    def _diff(self, request: Request) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        return [
            {"new_path": name, "diff": "@@ @@\n" + "+x\n" * came + "-x\n" * went}
            for name, came, went in history.changes(hosted.path, request.path_params["sha"])
        ]

    def _merge_requests(self, request: Request) -> list[dict[str, Any]]:
        hosted = self._hosted(request)
        after = request.query_params.get("updated_after")
        for pull in hosted.pulls.values():
            hosted.refresh(pull)
        found = [
            one
            for one in hosted.pulls.values()
            if after is None or one.updated_at >= datetime.fromisoformat(after)
        ]
        found.sort(key=lambda one: one.updated_at, reverse=True)
        return [self._merge_request(hosted, one) for one in found]

    def _merge_request(self, hosted: Hosted, pull: Pull) -> dict[str, Any]:
        return {
            "iid": pull.number,
            "title": pull.title,
            "source_branch": pull.branch,
            "target_branch": hosted.default_branch,
            "source_project_id": hosted.id if not pull.fork else 1,
            "target_project_id": hosted.id,
            "web_url": f"{WEB}/{hosted.full_name}/-/merge_requests/{pull.number}",
            "author": self._user(pull.user),
            "created_at": stamp(pull.created_at),
            "updated_at": stamp(pull.updated_at),
            "merged_at": stamp(pull.merged_at) if pull.merged_at else None,
            "merge_user": self._user(pull.merged_by) if pull.merged_by else None,
            "sha": pull.head_sha,
            "merge_commit_sha": None,
            "squash_commit_sha": pull.merge_sha or None,
        }

    def _one(self, request: Request) -> tuple[Hosted, Pull]:
        hosted = self._hosted(request)
        pull = hosted.pull(request.path_params["number"])
        if pull is None:
            raise Refusal(404, "404 Not found")
        return hosted, pull

    def _their_commits(self, request: Request) -> list[dict[str, Any]]:
        hosted, pull = self._one(request)
        # GitLab's list begins with the newest.
        return [self._told(one) for one in reversed(hosted.commits(pull))]

    def _notes(self, request: Request) -> list[dict[str, Any]]:
        _, pull = self._one(request)
        return [self._note(one) for one in pull.notes]

    def _note(self, note: Note) -> dict[str, Any]:
        return {
            "id": note.id,
            "body": _SAID[note.kind],
            "system": note.kind == "review",
            "author": self._user(note.user),
            "created_at": stamp(note.at),
        }

    def _user(self, login: str) -> dict[str, Any]:
        known = self._books.users.get(login.lower())
        return {"username": known.login if known else login, "bot": known is not None and known.type == "Bot"}


def _no_commit(said: str) -> Refusal:
    return Refusal(404, f"404 Commit Not Found: {said}")
