"""Projects, tasks and who is assigned to what.

Every world has the same fifteen projects by key (``portal``, ``api`` …); their clients, code names and repository
names change with the seed.  Two clients have two projects each and one has a project and a retainer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from gleaner_sandbox.seed import BillBy, BudgetBy

from .clients import Client, clients
from .people import AGENCY, DOMAIN
from .streams import stream


@dataclass(frozen=True)
class Task:
    id: int
    name: str
    is_billable: bool
    hourly_rate: float | None


@dataclass(frozen=True)
class TaskAssignment:
    id: int
    task: Task
    is_billable: bool
    hourly_rate: float | None
    budget: float | None


@dataclass(frozen=True)
class Project:
    key: str
    """The same in every world: portal, api, app, site, shop, care, dashboard, brand, guide, dispatch, support,
    intranet (archived), internal, sales, research (has no tasks)."""
    id: int
    client: Client
    name: str
    code: str
    codename: str
    """What the team calls it; Harvest does not know this word."""
    is_active: bool
    is_billable: bool
    is_fixed_fee: bool
    bill_by: BillBy
    hourly_rate: float | None
    budget_by: BudgetBy
    budget: float | None
    cost_budget: float | None
    fee: float | None
    is_monthly: bool
    includes_expenses: bool
    tasks: tuple[TaskAssignment, ...]
    team: Mapping[int, float] = field(hash=False)
    """Slot of each member → share of that person's free hours."""
    moved: Mapping[int, float] = field(hash=False)
    """The shares that are others from ``MOVE_WEEK`` on, because people changed teams."""
    lead: int
    """Slot of the one who manages the project."""
    repository: str | None
    """Folder name of the Git repository; two projects may share one."""
    starts_on: str | None

    def share(self, slot: int, week: int) -> float:
        """What part of that person's free hours the project has in *week* (0 is the first of the world)."""
        return self.moved.get(slot, self.team[slot]) if week >= MOVE_WEEK else self.team[slot]

    def task(self, name: str) -> Task:
        """The assigned task of that name; ``KeyError`` when it is not assigned."""
        found = next((row.task for row in self.tasks if row.task.name == name), None)
        if found is None:
            raise KeyError(f"{self.key} has no task {name!r}")
        return found

    def bills(self, task: Task) -> bool:
        """Whether time on *task* is billable here."""
        return self.is_billable and any(row.is_billable for row in self.tasks if row.task == task)


@dataclass(frozen=True)
class Catalog:
    clients: tuple[Client, ...]
    tasks: tuple[Task, ...]
    projects: tuple[Project, ...]

    def project(self, key: str) -> Project:
        return next(project for project in self.projects if project.key == key)

    def of(self, slot: int) -> list[Project]:
        """The projects this person is assigned to, archived ones too."""
        return [project for project in self.projects if slot in project.team]


TASKS = (
    Task(101, "Programming", True, 110.0),
    Task(102, "Design", True, 100.0),
    Task(103, "Project management", True, 115.0),
    Task(104, "Meetings", True, 100.0),
    Task(105, "Code review", True, 110.0),
    Task(106, "Support", True, 90.0),
    Task(107, "Internal", False, None),
    Task(108, "Business development", False, None),
)
_BY_NAME = {task.name: task for task in TASKS}

_SOFTWARE = "Programming, Design, Project management, Meetings, Code review"
_BUREAU = "Internal, Meetings"
_EVERYONE = dict.fromkeys(range(12), 0.0)


MOVE_WEEK = 6
"""From this week on three developers work mostly on something else than before."""


class _Slot(NamedTuple):
    key: str
    client: int
    name: str
    suffix: str
    tasks: str
    team: dict[int, float]
    bill_by: BillBy = "People"
    rate: float | None = None
    budget_by: BudgetBy = "none"
    budget: float | None = None
    cost_budget: float | None = None
    fee: float | None = None
    is_monthly: bool = False
    includes_expenses: bool = False
    is_billable: bool = True
    is_active: bool = True
    repository: str | None = None
    unbilled_tasks: str = ""
    lead: int = 1
    moved: dict[int, float] = {}  # noqa: RUF012  # never changed


