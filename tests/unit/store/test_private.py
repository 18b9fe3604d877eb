"""What became private loses its words at once, wherever they stood and however far it had come."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.studio import ACCOUNT, ANA, meeting
from tests.unit.store.kept import NOW, SECRET, YOUNG, brought, everything, fill, made

from gleaner.adapters.store.inbox import StoredInbox
from gleaner.adapters.store.journal import StoredActivities, StoredJournal, StoredRuns
from gleaner.adapters.store.retention import StoredWords
from gleaner.core.proposals import State
from gleaner.review import journal as lines


@pytest.mark.parametrize("state", [one for one in State if one is not State.APPLYING])
def test_what_became_private_loses_its_words_at_once(store: sa.Engine, state: State) -> None:
    fill(store, YOUNG)
    brought(store, made("p", YOUNG, title="Oncologist"), state)
    log = StoredJournal(store, ACCOUNT)
    log.write(lines.Line(NOW, "policy", "approved", "Approved: Oncologist", "r1", "p", ANA))
    runs = StoredRuns(store, ACCOUNT)
    runs.end(runs.begin("run", now=NOW), now=NOW, summary={"problems": [{"text": '"Oncologist" was moved'}]})
    assert StoredWords(store, ACCOUNT).hide(["meeting:1:p"], "Private event", seen=()) == 1
    assert "Oncologist" not in everything(store)
    item = StoredInbox(store, ACCOUNT).get("p")
    assert item is not None
    assert item.proposal.title == "Private event"
    is_open = state in (State.PROPOSED, State.FAILED, State.APPROVED)
    assert item.state is (State.SUPERSEDED if is_open else state)
    assert SECRET in everything(store), "nobody else's words went"
    assert StoredWords(store, ACCOUNT).hide(["meeting:1:p"], "Private event", seen=()) == 0


def test_the_activity_of_what_became_private_goes_although_another_calendar_could_not_be_read(
    store: sa.Engine,
) -> None:
    seen = [meeting("09:00-10:00", "Oncologist"), meeting("11:00-12:00", "Review")]
    StoredActivities(store, ACCOUNT).keep(seen, {one.key: YOUNG for one in seen}, now=NOW)
    StoredWords(store, ACCOUNT).hide([seen[0].key], "Private event", seen=())
    assert StoredActivities(store, ACCOUNT).between(ANA, YOUNG, YOUNG) == [seen[1]]


def test_a_private_event_that_is_kept_stays_open_for_the_next_draft(store: sa.Engine) -> None:
    """``private = false``: it is work, only without text."""
    brought(store, made("p", YOUNG, title="Oncologist"), State.PROPOSED)
    StoredWords(store, ACCOUNT).hide(["meeting:1:p"], "Private event", seen=["meeting:1:p"])
    item = StoredInbox(store, ACCOUNT).get("p")
    assert item is not None
    assert (item.state, item.proposal.title) == (State.PROPOSED, "Private event")
    assert "Oncologist" not in everything(store)
