"""Invoices from outside: due, drafted, proven, approved by another, mailed with their PDF, paid, taken back."""

from __future__ import annotations

import pytest
from tests.journeys import billing
from tests.journeys.billing import (
    CONTACT,
    HOURLY,
    billable,
    billed,
    fixed,
    in_month,
    invoices,
    last_month,
    mails,
    month_end,
    only,
    ours,
    rule,
    today,
    worked,
)
from tests.journeys.world import ANA, BO, CY, World

from gleaner.app.account import open_account
from gleaner.app.billing.seeing import bills_of
from gleaner.app.daemon.job import jobs
from gleaner.app.daemon.schedule import Due


def test_a_month_becomes_a_draft_with_its_proof_and_is_mailed_once(world: World) -> None:
    billable(world)
    rule(world, *month_end('summary = "task"', "tax = 19"))
    worked(world, 2.5, 4.25)
    worked(world, 1.0, task="design", who=BO)
    said = world.fine("invoices", "draft").out
    assert "3 entries · 7.75 h · Σ = 620.00 EUR → 737.80 with discount and tax = invoice ✓" in said
    (made,) = invoices(world)
    assert (made["state"], made["amount"], len(made["line_items"])) == ("draft", 737.8, 2)
    assert billed(world) == 3
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    assert mails(world) == []

    sent = world.fine("invoices", "send", made["number"]).out
    assert f"to {CONTACT}" in sent
    (mail,) = mails(world)
    assert [to["email"] for to in mail["recipients"]] == [CONTACT]
    assert mail["subject"] == f"Invoice {made['number']}: Acme Industries, {last_month():%B %Y}"
    assert "737.80 EUR" in mail["body"]
    assert any(one["name"].endswith(".pdf") for one in mail["attachments"])
    again = world.gleaner("invoices", "send", made["number"])
    assert again.code == 1
    assert "only a draft" in again.err
    assert len(mails(world)) == 1

    world.api().post(f"/invoices/{made['id']}/payments", amount=737.8)
    assert only(world)["state"] == "paid"


def test_every_ten_hours_and_only_what_came_after(world: World) -> None:
    billable(world)
    rule(world, *HOURLY)
    worked(world, 4.0, 4.0)
    assert "not due" in world.fine("invoices").err
    worked(world, 3.0)
    assert "11.00 billable hours wait; the rule says 10." in world.fine("invoices", "draft", "--dry-run").out
    assert invoices(world) == []
    world.fine("invoices", "draft", "acme")
    assert [one["amount"] for one in invoices(world)] == [880.0]
    worked(world, 9.0)
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    worked(world, 1.0)
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [880.0, 800.0]
    assert [one["period"] for one in ours(world)] == ["10h-1", "10h-2"]


