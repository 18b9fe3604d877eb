"""An expense as the API shows it.  Source: api.md §16, §22."""

from dataclasses import dataclass

from gleaner_sandbox import shapes
from gleaner_sandbox.entries.periods import Periods
from gleaner_sandbox.expenses.locks import lock
from gleaner_sandbox.resources import user_assignments
from gleaner_sandbox.schemas import DAY, FLAG, INT, MOMENT, NUMBER, STRING, declare, maybe, one_of, shape
from gleaner_sandbox.tables import CLIENTS, EXPENSE_CATEGORIES, PROJECTS, USER_ASSIGNMENTS, USERS, Row
from gleaner_sandbox.wire.call import Call

EXPENSE = declare(
    "Expense",
    {
        "id": INT,
        "notes": maybe(STRING),
        "total_cost": NUMBER,
        "units": NUMBER,
        "is_closed": FLAG,
        "approval_status": one_of("unsubmitted", "submitted", "approved"),
        "is_explicitly_locked": FLAG,
        "is_locked": FLAG,
        "is_billed": FLAG,
        "locked_reason": maybe(STRING),
        "spent_date": DAY,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "billable": FLAG,
        "receipt": maybe(
            shape({"url": STRING, "file_name": STRING, "file_size": INT, "content_type": STRING})
        ),
        "user": shapes.NAMED,
        "user_assignment": maybe(shape(user_assignments.NESTED, sometimes=("hourly_rate",))),
        "project": shapes.PROJECT,
        "expense_category": shape(
            {"id": INT, "name": STRING, "unit_price": maybe(NUMBER), "unit_name": maybe(STRING)}
        ),
        "client": shapes.CLIENT,
        "invoice": maybe(shapes.INVOICE),
    },
)


@dataclass(frozen=True)
class _Setting:
    """What the expenses of one person on one project have in common."""

    project: Row
    user: Row
    before: Row
    after: Row


class ExpenseView:
    """Shows the expenses of one answer; what they share is looked up once."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._periods = Periods(call.company)
        self._settings: dict[tuple[int, int], _Setting] = {}

    def __call__(self, row: Row) -> Row:
        where = self._setting(row["user_id"], row["project_id"])
        state = self._periods.on(row["user_id"], row["spent_date"])
        held = lock(state, where.project, where.user, row)
        category = self._call.books.row(EXPENSE_CATEGORIES, row["expense_category_id"])
        return {
            **shapes.picked(row, ("id", "notes", "total_cost", "units")),
            "is_closed": held.approved,
            # Both undocumented; that the second tells of locked spans is uncertain.
            "approval_status": "approved" if held.approved else row["approval_status"],
            "is_explicitly_locked": held.locked,
            "is_locked": held.reason is not None,
            "is_billed": row["is_billed"],
            "locked_reason": held.reason,
            **shapes.picked(row, ("spent_date", "created_at", "updated_at", "billable")),
            "receipt": self._receipt(row),
            **where.before,
            "expense_category": shapes.picked(category, ("id", "name", "unit_price", "unit_name")),
            **where.after,
            "invoice": row["invoice"],
        }

    def _receipt(self, row: Row) -> Row | None:
        """On the sandbox's own root; Harvest's is on ``<account>.harvestapp.com``."""
        kept: Row | None = row["receipt"]
        return kept and {"url": f"{self._call.root}/expenses/{row['id']}/receipt", **kept}

    def _setting(self, user_id: int, project_id: int) -> _Setting:
        found = self._settings.get((user_id, project_id))
        if found is None:
            found = self._settings[user_id, project_id] = self._looked_up(user_id, project_id)
        return found

    def _looked_up(self, user_id: int, project_id: int) -> _Setting:
        books = self._call.books
        user, project = books.row(USERS, user_id), books.row(PROJECTS, project_id)
        in_team = books.pair(USER_ASSIGNMENTS, project_id, "user_id", user_id)
        before = {
            "user": shapes.user(user),
            "user_assignment": in_team and self._call.priced(user_assignments.nested(books, in_team)),
            "project": shapes.project(project),
        }
        return _Setting(
            project, user, before, {"client": shapes.client(books.row(CLIENTS, project["client_id"]))}
        )
