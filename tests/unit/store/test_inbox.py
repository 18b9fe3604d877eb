"""The inbox on both databases: compare-and-set, and what was decided stays decided."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, APOLLO, BO, DAY, MEETINGS, WEBSITE, span

from gleaner.adapters.store.inbox import StoredInbox, dump, load
from gleaner.adapters.store.journal import StoredJournal
from gleaner.adapters.store.tables import proposal as table
from gleaner.core.actions import CreateTimeEntry, DeleteTimeEntry, UpdateTimeEntry
from gleaner.core.catalog import AccountId, EntryId
from gleaner.core.proposals import Alternative, Evidence, Proposal, Sighting, State, reference
from gleaner.review.journal import Line

NOW = FakeClock().now()


def proposal(key: str = "entry:a", hours: str = "1.00", title: str = "Design") -> Proposal:
    action = CreateTimeEntry(ANA, DAY, Decimal(hours), APOLLO, MEETINGS, title, reference(ACCOUNT, key))
    return Proposal(key, action, ANA, DAY, "It names the project code APL.", "meeting", title, "sure", 0.97)


@pytest.fixture
def inbox(store: sa.Engine) -> StoredInbox:
    return StoredInbox(store, ACCOUNT)


def offer(inbox: StoredInbox, *proposals: Proposal, withdraw: bool = True) -> None:
    inbox.offer(proposals, user_id=ANA, days=[DAY], now=NOW, withdraw=withdraw)


def state(inbox: StoredInbox, key: str = "entry:a") -> State:
    item = inbox.get(key)
    assert item is not None
    return item.state


def to_state(inbox: StoredInbox, wanted: State) -> None:
    """Bring ``entry:a`` there by the ordinary ways."""
    offer(inbox, proposal())
    if wanted is State.PROPOSED:
        return
    if wanted is State.DISMISSED:
        inbox.decide("entry:a", "dismiss", by="ana", now=NOW)
        return
    if wanted is State.SUPERSEDED:
        offer(inbox)
        return
    inbox.decide("entry:a", "accept", by="ana", now=NOW)
    if wanted is State.APPROVED:
        return
    inbox.claim("entry:a", "me", now=NOW, run_id="r")
    if wanted is State.APPLYING:
        return
    inbox.settle("entry:a", "me", State.FAILED if wanted is State.FAILED else State.APPLIED, now=NOW)
    if wanted is State.UNDONE:
        inbox.mark_undone("entry:a", now=NOW)


def test_offering_twice_changes_nothing(inbox: StoredInbox) -> None:
    first = inbox.offer([proposal()], user_id=ANA, days=[DAY], now=NOW)
    again = inbox.offer([proposal()], user_id=ANA, days=[DAY], now=NOW)
    assert (first.new, again.new, again.changed, again.withdrawn) == (("entry:a",), (), (), ())


def test_an_open_proposal_follows_its_event(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    offer(inbox, proposal(hours="1.50"))
    (item,) = inbox.items()
    assert item.proposal == proposal(hours="1.50")


def test_what_is_no_longer_proposed_is_superseded_and_may_come_back(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    offer(inbox)
    assert state(inbox) is State.SUPERSEDED
    offer(inbox, proposal())
    assert state(inbox) is State.PROPOSED


def test_nothing_is_withdrawn_when_a_source_could_not_be_read(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    offer(inbox, withdraw=False)
    assert state(inbox) is State.PROPOSED


@pytest.mark.parametrize("decided", [State.DISMISSED, State.APPLYING, State.APPLIED, State.UNDONE])
def test_what_was_decided_is_never_asked_again(inbox: StoredInbox, decided: State) -> None:
    to_state(inbox, decided)
    offer(inbox, proposal(hours="3.00"))
    assert state(inbox) is decided
    offer(inbox)
    assert state(inbox) is decided


def test_policys_approval_dies_when_the_event_changes(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    inbox.decide("entry:a", "policy", by="policy", now=NOW)
    offer(inbox, proposal(hours="1.50"))
    assert state(inbox) is State.PROPOSED


def test_policy_approves_only_what_it_judged(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    offer(inbox, proposal(hours="5.00"))
    assert not inbox.decide("entry:a", "policy", by="policy", now=NOW, judged=proposal())
    assert inbox.decide("entry:a", "policy", by="policy", now=NOW, judged=proposal(hours="5.00"))


def test_what_harvest_refused_is_not_tried_again_unasked(inbox: StoredInbox) -> None:
    to_state(inbox, State.FAILED)
    offer(inbox, proposal())
    assert state(inbox) is State.FAILED


def test_a_persons_approval_stays_what_they_approved(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    inbox.decide("entry:a", "edit", by="ana", now=NOW, proposal=proposal(hours="0.75"))
    offer(inbox, proposal(hours="1.50"))
    (item,) = inbox.items()
    assert (item.state, item.proposal, item.offered) == (State.APPROVED, proposal(hours="0.75"), proposal())


@pytest.mark.parametrize("begun", list(State))
def test_only_allowed_steps_are_taken(inbox: StoredInbox, begun: State) -> None:
    to_state(inbox, begun)
    can_decide = begun in (State.PROPOSED, State.FAILED) or begun is State.APPLYING
    taken = {
        "accept": inbox.decide("entry:a", "accept", by="bo", now=NOW)
        if begun is not State.APPLYING
        else True,
        "undo": begun is State.APPLIED,
    }
    assert taken["accept"] is can_decide
    if begun is State.APPLIED:
        assert inbox.mark_undone("entry:a", now=NOW)
        assert not inbox.mark_undone("entry:a", now=NOW)


AGAIN = Line(NOW, "policy", "waiting", "Not logged", "", "entry:a", ANA)


def of_policy(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    assert inbox.decide("entry:a", "policy", by="policy", now=NOW, run_id="r")


def lines(store: sa.Engine) -> list[str]:
    return [line.text for line in StoredJournal(store, ACCOUNT).lines()]


def test_what_policy_approved_goes_back_with_its_line_and_a_person_decides(
    inbox: StoredInbox, store: sa.Engine
) -> None:
    of_policy(inbox)
    assert inbox.reopen("entry:a", now=NOW, line=AGAIN)
    (item,) = inbox.items()
    assert (item.state, item.decision, item.decided_by, item.decided_at) == (State.PROPOSED, None, "", None)
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN)
    assert lines(store) == ["Not logged"]
    assert inbox.decide("entry:a", "accept", by="ana", now=NOW)


@pytest.mark.parametrize("begun", list(State))
def test_what_a_person_decided_does_not_go_back(inbox: StoredInbox, store: sa.Engine, begun: State) -> None:
    to_state(inbox, begun)
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN)
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN, token="me")
    assert (state(inbox), lines(store)) == (begun, [])


def test_what_is_being_applied_goes_back_only_for_whoever_holds_it(inbox: StoredInbox) -> None:
    of_policy(inbox)
    assert inbox.claim("entry:a", "me", now=NOW, run_id="")
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN)
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN, token="other")
    assert inbox.reopen("entry:a", now=NOW, line=AGAIN, token="me")
    assert not inbox.renew("entry:a", "me", now=NOW)
    (item,) = inbox.items()
    assert (item.state, item.attempts) == (State.PROPOSED, 1)  # whoever applies it looks in Harvest first


def test_a_token_alone_gives_back_nothing_that_nobody_holds(inbox: StoredInbox) -> None:
    of_policy(inbox)
    assert not inbox.reopen("entry:a", now=NOW, line=AGAIN, token="me")
    assert state(inbox) is State.APPROVED


@pytest.mark.parametrize("_again", range(5))
def test_it_goes_back_or_is_begun_and_never_both(inbox: StoredInbox, _again: int) -> None:
    of_policy(inbox)
    ready, done = threading.Barrier(2), dict[str, bool]()

    def back() -> None:
        ready.wait()
        done["back"] = inbox.reopen("entry:a", now=NOW, line=AGAIN)

    def begin() -> None:
        ready.wait()
        done["begun"] = inbox.claim("entry:a", "me", now=NOW, run_id="")

    both = [threading.Thread(target=back), threading.Thread(target=begin)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert done["back"] is not done["begun"]
    assert state(inbox) is (State.PROPOSED if done["back"] else State.APPLYING)


def test_one_of_many_claims_wins(inbox: StoredInbox) -> None:
    to_state(inbox, State.APPROVED)
    won: list[str] = []
    barrier = threading.Barrier(6)

    def claim(token: str) -> None:
        barrier.wait()
        if inbox.claim("entry:a", token, now=NOW, run_id="r"):
            won.append(token)

    threads = [threading.Thread(target=claim, args=(f"t{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_only_the_holder_of_the_claim_settles(inbox: StoredInbox) -> None:
    to_state(inbox, State.APPLYING)
    assert not inbox.settle("entry:a", "somebody else", State.APPLIED, now=NOW)
    assert inbox.settle("entry:a", "me", State.APPLIED, now=NOW, entry_id=EntryId(7))


def test_an_abandoned_claim_is_taken_over_once_and_a_fresh_one_is_not(inbox: StoredInbox) -> None:
    to_state(inbox, State.APPLYING)
    assert inbox.reclaim("later", now=NOW + timedelta(seconds=30)) == []
    assert inbox.reclaim("later", now=NOW + timedelta(seconds=61)) == ["entry:a"]
    assert inbox.reclaim("another", now=NOW + timedelta(seconds=62)) == []
    assert not inbox.settle("entry:a", "me", State.APPLIED, now=NOW)


def test_accounts_do_not_see_each_other(store: sa.Engine) -> None:
    one, two = StoredInbox(store, ACCOUNT), StoredInbox(store, AccountId(2))
    offer(one, proposal())
    assert two.items() == []
    assert not two.decide("entry:a", "accept", by="eve", now=NOW)
    offer(two, proposal())
    assert len(two.items()) == len(one.items()) == 1


def test_other_peoples_proposals_are_not_withdrawn(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    inbox.offer([], user_id=BO, days=[DAY], now=NOW)
    assert state(inbox) is State.PROPOSED


def test_a_draft_takes_back_neither_what_was_asked_for_nor_duplicates(inbox: StoredInbox) -> None:
    asked, duplicate = (
        replace(proposal("asked:1"), rule="asked"),
        replace(proposal("duplicate:7"), rule="duplicate"),
    )
    offer(inbox, asked, duplicate)
    offer(inbox)
    assert [state(inbox, "asked:1"), state(inbox, "duplicate:7")] == [State.PROPOSED] * 2


def test_an_offer_of_one_rule_takes_back_only_what_is_of_that_rule(inbox: StoredInbox) -> None:
    offer(inbox, proposal(), replace(proposal("duplicate:7"), rule="duplicate"))
    given = inbox.offer([], user_id=ANA, days=[DAY], now=NOW, rule="duplicate")
    assert given.withdrawn == ("duplicate:7",)
    assert state(inbox) is State.PROPOSED


def test_what_was_applied_is_found_by_its_activity_and_by_its_entry(inbox: StoredInbox) -> None:
    first = replace(proposal(), activity_key="meeting:1:a")
    second = replace(proposal("amend:7:x"), activity_key="meeting:1:a")
    offer(inbox, first, second, replace(proposal("entry:b"), activity_key="meeting:1:b"))
    assert inbox.applied_about(activity_keys=["meeting:1:a"]) == []
    for number, key in enumerate(("entry:a", "amend:7:x", "entry:b"), 7):
        inbox.decide(key, "accept", by="ana", now=NOW)
        inbox.claim(key, "me", now=NOW, run_id="r")
        inbox.settle(key, "me", State.APPLIED, now=NOW, entry_id=EntryId(number))

    def keys(*, activities: tuple[str, ...] = (), entries: tuple[int, ...] = ()) -> set[str]:
        found = inbox.applied_about(activity_keys=activities, entry_ids=[EntryId(one) for one in entries])
        return {item.proposal.key for item in found}

    assert keys(activities=("meeting:1:a",)) == {"entry:a", "amend:7:x"}
    assert keys(entries=(9,)) == {"entry:b"}
    assert keys(activities=("meeting:1:b",), entries=(7, *range(1000, 2000))) == {"entry:a", "entry:b"}
    assert keys() == set()
    inbox.mark_undone("entry:b", now=NOW)
    assert keys(entries=(9,)) == set()


def test_a_proposal_keeps_how_its_activity_was_seen(inbox: StoredInbox) -> None:
    seen = Sighting("calendar", span("10:00-11:00"), timedelta(hours=1), "0123", "Design", Decimal("1.00"))
    offer(inbox, replace(proposal(), seen=seen))
    (item,) = inbox.items()
    assert item.offered.seen == seen


def test_what_an_earlier_version_proposed_was_not_seen() -> None:
    text = dump(proposal()).replace(',"seen":null', "")
    assert "seen" not in text
    assert load(text).seen is None


def test_a_short_name_finds_its_proposal(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    (item,) = inbox.items()
    assert [found.proposal.key for found in inbox.by_short(item.short[:4])] == ["entry:a"]
    assert inbox.by_short("%") == []


texts = st.text(max_size=40).filter(lambda text: "\x00" not in text)
proposals = st.builds(
    Proposal,
    key=texts,
    action=st.one_of(
        st.just(CreateTimeEntry(ANA, DAY, Decimal("0.25"), None, None, "x", "r")),
        st.just(UpdateTimeEntry(ANA, EntryId(1), hours=Decimal(2))),
        st.just(DeleteTimeEntry(ANA, EntryId(1))),
    ),
    user_id=st.just(ANA),
    on=st.just(DAY),
    reason=texts,
    rule=st.just("meeting"),
    title=texts,
    evidence=st.lists(st.builds(Evidence, texts, st.just(1.5)), max_size=2).map(tuple),
    alternatives=st.just((Alternative(WEBSITE, MEETINGS, "Website", 0.2),)),
    low=st.sampled_from([None, timedelta(minutes=7)]),
)


@given(proposals)
def test_a_proposal_survives_being_stored(one: Proposal) -> None:
    assert load(dump(one)) == one
    assert dump(load(dump(one))) == dump(one)


def test_an_edit_keeps_what_was_offered(inbox: StoredInbox) -> None:
    offer(inbox, proposal())
    changed = replace(proposal(), title="Design")
    inbox.decide("entry:a", "edit", by="ana", now=NOW, proposal=replace(changed, reason="other"))
    (item,) = inbox.items()
    assert item.offered.reason != item.proposal.reason


OLD_ROW = (
    '{"key":"entry:a","action":{"user_id":1,"spent_date":"2026-03-10","hours":"1.00","project_id":1,"task_id":2,'
    '"notes":"Design","reference":"gleaner-7","started_time":null,"ended_time":null,"permalink":"",'
    '"kind":"create_time_entry"},"user_id":1,"on":"2026-03-10","reason":"","rule":"meeting"}'
)
"""As the first version wrote it, before there were timers and ``was``."""


def test_what_an_earlier_version_kept_still_loads() -> None:
    old = load(OLD_ROW)
    assert old.action == CreateTimeEntry(ANA, DAY, Decimal("1.00"), APOLLO, MEETINGS, "Design", "gleaner-7")
    for kind, more in (("update_time_entry", '"hours":"2"'), ("delete_time_entry", '"entry_id":7')):
        row = f'{{"user_id":1,"entry_id":7,{more},"kind":"{kind}"}}'
        text = OLD_ROW.replace(OLD_ROW[OLD_ROW.index('{"user_id') : OLD_ROW.index(',"user_id":1,"on"')], row)
        action = load(text).action
        assert isinstance(action, UpdateTimeEntry | DeleteTimeEntry)
        assert (action.kind, action.was) == (kind, None)


def test_what_an_earlier_version_proposed_can_still_be_decided(inbox: StoredInbox, store: sa.Engine) -> None:
    offer(inbox, proposal())
    with store.begin() as connection:
        connection.execute(sa.update(table).values(content=OLD_ROW, offered=OLD_ROW))
    item = inbox.get("entry:a")
    assert item is not None
    offer(inbox, item.proposal)
    assert inbox.decide("entry:a", "accept", by="ana", now=NOW, judged=item.proposal)
    assert not inbox.decide("entry:a", "dismiss", by="ana", now=NOW, judged=proposal())


def test_a_claim_from_the_future_is_of_a_clock_that_was_wrong(inbox: StoredInbox) -> None:
    offer(inbox, proposal("entry:a"))
    inbox.decide("entry:a", "accept", by="ana", now=NOW)
    inbox.claim("entry:a", "me", now=NOW + timedelta(hours=1), run_id="r")
    assert inbox.reclaim("other", now=NOW) == ["entry:a"]


def test_only_what_may_be_applied_is_due(inbox: StoredInbox) -> None:
    """Approved, postponed, under way, abandoned, and still open."""
    for name in ("approved", "postponed", "under way", "abandoned"):
        offer(inbox, proposal(name), withdraw=False)
        inbox.decide(name, "accept", by="ana", now=NOW)
    offer(inbox, proposal("open"), withdraw=False)
    inbox.claim("abandoned", "dead", now=NOW - timedelta(seconds=61), run_id="r")
    inbox.claim("under way", "me", now=NOW, run_id="r")
    assert inbox.postpone("postponed", until=NOW + timedelta(minutes=1), now=NOW)
    assert [(one.key, one.attempts) for one in inbox.due(now=NOW)] == [("abandoned", 1), ("approved", 0)]
    late = NOW + timedelta(minutes=1)
    assert [one.key for one in inbox.due(now=late)] == ["abandoned", "approved", "postponed", "under way"]
    assert not inbox.postpone("open", until=NOW, now=NOW)
