"""Reminders as people get them: at their hour, once, with what closes the gap, and not any more once it is closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.fakes import FakeClock
from tests.journeys.conftest import Builder
from tests.journeys.test_amended_coding import control
from tests.journeys.test_links import KEY
from tests.journeys.world import ANA, BO, CY, TUESDAY, World, day_of, meeting

from gleaner.adapters.store.reminders import DOUBTFUL_AFTER, StoredReminders
from gleaner.app.account import Account, open_account
from gleaner.app.answering import answer
from gleaner.app.daemon.job import all_jobs
from gleaner.app.daemon.schedule import Due
from gleaner.app.looking import look
from gleaner.app.reminding import Reminded, due_now, remind
from gleaner.app.sheets import sheets
from gleaner.app.wishing import wish
from gleaner.config import ScheduleSettings
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.messages import Deed, Message, Recipient, Verb
from gleaner.core.silent import SILENT
from gleaner.notify.channel import channels
from gleaner.timesheets.reminders import Wish

EVENING = datetime(2026, 3, 10, 16, 15, tzinfo=UTC)
"""A quarter past five in Berlin."""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Post:
    """A channel that keeps what it is given, and fails to order."""

    name: str = "post"
    sent: list[tuple[str, Message]] = field(default_factory=list)
    stamps: list[tuple[str, str]] = field(default_factory=list)
    fault: BaseException | None = None
    faults_after: BaseException | None = None
    quiet: bool = False

    def send(self, message: Message, to: Recipient) -> str:
        if self.fault is not None:
            raise self.fault
        self.sent.append((to.address, message))
        if self.faults_after is not None:
            raise self.faults_after
        return f"handle-{len(self.sent)}"

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:
        self.stamps.append((handle, stamp))

    def is_quiet(self, to: Recipient) -> bool:
        return self.quiet

    def check(self) -> str:
        return "it is there"


_POSTS: list[Post] = []


def _post() -> Post:
    return _POSTS[-1]


@pytest.fixture
def post() -> Post:
    _POSTS.append(Post())
    channels.add("test-post", _post)
    return _POSTS[-1]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(EVENING)


@pytest.fixture
def office(new_world: Builder, post: Post, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> World:
    """Cy has logged the day, Bo half of it; Ana was in a meeting that waits for her word, and logged nothing."""
    monkeypatch.setenv("GLEANER_SECRETS__KEY", KEY)
    world = new_world()
    world.say("[[channels]]", 'kind = "test-post"')
    world.calendar(ANA, meeting("10:00-11:30", "Zebra talk"))
    world.by_hand(8, "apollo", "design", "All day", who=CY)
    world.by_hand(4, "apollo", "design", "Half a day", who=BO)
    for who in (ANA, BO, CY):
        world.say(
            "[[absences]]", f'person = "{who}"', "first = 2026-03-02", "last = 2026-03-06", 'reason = "trip"'
        )
        world.say("[[absences]]", f'person = "{who}"', "first = 2026-03-09", 'reason = "trip"')
    world.fine("run", "--on", TUESDAY)
    return world


@pytest.fixture
def account(office: World, clock: FakeClock) -> Iterator[Account]:
    with open_account(office.config, clock=clock) as opened:
        yield opened


def told(done: Reminded) -> list[tuple[str, str]]:
    return [(one.person.email, one.result) for one in done.told]


def test_whoever_lacks_hours_is_told_once_and_whoever_does_not_is_left_alone(
    account: Account, post: Post
) -> None:
    assert told(remind(account)) == [(ANA, "sent"), (BO, "sent")]
    assert [address for address, _ in post.sent] == [ANA, BO]
    done = remind(account)
    assert done.told == ()
    assert dict(done.quiet) == {"nothing is due now": 3}


def test_the_message_carries_its_own_fix(account: Account, post: Post) -> None:
    remind(account)
    _, message = post.sent[0]
    assert message.subject == "Tue 10 Mar: 8 h not yet logged"
    assert message.paragraphs[0].text == "8.0 h expected, 0.0 h in Harvest."
    (offer,) = [one for one in message.paragraphs if "Zebra talk" in one.text]
    verbs = [button.deed.verb for button in offer.buttons if button.deed is not None]
    assert verbs[-2:] == ["change", "dismiss"]
    assert message.stop == Deed("stop", account.id, account.person(ANA).id)
    assert "Only you see it." in message.why


def test_a_click_on_it_does_what_it_says_and_the_message_is_stamped_when_nothing_is_open(
    account: Account, post: Post, office: World, clock: FakeClock
) -> None:
    remind(account)
    (dismiss,) = [
        button.deed for one in post.sent[0][1].paragraphs for button in one.buttons
        if button.deed is not None and button.deed.verb == "dismiss"
    ]  # fmt: skip
    clock.advance(MINUTE)
    assert answer(account, dismiss, by="link", wish=wish).is_done
    remind(account)
    (kept,) = StoredReminders(account.engine, account.id).since(EVENING - DAY, account.person(ANA).id)
    assert (kept.answered_at, kept.is_closed) == (clock.at, False), (
        "a decision is an answer; the gap is still open"
    )
    office.by_hand(8, "apollo", "design", "Now it is", who=ANA)
    clock.advance(MINUTE)
    office.fine("sync")
    remind(account)
    assert post.stamps == [("handle-1", "✓ Nothing of Tue 10 Mar is open any more.")]
    remind(account)
    assert len(post.stamps) == 1


def test_what_was_logged_meanwhile_by_whatever_road_is_no_gap_any_more(
    account: Account, post: Post, office: World
) -> None:
    """Gleaner's copy does not know of it yet; Harvest is asked right before the message goes out."""
    office.by_hand(4, "apollo", "design", "On the phone", who=BO)
    assert told(remind(account)) == [(ANA, "sent"), (BO, "closed")]
    assert [address for address, _ in post.sent] == [ANA]


