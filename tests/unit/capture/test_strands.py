"""A repository's day that is certainly for several projects: what goes where, under which key, and that it adds up."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capture.build import ANA, BOB, PEOPLE, TUESDAY, at, commits
from tests.unit.capture.test_coding import ALL_COMMITS, BUSY, MINUTE, RHYTHMS, as_seen, detail

from gleaner.capture.coding import coding
from gleaner.capture.observed import Commit, Touch
from gleaner.capture.rhythm import Rhythm
from gleaner.capture.strands import UNCERTAIN, Strand, Strands, marked, unmarked
from gleaner.core.activities import Activity
from gleaner.core.catalog import UserId
from gleaner.core.time import Span, total

FIX, API, WEB = "fix/a", "feat/API-1", "feat/WEB-2"


def strand(_user: UserId, _repository: str, branch: str, title: str, subject: str) -> Strand:
    """A rule sends ``fix/*`` to project 70; issues of API are project 80's, those of WEB project 90's."""
    if branch.startswith("fix/"):
        return Strand("70", is_ruled=True)
    for text in (branch, title, subject):
        for code, project in (("API-", "80"), ("WEB-", "90")):
            if code in text:
                return Strand(project)
    return UNCERTAIN


STRANDS = Strands(strand)


def on(text: str, *branches: str) -> list[Commit]:
    """Commits as usual, each on its branch."""
    return [
        replace(one, branches=(branch,) if branch else ())
        for one, branch in zip(commits(text), branches, strict=True)
    ]


def parts(
    made: Sequence[Commit], strands: Strands = STRANDS, touches: Sequence[Touch] = ()
) -> list[Activity]:
    return list(coding(made, PEOPLE, rhythm_of=as_seen, touches=touches, strands=strands).activities)


def keys(found: Sequence[Activity]) -> dict[str, tuple[str, ...]]:
    """The subjects under each key, without the day and repository."""
    return {
        one.external_id.removeprefix(f"{TUESDAY}/apollo"): tuple(one.description.split("\n")) for one in found
    }


THREE = "10:00 apollo 14 a\n10:20 apollo 3 b\n11:40 apollo 50 c"


def test_what_a_rule_sends_elsewhere_is_apart_from_the_rest() -> None:
    found = parts(on(THREE, "main", FIX, "main"))
    assert keys(found) == {"": ("a", "c"), "//70": ("b",)}
    assert [(one.title, detail(one).strand) for one in found] == [
        ("apollo: main", ""),
        ("apollo: fix/a", "70"),
    ]


def test_each_commit_takes_the_time_before_it_along() -> None:
    rest, fix = parts(on(THREE, "main", FIX, "main"))
    assert detail(fix).worked == 20 * MINUTE
    assert (detail(fix).sessions[0].start, fix.span.end) == (at("10:00"), at("10:20"))
    assert detail(rest).worked == (163 - 20) * MINUTE


def test_the_sentence_says_which_part_it_is() -> None:
    _rest, fix = parts(on(THREE, "main", FIX, "main"))
    assert (
        "1 of the day's 3 commits in apollo 10:20 on fix/a; Git shows 20 min between commits"
        in detail(fix).explanation
    )


@pytest.mark.parametrize("branch", ["main", FIX, API])
def test_one_strand_alone_is_as_it_always_was(branch: str) -> None:
    made = on(THREE, branch, branch, branch)
    (found,) = parts(made)
    (before,) = coding(made, PEOPLE, rhythm_of=as_seen).activities
    assert replace(found, detail=replace(detail(found), strand=None)) == before


def test_two_branches_of_one_project_are_one_activity() -> None:
    found = parts(on(THREE, "fix/a", "fix/b", "main"))
    assert keys(found) == {"": ("c",), "//70": ("a", "b")}


def test_several_projects_and_nothing_uncertain_have_a_key_each() -> None:
    assert set(keys(parts(on(THREE, FIX, API, WEB)))) == {"//70", "//80", "//90"}


def test_a_subject_with_an_issue_divides_a_branch_and_the_title_tells_the_parts_apart() -> None:
    made = on("10:00 apollo 1 API-1 login\n11:00 apollo 1 WEB-2 crash", "main", "main")
    assert [one.title for one in parts(made)] == ["apollo: main (API-1 login)", "apollo: main (WEB-2 crash)"]


# What nothing is certain of.


def usually(project: str) -> Strands:
    return replace(STRANDS, usual=lambda _user, _repository: project)


def test_the_rest_goes_with_the_project_it_would_go_to_anyhow() -> None:
    """Two lines of one project would only be one more to confirm."""
    (found,) = parts(on(THREE, API, "main", "main"), usually("80"))
    assert (found.external_id, detail(found).strand) == (f"{TUESDAY}/apollo", "80")


def test_the_rest_stays_apart_where_the_person_usually_works_for_somebody_else() -> None:
    assert set(keys(parts(on(THREE, API, "main", "main"), usually("90")))) == {"", "//80"}
    assert set(keys(parts(on(THREE, API, "main", "main")))) == {"", "//80"}


def test_a_rule_sets_its_branches_apart_whatever_is_usual() -> None:
    """Before there was a rule whole days may have gone there: that is no reason to go on."""
    assert set(keys(parts(on(THREE, FIX, "main", "main"), usually("70")))) == {"", "//70"}


def pull(time: str, title: str, branch: str = "login", kind: str = "reviewed") -> Touch:
    return Touch("apollo", ANA.email, at(time), kind, 12, title, branch)  # type: ignore[arg-type]


def test_a_branch_goes_where_its_pull_request_says() -> None:
    found = parts(on(THREE, "login", "main", "login"), touches=[pull("12:00", "API-1 Login")])
    assert keys(found) == {"": ("b",), "//80": ("a", "c", "API-1 Login")}


def test_a_click_without_any_time_divides_nothing() -> None:
    click = replace(pull("19:00", "API-1 Login", kind="merged"), is_own=True)
    assert [one.external_id for one in parts(on(THREE, "main", "main", "main"), touches=[click])] == [
        f"{TUESDAY}/apollo"
    ]


# Keys.


def first(strand: str) -> Strands:
    """The day was seen as that before."""
    return replace(STRANDS, first=lambda _user, _repository, _day: strand)


def test_the_days_own_key_stays_with_the_strand_that_had_it_first() -> None:
    assert keys(parts(on(THREE, FIX, "main", "main"), first("70"))) == {"": ("a",), "//0": ("b", "c")}
    assert keys(parts(on(THREE, FIX, "main", "main"), first(""))) == {"//70": ("a",), "": ("b", "c")}
    assert keys(parts(on(THREE, FIX, "main", "main"), first("90"))) == {"//70": ("a",), "": ("b", "c")}


def test_where_all_that_was_seen_first_is_gone_the_largest_takes_the_key_over() -> None:
    assert keys(parts(on(THREE, FIX, API, API), first("90"))) == {"//70": ("a",), "": ("b", "c")}


@pytest.mark.parametrize("branches", [(FIX,), (FIX, "main"), (FIX, "develop", "main")])
def test_a_merge_moves_nothing(branches: tuple[str, ...]) -> None:
    """The default branch holds it too by then."""
    one, two, three = on(THREE, "main", FIX, "main")
    found = parts([one, replace(two, branches=branches), three])
    assert keys(found) == {"": ("a", "c"), "//70": ("b",)}


@pytest.mark.parametrize("repository", ["apollo", "mono/services/api", "lark/apollo", "7", "a//b"])
@pytest.mark.parametrize("mark", ["", "0", "70"])
def test_a_key_tells_its_repositorys_day(repository: str, mark: str) -> None:
    key = f"coding:7:2026-07-14/{repository}"
    assert unmarked(marked(key, mark)) == key


# What must always hold.

BRANCHES = st.sampled_from(["", "main", FIX, "fix/b", API, WEB])
SPREAD = st.lists(BRANCHES, min_size=25, max_size=25)
TOUCHED = st.lists(
    st.builds(
        lambda minute, title, branch, kind, own: replace(
            pull("2026-03-27 00:00", title, branch, kind),
            at=at("2026-03-27 00:00") + minute * MINUTE,
            is_own=own,
        ),
        st.integers(0, 4 * 24 * 60),
        st.sampled_from(["Login", "API-1 Login"]),
        BRANCHES,
        st.sampled_from(["reviewed", "opened", "merged"]),
        st.booleans(),
    ),
    max_size=6,
)
FIRST = st.sampled_from([None, "", "70", "80"])


def spread(made: Sequence[Commit], branches: Sequence[str]) -> list[Commit]:
    return [
        replace(one, branches=(branch,) if branch else ())
        for one, branch in zip(made, branches, strict=False)
    ]


@given(ALL_COMMITS, SPREAD, TOUCHED, BUSY, RHYTHMS, FIRST)
def test_the_parts_come_to_what_the_day_has(
    seen: list[Commit],
    branches: list[str],
    touches: list[Touch],
    busy: list[Span],
    rhythm: Rhythm,
    before: str | None,
) -> None:
    """To the minute: each part is rounded down, as the day is. No minute is in two of them."""
    made, away = spread(seen, branches), {ANA.id: busy, BOB.id: busy}
    strands = replace(STRANDS, first=lambda _user, _repository, _day: before)

    def told(given: Strands | None) -> tuple[Activity, ...]:
        return coding(
            made, PEOPLE, away, lambda _u, _r, _d: rhythm, touches=touches, strands=given
        ).activities

    divided: dict[str, list[Activity]] = defaultdict(list)
    for one in told(strands):
        divided[unmarked(one.key)].append(one)
    whole = {one.key: one for one in told(None)}
    # A day of some seconds here and some there has no part of a minute.
    assert (
        {key for key, one in whole.items() if detail(one).worked >= 4 * MINUTE} <= set(divided) <= set(whole)
    )
    for key, found in divided.items():
        worked = sum((detail(one).worked for one in found), timedelta())
        assert detail(whole[key]).worked - 4 * MINUTE < worked <= detail(whole[key]).worked
        assert len({one.key for one in found}) == len(found)
        spans = [span for one in found for span in one.spans]
        assert sum((span.duration for span in spans), timedelta()) == total(spans)


@given(ALL_COMMITS, SPREAD, st.randoms(use_true_random=False))
def test_the_order_of_commits_does_not_matter(
    seen: list[Commit], branches: list[str], chance: random.Random
) -> None:
    made = spread(seen, branches)
    shuffled = list(made)
    chance.shuffle(shuffled)
    assert coding(shuffled, PEOPLE, strands=STRANDS) == coding(made, PEOPLE, strands=STRANDS)


def test_the_rhythm_of_each_part_is_the_repositorys() -> None:
    """What is fixed of a day with commits is shared by what Git shows of each part."""
    asked: list[tuple[str, date]] = []

    def rhythm_of(_user: UserId, repository: str, day: date) -> Rhythm:
        asked.append((repository, day))
        return Rhythm(replace(as_seen(ANA.id, repository, day).line, base=60 * MINUTE))

    made = on("10:00 apollo 0 a\n11:00 apollo 0 b", "main", FIX)
    rest, fix = coding(made, PEOPLE, rhythm_of=rhythm_of, strands=STRANDS).activities
    assert asked == [("apollo", date(2026, 7, 14))]
    assert detail(rest).worked + detail(fix).worked == (45 + 45 + 60) * MINUTE
    assert "50% of 1 h + 1.00 × that, 1 h 15" in detail(fix).explanation
