"""``gleaner invoices``: what billing rules made, what is due, and letting it go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, DryRun, Json, On, ProjectArgument

if TYPE_CHECKING:
    from gleaner.app.account import Account
    from gleaner.app.billing.drafting import Made
    from gleaner.invoicing.bills import Bill

Invoice = Annotated[
    str, typer.Argument(metavar="INVOICE", help="Its short name from `gleaner invoices`, or number.")
]
Rule = Annotated[
    str | None, typer.Argument(metavar="[RULE]", help="Name of one of [[invoices]]; otherwise all.")
]
RuleName = Annotated[str, typer.Argument(metavar="RULE", help="Its name.")]
RuleFile = Annotated[Path, typer.Argument(metavar="FILE", help="TOML with one or more [[invoices]].")]
Months = Annotated[int, typer.Option("--months", min=1, max=24, help="How far back to look.")]
Phase = Annotated[str, typer.Argument(metavar="PHASE", help="As the rule's trigger calls it.")]
Open = Annotated[bool, typer.Option("--open", help="It is not done after all.")]


def add(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Invoices: what is due, drafts with their proof, and letting them go.",
        invoke_without_command=True,
    )
    group.callback()(invoices)
    for name, command in (
        ("draft", draft), ("show", show), ("simulate", simulate), ("approve", approve), ("send", send),
        ("mark-sent", mark_sent), ("cancel", cancel), ("again", again), ("phase", phase), ("rules", rules),
        ("add-rules", add_rules), ("remove-rule", remove_rule),
    ):  # fmt: skip
        group.command(name)(command)
    app.add_typer(group, name="invoices")


def invoices(
    context: typer.Context, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Every invoice a billing rule made, where it stands, what came too late for it; then what each rule waits for.

    Exit code 1 says that something has to be looked at.
    """
    if context.invoked_subcommand is not None:
        return
    from gleaner.app.billing.following import refresh
    from gleaner.app.billing.listing import listed
    from gleaner.app.billing.seeing import bills_of
    from gleaner.faces.cli.billed import needs_a_look, plain_bill, plain_look, show_list
    from gleaner.faces.cli.session import opened, print_json, progress

    with opened(config, account) as acc:
        _fresh(acc)
        refresh(acc, bills_of(acc).all())
        found, looks = listed(acc, progress())
        if json:
            bills = [plain_bill(acc.catalog, one.bill, one.late) for one in found]
            print_json({"invoices": bills, "rules": [plain_look(acc.catalog, one) for one in looks]})
        else:
            show_list(found, looks)
        raise typer.Exit(1 if any(needs_a_look(one) for one in found) else 0)