def test_nobody_is_told_anything_when_harvest_cannot_be_asked(
    account: Account, post: Post, office: World
) -> None:
    office.running.control.set_faults("status=503")
    with pytest.raises(Unavailable):
        remind(account)
    office.running.control.set_faults("")
    assert post.sent == []
    assert told(remind(account)) == [(ANA, "sent"), (BO, "sent")]


def test_one_refused_address_does_not_keep_the_others_from_theirs(account: Account, post: Post) -> None:
    post.fault = Refused("no such mailbox")
    assert told(remind(account)) == [(ANA, "refused"), (BO, "refused")]
    post.fault = None
    assert remind(account).told == (), "it is not tried again"


def test_what_certainly_did_not_go_out_is_tried_again(account: Account, post: Post) -> None:
    post.fault = Unavailable("the mail server is away")
    assert told(remind(account)) == [(ANA, "later"), (BO, "later")]
    post.fault = None
    assert told(remind(account)) == [(ANA, "sent"), (BO, "sent")]


def test_what_may_have_gone_out_is_never_sent_again_and_is_said(account: Account, post: Post) -> None:
    post.faults_after = Unavailable("the connection broke", answer_lost=True)
    assert told(remind(account)) == [(ANA, "in doubt"), (BO, "in doubt")]
    post.faults_after = None
    done = remind(account)
    assert done.told == ()
    assert next(str(one) for one in done.problems).startswith(
        "reminders: whether Ana Person got the end of day message about 2026-03-10 is not known"
    )
    assert len(post.sent) == 2


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_whatever_dies_while_sending_leaves_at_most_one_message(
    account: Account, post: Post, clock: FakeClock, moment: str
) -> None:
    if moment == "before":
        post.fault = Died()
    else:
        post.faults_after = Died()
    with pytest.raises(Died):
        remind(account)
    post.fault = post.faults_after = None
    remind(account)
    assert [address for address, _ in post.sent].count(ANA) <= 1
    assert [address for address, _ in post.sent].count(BO) == 1
    clock.advance(DOUBTFUL_AFTER + MINUTE)
    (problem,) = [str(one) for one in remind(account, dry_run=True).problems]
    assert "whether Ana Person got the end of day message" in problem


