"""The forges as somebody who knows nothing of Gleaner meets them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.unit.capture.gitlog.repository import Repository

from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.doors import Refusal
from gleaner_sandbox.forges.server import Running, serve_in_thread
from gleaner_sandbox.forges.webhooks import deliver

NAMES = ("a", "b", "c")


@pytest.fixture
def seed(tmp_path: Path) -> dict[str, Any]:
    repository = Repository(tmp_path / "apollo")
    repository.commit("09:00", "Start")
    repository.branch("feat/x")
    repository.commit("10:00", "On x")
    repository.switch("main")
    for name in NAMES:
        repository.git("branch", name)
    note = {"user": "bob", "at": "2026-07-14T11:00:00+02:00", "kind": "review"}
    pull = {
        "title": "Feature x", "head": "feat/x", "user": "ana", "created_at": "2026-07-14T10:30:00+02:00",
        "notes": [note],
    }  # fmt: skip
    hosted = {"full_name": "lark/apollo", "git": "apollo", "pulls": [pull]}
    return {
        "tokens": ["t"],
        "users": [{"login": "ana", "emails": ["ana@lark.example"]}],
        "repositories": [hosted],
    }


@pytest.fixture
def github(seed: dict[str, Any], tmp_path: Path) -> Iterator[Running]:
    books = Books()
    books.load(seed, tmp_path)
    with serve_in_thread("github", books) as running:
        yield running


def ask(running: Running, path: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    connection = HTTPConnection(urlsplit(running.base_url).netloc, timeout=10)
    try:
        sent = {
            "Authorization": "Bearer t",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        connection.request("GET", path, headers=sent)
        answer = connection.getresponse()
        body = answer.read()
        found = {name.lower(): text for name, text in answer.getheaders()}
        return answer.status, found, json.loads(body) if body else None
    finally:
        connection.close()


def test_a_seed_is_a_repository_with_pull_requests(github: Running) -> None:
    assert ask(github, "/repos/lark/apollo")[2]["default_branch"] == "main"
    (pull,) = ask(github, "/repos/lark/apollo/pulls?state=all")[2]
    assert (pull["head"]["ref"], pull["user"]["login"], pull["state"]) == ("feat/x", "ana", "open")
    (commit,) = ask(github, "/repos/lark/apollo/pulls/1/commits")[2]
    assert commit["commit"]["message"] == "On x"
    assert commit["author"]["login"] == "ana"
    (review,) = ask(github, "/repos/lark/apollo/pulls/1/reviews")[2]
    assert review["submitted_at"] == "2026-07-14T09:00:00Z"


def test_pages_lead_from_one_to_the_next(github: Running) -> None:
    _, headers, first = ask(github, "/repos/lark/apollo/branches?per_page=3")
    following = headers["link"].split("<")[-1].partition(">")[0].removeprefix(github.base_url)
    _, last, second = ask(github, following)
    assert [one["name"] for one in (*first, *second)] == ["a", "b", "c", "feat/x", "main"]
    assert "link" not in last


def test_what_did_not_change_is_said_without_a_body_and_is_free(github: Running) -> None:
    _, headers, _ = ask(github, "/repos/lark/apollo/branches")
    status, again, body = ask(github, "/repos/lark/apollo/branches", If_None_Match=headers["etag"])
    assert (status, body) == (304, None)
    assert int(again["x-ratelimit-remaining"]) == int(headers["x-ratelimit-remaining"]) - 1
    github.books.repositories["lark/apollo"].default_branch = "feat/x"
    _, head, _ = ask(github, "/repos/lark/apollo", If_None_Match=headers["etag"])
    assert head["etag"] != headers["etag"]


def test_the_hour_ends_and_says_when(github: Running) -> None:
    github.door.limit.most = 2
    assert [ask(github, "/repos/lark/apollo")[0] for _ in range(3)] == [200, 200, 403]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/repos/lark/apollo", {"Authorization": ""}, 401),
        ("/repos/lark/apollo", {"Authorization": "Bearer wrong"}, 401),
        ("/repos/lark/none", {}, 404),
        ("/repos/lark/apollo/pulls/9", {}, 404),
        ("/repos/lark/apollo/commits?sha=nowhere", {}, 422),
        ("/repos/lark/apollo/commits?sha=--all", {}, 422),
        ("/nothing", {}, 404),
        ("/repos/lark/apollo", {"Host": "rebound.example"}, 403),
    ],
)
def test_who_may_not_or_asks_for_nothing_is_told(
    github: Running, path: str, headers: dict[str, str], status: int
) -> None:
    assert ask(github, path, **headers)[0] == status


def test_a_token_for_one_repository_sees_no_other(github: Running) -> None:
    github.books.tokens["narrow"] = frozenset({"lark/else"})
    assert ask(github, "/repos/lark/apollo", Authorization="Bearer narrow")[0] == 404


def test_a_fault_to_order_comes_once(github: Running) -> None:
    github.door.refusals.append(Refusal(502, "Bad gateway"))
    assert [ask(github, "/repos/lark/apollo")[0] for _ in range(2)] == [502, 200]


def test_messages_go_to_this_machine_only() -> None:
    with pytest.raises(ValueError, match="sends nothing elsewhere"):
        deliver("http://hooks.example/x", "secret", "push", {})


def test_it_runs_by_itself_until_it_is_stopped(seed: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "seed.json").write_text(json.dumps(seed))
    command = [sys.executable, "-m", "gleaner_sandbox", "forge", "gitlab", str(tmp_path / "seed.json")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert said["repositories"] == ["lark/apollo"]
        assert said["base_url"].endswith("/api/v4")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("bitbucket", "{}", 'no forge "bitbucket"'),
        ("github", "[]", "holds no seed"),
        ("github", '{"repositories": [{"full_name": "a/b"}]}', "lacks 'git'"),
        ("github", '{"repositories": [{"full_name": "a/b", "git": "."}]}', "not a git repository"),
    ],
)
def test_a_wrong_seed_is_one_sentence(tmp_path: Path, kind: str, text: str, says: str) -> None:
    (tmp_path / "seed.json").write_text(text)
    command = [sys.executable, "-m", "gleaner_sandbox", "forge", kind, str(tmp_path / "seed.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
