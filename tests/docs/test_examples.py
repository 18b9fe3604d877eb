"""The examples of README and how-tos run: those marked ``sh test``, against a sandbox, in a folder of their own.

A page's ``sh server`` is started before and left running. ``toml test`` is put into the ``gleaner.toml`` the commands
use. In the how-tos invented things stand for what people have: they become the sandbox's before the commands run.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import sleep
from typing import Any, cast

import httpx2
import pytest
from bench.receipts import receipts
from tests.conformance.calendars.radicale import PASSWORD, Radicale
from tests.docs.markdown import PAGES, ROOT, examples
from tests.journeys.test_google import robot
from tests.journeys.world import calendar_text, meeting
from tests.model import serving
from tests.running import up
from tests.unit.capture.gitlog.repository import Repository

from gleaner import config
from gleaner.adapters.store.inbox import short_name
from gleaner.core.catalog import AccountId
from gleaner.faces.api.app import api_app
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.server import serve_in_thread
from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google
from gleaner_sandbox.google.identity import MEET, OPENID, READ, Identity
from gleaner_sandbox.google.meet import Conference
from gleaner_sandbox.google.server import serve_in_thread as serve_google

SERVE = ("--seed", "agency", "--clock", "2026-03-20T18:00:00Z", "--no-limits")
DAYS = [f"2026-03-{day:02}" for day in (*range(9, 14), *range(16, 21))]


def text_of(page: str, language: str, mark: str) -> str:
    """All blocks of *page* with that language and mark, one after the other."""
    return "\n".join(one.text for one in examples(page) if (one.language, one.mark) == (language, mark))


def run(script: str, folder: Path, more: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """*script* in bash, which stops at the first command that fails."""
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{script}"],
        cwd=folder, env=environment(folder, more), capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip


def environment(folder: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without any Gleaner settings, with our programs first on the path."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GLEANER_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, "PATH": path, "HOME": str(folder), **(more or {})}


@contextmanager
def served(command: str, folder: Path) -> Iterator[dict[str, Any]]:
    """What a sandbox started by *command* in *folder* says of itself when it is ready."""
    with (folder / "sandbox.log").open("w") as log:
        process = subprocess.Popen(
            ["bash", "-c", f"exec {command}"],
            cwd=folder, env=environment(folder), stdout=subprocess.PIPE, stderr=log, text=True,
        )  # fmt: skip
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (folder / "sandbox.log").read_text()
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        process.stdout.close()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- README ------------------------------------------------------------------------------------------------------


def test_the_readmes_ten_lines_work_without_an_account(tmp_path: Path) -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8").replace("8765", str(free_port()))
    server, script = text_of(page, "sh", "server").strip(), text_of(page, "sh", "test")
    assert len(re.sub(r"\\\n", "", f"{server}\n{script}").strip().splitlines()) <= 10
    with served(server, tmp_path):
        done = run(script, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert "proposals; nothing was changed." in said
    assert "Undo: gleaner undo " in said
    assert "wait for review (gleaner review)" in said
    assert "Zeno" in said
    assert "expected 40.00 h" in said
    assert "Approved by policy" in said
    assert "Undone:" in said


# --- how-tos -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agency:
    """The sandbox the how-tos run against."""

    account_id: int
    base_url: str
    folder: Path
    owner: str
    """Address of the administrator whose token is used."""
    token: str
    colleague: str
    """Somebody with nothing odd in their calendar on Wed 18 Mar."""

    @property
    def settings(self) -> dict[str, str]:
        return {"GLEANER_HARVEST__BASE_URL": self.base_url, "GLEANER_HARVEST__TOKEN": self.token}

    def calendar(self, email: str) -> str:
        return str(self.folder / "world" / "calendars" / f"{email}.ics")

    @property
    def repository(self) -> str:
        """One that the colleague works in, on that Wednesday too."""
        return str(self.folder / "world" / "repos" / "juniper-web")


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    """A running agency."""
    folder = tmp_path_factory.mktemp("agency")
    with served(" ".join(("gleaner-sandbox serve --world world", *SERVE)), folder) as said:
        account = said["accounts"][0]
        by_token = {one["token"]: one["email"] for one in account["people"]}
        owner, colleague = by_token["sandbox-owner-1"], by_token["sandbox-dev-1"]
        yield Agency(account["id"], said["base_url"], folder, owner, "sandbox-owner-1", colleague)


def how_to(name: str, agency: Agency, swaps: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The commands and the configuration of a how-to, with the agency's things for the invented ones."""
    page = (ROOT / "docs" / "how-to" / f"{name}.md").read_text(encoding="utf-8")
    invented = {
        "1234567": str(agency.account_id),
        "ana@studio.example": agency.colleague,
        "calendars/ana.ics": agency.calendar(agency.colleague),
        "~/src/portal": agency.repository,
        **(swaps or {}),
    }
    for old, new in invented.items():
        page = page.replace(old, new)
    return text_of(page, "sh", "test"), text_of(page, "toml", "test")