def test_what_is_cancelled_is_free_again_and_not_asked_for_again(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    assert "3.00 h can be invoiced again" in world.fine("invoices", "cancel", short).out
    assert (invoices(world), billed(world)) == ([], 0)
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    worked(world, 1.0)
    world.fine("invoices", "again", short)
    assert [one["amount"] for one in invoices(world)] == [320.0]
    assert only(world)["state"] == "draft"


def test_an_invoice_that_was_sent_is_not_taken_back(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    assert "nobody was mailed" in world.fine("invoices", "mark-sent", short).out
    assert mails(world) == []
    refused = world.gleaner("invoices", "cancel", short)
    assert refused.code == 1
    assert "only a draft is taken back" in refused.err
    assert [one["state"] for one in invoices(world)] == ["open"]


def test_who_answers_for_a_rule_does_not_let_its_invoices_go(world: World) -> None:
    billable(world)
    rule(world, *month_end(), author=ANA)
    worked(world, 3.0)
    world.fine("invoices", "draft")
    refused = world.gleaner("invoices", "send", only(world)["id"])
    assert refused.code == 1
    assert "somebody else has to let its invoices go" in refused.err
    assert mails(world) == []


def test_named_in_the_rule_even_its_author_may(world: World) -> None:
    billable(world)
    rule(world, *month_end(f'approvers = ["{ANA}"]'), author=ANA)
    worked(world, 3.0)
    world.fine("invoices", "draft")
    world.fine("invoices", "send", only(world)["id"])
    assert len(mails(world)) == 1


def test_an_approval_dies_with_any_change(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    world.fine("invoices", "approve", short)
    assert only(world)["state"] == "approved"
    (made,) = invoices(world)
    world.api().patch(f"/invoices/{made['id']}", subject="Something else")
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert "changed since it was approved" in refused.err
    assert mails(world) == []
    assert only(world)["state"] == "draft"


def test_what_does_not_add_up_stops_and_says_where(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    (made,) = invoices(world)
    (line,) = made["line_items"]
    world.api().patch(f"/invoices/{made['id']}", line_items=[{"id": line["id"], "quantity": 4}])
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert "Apollo / Programming: 3 × = 240.00 planned, 4 × = 320.00 in the draft" in refused.err
    assert only(world)["state"] == "differs"
    world.api().patch(f"/invoices/{made['id']}", line_items=[{"id": line["id"], "quantity": 3}])
    world.fine("invoices", "send", short)
    assert len(mails(world)) == 1


def test_late_time_is_shown_and_never_added(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.fine("invoices", "draft")
    world.by_hand(1.5, "apollo", "programming", "Forgotten", day=in_month(9))
    said = world.gleaner("invoices")
    assert said.code == 1
    assert "1.50 h (120.00) came too late for it" in said.out
    assert [one["amount"] for one in invoices(world)] == [240.0]


def test_a_rule_by_phase_says_why_it_is_not_due(world: World) -> None:
    billable(world)
    design = 'trigger = {kind = "phase-complete", phase = "Design"}'
    rule(world, design)
    assert "not due: the phase “Design” is not done" in world.fine("invoices").err
    fixed(world)
    world.fine("sync")
    never = "its projects have a fixed fee and no time to bill, so it will never be due; the trigger fixed-fee-schedule"
    said = world.fine("invoices")
    assert f"not due: {never} bills parts of a fee when a phase is done" in said.err
    assert never in world.gleaner("doctor").out
    world.fine("invoices", "phase", "Apollo", "Design")
    assert f"not due: {never}" in world.fine("invoices").err
    (look,) = world.fine("invoices", "--json").json["rules"]
    assert look["waits_for"].startswith(never)


def test_parts_of_a_fixed_fee_come_to_the_fee_and_no_further(world: World) -> None:
    fixed(world, fee=1000.01)
    parts = (
        f'{{name = "Kick-off", percent = 33.33, on = {in_month(1)}}}, '
        f'{{name = "Half way", percent = 33.33, phase = "Design"}}, '
        f'{{name = "Rest", percent = 33.34, on = {today().isoformat()}}}'
    )
    rule(world, f'trigger = {{kind = "fixed-fee-schedule", parts = [{parts}]}}')
    world.fine("invoices", "draft")
    world.fine("invoices", "draft")
    assert "Rules that go by it: acme." in world.fine("invoices", "phase", "Apollo", "design").out
    world.fine("invoices", "draft")
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    assert [one["amount"] for one in invoices(world)] == [333.3, 333.4, 333.31]
    assert sum(round(one["amount"] * 100) for one in invoices(world)) == 100_001


def test_more_than_the_fee_is_never_asked_for(world: World) -> None:
    fixed(world, fee=1000.0)
    part = f'{{name = "All", amount = 800, on = {in_month(1)}}}'
    rule(world, f'trigger = {{kind = "fixed-fee-schedule", parts = [{part}]}}')
    world.api().post(
        "/invoices", client_id=world.ids["acme"],
        line_items=[{"kind": "Service", "unit_price": 300, "project_id": world.ids["apollo"]}],
    )  # fmt: skip
    said = world.gleaner("invoices", "draft")
    assert said.code == 1
    assert '"All" would be 800.00, and 700.00 of the fee of Apollo is left' in said.out
    assert len(invoices(world)) == 1


def test_a_phase_that_is_archived_in_harvest_is_done(world: World) -> None:
    billable(world)
    rule(world, 'trigger = {kind = "phase-complete", phase = "Design"}')
    worked(world, 2.0)
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    place = f"/projects/{world.ids['apollo']}/task_assignments"
    used = {row["task"]["name"]: row["id"] for row in world.api().get(place)["task_assignments"]}
    world.api().patch(f"{place}/{used['Design']}", is_active=False)
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [160.0]


def test_time_without_a_rate_waits_for_one(world: World) -> None:
    billable(world, rate=0)
    rule(world, *month_end())
    worked(world, 2.0)
    said = world.gleaner("invoices", "draft")
    assert said.code == 1
    assert "2.00 h have no rate and would be billed at nothing" in said.out
    assert invoices(world) == []


def test_without_anybody_to_send_it_to_it_says_so(world: World) -> None:
    billable(world, contact="")
    rule(world, *month_end())
    worked(world, 2.0)
    world.fine("invoices", "draft")
    said = world.gleaner("invoices", "send", only(world)["id"])
    assert said.code == 1
    assert "add a contact with an e-mail address" in said.err
    assert only(world)["state"] == "approved"


def test_only_up_to_the_first_day_that_nobody_approved(world: World) -> None:
    billable(world)
    rule(world, *month_end("only_approved = true"))
    worked(world, 2.0)
    said = world.gleaner("invoices", "draft")
    assert "nothing is left to bill; first of all: not approved" in said.out


def test_no_more_than_the_cap(world: World) -> None:
    billable(world)
    rule(world, *month_end("cap = 400"))
    worked(world, 2.0, 2.0, 2.0, 2.0)
    said = world.fine("invoices", "draft", "--dry-run").out
    assert "4.00 h on Apollo (320.00) is over the rule's cap" in said
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [320.0]
    assert billed(world) == 2


def test_a_rule_would_have_been_due_on_these_days(world: World) -> None:
    billable(world)
    rule(world, *HOURLY)
    world.say("[capture]", "entries_days = 200")
    worked(world, 4.0, 4.0, 4.0, 8.0, 3.0)
    found = world.fine("invoices", "simulate", "--months", "3", "--json").json
    assert [(one["on"], one["amount"]) for one in found["acme"]] == [
        (in_month(3), 960.0),
        (in_month(5), 880.0),
    ]
    assert invoices(world) == []


@pytest.mark.parametrize("who", [BO, CY])
def test_members_see_and_do_nothing_of_it(world: World, who: str) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 2.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    world.act_as(who)
    for words in (
        ("invoices",),
        ("invoices", "show", short),
        ("invoices", "send", short),
        ("invoices", "draft"),
    ):
        said = world.gleaner(*words)
        assert said.code == 1, said
        assert "only an administrator" in said.err
        assert "160" not in said.out
    assert mails(world) == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (('trigger = {kind = "moth-end"}',), 'there is no trigger "moth-end". Did you mean "month-end"?'),
        (('trigger = {kind = "hours-reached"}',), 'missing "hours"'),
        (('trigger = {kind = "hours-reached", hours = 0}',), "more than 0"),
        (
            (
                'trigger = {kind = "fixed-fee-schedule", parts = [{name = "A", percent = 101, on = 2026-01-01}]}',
            ),
            "more than the whole fee",
        ),
        (month_end("cap = 1", "minimum = 2"), "nothing would ever fit"),
    ],
)
def test_a_wrong_rule_is_named_with_its_place(world: World, lines: tuple[str, ...], sentence: str) -> None:
    billable(world)
    rule(world, *lines)
    said = world.gleaner("invoices", "draft")
    assert said.code == 2
    assert "gleaner.toml, invoices" in said.err
    assert sentence in said.err


def test_two_rules_for_the_same_time_are_refused(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    rule(world, *HOURLY, name="other")
    said = world.gleaner("invoices", "draft")
    assert said.code == 2
    assert '"other" and "acme" would both bill the time of 1 project' in said.err


def test_expenses_go_along(world: World) -> None:
    billable(world)
    rule(world, *month_end('expenses = "category"'))
    worked(world, 1.0)
    api = world.api()
    category = api.post("/expense_categories", name="Travel")["id"]
    for cost in (12.3, 7.7):
        api.post(
            "/expenses", project_id=world.ids["apollo"], expense_category_id=category, spent_date=in_month(2),
            total_cost=cost, user_id=world.ids["ana"], billable=True,
        )  # fmt: skip
    said = world.fine("invoices", "draft").out
    assert "2 expenses" in said
    assert [one["amount"] for one in invoices(world)] == [100.0]


def test_a_rule_can_send_by_itself_and_reminds_when_nobody_pays(world: World) -> None:
    billable(world)
    rule(world, *month_end('send = "auto"', 'payment_term = "upon receipt"', "remind_after = [1, 5]"))
    worked(world, 1.0)
    assert billing.round_of(world).sent == 1
    assert len(mails(world)) == 1
    assert billing.round_of(world).reminded == 0
    assert billing.round_of(world, days=1).reminded == 1
    assert billing.round_of(world, days=1).reminded == 0
    assert [one["subject"].partition(":")[0] for one in mails(world)] == [
        mails(world)[0]["subject"].partition(":")[0],
        "Reminder",
    ]
    assert billing.round_of(world, days=6).reminded == 1
    (made,) = invoices(world)
    world.api().post(f"/invoices/{made['id']}/payments", amount=made["amount"], send_thank_you=False)
    assert billing.round_of(world, days=60).reminded == 0
    assert len(mails(world)) == 3


def test_who_let_an_invoice_go_is_told_and_forgotten(world: World) -> None:
    billable(world)
    rule(world, *month_end(f'approvers = ["{ANA}"]'))
    worked(world, 2.0)
    world.fine("invoices", "draft")
    world.fine("invoices", "approve", only(world)["id"])
    told = world.fine("people", "export", ANA).json
    assert [row["period"] for row in told["sections"]["approvals"]["rows"]] == [f"{last_month():%Y-%m}"]
    bo = next(one for one in world.api().get("/users")["users"] if one["email"] == BO)
    world.api().patch(f"/users/{bo['id']}", access_roles=["administrator"])
    world.act_as(BO)
    world.fine("sync")
    world.fine("people", "forget", ANA, "--yes")
    with open_account(world.config) as account:
        (kept,) = bills_of(account).all()
    assert kept.approver_id == 0


def test_an_entry_changed_after_the_approval_stops_it(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    (entry,) = worked(world, 3.0)
    world.fine("invoices", "draft")
    short = only(world)["id"]
    world.fine("invoices", "approve", short)
    world.api().patch(f"/time_entries/{entry}", hours=5)
    refused = world.gleaner("invoices", "send", short)
    assert refused.code == 1
    assert f"time entry {entry} (3.00 h Apollo on " in refused.err
    assert "has 5.00 h now" in refused.err
    assert mails(world) == []
    assert only(world)["state"] == "differs"


def test_a_project_that_is_archived_by_now_is_billed_all_the_same(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    worked(world, 3.0)
    world.api().patch(f"/projects/{world.ids['apollo']}", is_active=False)
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [240.0]


def test_deleted_in_harvest_it_is_cancelled_here_and_its_time_is_free(world: World) -> None:
    billable(world)
    rule(world, *HOURLY)
    worked(world, 11.0)
    world.fine("invoices", "draft")
    world.api().delete(f"/invoices/{invoices(world)[0]['id']}")
    assert only(world)["state"] == "cancelled"
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    assert billed(world) == 0


def test_who_may_let_it_go_is_asked_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    billable(world)
    rule(world, *month_end('send = "ask"'))
    world.say("[daemon]", 'public_url = "https://gleaner.example"')
    world.say("[[channels]]", 'kind = "console"')
    worked(world, 3.0)
    assert billing.round_of(world).asked == 1
    said = capsys.readouterr().err
    assert f"https://gleaner.example/invoices/{only(world)['id']}" in said
    assert f"To: Ana Person <{ANA}>" in said
    assert "Nothing is sent before you say so: gleaner invoices send" in said
    assert billing.round_of(world).asked == 0
    assert mails(world) == []
    world.fine("invoices", "approve", only(world)["id"])
    assert billing.round_of(world).sent == 1
    assert len(mails(world)) == 1


def test_the_daemon_has_a_job_for_it_once_it_is_switched_on(world: World) -> None:
    billable(world)
    rule(world, *month_end())
    world.fine("sync")
    with open_account(world.config) as account:
        assert jobs.get("invoices")(account.settings.schedule) is None
    world.say("[schedule]", "invoice_minutes = 60")
    worked(world, 3.0)
    with open_account(world.config) as account:
        job = jobs.get("invoices")(account.settings.schedule)
        assert job is not None
        said = job.run(account, Due("now", today(), today()), None)
    assert said.text == "1 drafted, 0 sent, 0 asked, 0 reminded"


def test_each_project_has_an_invoice_of_its_own_when_the_rule_says_so(world: World) -> None:
    billable(world)
    world.api().patch(
        f"/projects/{world.ids['portal']}", is_billable=True, bill_by="Project", hourly_rate=100
    )
    world.say(
        "[[invoices]]", 'name = "acme"', 'client = "Acme Industries"', f'author = "{BO}"', "each_project = true",
        *month_end(),
    )  # fmt: skip
    worked(world, 1.0)
    world.by_hand(2.0, "portal", "programming", "Form", day=in_month(2))
    world.fine("invoices", "draft")
    assert sorted(one["amount"] for one in invoices(world)) == [80.0, 200.0]
    assert {one["rule"] for one in ours(world)} == {
        f"acme/{world.ids[name]}" for name in ("apollo", "portal")
    }


def test_what_is_low_in_a_retainer_is_asked_for(world: World) -> None:
    billable(world)
    rule(world, 'trigger = {kind = "retainer-low", retainer_id = 7, amount = 500, below = 100}')
    world.fine("invoices", "draft")
    (made,) = invoices(world)
    assert (made["amount"], made["retainer"]) == (500.0, {"id": 7})
    assert world.fine("invoices", "draft").out.strip() == "Nothing is due."
    worked(world, 5.01)
    world.fine("invoices", "draft")
    assert len(invoices(world)) == 2


def test_the_doctor_says_which_rule_can_never_work(world: World) -> None:
    billable(world, contact="")
    rule(world, *month_end('send = "ask"'), author="nobody@studio.example")
    said = world.gleaner("doctor")
    assert said.code == 1
    text = " ".join((said.out + said.err).split())
    for part in (
        "its author nobody@studio.example is not an active person in Harvest", "there is nobody to send to",
        'send = "ask" needs a way to reach people',
    ):  # fmt: skip
        assert part in text


def test_what_was_put_right_in_harvest_goes_out_by_itself(world: World) -> None:
    billable(world)
    rule(world, *month_end('send = "auto"'))
    worked(world, 3.0)
    world.fine("invoices", "draft")
    (made,) = invoices(world)
    (line,) = made["line_items"]
    world.api().patch(f"/invoices/{made['id']}", line_items=[{"id": line["id"], "quantity": 4}])
    assert billing.round_of(world).sent == 0
    assert only(world)["state"] == "differs"
    world.api().patch(f"/invoices/{made['id']}", line_items=[{"id": line["id"], "quantity": 3}])
    assert [billing.round_of(world).sent for _ in range(2)] == [0, 1]
    assert len(mails(world)) == 1


def test_what_is_refused_each_hour_is_one_line_in_the_journal(world: World) -> None:
    billable(world, contact="")
    rule(world, *month_end('send = "auto"'))
    worked(world, 3.0)
    for _ in range(3):
        (problem,) = billing.round_of(world).problems
        assert "add a contact" in problem
    lines = [one for one in world.fine("journal", "--json").json if "add a contact" in one["text"]]
    assert len(lines) == 1


def test_the_time_of_a_fixed_fee_project_beside_others_is_named_and_left(world: World) -> None:
    billable(world)
    portal = {
        "is_billable": True,
        "bill_by": "Project",
        "hourly_rate": 100,
        "is_fixed_fee": True,
        "fee": 5000,
    }
    world.api().patch(f"/projects/{world.ids['portal']}", **portal)
    world.say("[[invoices]]", 'name = "acme"', 'client = "Acme Industries"', f'author = "{BO}"', *month_end())
    worked(world, 1.0)
    world.by_hand(2.0, "portal", "programming", "Form", day=in_month(2))
    assert (
        "2.00 h on Customer Portal (200.00) is on a fixed fee"
        in world.fine("invoices", "draft", "--dry-run").out
    )
    world.fine("invoices", "draft")
    assert [one["amount"] for one in invoices(world)] == [80.0]
    assert (
        "2.00 h on Customer Portal (200.00) is on a fixed fee"
        in world.fine("invoices", "show", only(world)["id"]).out
    )