def test_two_processes_at_once_send_one_message_each(office: World, post: Post, clock: FakeClock) -> None:
    barrier, results = threading.Barrier(4), list[tuple[str, str]]()

    def work() -> None:
        with open_account(office.config, clock=clock) as mine:
            barrier.wait(timeout=20)
            results.extend(told(remind(mine)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(address for address, _ in post.sent) == [ANA, BO]
    assert results.count((ANA, "sent")) == results.count((BO, "sent")) == 1


def test_who_asked_the_channel_for_quiet_gets_it_later(account: Account, post: Post) -> None:
    post.quiet = True
    assert told(remind(account)) == [(ANA, "later"), (BO, "later")]
    post.quiet = False
    assert told(remind(account)) == [(ANA, "sent"), (BO, "sent")]


def test_nobody_is_written_to_in_the_middle_of_a_meeting(account: Account, office: World) -> None:
    office.calendar(BO, meeting("16:30-17:25", "APL detail review"))
    office.fine("run", "--on", TUESDAY)
    done = remind(account)
    assert told(done) == [(ANA, "sent")]
    assert done.quiet["in a meeting"] == 1


@pytest.mark.parametrize("title", ["Focus time", "Deep work"])
def test_focus_time_is_left_alone_and_afterwards_it_is_said(
    office: World, clock: FakeClock, title: str
) -> None:
    own = "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260310T000000Z\nDTSTART;TZID=Europe/Berlin:20260310T163000\n"
    office.calendar(BO, f"{own}DTEND;TZID=Europe/Berlin:20260310T172500\nSUMMARY:{title}\nEND:VEVENT")
    with open_account(office.config, clock=clock) as account:
        look(account, day_of(), day_of(), SILENT)
        done = remind(account)
        assert (told(done), done.quiet["not to be disturbed"]) == ([(ANA, "sent")], 1)
        # The block was moved away, which the next look at the calendar sees.
        office.calendar(BO)
        look(account, day_of(), day_of(), SILENT)
        assert told(remind(account)) == [(BO, "sent")]


@pytest.mark.parametrize(
    ("verb", "about", "said", "is_told_tomorrow"),
    [
        ("stop", "", "No more reminders. They come again with: gleaner remind resume", False),
        ("snooze", "2026-03-12", "No reminders until Thu 12 Mar, 00:00.", False),
        ("snooze", "2026-03-11T08:00:00+01:00", "No reminders until Wed 11 Mar, 08:00.", True),
        ("resume", "", "Reminders come again.", True),
    ],
)
def test_a_word_about_reminders_counts_from_then_on(
    account: Account, clock: FakeClock, verb: Verb, about: str, said: str, is_told_tomorrow: bool
) -> None:
    bo = account.person(BO)
    came = answer(account, Deed(verb, account.id, bo.id, about), by="link", wish=wish)
    assert (came.text, came.is_done) == (said, True)
    clock.advance(DAY)
    assert (BO in [one.person.email for one in remind(account).told]) == is_told_tomorrow


def test_a_moment_that_is_none_changes_nothing(account: Account) -> None:
    came = answer(account, Deed("snooze", account.id, account.person(BO).id, "soonish"), by="link", wish=wish)
    assert not came.is_done
    assert "is no day or moment; write 2026-05-14" in came.text


def test_messages_are_in_the_language_of_their_reader(office: World, post: Post, clock: FakeClock) -> None:
    office.say("[[people]]", f'email = "{BO}"', 'language = "de"', 'working_hours = "8:00-17:30"')
    with open_account(office.config, clock=clock) as account:
        remind(account)
    (message,) = [message for address, message in post.sent if address == BO]
    assert message.subject.startswith("Di 10. März: ")
    assert message.subject.endswith(" noch nicht erfasst")
    assert message.why.endswith("Nur Sie sehen es.")


def test_whoever_mostly_stops_at_four_is_told_before_four(
    office: World, post: Post, clock: FakeClock
) -> None:
    """Five days on which Bo said yes to a meeting that ended at four."""
    days = ("2026-02-23", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27")
    meetings = [meeting("15:00-16:00", "Zebra visit", day=day, uid=day) for day in days]
    office.calendar(BO, *meetings)
    office.fine("run", "--from", days[0], "--to", days[-1])
    for item in office.review("--person", BO):
        office.fine("review", "edit", item["id"], "--project", "APL", "--task", "Meetings")
    clock.at = EVENING - timedelta(minutes=96)
    with open_account(office.config, clock=clock) as account:
        assert told(remind(account)) == [], "21 minutes to four"
        clock.advance(MINUTE)
        assert told(remind(account)) == [(BO, "sent")]


def test_nobody_is_reminded_before_their_group_begins(office: World, post: Post, clock: FakeClock) -> None:
    office.say("[[rollout]]", 'group = "later"', f'people = ["{BO}"]', "from = 2026-04-01")
    with open_account(office.config, clock=clock) as account:
        assert told(remind(account)) == [(ANA, "sent")]


# --- weeks -------------------------------------------------------------------------------------------------------

CUT_OFF = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
"""Monday at ten in Berlin; the week is that of the 9th, of which only Tuesday is logged."""


def weekly(account: Account, clock: FakeClock, at: datetime) -> list[tuple[str, str, str]]:
    clock.at = at
    return [(one.person.email, one.due.kind, one.result) for one in remind(account).told]


def test_a_week_is_asked_about_before_and_after_its_cut_off(
    account: Account, clock: FakeClock, post: Post
) -> None:
    account.clock = clock
    before = weekly(account, clock, CUT_OFF - 30 * MINUTE)
    assert before == [(who, "before cut-off", "sent") for who in (ANA, BO, CY)]
    assert [message.subject for _, message in post.sent][2] == "Week of Mon 9 Mar: 24 h not yet in Harvest"
    assert [one.text for one in post.sent[2][1].paragraphs][:2] == [
        "Open: Wed 8.0 h, Thu 8.0 h, Fri 8.0 h.",
        "The week is counted on Mon 10:00.",
    ]
    assert weekly(account, clock, CUT_OFF + 30 * MINUTE) == [], "one a day"
    after = weekly(account, clock, CUT_OFF + DAY)
    assert (BO, "after cut-off", "sent") in after
    assert weekly(account, clock, CUT_OFF + DAY + MINUTE) == []


@pytest.mark.parametrize("somebody_submits", [False, True])
def test_a_complete_week_is_asked_about_where_others_submit_theirs(
    office: World, account: Account, clock: FakeClock, somebody_submits: bool
) -> None:
    """Cy lacks nothing of the week of the 9th, but did not submit it."""
    office.say(
        "[[absences]]", f'person = "{CY}"', "first = 2026-03-11", "last = 2026-03-15", 'reason = "trip"'
    )
    office.by_hand(1, "apollo", "design", "Long ago", who=BO, day="2026-03-03")
    if somebody_submits:
        control(office, approved_periods=[{"from": "2026-03-02", "to": "2026-03-08"}])
    office.fine("sync", "--full")
    with open_account(office.config, clock=clock) as opened:
        told = {who: kind for who, kind, _ in weekly(opened, clock, CUT_OFF - 30 * MINUTE)}
    assert told.get(CY) == ("before cut-off" if somebody_submits else None)
    assert told[BO] == "before cut-off"


def test_managers_hear_the_names_of_those_who_were_told_after_two_cut_offs(
    office: World, clock: FakeClock, post: Post
) -> None:
    office.say("[reminders]", f'managers = ["{ANA}"]')
    with open_account(office.config, clock=clock) as account:
        stored, bo = StoredReminders(account.engine, account.id), account.person(BO)
        for week, at in ((date(2026, 3, 2), CUT_OFF - 6 * DAY), (date(2026, 3, 9), CUT_OFF + 30 * MINUTE)):
            assert stored.claim(bo.id, "after cut-off", week, channel="post", subject="x", now=at)
            stored.sent(bo.id, "after cut-off", week, "h")
        tuesday = weekly(account, clock, CUT_OFF + DAY + 60 * MINUTE)
        assert "digest" not in [kind for _, kind, _ in tuesday]
        ana = account.person(ANA)
        stored.wish(ana.id, Wish(is_stopped=False), now=clock.at)
        wednesday = weekly(account, clock, CUT_OFF + 2 * DAY + 60 * MINUTE)
        assert wednesday.count((ANA, "digest", "sent")) == 1
        (digest,) = [message for address, message in post.sent if message.key.startswith("digest/")]
        said = "\n".join(one.text for one in digest.paragraphs)
        assert digest.subject.startswith("Timesheets, week 2026-W11: ")
        assert "Open for the second week in a row: Bo Person " in said
        assert "Zebra" not in said, "no titles"
        assert "gleaner compliance --week 2026-W11" in said
        assert (ANA, "digest", "sent") not in weekly(account, clock, CUT_OFF + 2 * DAY + 90 * MINUTE)


def test_whoever_has_one_week_open_is_counted_and_not_named(
    office: World, clock: FakeClock, post: Post
) -> None:
    office.say("[reminders]", f'managers = ["{CY}"]')
    with open_account(office.config, clock=clock) as account:
        weekly(account, clock, CUT_OFF + 30 * MINUTE)
        weekly(account, clock, CUT_OFF + 2 * DAY + 60 * MINUTE)
    (digest,) = [message for _, message in post.sent if message.key.startswith("digest/")]
    said = "\n".join(one.text for one in digest.paragraphs)
    assert "3 people more: " in said
    assert "Bo Person" not in said


def test_what_a_message_says_of_the_managers_list_is_what_they_read(
    office: World, clock: FakeClock, post: Post
) -> None:
    """Two weeks as people live them: a look every half hour, from the first cut-off to the second mail."""
    office.say("[reminders]", f'managers = ["{CY}"]')
    with open_account(office.config, clock=clock) as account:
        stored, bo = StoredReminders(account.engine, account.id), account.person(BO)
        for week in (date(2026, 2, 23), date(2026, 3, 2)):
            assert stored.claim(
                bo.id, "after cut-off", week, channel="post", subject="x", now=EVENING - 8 * DAY
            )
            stored.sent(bo.id, "after cut-off", week, "h")
        clock.at = CUT_OFF - 2 * 60 * MINUTE
        while clock.at < CUT_OFF + 3 * DAY:
            remind(account)
            clock.advance(30 * MINUTE)
        zone = bo.zone
        (told,) = [
            (row.at.astimezone(zone), message)
            for row in stored.since(EVENING, bo.id)
            for address, message in post.sent
            if row.kind == "after cut-off"
            and address == BO
            and message.key == f"after-cut-off/{bo.id}/2026-03-09"
        ]
        (mail,) = [row.at.astimezone(zone) for row in stored.since(EVENING) if row.kind == "digest"]
    promised = next(one.text for one in told[1].paragraphs if "second week in a row" in one.text)
    assert "If it is still open on Wed 18 Mar, 10:00, your name" in promised
    assert mail >= datetime(2026, 3, 18, 10, tzinfo=zone)
    assert told[0].date() < mail.date()
    (digest,) = [message for _, message in post.sent if message.key.startswith("digest/")]
    assert "Bo Person" in "".join(one.text for one in digest.paragraphs)


def test_nobody_is_named_who_was_never_reached(office: World, clock: FakeClock, post: Post) -> None:
    office.say("[reminders]", f'managers = ["{CY}"]')
    with open_account(office.config, clock=clock) as account:
        stored, bo = StoredReminders(account.engine, account.id), account.person(BO)
        for week, at in ((date(2026, 3, 2), CUT_OFF - 6 * DAY), (date(2026, 3, 9), CUT_OFF + 30 * MINUTE)):
            assert stored.claim(bo.id, "after cut-off", week, channel="post", subject="x", now=at)
            stored.refused(bo.id, "after cut-off", week, "no such mailbox")
        weekly(account, clock, CUT_OFF + 2 * DAY + 60 * MINUTE)
    (digest,) = [message for _, message in post.sent if message.key.startswith("digest/")]
    assert "Bo Person" not in "".join(one.text for one in digest.paragraphs)


def test_three_ignored_long_ago_still_count(account: Account, clock: FakeClock) -> None:
    stored, bo = StoredReminders(account.engine, account.id), account.person(BO)
    for number in range(3):
        day = date(2026, 1, 12) + number * DAY
        at = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        assert stored.claim(bo.id, "end of day", day, channel="post", subject="x", now=at)
        stored.sent(bo.id, "end of day", day, "h")
    assert stored.forget_before(EVENING - 40 * DAY) == 0, "what was ignored last is kept"
    assert BO not in [one.person.email for one in remind(account).told]
    wish(account, Deed("resume", account.id, bo.id))
    assert BO in [one.person.email for one in remind(account).told]


def test_a_snooze_is_an_answer(account: Account) -> None:
    remind(account)
    bo = account.person(BO)
    wish(account, Deed("snooze", account.id, bo.id, "2026-03-12"))
    (kept,) = StoredReminders(account.engine, account.id).since(EVENING - DAY, bo.id)
    assert kept.answered_at is not None


def test_whoever_stops_while_others_get_theirs_gets_none(account: Account, post: Post) -> None:
    bo, send = account.person(BO), post.send

    def slow(message: Message, to: Recipient) -> str:
        wish(account, Deed("stop", account.id, bo.id))
        return send(message, to)

    post.send = slow  # type: ignore[method-assign]
    assert told(remind(account)) == [(ANA, "sent"), (BO, "closed")]


def test_one_channels_fault_is_not_everybodys(account: Account, post: Post) -> None:
    post.fault = OSError("the pipe broke")
    assert told(remind(account)) == [(ANA, "in doubt"), (BO, "in doubt")]


def test_a_snooze_into_the_past_is_none(account: Account) -> None:
    came = answer(
        account, Deed("snooze", account.id, account.person(BO).id, "2020-01-01"), by="link", wish=wish
    )
    assert (came.is_done, came.text) == (False, "2020-01-01 is over already; name a day or moment to come")


def test_a_manager_who_is_nobody_is_said(office: World) -> None:
    office.say("[reminders]", 'managers = ["boss@studio.example"]')
    said = office.gleaner("remind", "--dry-run")
    assert said.code == 1
    assert "managers: nobody in Harvest has the address boss@studio.example" in said.err


# --- the command and the job -------------------------------------------------------------------------------------


def test_a_dry_run_shows_who_would_get_which_text_and_sends_nothing(office: World, post: Post) -> None:
    said = office.fine("remind", "--dry-run", "--at", "2026-03-10T16:15:00+00:00")
    assert said.out.startswith("2 people would get a message.\n")
    assert "Ana Person · end of day · by test-post" in said.out.replace("by post", "by test-post")
    assert "Tue 10 Mar: 8 h not yet logged\n8.0 h expected, 0.0 h in Harvest.\n" in said.out
    assert "Zebra talk" in said.out
    assert "Left alone: 1 nothing is due now." in said.out
    found = office.fine("remind", "--dry-run", "--at", "2026-03-10T16:15:00+00:00", "--json").json
    assert [one["person"] for one in found["told"]] == [ANA, BO]
    assert post.sent == []


def test_who_is_due_is_known_without_sending(account: Account, post: Post) -> None:
    due, quiet = due_now(account)
    assert [(person.email, one.kind) for person, one in due] == [(ANA, "end of day"), (BO, "end of day")]
    assert quiet == {"nothing is due now": 1}
    assert post.sent == []
    assert remind(account).count == 2


def test_many_peoples_days_are_what_each_ones_are(office: World, account: Account) -> None:
    office.by_hand(3, "apollo", "design", "A timer", who=BO, day="2026-03-09")
    office.fine("sync")
    people = list(account.catalog.people.values())
    days = (date(2026, 3, 1), date(2026, 3, 12))
    apart = [sheet for person in people for sheet in sheets(account, [person], *days)]
    assert sheets(account, people, *days) == apart
    assert {sheet.logged for sheet in apart} == {timedelta(hours=hours) for hours in (0, 3, 4, 8)}
    assert any(sheet.waiting or sheet.unsure for sheet in apart)


def test_a_member_neither_sends_nor_sees_what_is_for_others(office: World, post: Post) -> None:
    office.act_as(BO)
    for words in (
        ("remind",),
        ("remind", "--dry-run"),
        ("remind", "--person", ANA),
        ("remind", "stop", "--person", ANA),
    ):
        said = office.gleaner(*words)
        assert said.code != 0
        assert "Zebra" not in said.out + said.err
    assert post.sent == []
    assert (
        office.fine("remind", "stop").out
        == "No more reminders. They come again with: gleaner remind resume\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("remind", "--at", "2026-03-10T16:15"), "--at goes with --dry-run only"),
        (("remind", "--dry-run", "--at", "noon"), '"noon" is no moment; write 2026-03-10T17:15'),
        (("remind", "snooze", "soon"), '"soon" is no day or moment; write 2026-05-14'),
        (("remind", "--dry-run", "stop"), "put options after stop, not before it"),
    ],
)
def test_wrong_words_are_said_what_is_right(office: World, words: tuple[str, ...], said: str) -> None:
    found = office.gleaner(*words)
    assert found.code == 2
    assert said in found.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('working_hours = "nine to five"', 'write working hours as "9:00-17:30", not "nine to five"'),
        ('working_hours = "9:00-25:30"', 'write working hours as "9:00-17:30", not "9:00-25:30"'),
        ("a_day = 3", "less than or equal to 2"),
        ("a_weak = 3", 'Did you mean "a_week"?'),
    ],
)
def test_wrong_settings_are_said_what_is_right(world: World, line: str, said: str) -> None:
    world.say("[reminders]", line)
    found = world.gleaner("remind", "--dry-run")
    assert found.code == 2
    assert said in found.err