# Teams are written slot: weight.  0 owner, 1 and 2 managers, 3 project manager, 4–7 developers in Berlin, 8 and 9 in
# New York, 10 and 11 designers.
_SLOTS = (
    _Slot("portal", 0, "Customer Portal", "P", _SOFTWARE, {0: 0.1, 1: 0.35, 4: 0.65, 5: 0.5, 10: 0.2},
          budget_by="project", budget=640.0, repository="{codename}-web", moved={5: 0.15}),
    _Slot("api", 0, "Booking API", "A", _SOFTWARE, {1: 0.2, 4: 0.3, 7: 0.4},
          "Tasks", budget_by="task", repository="{client}-booking-api"),
    _Slot("app", 1, "Mobile App", "M", _SOFTWARE, {1: 0.25, 5: 0.45, 6: 0.4, 10: 0.3},
          budget_by="project_cost", cost_budget=54000.0, includes_expenses=True, repository="{codename}",
          moved={6: 0.1}),
    _Slot("site", 1, "Website Relaunch", "W", _SOFTWARE, {0: 0.1, 1: 0.15, 6: 0.2, 10: 0.2, 11: 0.45},
          budget_by="project_cost", cost_budget=30000.0, fee=30000.0, repository="{short}-site",
          unbilled_tasks="Meetings", moved={6: 0.5}),
    _Slot("shop", 2, "Web Shop", "S", _SOFTWARE, {3: 0.3, 6: 0.35, 7: 0.25, 11: 0.4},
          "Project", 105.0, "project_cost", cost_budget=46000.0, repository="shop-mono", lead=3),
    _Slot("care", 2, "Care Retainer", "C", "Support, Programming, Project management, Meetings",
          {3: 0.2, 6: 0.1, 7: 0.15}, "Project", 98.0, "project", 45.0, is_monthly=True, repository="shop-mono", lead=3),
    _Slot("dashboard", 3, "Analytics Dashboard", "D", _SOFTWARE, {2: 0.35, 8: 0.6, 10: 0.05},
          budget_by="person", repository="dash", lead=2, moved={8: 0.1}),
    _Slot("brand", 4, "Brand Refresh", "B", "Design, Project management, Meetings", {0: 0.1, 3: 0.2, 10: 0.3, 11: 0.2},
          "none", budget_by="project", budget=220.0, fee=24000.0, lead=3),
    _Slot("guide", 5, "Visitor Guide", "G", _SOFTWARE, {2: 0.2, 8: 0.0, 9: 0.5, 10: 0.1},
          "Tasks", budget_by="task_fees", repository="{codename}-guide", unbilled_tasks="Meetings", lead=2,
          moved={8: 0.55}),
    _Slot("dispatch", 6, "Dispatch Console", "D", _SOFTWARE, {2: 0.35, 8: 0.4, 9: 0.5},
          "Project", 120.0, "project", 420.0, repository="console", lead=2),
    _Slot("support", 7, "Platform Support", "S", "Support, Programming, Meetings, Project management",
          {3: 0.2, 7: 0.25, 5: 0.05}, "Project", 95.0, "project_cost", cost_budget=8600.0, is_monthly=True, lead=3,
          moved={5: 0.5}),
    _Slot("intranet", 7, "Intranet", "I", _SOFTWARE, {1: 0.0, 3: 0.0, 7: 0.0},
          "Project", 92.0, is_active=False, lead=3),
    _Slot("internal", 8, "Internal", "INT", _BUREAU, _EVERYONE, "none", is_billable=False, lead=0),
    _Slot("sales", 8, "Sales & Pitches", "SAL", "Business development, Design, Meetings",
          {0: 0.7, 1: 0.05, 2: 0.1, 3: 0.1, 10: 0.0}, "none", is_billable=False, lead=0),
    _Slot("research", 8, "Research Fund", "RES", "", {0: 0.0, 4: 0.0, 8: 0.0}, "none", is_billable=False, lead=0),
)  # fmt: skip  # a table: one project per paragraph

_CODENAMES = (
    "Lighthouse Marmot Cobalt Juniper Saffron Otter Basalt Heron Pebble Quartz Willow Lantern Tundra Fjord"
).split()
_TASK_BUDGETS = {"Programming": 260.0, "Design": 40.0, "Project management": 60.0, "Meetings": 50.0}
_TASK_FEES = {"Programming": 24000.0, "Design": 5000.0, "Project management": 6000.0}


def catalog(seed: int) -> Catalog:
    """The catalog of the world *seed*."""
    rng = stream(seed, "catalog")
    codenames = list(_CODENAMES)
    rng.shuffle(codenames)
    parties = clients(seed, AGENCY, DOMAIN)
    projects = [_project(n, slot, parties[slot.client], codenames[n % 14]) for n, slot in enumerate(_SLOTS)]
    return Catalog(parties, TASKS, tuple(projects))


def _project(number: int, slot: _Slot, client: Client, codename: str) -> Project:
    house = slot.client == 8
    words = {
        "codename": codename.lower(),
        "client": client.abbreviation.lower(),
        "short": client.short.lower(),
    }
    return Project(
        key=slot.key,
        id=201 + number,
        client=client,
        name=slot.name,
        code=slot.suffix if house else f"{client.abbreviation}{slot.suffix}",
        codename=codename,
        is_active=slot.is_active,
        is_billable=slot.is_billable,
        is_fixed_fee=slot.fee is not None,
        bill_by=slot.bill_by,
        hourly_rate=slot.rate,
        budget_by=slot.budget_by,
        budget=slot.budget,
        cost_budget=slot.cost_budget,
        fee=slot.fee,
        is_monthly=slot.is_monthly,
        includes_expenses=slot.includes_expenses,
        tasks=tuple(
            _assignment(1 + 10 * number + k, slot, name) for k, name in enumerate(_names(slot.tasks))
        ),
        team=dict(slot.team),
        moved=dict(slot.moved),
        lead=slot.lead,
        repository=slot.repository.format(**words) if slot.repository else None,
        starts_on=None if house else ("2025-10-01" if number % 2 else "2026-01-05"),
    )


def _assignment(number: int, slot: _Slot, name: str) -> TaskAssignment:
    task = _BY_NAME[name]
    budgets = {"task": _TASK_BUDGETS, "task_fees": _TASK_FEES}.get(slot.budget_by, {})
    billable = slot.is_billable and task.is_billable and name not in _names(slot.unbilled_tasks)
    return TaskAssignment(
        id=8000 + number,
        task=task,
        is_billable=billable,
        hourly_rate=task.hourly_rate if slot.bill_by == "Tasks" else None,
        budget=budgets.get(name),
    )


def _names(listed: str) -> list[str]:
    return [name for name in listed.split(", ") if name]
