"""What the database tells of the daemon, in words and for the account's own people: for the doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from gleaner.adapters.store.standing import Standing, Troubled
from gleaner.app.health import AccountHealth, Check, Seen
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.time import lasting

_MOST = 20
"""Jobs told one by one."""


def daemon_checks(
    seen: Seen, account_id: AccountId, people: Mapping[UserId, str], may_see: Callable[[UserId], bool]
) -> Iterator[Check]:
    """Whether a daemon runs, and what its jobs stumble over. What a job of one person had to say is theirs."""
    one = seen.accounts.get(account_id, AccountHealth())
    is_running = bool(seen.standing.alive)
    yield _workers_check(seen.standing, has_run=one.jobs > 0)
    of_itself = [check for check in seen.checks if check.what in ("clock", "disk")]
    # Where nobody works, that jobs and the copy are late is no news; each job is told by itself below.
    of_account = [
        check for check in one.checks if check.what in ("proposals", "login", "copy" if is_running else "")
    ]
    for check in (*of_itself, *of_account):
        if not check.is_fine:
            yield replace(check, what=check.what.capitalize())
    told = [job for job in seen.troubled if job.is_paused or job.is_amiss or is_running]
    for job in told[:_MOST]:
        yield _job_check(job, seen.at, people, may_see)
    if (more := len(told) - _MOST) > 0:
        yield Check("Jobs", False, f"{more} more fail, are late or are paused; see: gleaner jobs --all")


def _workers_check(found: Standing, *, has_run: bool) -> Check:
    if alive := found.alive:
        who = ", ".join(f"{one.role} on {one.host} (process {one.pid})" for one in alive)
        latest = lasting(alive[0].silent_for)
        return Check("Daemon", True, f"running: {who}; last beat {latest} ago")
    how = "start it with: gleaner up"
    if found.workers:
        latest = lasting(found.workers[0].silent_for)
        return Check("Daemon", True, f"not running; its last beat was {latest} ago. To go on, {how}")
    if has_run:
        return Check("Daemon", True, f"not running at the moment; {how}")
    return Check("Daemon", True, f"not running, and need not be; to have all this done by itself, {how}")


def _job_check(
    job: Troubled, now: datetime, people: Mapping[UserId, str], may_see: Callable[[UserId], bool]
) -> Check:
    whose = f" of {people.get(job.user_id, f'user {job.user_id}')}" if job.user_id else ""
    what = f"Job {job.name}{whose}"
    if job.is_paused:
        return Check(what, True, f"paused; let it go on with: gleaner jobs resume {job.name}")
    if not job.is_amiss:
        is_due = job.next_at is not None and job.next_at < now
        due = f", due {lasting(now - job.next_at)} ago" if is_due and job.next_at is not None else ""
        return Check(what, False, f"late{due}. If the daemon runs, restart it.")
    times = "once" if job.failures == 1 else f"{job.failures} times in a row"
    how = f"failed {times}" if job.failures else "met something to put right"
    when = f", last {lasting(max(now - job.ended_at, timedelta(0)))} ago" if job.ended_at is not None else ""
    is_open = not job.user_id or may_see(job.user_id)
    said = (
        (job.text or "it gave no reason") if is_open else "the reason is for that person and administrators"
    )
    return Check(what, False, f"{how}{when}: {said.rstrip('.')}.{_again(job, now)}")


def _again(job: Troubled, now: datetime) -> str:
    if job.next_at is None:
        return ""
    if job.next_at <= now:
        return " The daemon tries again as soon as it runs."
    return f" The daemon tries again in {lasting(job.next_at - now)}."
