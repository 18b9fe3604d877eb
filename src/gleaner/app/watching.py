"""What the database tells of the daemon, in words and for the account's own people: for the doctor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from gleaner.adapters.store.standing import Standing, Troubled
from gleaner.app.health import AccountHealth, Check, Seen
from gleaner.core.catalog import AccountId, UserId
from gleaner.core.phrases import Phrase, begun, joined, lasted, phrase

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
            yield replace(check, what=begun(check.what))
    told = [job for job in seen.troubled if job.is_paused or job.is_amiss or is_running]
    for job in told[:_MOST]:
        yield _job_check(job, seen.at, people, may_see)
    if (more := len(told) - _MOST) > 0:
        text = phrase("{n} more fail, are late or are paused; see: gleaner jobs --all", n=more)
        yield Check(phrase("Jobs"), False, text)


def _workers_check(found: Standing, *, has_run: bool) -> Check:
    what = phrase("Daemon")
    if alive := found.alive:
        who = [
            phrase("{role} on {host} (process {pid})", role=one.role, host=one.host, pid=one.pid)
            for one in alive
        ]
        latest = lasted(alive[0].silent_for)
        text = phrase("running: {who}; last beat {latest} ago", who=joined(", ", who), latest=latest)
    elif found.workers:
        text = phrase(
            "not running; its last beat was {latest} ago. To go on, start it with: gleaner up",
            latest=lasted(found.workers[0].silent_for),
        )
    elif has_run:
        text = phrase("not running at the moment; start it with: gleaner up")
    else:
        text = phrase(
            "not running, and need not be; to have all this done by itself, start it with: gleaner up"
        )
    return Check(what, True, text)


def _job_check(
    job: Troubled, now: datetime, people: Mapping[UserId, str], may_see: Callable[[UserId], bool]
) -> Check:
    what = phrase("Job {name}", name=job.name)
    if job.user_id:
        whose = people.get(job.user_id) or phrase("user {number}", number=job.user_id)
        what = phrase("Job {name} of {person}", name=job.name, person=whose)
    if job.is_paused:
        text = phrase("paused; let it go on with: gleaner jobs resume {name}", name=job.name)
        return Check(what, True, text)
    if not job.is_amiss:
        text = phrase("late. If the daemon runs, restart it.")
        if job.next_at is not None and job.next_at < now:
            text = phrase(
                "late, due {since} ago. If the daemon runs, restart it.", since=lasted(now - job.next_at)
            )
        return Check(what, False, text)
    is_open = not job.user_id or may_see(job.user_id)
    said = job.text or phrase("it gave no reason")
    if not is_open:
        said = phrase("the reason is for that person and administrators")
    text = phrase(
        "{how}: {why}.", how=_how(job, now), why=said if isinstance(said, Phrase) else said.rstrip(".")
    )
    return Check(what, False, _and_again(text, job, now))


def _how(job: Troubled, now: datetime) -> str:
    """What became of it, and when."""
    since = lasted(max(now - job.ended_at, timedelta(0))) if job.ended_at is not None else ""
    if not job.failures:
        template = "met something to put right, last {since} ago" if since else "met something to put right"
    elif job.failures == 1:
        template = "failed once, last {since} ago" if since else "failed once"
    else:
        template = "failed {n} times in a row, last {since} ago" if since else "failed {n} times in a row"
    return phrase(template, n=job.failures, since=since)


def _and_again(text: str, job: Troubled, now: datetime) -> str:
    if job.next_at is None:
        return text
    if job.next_at <= now:
        return phrase("{text} The daemon tries again as soon as it runs.", text=text)
    return phrase("{text} The daemon tries again in {wait}.", text=text, wait=lasted(job.next_at - now))
