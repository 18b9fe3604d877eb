"""Invoices on the command line: the list, one from top to bottom, what was made, what would be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from gleaner.core.catalog import Catalog, ProjectId
from gleaner.faces.cli.session import say, table, tell
from gleaner.invoicing import text
from gleaner.invoicing.bills import Bill, Standing
from gleaner.invoicing.plan import Plan
from gleaner.invoicing.proof import Proof
from gleaner.invoicing.rules import BillingRule
from gleaner.invoicing.simulate import WouldBe

if TYPE_CHECKING:
    from gleaner.app.billing.drafting import Made
    from gleaner.app.billing.following import Late
    from gleaner.app.billing.listing import Listed
    from gleaner.app.billing.ruling import Written
    from gleaner.app.billing.seeing import Look

_NEXT = {
    Standing.PLANNED: "not in Harvest yet",
    Standing.DRAFT: "draft: gleaner invoices send {short}",
    Standing.DIFFERS: "does not add up: gleaner invoices show {short}",
    Standing.APPROVED: "approved, goes out with the next look",
    Standing.SENT: "sent",
    Standing.PAID: "paid",
    Standing.CLOSED: "written off",
    Standing.CANCELLED: "cancelled",
}


def needs_a_look(one: Listed) -> bool:
    """Whether somebody has to do something about it."""
    return one.bill.state is Standing.DIFFERS or bool(one.bill.trouble) or one.late is not None


def show_list(found: Sequence[Listed], looks: Sequence[Look]) -> None:
    """The invoices as a table, then what each rule waits for."""
    rows = [
        (
            one.bill.short, one.bill.number or "–", one.bill.key, str(one.bill.on), text.headline(one.bill.plan),
            _stands(one),
        )
        for one in found
    ]  # fmt: skip
    if rows:
        table(("", "number", "for", "due", "", ""), rows)
    else:
        say("No invoice was made by a rule yet.")
    for look in looks:
        tell(f"{look.rule.name}, {look.rule.trigger.sentence()}: {_outlook(look)}")
    if not looks:
        tell("gleaner.toml has no [[invoices]]; docs/how-to/raise-invoices.md shows some.")


def _stands(one: Listed) -> str:
    bill = one.bill
    said = [_NEXT[bill.state].format(short=bill.short)]
    if bill.state is Standing.SENT and bill.due_date is not None:
        said.append(f"due on {bill.due_date}")
    if bill.doing:
        said.append(f"somebody began to {bill.doing} it")
    if bill.trouble:
        said.append(bill.trouble)
    if one.late is not None:
        said.append(f"{one.late.hours:.2f} h ({one.late.amount:,.2f}) came too late for it")
    return "; ".join(said)


def _outlook(look: Look) -> str:
    if look.plan is not None and not look.plan.held:
        return f"due now, {text.headline(look.plan)}: gleaner invoices draft {look.rule.name}"
    if look.note:
        return f"waits: {look.note}"
    return f"not due: {look.waits_for}" if look.waits_for else "not due"


def show_made(made: Sequence[Made]) -> None:
    """What was made of each rule."""
    for one in made:
        name = f" ({one.bill.short})" if one.bill is not None else ""
        lead = {"held": "waits: ", "failed": "failed: ", "waiting": "not yet: "}.get(one.result, "")
        say(f"{one.name}{name}: {lead}{one.text}")
    if not made:
        say("Nothing is due.")


def show_preview(catalog: Catalog, look: Look) -> None:
    """What a rule would make."""
    if look.plan is None:
        say(f"{look.rule.name}: {look.note}", "")
        return
    _show_plan(catalog, look.plan)
    if look.plan.held:
        say(f"Not made: {look.plan.held}.")
    say("")


def show_bill(catalog: Catalog, bill: Bill, proof: Proof | None) -> None:
    """One invoice from top to bottom."""
    number = f"Invoice {bill.number}" if bill.number else "Not in Harvest yet"
    say(f"{number}, {_NEXT[bill.state].format(short=bill.short)}")
    _show_plan(catalog, bill.plan)
    if proof is not None:
        say(proof.sentence())
        say(*(f"  {one}" for one in proof.differences))
    if bill.trouble and (proof is None or not proof.differences):
        say(bill.trouble)


def _show_plan(catalog: Catalog, plan: Plan) -> None:
    say(f"{plan.key}: {text.headline(plan)}", plan.why, "")
    rows = [
        (
            _name(catalog, one.project_id, one.label), f"{one.quantity.normalize():f}", f"{one.unit_price:,.2f}",
            f"{one.amount:,.2f}",
        )
        for one in plan.lines
    ]  # fmt: skip
    below = plan.totals
    if below.subtotal != below.amount:
        rows += [("subtotal", "", "", f"{below.subtotal:,.2f}")]
        rows += [("discount", "", "", f"-{below.discount:,.2f}")] if below.discount else []
        rows += [("tax", "", "", f"{below.tax:,.2f}")] if below.tax else []
        rows += [("second tax", "", "", f"{below.tax2:,.2f}")] if below.tax2 else []
    rows.append(("total", "", "", f"{below.amount:,.2f}"))
    table(
        ("line", "quantity", "price", f"{plan.action.currency}"),
        rows,
        right=("quantity", "price", plan.action.currency),
    )
    if plan.left_out:
        say("", "Left out:")
        say(*(f"  {text.left_out(one, _project(catalog, one.project_id))}" for one in plan.left_out))
    say("")


def show_would_be(rules: Iterable[BillingRule], found: Mapping[str, Sequence[WouldBe]], months: int) -> None:
    """When each rule would have been due."""
    for rule in rules:
        those = found[rule.name]
        if not those:
            say(f"{rule.name}, {rule.trigger.sentence()}: never in {months} months.")
            continue
        say(f"{rule.name}, {rule.trigger.sentence()}:")
        say(*(f"  {one.on}  {text.headline(one.plan)}" for one in those))


def show_rules(found: Sequence[Written]) -> None:
    """The rules as they were written."""
    rows = [
        (
            one.settings.name, ", ".join(one.settings.projects) or one.settings.client, _kind(one), one.settings.send,
            one.settings.author, ", ".join(one.settings.approvers) or "another administrator",
            "gleaner.toml" if one.kept is None else f"added {one.kept.made_at:%Y-%m-%d}",
        )
        for one in found
    ]  # fmt: skip
    if rows:
        table(("rule", "for", "due", "send", "answers for it", "lets go", ""), rows)
    else:
        say("There are no billing rules; docs/how-to/raise-invoices.md shows some.")


def plain_rule(one: Written) -> dict[str, object]:
    """A rule for programs, as it was written."""
    said = one.settings.model_dump(mode="json")
    return said | {
        "is_added": one.kept is not None,
        "added_at": one.kept.made_at if one.kept is not None else None,
    }


def _kind(one: Written) -> str:
    return str(one.settings.trigger.get("kind", ""))


def plain_bill(
    catalog: Catalog, bill: Bill, late: Late | None, *, proof: Proof | None = None, is_whole: bool = False
) -> dict[str, object]:
    """An invoice for programs; *is_whole* with its lines and what was left out."""
    said: dict[str, object] = {
        "id": bill.short,
        "key": bill.key,
        "rule": bill.plan.rule,
        "period": bill.plan.period,
        "state": bill.state.value,
        "due_for_since": bill.on,
        "harvest_id": bill.invoice_id,
        "number": bill.number,
        "client": catalog.clients[bill.plan.action.client_id].name
        if bill.plan.action.client_id in catalog.clients
        else "",
        "hours": bill.plan.hours,
        "amount": bill.plan.totals.amount,
        "currency": bill.plan.action.currency,
        "why": bill.plan.why,
        "trouble": bill.trouble,
        "approved_at": bill.approved_at,
        "sent_at": bill.sent_at,
        "due_date": bill.due_date,
        "reminders": bill.reminded,
        "late_hours": late.hours if late is not None else 0,
        "late_amount": late.amount if late is not None else 0,
    }
    if is_whole:
        said |= _plain_plan(catalog, bill.plan)
        said["proof"] = None if proof is None else {
            "adds_up": proof.adds_up, "entries": proof.entries, "expenses": proof.expenses, "exact": proof.exact,
            "rounding": proof.rounding, "total": proof.total, "differences": proof.differences,
        }  # fmt: skip
    return said


def plain_look(catalog: Catalog, look: Look) -> dict[str, object]:
    """How a rule stands, for programs."""
    is_due = look.plan is not None and not look.plan.held
    said: dict[str, object] = {
        "rule": look.rule.name, "trigger": look.rule.trigger.sentence(), "is_due": is_due, "note": look.note,
        "waits_for": look.waits_for,
    }  # fmt: skip
    if look.plan is not None:
        said |= {"period": look.plan.period, "why": look.plan.why, "amount": look.plan.totals.amount,
                 "currency": look.plan.action.currency, **_plain_plan(catalog, look.plan)}  # fmt: skip
    return said


def plain_would_be(one: WouldBe) -> dict[str, object]:
    """An invoice that would have been, for programs."""
    return {
        "on": one.on, "period": one.plan.period, "why": one.plan.why, "hours": one.plan.hours,
        "amount": one.plan.totals.amount, "currency": one.plan.action.currency,
    }  # fmt: skip


def _plain_plan(catalog: Catalog, plan: Plan) -> dict[str, object]:
    return {
        "lines": [
            {
                "project": _project(catalog, one.project_id), "about": one.label, "quantity": one.quantity,
                "unit_price": one.unit_price, "amount": one.amount, "kind": one.kind,
            }
            for one in plan.lines
        ],
        "left_out": [
            {
                "reason": one.reason, "project": _project(catalog, one.project_id), "count": one.count,
                "hours": one.hours, "amount": one.amount,
            }
            for one in plan.left_out
        ],
    }  # fmt: skip


def _name(catalog: Catalog, project_id: ProjectId | None, label: str) -> str:
    return " / ".join(part for part in (_project(catalog, project_id), label) if part)


def _project(catalog: Catalog, project_id: ProjectId | None) -> str:
    found = catalog.projects.get(project_id) if project_id is not None else None
    return found.name if found is not None else ""
