"""Each kind of leak is found once with its money, what is no leak is not, and no order of the entries matters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
from tests.studio import (
    ANA,
    APOLLO,
    BO,
    CATALOG,
    CY,
    DESIGN,
    INTERNAL,
    MEETINGS,
    PORTAL,
    PROGRAMMING,
    WEBSITE,
)

from gleaner.core.catalog import Catalog, EntryId, ProjectId, TaskAssignment, TaskId, UserAssignment, UserId
from gleaner.core.language import words
from gleaner.core.rates import DatedRate
from gleaner.invoicing.gathered import gathered
from gleaner.invoicing.leak_text import action, sentence
from gleaner.invoicing.leakage import Finding, Kind, Leaks, leaks, priced_people, unpriced_projects
from gleaner.invoicing.rate_book import RateBook
from gleaner.invoicing.work import NOTHING, Spent, Worked

TODAY = date(2026, 6, 30)
OLD, NEW = date(2026, 4, 20), date(2026, 6, 20)
MONTH = timedelta(days=30)
D = Decimal
NO_RATES: Mapping[UserId, Sequence[DatedRate]] = {}


def catalog(*tasks: TaskAssignment, members: Sequence[UserAssignment] = (), **apollo: Any) -> Catalog:
    """Apollo as said, by default at 100 for everybody; the others billed by person."""
    said: dict[str, Any] = {"bill_by": "Project", "hourly_rate": D(100)} | apollo
    projects = {key: replace(one, bill_by="People") for key, one in CATALOG.projects.items()}
    projects[APOLLO] = replace(projects[APOLLO], **said)
    mine = {(one.project_id, one.task_id): one for one in (*CATALOG.task_assignments, *tasks)}
    people = {(one.project_id, one.user_id): one for one in (*CATALOG.user_assignments, *members)}
    return replace(
        CATALOG,
        projects=projects,
        task_assignments=tuple(mine.values()),
        user_assignments=tuple(people.values()),
    )


def worked(number: int, on: date = OLD, hours: float = 2, **more: Any) -> Worked:
    said: dict[str, Any] = {
        "user_id": ANA, "project_id": APOLLO, "task_id": DESIGN, "billable": True, "rate": D(100), "cost": None,
    } | more  # fmt: skip
    return Worked(id=EntryId(number), on=on, hours=D(str(hours)), **said)


def spent(number: int, on: date = OLD, total: float = 12.5, **more: Any) -> Spent:
    said: dict[str, Any] = {
        "user_id": ANA, "project_id": APOLLO, "category": "Travel", "billable": True, "has_receipt": True,
    } | more  # fmt: skip
    return Spent(id=number, on=on, total=D(str(total)), **said)


def found(
    *entries: Worked,
    at: Catalog | None = None,
    expenses: Sequence[Spent] = (),
    rates: Mapping[UserId, Sequence[DatedRate]] = NO_RATES,
) -> Leaks:
    there = at or catalog()
    work = gathered(entries, RateBook(there), TODAY, MONTH)
    return leaks(work, expenses, there, rates)


def only(said: Leaks) -> Finding:
    (one,) = said.findings
    return one


def dated(**amounts: float) -> dict[UserId, list[DatedRate]]:
    return {{"ana": ANA, "bo": BO, "cy": CY}[name]: [DatedRate(D(str(one)))] for name, one in amounts.items()}


def test_old_time_on_no_invoice_is_one_finding_for_a_project() -> None:
    one = only(found(worked(1), worked(2, hours=1.5, user_id=BO), worked(3, NEW), worked(4, is_billed=True)))
    assert (one.kind, one.amount, one.currency, one.hours, one.count) == (
        "uninvoiced",
        D(350),
        "EUR",
        D("3.5"),
        2,
    )
    assert sentence(one, catalog()) == "3.50 h in 2 entries since 20 Apr 2026 are on no invoice."
    assert action(one, catalog(), "https://studio.harvestapp.com") == (
        f"Invoice it: https://studio.harvestapp.com/projects/{APOLLO}"
    )


def test_exactly_as_old_as_was_asked_is_not_older() -> None:
    assert found(worked(1, TODAY - MONTH)).findings == ()
    assert only(found(worked(1, TODAY - MONTH - timedelta(days=1)))).hours == 2


def test_fixed_fees_and_internal_projects_and_running_timers_are_no_uninvoiced_time() -> None:
    assert found(worked(1), at=catalog(is_fixed_fee=True, fee=D(1000))).findings == ()
    assert found(worked(1, project_id=INTERNAL, billable=False, rate=None)).findings == ()
    assert found(worked(1, is_running=True)).findings == ()


def test_time_on_no_invoice_is_worth_what_the_project_says_now() -> None:
    """The copy may still hold 100: a new rate does not change the entries."""
    assert only(found(worked(1), at=catalog(hourly_rate=D("120.5")))).amount == D(241)


def test_billable_time_without_a_rate_is_named_at_any_age_and_nobody_says_how_much() -> None:
    one = only(found(worked(1, NEW), at=catalog(hourly_rate=None)))
    assert (one.kind, one.amount, one.user_id) == ("no rate", None, None)
    assert sentence(one, catalog()) == "2.00 h are billable, but the project has no rate."
    assert action(one, catalog(), "") == "Set the rate: in Harvest"
    zero = only(found(worked(1, NEW), at=catalog(hourly_rate=D(0))))
    assert sentence(zero, catalog()) == "2.00 h are billable, but the rate of the project is 0."
    person = only(found(worked(1, NEW, project_id=PORTAL, rate=None)))
    assert (person.kind, person.user_id) == ("no rate", ANA)
    assert action(person, catalog(), "https://x") == f"Set the rate: https://x/people/{ANA}"


def test_somebody_who_seems_to_have_no_rate_is_asked_about_again_first() -> None:
    there = catalog()
    work = gathered(
        [worked(1, project_id=PORTAL, rate=None), worked(2, rate=None)], RateBook(there), TODAY, MONTH
    )
    assert unpriced_projects(work, RateBook(there)) == {PORTAL}
    assert priced_people(work, there) == {ANA}


def test_an_own_rate_below_the_default_costs_the_difference() -> None:
    own = catalog(members=[UserAssignment(PORTAL, ANA, use_default_rates=False, hourly_rate=D(80))])
    said = found(worked(1, NEW, project_id=PORTAL, rate=D(80)), at=own, rates=dated(ana=95))
    one = only(said)
    assert (one.kind, one.user_id, one.amount, one.theirs, one.ours) == ("own rate", ANA, D(30), D(80), D(95))
    assert found(worked(1, NEW, project_id=PORTAL, rate=D(80)), at=own, rates=dated(ana=80)).findings == ()
    billed = worked(1, NEW, project_id=PORTAL, rate=D(80), is_billed=True)
    assert found(billed, at=own, rates=dated(ana=95)).findings == ()


def test_a_projects_rate_is_low_only_if_it_is_below_everybodys() -> None:
    both = (worked(1, NEW), worked(2, NEW, user_id=BO))
    one = only(found(*both, rates=dated(ana=110, bo=105)))
    assert (one.kind, one.amount, one.theirs, one.ours) == ("low rate", D(30), D(100), D(105))
    assert found(*both, rates=dated(ana=110, bo=100)).findings == ()
    assert found(*both, rates=dated(ana=110)).findings == (), "nobody knows what Bo's is"


def test_an_old_default_rate_stands_out_only_where_most_others_changed() -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    people = {key: replace(one, created_at=long_ago) for key, one in CATALOG.people.items()}
    there = replace(catalog(), people=people)
    fresh = [DatedRate(D(80), None, date(2025, 12, 31)), DatedRate(D(90), date(2026, 1, 1))]
    rates = {ANA: [DatedRate(D(70))], BO: fresh, CY: fresh}
    one = only(found(at=there, rates=rates))
    assert sentence(one, there) == "70.00 from the start; 2 of 2 others got another rate within a year."
    assert found(at=there, rates=rates | {CY: [DatedRate(D(70))]}).findings == ()
    newcomer = replace(people[ANA], created_at=datetime(2026, 1, 1, tzinfo=UTC))
    assert found(at=replace(there, people=people | {ANA: newcomer}), rates=rates).findings == ()


def test_a_task_that_is_free_here_and_billable_elsewhere_is_a_question() -> None:
    there = catalog(TaskAssignment(APOLLO, MEETINGS, billable=False))
    said = found(worked(1, NEW, task_id=MEETINGS, billable=False, rate=None), worked(2, NEW), at=there)
    one = only(said)
    assert (one.kind, one.amount, one.unlike, one.others) == ("free task", D(200), 2, 2)
    assert sentence(one, there).endswith(
        '"Meetings", which is billable on 2 of 2 other projects. Meant to be free here?'
    )
    assert [(free.project_id, free.hours, free.share) for free in said.free] == [(APOLLO, D(2), D("0.5"))]


def test_a_task_that_is_free_in_most_places_is_only_counted() -> None:
    free = [TaskAssignment(project, MEETINGS, billable=False) for project in (APOLLO, PORTAL, WEBSITE)]
    said = found(worked(1, NEW, task_id=MEETINGS, billable=False, rate=None), at=catalog(*free))
    assert (said.findings, len(said.free)) == ((), 1)


def test_a_fee_below_what_the_hours_are_worth_is_over() -> None:
    there = catalog(is_fixed_fee=True, fee=D(350))
    one = only(found(worked(1), worked(2, is_billed=True), at=there))
    assert (one.kind, one.amount, one.hours) == ("over fee", D(50), D(4))
    assert found(worked(1), worked(2, hours=1.5), at=there).findings == (), "exactly the fee is not over"


def test_expenses_are_named_once_each() -> None:
    said = found(
        expenses=[
            spent(1), spent(2, has_receipt=False), spent(3, NEW), spent(4, is_billed=True),
            spent(5, has_receipt=False, unit_price=D("0.3")), spent(6, billable=False, has_receipt=False),
            spent(7, billable=False),
        ]
    )  # fmt: skip
    unbilled, bare = said.findings
    assert (unbilled.kind, unbilled.count, unbilled.amount, unbilled.lacking) == ("expenses", 3, D("37.5"), 1)
    assert (bare.kind, bare.count, bare.user_id) == ("no receipt", 1, ANA)
    assert action(bare, catalog(), "") == (
        "Ask for it: gleaner expenses list --from 2026-04-20 --person ana@studio.example"
    )


def test_currencies_are_never_added() -> None:
    website = worked(1, project_id=WEBSITE, rate=D(50))
    said = found(website, worked(2), worked(3, project_id=PORTAL, rate=D(70)))
    assert [(one.currency, one.amount) for one in said.findings] == [
        ("EUR", D(200)),
        ("EUR", D(140)),
        ("USD", D(100)),
    ]
    assert said.sums == {"EUR": D(340), "USD": D(100)}


ENTRIES = st.lists(
    st.builds(
        lambda day, hours, **more: worked(0, TODAY - timedelta(days=day), hours, **more),
        st.integers(0, 200), st.sampled_from([0.25, 1.1, 7.77]),
        user_id=st.sampled_from([ANA, BO]), project_id=st.sampled_from([APOLLO, PORTAL, WEBSITE, INTERNAL]),
        task_id=st.sampled_from([PROGRAMMING, MEETINGS]), rate=st.sampled_from([None, D(0), D("66.67"), D(100)]),
        is_billed=st.booleans(),
    )
)  # fmt: skip


@given(ENTRIES, st.randoms(use_true_random=False))
def test_the_order_of_entries_never_matters(entries: list[Worked], chance: Any) -> None:
    before = found(*entries, rates=dated(ana=110, bo=120))
    chance.shuffle(entries)
    assert found(*entries, rates=dated(ana=110, bo=120)) == before


@given(ENTRIES)
def test_what_is_uninvoiced_is_always_the_sum_of_old_open_hours_times_rates(entries: list[Worked]) -> None:
    there, hourly = catalog(), {APOLLO, PORTAL, WEBSITE}
    said = {
        one.project_id: one.amount for one in found(*entries, at=there).findings if one.kind == "uninvoiced"
    }
    for project in hourly:
        old = [e for e in entries if e.project_id == project and not e.is_billed and e.on < TODAY - MONTH]
        total = sum((e.hours * (D(100) if project == APOLLO else e.rate or NOTHING) for e in old), NOTHING)
        assert said.get(ProjectId(project), NOTHING) == total.quantize(D("0.01"), "ROUND_HALF_UP")


@given(ENTRIES)
def test_what_is_on_an_invoice_is_never_a_leak(entries: list[Worked]) -> None:
    assert (
        found(*(one._replace(is_billed=True) for one in entries), rates=dated(ana=110, bo=120)).findings == ()
    )


@given(
    st.builds(
        Finding, st.sampled_from(get_args(Kind)), st.none(), st.just("EUR"), st.sampled_from([None, APOLLO]),
        st.sampled_from([None, ANA, UserId(999)]), st.sampled_from([None, DESIGN, TaskId(999)]),
        count=st.integers(1, 2000), hours=st.decimals(0, 9999, places=2), first=st.just(OLD),
        theirs=st.sampled_from([None, D("1234.5")]), ours=st.just(D(90)), lacking=st.integers(0, 2),
        unlike=st.integers(1, 9), others=st.integers(1, 9),
    )
)  # fmt: skip
def test_each_and_what_to_do_is_said_in_german(one: Finding) -> None:
    german = words("de")
    for said in (sentence(one, CATALOG), action(one, CATALOG, ""), action(one, CATALOG, "https://x")):
        assert german.knows(said)
        assert not {"the", "and", "is", "are", "of"} & set(german.again(said).split())


def test_numbers_and_days_are_those_of_the_language_and_names_stay() -> None:
    one = only(found(worked(1, hours=1001.5), worked(2, hours=1.5, user_id=BO)))
    german = words("de").again(sentence(one, catalog()))
    assert german == "1.003,00 h in 2 Einträgen seit dem 20. Apr. 2026 stehen auf keiner Rechnung."
    bare = words("en").again(action(replace(one, kind="no receipt", user_id=ANA), CATALOG, ""))
    assert bare == "Ask ana@studio.example for the receipt, of expenses from 2026-04-20 on"
