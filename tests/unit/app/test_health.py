"""How the daemon is: what is wrong is told with what to do, and only the process itself can be unready."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.store.rows import NOW, ago, began, copied, job, proposals, worker

from gleaner.adapters.harvest import faults
from gleaner.adapters.store.engine import make_engine
from gleaner.app.health import (
    UNANSWERED,
    AccountHealth,
    Check,
    Examiner,
    Health,
    clock_check,
    disk_check,
    engine_check,
    heart_check,
    look,
    schema_check,
    space_check,
)
from gleaner.app.watching import daemon_checks
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.language import words

APOLLO, BETA = AccountId(1), AccountId(2)
ANA = UserId(7)


def here() -> datetime:
    """This machine's clock. The rows of these tests are old: only what has no moment is looked at with it."""
    return datetime.now(UTC)


def examined(
    engine: sa.Engine, *, heart: float = 1.0, launched: bool = True, now: Callable[[], datetime] = here
) -> Health:
    return Examiner(engine, heart=lambda: heart, is_launched=lambda: launched, now=now)()


def wrong(health: Health) -> list[str]:
    return [check.what for check in health.checks if not check.is_fine]


# --- the process -------------------------------------------------------------------------------------------------


def test_a_process_that_works_is_live_and_ready(store: sa.Engine) -> None:
    health = examined(store)
    assert wrong(health) == []
    assert (health.is_live, health.is_ready, health.is_fine) == (True, True, True)
    looked_at = {check.what for check in health.checks}
    assert looked_at >= {"database", "schema", "clock", "heart", "engine"}
    assert ("disk" in looked_at) == (store.dialect.name == "sqlite")


def test_a_process_that_starts_is_live_and_not_ready(store: sa.Engine) -> None:
    health = examined(store, heart=math.inf, launched=False)
    assert wrong(health) == ["heart", "engine"]
    assert (health.is_live, health.is_ready) == (True, False)


def test_a_process_whose_heart_stopped_while_the_database_answers_is_not_live(store: sa.Engine) -> None:
    health = examined(store, heart=16)
    assert wrong(health) == ["heart"]
    assert (health.is_live, health.is_ready) == (False, False)


def test_a_process_whose_database_is_gone_is_live_since_another_start_would_not_help() -> None:
    gone = make_engine("sqlite:////nowhere/at/all/gleaner.db")
    health = examined(gone, heart=300)
    assert wrong(health) == ["database", "heart"]
    assert (health.is_live, health.is_ready) == (True, False)
    text = health.checks[0].text
    assert "SQLite cannot be read" in text
    assert "see that it runs" in text


def test_a_postgresql_that_does_not_listen_is_told_without_its_password() -> None:
    gone = make_engine("postgresql://gleaner:hush@127.0.0.1:9/gleaner?connect_timeout=2")
    health = examined(gone)
    assert not health.is_ready
    assert "PostgreSQL cannot be read" in health.checks[0].text
    assert "hush" not in health.checks[0].text


def test_a_schema_of_another_version_is_not_ready(store: sa.Engine) -> None:
    with store.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    health = examined(store)
    assert wrong(health) == ["schema"]
    assert (health.is_live, health.is_ready) == (True, False)