def test_by_itself_it_reminds_only_where_that_is_on(office: World, post: Post, clock: FakeClock) -> None:
    assert "remind" not in all_jobs(ScheduleSettings())
    made = all_jobs(ScheduleSettings(remind_minutes=5))["remind"]
    due = Due("x", EVENING.date(), EVENING.date())
    with open_account(office.config, clock=clock) as account:
        report = made.run(account, due, None)
    assert (report.text, report.is_trouble) == ("2 sent", False)


def test_without_channels_it_says_so(world: World) -> None:
    said = world.gleaner("remind")
    assert said.code == 1
    assert "no [[channels]] are configured, so nobody can be told anything" in said.err


def test_what_is_kept_of_reminders_goes_with_the_person(account: Account, office: World, post: Post) -> None:
    remind(account)
    answer(account, Deed("stop", account.id, account.person(BO).id), by="link", wish=wish)
    held = office.fine("people", "export", BO).json["sections"]
    assert [one["kind"] for one in held["reminders"]["rows"]] == ["end of day"]
    assert held["reminder_wishes"]["rows"][0]["is_stopped"] in (True, 1)
    number = account.person(BO).id
    office.fine("people", "forget", BO, "--yes")
    stored = StoredReminders(account.engine, account.id)
    assert stored.since(EVENING - DAY, number) == []
    assert number not in stored.wishes()
    assert not stored.claim(number, "morning", EVENING.date(), channel="post", subject="x", now=EVENING)
