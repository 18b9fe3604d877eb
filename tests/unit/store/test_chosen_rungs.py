"""What people chose, in the database; on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import cast

import pytest
import sqlalchemy as sa
from tests.fakes import FakeClock
from tests.studio import ACCOUNT, ANA, BO
from tests.unit.store.test_people import forget

from gleaner.adapters.store.chosen_rungs import Chosen, StoredRungs
from gleaner.adapters.store.journal import StoredJournal
from gleaner.adapters.store.people import SOMEBODY, StoredPeople
from gleaner.adapters.store.tables import chosen_rung
from gleaner.core.catalog import AccountId, UserId
from gleaner.review.journal import Line
from gleaner.review.ladder import Rung

NOW = FakeClock().now()
LATER = NOW + timedelta(hours=1)
BY = "ana@studio.example"


def said(rung: Rung, user_id: UserId = ANA, by: str = BY) -> Line:
    return Line(NOW, by, "rung", f"From now on {rung}.", user_id=user_id)


def choose(store: sa.Engine, rung: Rung, user_id: UserId = ANA, by: str = BY, now: datetime = NOW) -> bool:
    return StoredRungs(store, ACCOUNT).choose(user_id, rung, by=by, now=now, line=said(rung, user_id, by))


def test_a_choice_is_kept_with_the_one_before_and_who_made_it(store: sa.Engine) -> None:
    rungs = StoredRungs(store, ACCOUNT)
    assert choose(store, "suggest")
    assert choose(store, "preselect", by="bo@studio.example", now=LATER)
    assert rungs.chosen() == {ANA: Chosen("preselect", "suggest", LATER, "bo@studio.example")}


def test_choosing_the_same_again_changes_nothing_and_keeps_the_way_back(store: sa.Engine) -> None:
    assert choose(store, "suggest")
    assert not choose(store, "suggest")
    assert StoredRungs(store, ACCOUNT).chosen()[ANA].before == "post"


def test_a_choice_that_changed_something_has_its_line_and_one_that_did_not_has_none(store: sa.Engine) -> None:
    choose(store, "post")
    choose(store, "suggest")
    choose(store, "suggest")
    assert [line.text for line in StoredJournal(store, ACCOUNT).lines()] == ["From now on suggest."]


def test_a_choice_whose_line_cannot_be_written_is_not_made(store: sa.Engine) -> None:
    wrong = Line(cast("datetime", "yesterday"), BY, "rung", "From now on suggest.")
    with pytest.raises(sa.exc.SQLAlchemyError):
        StoredRungs(store, ACCOUNT).choose(ANA, "suggest", by=BY, now=NOW, line=wrong)
    assert StoredRungs(store, ACCOUNT).chosen() == {}


def test_choices_of_other_people_and_accounts_are_theirs(store: sa.Engine) -> None:
    choose(store, "suggest")
    assert BO not in StoredRungs(store, ACCOUNT).chosen()
    assert StoredRungs(store, AccountId(ACCOUNT + 1)).chosen() == {}


def test_of_two_who_choose_at_once_one_row_is_left_and_it_names_the_other_as_before(store: sa.Engine) -> None:
    ready = Barrier(2)

    def one(rung: Rung) -> None:
        ready.wait()
        choose(store, rung)

    both = [Thread(target=one, args=(rung,)) for rung in ("suggest", "preselect")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    kept = StoredRungs(store, ACCOUNT).chosen()[ANA]
    assert {kept.rung, kept.before} == {"suggest", "preselect"}


def test_a_rung_that_nobody_knows_is_taken_for_the_least(store: sa.Engine) -> None:
    choose(store, "preselect")
    with store.begin() as connection:
        connection.execute(sa.update(chosen_rung).values(rung="POST!", before=""))
    kept = StoredRungs(store, ACCOUNT).chosen()[ANA]
    assert (kept.rung, kept.before) == ("suggest", "suggest")


def test_it_goes_with_the_person_and_nobody_chooses_for_them_again(store: sa.Engine) -> None:
    choose(store, "suggest")
    choose(store, "suggest", BO, by=BY)
    held = StoredPeople(store, ACCOUNT).held(ANA, [BY])["chosen_rungs"]
    assert [(row["rung"], row["before"], row["chosen_by"]) for row in held] == [("suggest", "post", BY)]
    forget(store)
    assert not choose(store, "preselect")
    left = StoredRungs(store, ACCOUNT).chosen()
    assert list(left) == [BO]
    assert left[BO].by == SOMEBODY
