"""Four weeks of the agency through the real agent: counted against the truth."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from gleaner import config
from gleaner.adapters.harvest.client import Client
from gleaner.adapters.harvest.limits import Unlimited
from gleaner.app.account import open_account
from gleaner.app.passes import run
from gleaner.core.catalog import AccountId
from gleaner.core.silent import SilentProgress
from gleaner.faces.demo.sandbox import FIRST_MORNING, Sandbox, started
from gleaner.faces.demo.show import as_json, report_lines
from gleaner.faces.demo.truth import Truth, read
from gleaner.faces.demo.walk import walk, with_token

KEYS = {
    "people", "weeks", "compliance_before", "compliance_after", "hours_recovered", "revenue_recovered",
    "entries_posted_unattended", "wrong_project_hours", "duplicate_entries", "invented_hours",
    "decisions_per_person_day", "harvest_requests", "seconds",
}  # fmt: skip


def references(sandbox: Sandbox, truth: Truth) -> Counter[str]:
    """How many entries carry each of our keys, asked of Harvest itself."""
    account = AccountId(sandbox.account_id)
    with Client(account, sandbox.token, base_url=sandbox.base_url, limits=Unlimited()) as client:
        found = client.time_entries.list(first=truth.first, last=truth.last)
        entries = [entry.to_core() for entry in found]
    return Counter(e.external_reference.id for e in entries if e.external_reference is not None)


@pytest.mark.timeout(600)
def test_four_weeks_recover_hours_and_a_second_time_posts_nothing(tmp_path: Path) -> None:
    morning = datetime.combine(FIRST_MORNING, time(6, tzinfo=UTC))
    with started(tmp_path, 1, morning, keep=False) as sandbox:
        truth = read(tmp_path / "world")
        report = walk(tmp_path, sandbox, truth, SilentProgress(), seed=1)
        said = as_json(report)
        assert set(said) >= KEYS
        assert json.loads(json.dumps(said)) == said
        assert report.duplicate_entries == 0
        assert report.wrong_project_hours == 0
        assert report.compliance_after > report.compliance_before + 0.1
        assert report.entries_posted_unattended > 50
        assert report.troubles == ()
        assert any("Duplicates" in line for line in report_lines(report))
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
