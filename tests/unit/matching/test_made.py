"""Rules made in a review: what they are about, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.fakes import FakeClock
from tests.studio import ANA, APOLLO, BO, MEETINGS, coding, meeting

from gleaner.core.activities import Activity
from gleaner.matching.made import Effect, MadeRule, What, left_out, rule_id, value_of

NOW = FakeClock().now()


def made(activity: Activity, what: What, effect: Effect = "always") -> MadeRule:
    value, target = value_of(activity, what), (APOLLO, MEETINGS) if effect == "always" else (None, None)
    identity = rule_id(ANA, what, value)
    return MadeRule(identity, ANA, effect, what, value, activity.title, "ana", NOW, *target)


WEEKLY = meeting("10:00-11:00", "Weekly", series="weekly")


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_a_title_fits_itself_and_no_other(title: str, other: str) -> None:
    """Whatever stands in it: brackets and stars are no patterns here."""
    rule = made(meeting("10:00-11:00", title), "title").as_rule()
    assert rule is not None
    assert rule.fits(meeting("12:00-13:00", title))
    assert rule.fits(meeting("12:00-13:00", other)) == (other.casefold() == title.casefold())


def test_matching_and_leaving_out_agree_about_what_fits() -> None:
    seen = [
        WEEKLY, meeting("10:00-11:00", "Renamed", series="weekly"), meeting("12:00-13:00", "Weekly"),
        meeting("10:00-11:00", "Weekly", series="weekly", who=BO), coding("09:00-10:00"),
        coding("09:00-10:00", "other"),
    ]  # fmt: skip
    for activity, what in ((WEEKLY, "series"), (WEEKLY, "title"), (coding("09:00-10:00"), "repository")):
        one = made(activity, what)  # type: ignore[arg-type]
        rule = one.as_rule()
        assert rule is not None
        assert [rule.fits(other) for other in seen] == [one.fits(other) for other in seen], what
        assert one.fits(activity)


def test_never_leaves_out_and_says_by_which_rule() -> None:
    rule = made(WEEKLY, "series", "never")
    kept, out = left_out([WEEKLY, coding("09:00-10:00")], [rule])
    assert [one.kind for one in kept] == ["coding"]
    assert out == [(WEEKLY, rule)]
    assert rule.as_rule() is None


def test_what_is_logged_already_stays() -> None:
    kept, out = left_out([WEEKLY], [made(WEEKLY, "series", "never")], {WEEKLY.key})
    assert (kept, out) == ([WEEKLY], [])


def test_always_leaves_nothing_out() -> None:
    assert left_out([WEEKLY], [made(WEEKLY, "series")])[1] == []