def configured(agency: Agency, folder: Path, person: str, more: str = "") -> None:
    """A ``gleaner.toml`` in *folder*: the agency, nothing unasked, *person*'s calendar unless *more* has sources."""
    own = f'[[sources]]\nkind = "ics"\nperson = "{person}"\npath = "{agency.calendar(person)}"\n'
    lines = ["[harvest]", f"account_id = {agency.account_id}"]
    lines += [] if "[policy]" in more else ["[policy]", 'meetings = "suggest"']
    text = "\n".join([*lines, more, "" if "[[sources]]" in more else own])
    (folder / "gleaner.toml").write_text(text, encoding="utf-8")


def test_connect_harvest(agency: Agency, tmp_path: Path) -> None:
    script, _ = how_to("connect-harvest", agency)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stderr
    assert "Quinn" in done.stdout
    assert (tmp_path / "gleaner.toml").exists()


def test_add_a_calendar_or_repository(agency: Agency, tmp_path: Path) -> None:
    own = {"calendars/band.ics": agency.calendar(agency.colleague)}
    script, toml = how_to("add-a-calendar-or-repository", agency, own)
    assert toml.count("[[sources]]") == 3
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FIX" not in done.stdout
    assert "activities" in done.stdout


def test_read_git_github_and_gitlab(agency: Agency, tmp_path: Path) -> None:
    books = Books()
    books.tokens["github_pat_1"] = None
    books.host("studio/portal", Path(agency.repository))
    with serve_in_thread("github", books) as github:
        here = f'kind = "github"\nbase_url = "{github.base_url}"'
        script, toml = how_to("read-git-github-and-gitlab", agency, {'kind = "github"': here})
        configured(agency, tmp_path, agency.colleague, toml)
        done = run(script, tmp_path, {**agency.settings, "GLEANER_GITHUB__TOKEN": "github_pat_1"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FIX" not in done.stdout
    assert "juniper-web" in done.stdout
    assert [one for one in github.door.log if one.status == 200]


def test_review_a_day(agency: Agency, tmp_path: Path) -> None:
    day, names = day_with_three_proposals(agency, tmp_path)
    swaps = {"2026-03-18": day, **dict(zip(("7f3a", "e2b8", "0c91"), names, strict=True))}
    script, _ = how_to("review-a-day", agency, swaps)
    configured(agency, tmp_path, agency.owner)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert said.count("Logged ") >= 3
    assert "Logged 0.75 h" in said
    assert "Dismissed 1." in said
    assert said.count("Undone: ") >= 2
    assert "I was not there" in said


def test_review_in_the_browser(agency: Agency, tmp_path: Path) -> None:
    """The address is one of the pages', and each key of the table is a button of a page, or known to the script."""
    script, _ = how_to("review-in-the-browser", agency)
    configured(agency, tmp_path, agency.owner)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "http://127.0.0.1:8321/sign-in/here/" in done.stdout
    page = (ROOT / "docs" / "how-to" / "review-in-the-browser.md").read_text(encoding="utf-8")
    table = page.partition("| key |")[2].partition("Each is a button")[0]
    named = set(re.findall(r"`(\S)`", table)) - {"←", "→"}
    web = ROOT / "src" / "gleaner" / "faces" / "web"
    buttons = "".join(path.read_text(encoding="utf-8") for path in (web / "templates").rglob("*.html"))
    script_says = (web / "static" / "app.js").read_text(encoding="utf-8")
    picks = {"1", "2", "3"}
    unknown = {
        key
        for key in named - picks
        if f'data-key="{key}"' not in buttons and f'event.key === "{key}"' not in script_says
    }
    assert unknown == set()
    assert 'data-key="{{ loop.index }}"' in buttons


def day_with_three_proposals(agency: Agency, folder: Path) -> tuple[str, list[str]]:
    """A day of the owner's with three proposals or more, and the short names of three; two of them have a project."""
    configured(agency, folder, agency.owner)
    for day in DAYS:
        done = run(
            f"gleaner run --dry-run --json --on {day} --person {agency.owner}",
            folder,
            agency.settings,
        )
        found = json.loads(done.stdout)["would_propose"]
        complete = [one["key"] for one in found if one["action"]["project_id"] is not None]
        if done.returncode == 0 and len(complete) >= 2 and len(found) >= 3:
            third = next(one["key"] for one in found if one["key"] not in complete[:2])
            short = partial(short_name, AccountId(agency.account_id))
            return day, [short(key) for key in (*complete[:2], third)]
    raise AssertionError("no day of the owner's has three proposals; choose another person")


def test_ask_an_llm(agency: Agency, tmp_path: Path) -> None:
    with serving(lambda body: {"text": "Nothing is short."}) as model:
        script, toml = how_to("ask-an-llm", agency, {"http://127.0.0.1:11434": model.url})
        configured(agency, tmp_path, agency.owner, toml)
        done = run(script, tmp_path, agency.settings)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.count("why is Tuesday short?") == 2, "shown before, and kept in the journal"
        assert "Nothing is short." in done.stdout
        assert len(model.bodies) == 1


def test_log_by_hand(agency: Agency, tmp_path: Path) -> None:
    configured(agency, tmp_path, agency.owner)
    made = run('gleaner log 1 "Customer Portal" --task Meetings --json', tmp_path, agency.settings)
    assert made.returncode == 0, made.stderr
    number = json.loads(made.stdout)["outcomes"][0]["entry_id"]
    script, _ = how_to("log-by-hand", agency, {"2150001": str(number)})
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout
    assert "Started a timer for Customer Portal / Design" in said
    assert "runs since" in said
    assert "Stopped the timer of entry" in said
    assert f"Changed entry {number}: now 1.25 h Customer Portal / Meetings" in said
    assert f"Changed entry {number}: now 1.25 h Customer Portal / Design" in said
    assert f"Deleted entry {number}" in said
    assert "the entry is back as" in said
    assert "an hour" in said


def test_check_expenses(agency: Agency, tmp_path: Path) -> None:
    configured(agency, tmp_path, agency.owner)
    (tmp_path / "taxi.pdf").write_bytes(next(receipts(1, 1)).content)
    script, _ = how_to("check-expenses", agency)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "names the total" in done.stdout
    assert "findings" in json.loads((tmp_path / "expenses.json").read_text())


def test_file_expenses(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("file-expenses", agency)
    configured(agency, tmp_path, agency.owner, toml.replace("ana@studio.example", agency.owner))
    folder = tmp_path / "Receipts"
    folder.mkdir()
    path = folder / "taxi.pdf"
    path.write_bytes(next(receipts(1, 1)).content)
    os.utime(path, (1_700_000_000,) * 2)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Would file 12.50 EUR Meals for Customer Portal" in done.stdout
    assert "to review  taxi.pdf" in done.stdout
    assert "the expense is back as" in done.stdout


def test_write_rules(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("write-rules", agency, {"--on 2026-03-18": "--from 2026-03-09 --to 2026-03-20"})
    assert toml.count("[[rules]]") == 3
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 rules" in done.stdout
    assert "FIX  Rule" not in done.stdout
    assert "your rule" in done.stdout.lower()
    assert "If the title is like *portal*, it goes to Customer Portal / Meetings." in done.stdout
    assert done.stdout.count("from gleaner.toml, rules[") == 3
    assert "new: no record yet" in done.stdout


def test_write_rules_for_one_repository_and_several_projects(agency: Agency, tmp_path: Path) -> None:
    """The rule of the page and a fix beside other work: two proposals, with the sentence that the page quotes."""
    _script, toml = how_to("write-rules", agency)
    work = Repository(tmp_path / "juniper-web")
    work.commit("2026-03-18T09:00:00+01:00", "Start", by=agency.colleague)
    for branch, times in (("wide-tables", ("10:00", "10:40", "11:20")), ("fix/crash", ("14:00", "14:40"))):
        work.branch(branch, "main")
        for time in times:
            work.commit(f"2026-03-18T{time}:00+01:00", f"At {time}", lines=30, by=agency.colleague)
    source = f'[[sources]]\nkind = "git"\nrepositories = ["{work.path}"]\n'
    configured(agency, tmp_path, agency.colleague, f"{toml}\n{source}")
    done = run("gleaner run --on 2026-03-18 --dry-run", tmp_path, agency.settings)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "2 of the day's 6 commits in juniper-web 14:00–14:40 on fix/crash" in done.stdout
    assert "4 of the day's 6 commits in juniper-web" in done.stdout


def test_trust_gleaner(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("trust-gleaner", agency)
    configured(agency, tmp_path, agency.colleague)
    path = tmp_path / "gleaner.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('[policy]\nmeetings = "suggest"', toml))
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Would have got ") == 3
    assert "Rung post: " in done.stdout
    assert "Nothing was adopted." in done.stderr
    assert "Meetings may climb to post, coding to preselect." in done.stdout
    assert "are proposed and not logged; each is decided by itself." in done.stdout
    assert "Take it back: gleaner rules choose post" in done.stderr


def test_back_up_and_restore(agency: Agency, tmp_path: Path) -> None:
    script, _ = how_to("back-up-and-restore", agency)
    configured(agency, tmp_path, agency.colleague)
    done = run(f"gleaner sync\n{script}\ngleaner people", tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Would put safe.db" in done.stdout
    assert "is kept as" in done.stdout
    assert "Quinn" in done.stdout


def test_keep_and_forget(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("keep-and-forget", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(f"gleaner capture --on 2026-03-18\n{script}", tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "seen pieces of work were deleted" in done.stdout
    assert json.loads((tmp_path / "ana.json").read_text(encoding="utf-8"))["person"]["addresses"]
    assert "What stays, and why:" in done.stdout
    assert "Still named in gleaner.toml, sources[1]" in done.stderr


def test_run_all_the_time(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("run-all-the-time", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "capture" in done.stdout
    assert "capture would run as soon as gleaner up does" in done.stdout
    assert "apply is paused until: gleaner jobs resume apply" in done.stdout
    page = (ROOT / "docs" / "how-to" / "run-all-the-time.md").read_text(encoding="utf-8")
    from gleaner.app.daemon.job import all_jobs
    from gleaner.config import ScheduleSettings

    for name in (*all_jobs(ScheduleSettings()), "apply"):
        assert f"| `{name}` |" in page


def test_sign_in(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that is printed works in the daemon that runs beside; nothing else of the page can be tried here."""
    port = free_port()
    script, toml = how_to("sign-in", agency, {"port = 8400": f"port = {port}"})
    configured(agency, tmp_path, agency.colleague, toml)
    for name, value in agency.settings.items():
        monkeypatch.setenv(name, value)
    assert run("gleaner sync", tmp_path, agency.settings).returncode == 0
    with up(tmp_path / "gleaner.toml", port):
        done = run(script, tmp_path, agency.settings)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Nothing answers there yet" not in done.stderr
        url = done.stdout.splitlines()[0]
        with httpx2.Client(follow_redirects=True, timeout=30) as browser:
            assert "as Quinn" in browser.get(url).text
            seen = browser.post(url, headers={"sec-fetch-site": "same-origin"})
            assert seen.status_code == 200
            assert seen.url.path in ("/day/today", "/start")  # the latter until the daemon has looked once
            assert browser.post(url, headers={"sec-fetch-site": "same-origin"}).status_code == 410
        other = json.loads(done.stdout.partition("\n")[2])
        assert (other["person"], other["is_running"]) == (agency.colleague, True)


def test_start_in_the_browser(agency: Agency, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration of the page, and its five steps over HTTP as far as a button does them."""
    port = free_port()
    script, toml = how_to("start-in-the-browser", agency)
    configured(agency, tmp_path, agency.colleague, f"[daemon]\nport = {port}\n{toml}")
    for name, value in agency.settings.items():
        monkeypatch.setenv(name, value)
    assert run("gleaner sync", tmp_path, agency.settings).returncode == 0
    with up(tmp_path / "gleaner.toml", port):
        done = run(script, tmp_path, agency.settings)
        assert done.returncode == 0, done.stdout + done.stderr
        url = json.JSONDecoder().raw_decode(done.stdout)[0]["url"]
        assert "Gleaner only reads: nothing is written to Harvest" in done.stdout
        assert done.stdout.endswith("what somebody accepts, and what the rungs allow.\n")
        here = {"sec-fetch-site": "same-origin"}
        with httpx2.Client(follow_redirects=True, timeout=60) as browser:
            browser.post(url, headers=here)
            start = f"http://127.0.0.1:{port}/start"
            assert "2 sources are read." in browser.get(start).text
            seen = browser.post(f"{start}/backtest", headers=here)
            for _ in range(600):
                if "refresh" not in seen.headers:
                    break
                sleep(0.1)
                seen = browser.get(f"{start}/backtest")
            assert "refresh" not in seen.headers
            for said in ("in no entry, which says nothing", "To the next step"):
                assert said in seen.text
            page = browser.get(start).text
            for button in ("Run the back-test again", "Try out the reminders first"):
                assert button in page


@pytest.fixture
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    """A CalDAV server with one meeting of Ana's."""
    made = Radicale(tmp_path_factory.mktemp("radicale"))
    made.start()
    made.calendar("work", "Work")
    when = meeting("15:00-16:00", "Call about the quay", day="2026-03-18")
    made.put("work", "a.ics", calendar_text("ana@studio.example", [when]))
    yield made
    made.stop()


def test_connect_a_calendar(agency: Agency, tmp_path: Path, radicale: Radicale) -> None:
    swaps = {"bo@studio.example": agency.owner, "https://cloud.example/dav/": radicale.url}
    script, toml = how_to("connect-a-calendar", agency, swaps)
    people = set(re.findall(r'person = "(\S+)"', toml))
    assert people == {agency.colleague, agency.owner}
    google = Google(Calendars(), Identity())
    code, day = "abc-defg-hij", "2026-03-18T{}:00+01:00"
    start, end = ({"dateTime": day.format(at)} for at in ("10:00", "11:00"))
    meet = {"conferenceId": code, "conferenceSolution": {"key": {"type": "hangoutsMeet"}}}
    for who in people:
        event = {"summary": "Call about the harbour", "start": start, "end": end, "conferenceData": meet}
        google.calendars.add(Calendar(who, who), [event])
    joined, left = (datetime.fromisoformat(day.format(at)) for at in ("10:04", "10:52"))
    google.meet.add(Conference(code, joined, left, participants={agency.owner: [(joined, left)]}))
    with serve_google(google) as running:
        domain = agency.owner.partition("@")[2]
        robot(tmp_path, running, domain, "google.json", scopes=(READ, MEET, OPENID))
        here = f'token_url = "{running.token_url}"\n'
        there = f'meet_url = "{running.meet_url}"\nuserinfo_url = "{running.userinfo_url}"\n'
        toml = toml.replace("[google]\n", f"[google]\n{here}").replace(
            'kind = "google-calendar"\n',
            f'kind = "google-calendar"\nbase_url = "{running.base_url}"\n{there}',
        )
        configured(agency, tmp_path, agency.colleague, toml)
        done = run(script, tmp_path, {**agency.settings, "GLEANER_CALDAV__PASSWORD": PASSWORD})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count('"Call about the harbour"') == len(people), done.stdout + done.stderr
    assert done.stdout.count("You were in the call 10:04–10:52; planned 10:00–11:00") == 1
    assert '"Call about the quay"' in done.stdout


def test_see_what_is_missing(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("see-what-is-missing", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nothing is missing from 2026-03-15 to 2026-03-15." in done.stdout
    said = run("gleaner gaps --on 2026-03-10 --person zeno@larkfield.example", tmp_path, agency.settings)
    assert "6.5 h = 8.0 contract − 1.5 doctor" in said.stdout, said.stdout + said.stderr


def test_see_the_team(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("see-the-team", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Left alone: " in done.stdout or "would get a message" in done.stdout
    assert (tmp_path / "week-10.csv").read_text().count("\n") > 50
    assert (tmp_path / "week-10.xlsx").read_bytes().startswith(b"PK")


def test_watch_budgets(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("watch-budgets", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "budgets.json").read_text())
    assert {one["budget_by"] for one in found} >= {"project", "task", "project_cost"}
    assert "Would send to " in done.stdout or "Nothing is due." in done.stdout


def test_raise_invoices(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("raise-invoices", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No invoice was made by a rule yet." in done.stdout
    assert "portal, every 40 billable hours: due now, " in done.stderr
    assert "billable hours wait; the rule says 40." in done.stdout


def test_find_lost_money(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("find-lost-money", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "are on no invoice." in done.stdout
    assert "billable entries compared; all rates agree." in done.stdout
    assert "Costs are in EUR: there is no margin in USD." in done.stdout
    months = json.loads((tmp_path / "profit.json").read_text())
    assert {one["name"] for one in months["lines"]} <= {"2026-01", "2026-02", "2026-03"}


def test_remind_people(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("remind-people", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "would get a message." in done.stdout
    assert "Do 19. März: " in done.stdout
    assert "Keine Erinnerungen bis Do 24. Dez., 00:00." in done.stdout
    assert "Es kommen wieder Erinnerungen." in done.stdout


def test_defend_the_numbers(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("defend-the-numbers", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "team Developer" in done.stdout
    assert "0.0 h = 8.0 contract − 8.0 trade fair" in done.stdout
    assert "trade fair" in (tmp_path / "week-10.html").read_text(encoding="utf-8")
    assert "trade fair" in (tmp_path / "week-10.csv").read_text(encoding="utf-8")
    assert "team: Developer" in done.stdout


# --- the convention ----------------------------------------------------------------------------------------------


def test_let_an_assistant_help(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("let-an-assistant-help", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nglnr_" in done.stdout
    assert "propose read" in done.stdout
    assert 'Revoked the token "editor"' in done.stdout
    assert config.load(tmp_path / "gleaner.toml").mcp.mode == "propose"


def test_use_the_api(agency: Agency, tmp_path: Path) -> None:
    script, toml = how_to("use-the-api", agency)
    configured(agency, tmp_path, agency.colleague, toml)
    done = run(script, tmp_path, agency.settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "money read" in done.stdout
    assert config.load(tmp_path / "gleaner.toml").api.http
    page = (ROOT / "docs" / "how-to" / "use-the-api.md").read_text(encoding="utf-8")
    paths = api_app(cast("Any", None)).openapi()["paths"]
    named = {
        path.replace("{proposal}", "{id}").replace("{entry}", "{id}").replace("{invoice}", "{id}")
        for path in paths
    }
    assert {path for path in named if path not in page} == set()


def test_an_example_that_fails_is_noticed(tmp_path: Path) -> None:
    assert run("gleaner review --colour\ntrue", tmp_path).returncode != 0
    assert run("false\ntrue", tmp_path).returncode != 0


def test_every_how_to_has_its_test() -> None:
    names = {path.stem for path in (ROOT / "docs" / "how-to").glob("*.md")}
    assert names == {
        "connect-harvest", "add-a-calendar-or-repository", "read-git-github-and-gitlab",
        "review-a-day", "review-in-the-browser", "log-by-hand", "write-rules", "watch-gleaner", "watch-budgets",
        "see-what-is-missing",
        "find-lost-money", "file-expenses",
        "connect-a-calendar", "trust-gleaner", "check-expenses", "defend-the-numbers",
        "back-up-and-restore", "keep-and-forget", "run-all-the-time", "send-messages", "remind-people",
        "raise-invoices", "see-the-team", "sign-in", "start-in-the-browser", "let-an-assistant-help", "use-the-api",
        "ask-an-llm",
    }  # fmt: skip


def test_marks_are_the_ones_we_know() -> None:
    for path in PAGES:
        for one in examples(path.read_text(encoding="utf-8")):
            assert (one.language, one.mark) in {
                ("sh", "test"), ("sh", "server"), ("toml", "test"),
                ("sh", ""), ("bash", ""), ("toml", ""), ("python", ""), ("yaml", ""), ("", ""),
            }, path.name  # fmt: skip


def test_every_command_in_the_pages_exists() -> None:
    program = subprocess.run(
        [sys.executable, "-m", "gleaner", "--help"], capture_output=True, text=True, check=True
    ).stdout
    known = set(re.findall(r"^  ([a-z]+)", program.partition("Commands:")[2], re.MULTILINE))
    assert {"run", "review", "undo"} <= known
    for path in PAGES:
        used = re.findall(
            r"\bgleaner (?!-|COMMAND\b)([a-z]+)\b(?=[ `\n])", _code(path.read_text(encoding="utf-8"))
        )
        assert set(used) <= known, path.name


def _code(page: str) -> str:
    """Everything of *page* that is code: blocks, indented lines that begin with a program, and words in backticks."""
    spans = re.findall(r"`([^`\n]+)`", page)
    return "\n".join([*(one.text for one in examples(page)), *(f"{span}\n" for span in spans)])