def test_an_empty_database_is_not_ready(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/empty.db")
    health = examined(engine)
    engine.dispose()
    assert wrong(health) == ["schema"]
    assert "the schema is at nothing" in health.checks[1].text


def test_a_clock_that_differs_from_the_databases_is_not_ready(store: sa.Engine) -> None:
    health = examined(store, now=lambda: here() + timedelta(seconds=42))
    assert wrong(health) == ["clock"]
    assert not health.is_ready
    (check,) = [check for check in health.checks if not check.is_fine]
    assert "ahead of the database's; set both by NTP" in check.text


@pytest.mark.parametrize("seconds", [-9, 9])
def test_clocks_differ_a_little_everywhere(store: sa.Engine, seconds: int) -> None:
    assert examined(store, now=lambda: here() + timedelta(seconds=seconds)).is_ready


def test_a_clock_that_went_back_is_not_ready(store: sa.Engine) -> None:
    began(store, APOLLO, here() + timedelta(hours=3))
    health = examined(store)
    assert wrong(health) == ["clock"]
    assert not health.is_ready
    job(store, APOLLO, "sync", started_at=here() + timedelta(days=1))
    assert wrong(examined(store)) == ["clock"]


def test_what_began_a_moment_ago_elsewhere_is_no_sign_of_a_clock_that_went_back(store: sa.Engine) -> None:
    began(store, APOLLO, here() + timedelta(seconds=3))
    assert examined(store).is_ready


def test_a_full_disk_is_told_and_alarms_no_load_balancer() -> None:
    check = space_check(150_000_000)
    assert not check.is_fine
    assert Health((check,)).is_ready
    assert not Health((check,)).is_fine


def test_only_a_file_has_a_disk(tmp_path: Path) -> None:
    assert disk_check(sa.make_url("postgresql://host/name")) is None
    assert disk_check(sa.make_url("sqlite://")) is None
    assert disk_check(sa.make_url("sqlite:////nowhere/at/all/gleaner.db")) is None
    there = disk_check(sa.make_url(f"sqlite:///{tmp_path}/gleaner.db"))
    assert there is not None
    assert "GB free beside the database" in there.text or "MB are free" in there.text


def test_no_answer_in_time_is_live_and_not_ready() -> None:
    assert (UNANSWERED.is_live, UNANSWERED.is_ready) == (True, False)


@pytest.mark.parametrize(
    "check",
    [
        schema_check(None, "0003"),
        schema_check("0004", "0003"),
        clock_check(NOW, NOW + timedelta(seconds=11), None),
        clock_check(NOW, NOW, NOW + timedelta(minutes=2)),
        heart_check(math.inf),
        heart_check(15.0),
        engine_check(False),
        space_check(0),
        *replace(AccountHealth(), jobs=1, failing=1, copy_age=timedelta(days=3)).checks[:2],
        *replace(AccountHealth(), waiting=1, oldest_waiting=timedelta(hours=1), is_token_refused=True).checks[
            2:
        ],
    ],
    ids=lambda check: check.what,
)
def test_what_is_wrong_is_said_with_what_follows(check: Check) -> None:
    assert not check.is_fine
    assert any(mark in check.text for mark in (";", ":", "."))
    assert "error" not in check.text.lower()


# --- the accounts ------------------------------------------------------------------------------------------------


@pytest.fixture
def troubled(store: sa.Engine) -> sa.Engine:
    """Apollo is well. At Beta the token was revoked, and much is left undone."""
    copied(store, APOLLO, ago(minutes=4))
    job(store, APOLLO, "sync")
    copied(store, BETA, ago(hours=5))
    refusal = str(faults.from_status("GET", "/company", 401, {}, b""))
    job(
        store,
        BETA,
        "sync",
        failures=4,
        text=refusal,
        ended_at=ago(minutes=2),
        next_at=NOW + timedelta(minutes=9),
    )
    job(store, BETA, "capture", user=7, failures=1, text='"Salary talk" has no end', ended_at=ago(minutes=2))
    job(store, BETA, "capture", user=8, is_paused=True)
    job(store, BETA, "retention", next_at=ago(hours=2))
    proposals(store, BETA, "approved", 2, decided_at=ago(hours=4))
    return store


def test_each_account_is_told_in_numbers(troubled: sa.Engine) -> None:
    accounts = look(troubled, lambda: NOW).accounts
    assert accounts[APOLLO] == AccountHealth(copy_age=timedelta(minutes=4), jobs=1)
    assert accounts[BETA] == AccountHealth(
        copy_age=timedelta(hours=5), waiting=2, oldest_waiting=timedelta(hours=4), jobs=4, failing=2, paused=1, late=1,
        is_token_refused=True,
    )  # fmt: skip
    assert accounts[APOLLO].is_fine
    assert [check.what for check in accounts[BETA].checks if not check.is_fine] == [
        "copy",
        "jobs",
        "proposals",
        "login",
    ]


def test_one_accounts_trouble_never_makes_the_process_unready(troubled: sa.Engine) -> None:
    health = examined(troubled)
    assert (health.is_live, health.is_ready, health.is_fine) == (True, True, False)


def test_an_account_for_which_nobody_works_by_himself_has_no_old_copy(store: sa.Engine) -> None:
    copied(store, APOLLO, ago(days=30))
    assert look(store, lambda: NOW).accounts[APOLLO].is_fine


def test_a_proposal_may_wait_a_little(store: sa.Engine) -> None:
    proposals(store, APOLLO, "approved", decided_at=ago(minutes=14))
    assert look(store, lambda: NOW).accounts[APOLLO].is_fine
    proposals(store, APOLLO, "applying", decided_at=ago(minutes=16))
    assert not look(store, lambda: NOW).accounts[APOLLO].is_fine


def test_a_lapsed_login_is_a_token_that_is_refused(store: sa.Engine) -> None:
    job(store, APOLLO, "sync", failures=1, text="the login has lapsed; log in again: gleaner login")
    job(store, BETA, "sync", failures=0, text="Harvest does not accept the access token: long ago")
    accounts = look(store, lambda: NOW).accounts
    assert accounts[APOLLO].is_token_refused
    assert not accounts[BETA].is_token_refused


# --- in words, for the doctor ------------------------------------------------------------------------------------


def told(engine: sa.Engine, account: AccountId = BETA, *, may_see: bool = True) -> list[str]:
    seen = look(engine, lambda: NOW, account)
    checks = daemon_checks(seen, account, {ANA: "Ana Person"}, lambda user_id: may_see)
    return [
        f"{'ok ' if one.is_fine else 'FIX'} {one.what}: {one.text}" for one in checks if one.what != "Clock"
    ]


def test_where_no_daemon_ever_ran_none_is_missed(store: sa.Engine) -> None:
    (line,) = told(store)
    assert line.startswith("ok  Daemon: not running, and need not be")
    assert line.endswith("start it with: gleaner up")


def test_what_the_daemon_stumbles_over_is_told_job_by_job(troubled: sa.Engine) -> None:
    worker(troubled, "one", silent=2)
    lines = told(troubled)
    assert re.match(r"ok  Daemon: running: up on studio \(process 4711\); last beat \d+ s ago", lines[0])
    assert (
        "FIX Copy: the copy of Harvest is 5 h old; the job that keeps it up to date does not come through"
        in lines
    )
    assert any(
        line.startswith("FIX Proposals: 2 approved proposals wait to be logged, the oldest for 4 h;")
        for line in lines
    )
    assert any(line.startswith("FIX Login: Harvest does not accept the access token;") for line in lines)
    sync = next(line for line in lines if "Job sync" in line)
    assert sync.startswith("FIX Job sync: failed 4 times in a row, last 2 min ago: Harvest does not accept")
    assert sync.endswith("gleaner login. The daemon tries again in 9 min.")
    assert (
        'FIX Job capture of Ana Person: failed once, last 2 min ago: "Salary talk" has no end. '
        in "".join(f"{line} " for line in lines)
    )
    assert "ok  Job capture of user 8: paused; let it go on with: gleaner jobs resume capture" in lines
    assert "FIX Job retention: late, due 2 h ago. If the daemon runs, restart it." in lines
    assert told(troubled, APOLLO)[1:] == []


def test_a_daemon_that_does_not_run_is_offered_kindly_and_not_called_late(troubled: sa.Engine) -> None:
    worker(troubled, "one", silent=7200)
    lines = told(troubled)
    assert lines[0].startswith(
        "ok  Daemon: not running; its last beat was 2 h ago. To go on, start it with: gleaner up"
    )
    assert not any("Copy" in line or "retention" in line for line in lines)
    assert any("Job sync: failed 4 times" in line for line in lines)


def test_what_a_persons_job_had_to_say_is_theirs(troubled: sa.Engine) -> None:
    said = "\n".join(told(troubled, may_see=False))
    assert "Salary" not in said
    assert "Job capture of Ana Person: failed once" in said
    assert "Harvest does not accept" in said


def test_hundreds_of_failing_jobs_are_not_told_one_by_one(store: sa.Engine) -> None:
    for user in range(1, 31):
        job(store, BETA, "capture", user=user, failures=1)
    lines = told(store)
    assert lines[-1] == "FIX Jobs: 10 more fail, are late or are paused; see: gleaner jobs --all"
    assert len(lines) == 22


def test_a_run_that_met_trouble_is_told_though_it_did_not_fail(store: sa.Engine) -> None:
    job(store, BETA, "capture", result="trouble", text="ana.ics cannot be read", ended_at=ago(minutes=2))
    _, line = told(store)
    assert line.startswith(
        "FIX Job capture: met something to put right, last 2 min ago: ana.ics cannot be read. The daemon"
    )


@given(
    st.builds(
        AccountHealth, st.none() | st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(0, 3),
        st.timedeltas(timedelta(0), timedelta(days=9)), *[st.integers(0, 3)] * 4, st.booleans(),
    )
)  # fmt: skip
def test_every_check_is_said_in_german(one: AccountHealth) -> None:
    german = words("de")
    for check in one.checks:
        assert german.knows(check.what)
        assert german.knows(check.text), check.text


def test_what_the_process_stands_on_is_said_in_german() -> None:
    german, later = words("de"), NOW + timedelta(days=3)
    checks = [
        schema_check("0002", "0003"), schema_check(None, "0003"), schema_check("0004", "0003"), schema_check("1", "1"),
        clock_check(NOW, NOW, None), clock_check(NOW, later, None), clock_check(later, NOW, None),
        clock_check(NOW, NOW, later), heart_check(math.inf), heart_check(1), heart_check(60), engine_check(True),
        engine_check(False), space_check(1), space_check(10**10), *UNANSWERED.checks,
    ]  # fmt: skip
    assert [one for one in checks if not (german.knows(one.what) and german.knows(one.text))] == []
    assert german.again(clock_check(NOW, NOW, later).text).startswith("etwas begann am Fr")
