"""Four weeks of the agency through the real agent: counted against the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from gleaner import config
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import open_account
from gleaner.app.passes import run
from gleaner.core.catalog import AccountId
from gleaner.core.errors import Unavailable
from gleaner.core.silent import SilentProgress
from gleaner.faces.demo.manners import Manners
from gleaner.faces.demo.months import Months, _elsewhere, walked
from gleaner.faces.demo.sandbox import Sandbox
from gleaner.faces.demo.show import as_json, report_lines
from gleaner.faces.demo.truth import Truth, read
from gleaner.faces.demo.walk import MESSAGES, with_token

KEYS = {
    "people", "weeks", "compliance_before", "compliance_after", "hours_recovered", "revenue_recovered",
    "entries_posted_unattended", "wrong_project_hours", "duplicate_entries", "invented_hours",
    "decisions_per_person_day", "harvest_requests", "seconds", "messages_sent", "messages_per_person_week",
    "without_reminders", "manners", "month",
}  # fmt: skip


def references(sandbox: Sandbox, truth: Truth) -> Counter[str]:
    """How many entries carry each of our keys, asked of Harvest itself."""
    account = AccountId(sandbox.account_id)
    with Client(account, sandbox.token, base_url=sandbox.base_url, limits=Unlimited()) as client:
        found = client.time_entries.list(first=truth.first, last=truth.last)
        entries = [entry.to_core() for entry in found]
    return Counter(e.external_reference.id for e in entries if e.external_reference is not None)


class Bar:
    """A progress bar that only counts."""

    done = all = 0

    @contextmanager
    def step(self, text: str, total: int | None = None) -> Iterator[Bar]:
        self.all += total or 0
        yield self

    def advance(self, amount: int = 1) -> None:
        self.done += amount

    def total(self, amount: int) -> None:
        raise AssertionError(f"the total was known, and is not {amount}")


def check_messages(months: Months, written: str) -> None:
    """What was sent is in the file, within the caps, and it helped."""
    reminded, unreminded = months.reminded, months.unreminded
    assert reminded.compliance_after > unreminded.compliance_after + 0.05
    assert unreminded.messages_sent == unreminded.hours_logged_for_messages == 0
    assert written.count("\nTo: ") == reminded.messages_sent > 50
    assert reminded.most_messages_a_day == 1
    assert reminded.most_messages_a_week <= 4
    assert 0 < reminded.messages_answered < reminded.messages_sent
    assert reminded.hours_logged_for_messages > 0


def check_month(month: dict[str, Any], sandbox: Sandbox) -> None:
    """Every client has an invoice that went out, for most of what was truly worked and for more than by habit."""
    made = month["invoices"]
    assert len(made) >= 5
    assert all(one["is_sent"] for one in made)
    assert month["trouble"] == []
    for one in made:
        assert one["by_habit"] < one["amount"] < one["true"] * 1.05
    assert sum(one["amount"] for one in made) > 0.9 * sum(one["true"] for one in made)
    assert (month["budgets_that_differ"], month["receipts_not_filed_twice"]) == (0, 1)
    assert month["costs"] == month["expenses_as_spent"] > 10
    assert len(month["alerts"]) >= 1
    mails = httpx2.get(f"{sandbox.control_url}/outbox").json()["outbox"]
    assert len([mail for mail in mails if mail["kind"] == "invoice" and mail["attachments"]]) == len(made)


@pytest.mark.timeout(600)
def test_four_weeks_recover_hours_and_a_second_time_posts_nothing(tmp_path: Path) -> None:
    bar = Bar()
    with walked(tmp_path, 1, bar, keep=False, manners=Manners()) as (months, sandbox):
        truth = read(tmp_path / "world")
        said = as_json(months)
        assert set(said) >= KEYS
        assert json.loads(json.dumps(said)) == said
        for report in (months.reminded, months.unreminded):
            assert report.duplicate_entries == 0
            assert report.wrong_project_hours == 0
            assert report.invented_hours < report.hours_recovered / 20
            assert report.entries_posted_unattended > 50
            assert report.troubles == ()
        assert months.unreminded.compliance_after > months.unreminded.compliance_before + 0.05
        assert any("Duplicates" in line for line in report_lines(months))
        assert bar.done == bar.all > 100, "it goes to its end, and not beyond"
        check_messages(months, (tmp_path / MESSAGES).read_text(encoding="utf-8"))
        check_month(said["month"], sandbox)
        before = references(sandbox, truth)
        assert set(before.values()) == {1}

        path = tmp_path / config.FILE
        settings = with_token(config.load(path), sandbox.token)
        with open_account(path, settings=settings, limits=Unlimited()) as account:
            again = run(account, truth.first, truth.last, SilentProgress())
        assert again.results["applied"] == 0
        assert references(sandbox, truth) == before

        # A database that knows nothing: what is in Harvest is recognised by our key.
        fresh = settings.model_copy(update={"database": f"sqlite:///{tmp_path}/fresh.db"})
        with open_account(path, settings=fresh, limits=Unlimited()) as account:
            run(account, truth.first, truth.last, SilentProgress())
        after = references(sandbox, truth)
        assert set(after.values()) == {1}
        assert set(before) <= set(after)


def test_the_demo_refuses_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    command = [sys.executable, "-m", "gleaner", "demo", "--once", "--folder", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not empty" in done.stderr
    assert (tmp_path / "precious").read_text() == "mine"


def test_a_month_that_breaks_off_elsewhere_ends_the_demo(tmp_path: Path) -> None:
    sandbox = Sandbox("http://127.0.0.1:9/v2", "http://127.0.0.1:9/sandbox", 1, "token", "", 0)
    with (
        _elsewhere(tmp_path, sandbox, 1, Manners(), lambda: None) as month,
        pytest.raises(Unavailable, match="without reminders ended before its time"),
    ):
        month.wait()