def draft(
    rule: Rule = None,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Make drafts in Harvest of all that is due, each with its proof; nothing is sent.

    Exit code 1 says that something was held back or does not add up.
    """
    from gleaner.app.billing.drafting import draft_due
    from gleaner.app.billing.ruling import rules_called, rules_of
    from gleaner.app.billing.seeing import look_at_all
    from gleaner.faces.cli.billed import plain_look, show_made, show_preview
    from gleaner.faces.cli.session import opened, print_json, progress, say

    with opened(config, account) as acc:
        _fresh(acc)
        rules = rules_called(acc, rule) if rule is not None else rules_of(acc)
        if dry_run:
            looks = [one for one in look_at_all(acc, rules, progress()) if one.plan is not None or one.note]
            if json:
                print_json([plain_look(acc.catalog, one) for one in looks])
                return
            for one in looks:
                show_preview(acc.catalog, one)
            if not looks:
                say("Nothing is due.")
            return
        made = draft_due(acc, rules, progress(), by=_me(acc))
        if json:
            print_json([_plain_made(one) for one in made])
        else:
            show_made(made)
        raise typer.Exit(1 if any(one.result not in ("drafted", "taken") for one in made) else 0)


def show(invoice: Invoice, json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """One invoice from top to bottom: why now, its lines, the proof, what was left out and why.

    Exit code 1 says that it does not add up.
    """
    from gleaner.app.billing.listing import proven
    from gleaner.faces.cli.billed import plain_bill, show_bill
    from gleaner.faces.cli.session import opened, print_json

    with opened(config, account) as acc:
        bill, proof = proven(acc, _called(acc, invoice))
        if json:
            print_json(plain_bill(acc.catalog, bill, None, proof=proof, is_whole=True))
        else:
            show_bill(acc.catalog, bill, proof)
        raise typer.Exit(1 if proof is not None and proof.differences else 0)


def simulate(
    rule: Rule = None,
    months: Months = 3,
    on: On = None,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """When a rule would have been due in the last months, and for how much. Nothing is made."""
    from gleaner.app.billing.listing import would_have_been
    from gleaner.app.billing.ruling import rules_called, rules_of
    from gleaner.faces.cli.billed import plain_would_be, show_would_be
    from gleaner.faces.cli.session import opened, print_json, progress, today_of

    with opened(config, account) as acc:
        _fresh(acc)
        rules = rules_called(acc, rule) if rule is not None else rules_of(acc)
        found = would_have_been(acc, rules, months, on or today_of(acc), progress())
        if json:
            print_json({name: [plain_would_be(one) for one in those] for name, those in found.items()})
        else:
            show_would_be(rules, found, months)


def approve(
    invoice: Invoice, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Let INVOICE go: it is sent by the next look at invoices, or by `gleaner invoices send`. Dies with any change."""
    from gleaner.app.billing.listing import rule_of
    from gleaner.app.billing.sending import approve as let_go
    from gleaner.faces.cli.session import opened, say

    with opened(config, account) as acc:
        bill = _called(acc, invoice)
        proof = let_go(acc, rule_of(acc, bill), bill)
        if json:
            _print_bill(acc, bill)
        else:
            say(f"Approved invoice {bill.number}. {proof.sentence()}")


def send(
    invoice: Invoice,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Mail INVOICE to the client, with its PDF, approving it if you may."""
    from gleaner.app.billing.listing import rule_of
    from gleaner.app.billing.seeing import bills_of
    from gleaner.app.billing.sending import approve as let_go
    from gleaner.app.billing.sending import mail_for
    from gleaner.app.billing.sending import send as mail
    from gleaner.faces.cli.session import opened, print_json, say
    from gleaner.invoicing.bills import Standing

    with opened(config, account) as acc:
        bill = _called(acc, invoice)
        rule = rule_of(acc, bill)
        if dry_run:
            action, proof = mail_for(acc, rule, bill)
            if json:
                print_json({"to": action.recipients, "subject": action.subject, "body": action.body,
                            "adds_up": proof.adds_up})  # fmt: skip
            else:
                to = ", ".join(action.recipients) or "nobody: the client has no contact with an address"
                say(f"Would send to {to}:", f"  {action.subject}", f"  {action.body}", "", proof.sentence())
            return
        if bill.state in (Standing.DRAFT, Standing.DIFFERS) and not bill.doing:
            let_go(acc, rule, bill)
            bill = bills_of(acc).get(bill.key) or bill
        text = mail(acc, rule, bill, by=_me(acc))
        if json:
            _print_bill(acc, bill)
        else:
            say(text)


def mark_sent(
    invoice: Invoice, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Say that INVOICE went out some other way. Nobody is mailed."""
    from gleaner.app.billing.listing import rule_of
    from gleaner.app.billing.sending import mark_sent as mark
    from gleaner.faces.cli.session import opened, say

    with opened(config, account) as acc:
        bill = _called(acc, invoice)
        text = mark(acc, rule_of(acc, bill), bill, by=_me(acc))
        if json:
            _print_bill(acc, bill)
        else:
            say(text)


def cancel(
    invoice: Invoice, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Take a draft back: its time and expenses can be invoiced again. The rule does not make it again unasked."""
    from gleaner.app.billing.drafting import cancel as take_back
    from gleaner.faces.cli.session import opened, say

    with opened(config, account) as acc:
        bill = _called(acc, invoice)
        text = take_back(acc, bill, by=_me(acc))
        if json:
            _print_bill(acc, bill)
        else:
            say(text)


def again(invoice: Invoice, json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """Make the draft of a cancelled INVOICE after all, of what can be invoiced now."""
    from gleaner.app.billing.drafting import draft_again
    from gleaner.app.billing.listing import rule_of
    from gleaner.faces.cli.billed import show_made
    from gleaner.faces.cli.session import opened, print_json

    with opened(config, account) as acc:
        bill = _called(acc, invoice)
        made = draft_again(acc, rule_of(acc, bill), bill, by=_me(acc))
        if json:
            print_json(_plain_made(made))
        else:
            show_made([made])
        raise typer.Exit(0 if made.result == "drafted" else 1)


def phase(
    project: ProjectArgument,
    name: Phase,
    on: On = None,
    is_open: Open = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Say that PHASE of PROJECT is done: rules that wait for it are due then."""
    from gleaner.app.billing.listing import check_may_bill
    from gleaner.app.billing.phasing import mark_phase
    from gleaner.faces.cli.session import opened, print_json, say, synced, today_of

    with opened(config, account) as acc:
        synced(acc)
        check_may_bill(acc)
        done = None if is_open else on or today_of(acc)
        found, waiting = mark_phase(acc, project, name, done)
        if json:
            print_json({"project": found.name, "phase": name, "done_on": done, "rules": waiting})
            return
        state = "open again" if done is None else f"done on {done}"
        rules = (
            f" Rules that go by it: {', '.join(waiting)}." if waiting else " No billing rule goes by it yet."
        )
        say(f'The phase "{name}" of {found.name} is {state}.{rules}')


def rules(json: Json = False, config: ConfigFile = None, account: AccountId = None) -> None:
    """All billing rules: when each is due, who answers for it, who lets its invoices go, where it stands.

    Those that are wrong are listed, too; then what is wrong with the first is said, with exit code 2.
    """
    from gleaner.app.billing.listing import check_may_bill
    from gleaner.app.billing.ruling import rules_from, written
    from gleaner.faces.cli.billed import plain_rule, show_rules
    from gleaner.faces.cli.session import opened, print_json, synced

    with opened(config, account) as acc:
        synced(acc)
        check_may_bill(acc)
        found = written(acc)
        if json:
            print_json([plain_rule(one) for one in found])
        else:
            show_rules(found)
        rules_from(acc, found)


def add_rules(
    file: RuleFile,
    dry_run: DryRun = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Add the [[invoices]] of FILE; you answer for them, so somebody else lets their invoices go."""
    from gleaner.app.billing.adding import add_rules as add_all
    from gleaner.app.billing.listing import check_may_bill
    from gleaner.faces.cli.session import opened, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        check_may_bill(acc)
        added = add_all(acc, file, dry_run=dry_run)
        if json:
            print_json([{"rule": one.name, "trigger": one.trigger.sentence()} for one in added])
            return
        verb = "Would add" if dry_run else "Added"
        say(*(f"{verb} {one.name}: {one.trigger.sentence()}." for one in added))


def remove_rule(
    name: RuleName, json: Json = False, config: ConfigFile = None, account: AccountId = None
) -> None:
    """Remove a billing rule that was added by command. The invoices it made stay."""
    from gleaner.app.billing.adding import remove_rule as remove
    from gleaner.app.billing.listing import check_may_bill
    from gleaner.faces.cli.session import opened, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        check_may_bill(acc)
        remove(acc, name)
        if json:
            print_json({"removed": name})
        else:
            say(f"Removed {name}; the invoices it made stay.")


def _called(acc: Account, text: str) -> Bill:
    from gleaner.app.billing.listing import bill_called, check_may_bill
    from gleaner.faces.cli.session import synced

    synced(acc)
    check_may_bill(acc)
    return bill_called(acc, text)


def _fresh(acc: Account) -> None:
    """Invoices are made of what Harvest has now."""
    from gleaner.app.billing.listing import check_may_bill
    from gleaner.app.looking import sync
    from gleaner.faces.cli.session import progress, synced, today_of

    synced(acc)
    check_may_bill(acc)
    today = today_of(acc)
    sync(acc, progress(), first=today, last=today)


def _me(acc: Account) -> str:
    return acc.me.email if acc.me is not None else "somebody"


def _print_bill(acc: Account, bill: Bill) -> None:
    from gleaner.app.billing.seeing import bills_of
    from gleaner.faces.cli.billed import plain_bill
    from gleaner.faces.cli.session import print_json

    print_json(plain_bill(acc.catalog, bills_of(acc).get(bill.key) or bill, None))


def _plain_made(made: Made) -> dict[str, object]:
    bill = made.bill
    return {
        "rule": made.name,
        "result": made.result,
        "text": made.text,
        "invoice": bill.short if bill is not None else None,
        "number": bill.number if bill is not None else None,
    }
