"""The seeds that come with the sandbox."""

from gleaner_sandbox.seed import AccountSeed, CompanySeed, Seed, TaskSeed

DEFAULT_TASKS = (
    ("Business Development", False),
    ("Design", True),
    ("Marketing", True),
    ("Programming", True),
    ("Project Management", True),
)
"""The tasks of a new Harvest account, and whether they are billable (uncertain)."""


def empty() -> Seed:
    """Two accounts without projects: one counts durations on a 12h clock, one start and end times on a 24h one."""
    durations: CompanySeed = {"clock": "12h", "wants_timestamp_timers": False}
    times: CompanySeed = {
        "clock": "24h",
        "wants_timestamp_timers": True,
        "currency": "EUR",
        "date_format": "%d/%m/%Y",
        "timezone": "Lisbon",
    }
    return {
        "accounts": [
            _account(1_000_001, "Duration Works", durations, 0),
            _account(1_000_002, "Timestamp Works", times, 100),
        ]
    }


def _account(account_id: int, name: str, company: CompanySeed, offset: int) -> AccountSeed:
    user_id = 3_200_001 + offset
    kind = "duration" if offset == 0 else "timestamp"
    tasks: list[TaskSeed] = [
        {"id": 8_000_001 + offset + n, "name": task, "is_default": True, "billable_by_default": billable}
        for n, (task, billable) in enumerate(DEFAULT_TASKS)
    ]
    return {
        "id": account_id,
        "name": name,
        "company": company,
        "users": [
            {
                "id": user_id,
                "first_name": "Ada",
                "last_name": "Admin",
                "email": f"ada@{kind}.example",
                "access_roles": ["administrator"],
            }
        ],
        "tokens": [{"token": f"{kind}-admin", "user_id": user_id}],
        "tasks": tasks,
    }
