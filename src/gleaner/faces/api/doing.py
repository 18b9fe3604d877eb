"""What can be proposed, and what can be changed: that is told first, and done when asked again with ``confirm``.

With ``dry_run`` it is only told.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from gleaner.app.filing import Said
from gleaner.app.programs import acting, proposing
from gleaner.app.programs.values import Done
from gleaner.faces.api.asked import Back, Change, Confirm, Cost, DryRun, EntryChange, No, Time, Timer, Which
from gleaner.faces.api.who import Who

router = APIRouter()
EntryNumber = Annotated[int, Path(gt=0, lt=10**18)]


@router.post("/proposals")
def propose(who: Who, time: Time, dry_run: DryRun = False) -> Done:
    """Leave an entry in the person's review; the same sent twice is one."""
    return proposing.propose_time(
        who, time.on, time.hours, time.project, time.task, time.notes, time.why, dry_run=dry_run
    )


@router.post("/expenses")
def propose_expense(who: Who, cost: Cost, dry_run: DryRun = False) -> Done:
    """Leave an expense in the person's review, with its receipt."""
    said = Said(cost.project, cost.category, cost.amount, cost.units, cost.on, cost.notes)
    return proposing.propose_expense(
        who, said, receipt=cost.receipt, receipt_name=cost.receipt_name, why=cost.why, dry_run=dry_run
    )


@router.post("/proposals/accept")
def accept(who: Who, which: Which, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Log proposals as they stand; an unsure one is refused."""
    return acting.accept_proposals(who, which.ids, confirm=confirm, dry_run=dry_run)


@router.post("/proposals/dismiss")
def dismiss(who: Who, no: No, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Say no; the same is never proposed again."""
    return acting.dismiss_proposals(who, no.ids, no.why, confirm=confirm, dry_run=dry_run)


@router.post("/proposals/{proposal}/edit")
def edit(who: Who, proposal: str, change: Change, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Correct a proposal about time and log it."""
    return acting.edit_proposal(
        who, proposal, project=change.project, task=change.task, hours=change.hours, notes=change.notes,
        confirm=confirm, dry_run=dry_run,
    )  # fmt: skip


@router.patch("/entries/{entry}")
def change_entry(
    who: Who, entry: EntryNumber, change: EntryChange, confirm: Confirm = "", dry_run: DryRun = False
) -> Done:
    """Change an entry in Harvest; locked, approved and billed ones are refused."""
    return acting.change_entry(
        who, entry, project=change.project, task=change.task, hours=change.hours, notes=change.notes, on=change.on,
        confirm=confirm, dry_run=dry_run,
    )  # fmt: skip


@router.delete("/entries/{entry}")
def delete_entry(who: Who, entry: EntryNumber, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Delete an entry in Harvest; undo puts it back."""
    return acting.remove_entries(who, [entry], confirm=confirm, dry_run=dry_run)


@router.post("/timer/start")
def start_timer(who: Who, timer: Timer, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Start a timer; Harvest stops the one that runs."""
    return acting.timer(
        who, "start", timer.project, timer.task, timer.notes, confirm=confirm, dry_run=dry_run
    )


@router.post("/timer/stop")
def stop_timer(who: Who, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Stop the timer that runs."""
    return acting.timer(who, "stop", confirm=confirm, dry_run=dry_run)


@router.post("/undo")
def undo(who: Who, back: Back, confirm: Confirm = "", dry_run: DryRun = False) -> Done:
    """Take back what Gleaner did in Harvest."""
    return acting.undo_work(who, back.ids, back.run, confirm=confirm, dry_run=dry_run)
