"""Who works in the agency, and one freelancer who does not but sits in its meetings."""

from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Literal

from gleaner_sandbox.seed import AccessRole

from .streams import stream

AGENCY = "Larkfield Studio"
DOMAIN = "larkfield.example"
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
HARVEST_ZONES = {BERLIN: "Berlin", NEW_YORK: "Eastern Time (US & Canada)"}

Profession = Literal["owner", "manager", "project manager", "developer", "designer", "freelancer"]

_FIRST_NAMES = (
    "Ana Bo Cleo Dario Edda Femi Greta Hugo Imke Jonas Kaja Luca Mira Nils Olga Pia Quinn Runa Sami Tess Udo Vera "
    "Wanda Yara Zeno Mathilde Oskar Ines"
).split()
_LAST_NAMES = (
    "Abendrot Birkholm Castellan Dunmore Eisvogel Fairwind Goldregen Hasselby Ivarsen Jasperson Kornblum Lindqvarn "
    "Morgenstiern Nordhaus Oakhurst Pellworm Quistorp Rosenfeldt Silbermond Tannhof Ulmenried Vesterby Weidenau "
    "Yarrowby Zirbelholz Brückmann Sørvik Ødegard"
).split()


@dataclass(frozen=True)
class Person:
    slot: int
    """The place in the agency: 0 is the owner in every world, 4 always leads the portal's development."""
    user_id: int | None
    """The Harvest user; None for the freelancer, who has no account."""
    first_name: str
    last_name: str
    email: str
    """Work address: also the name of the calendar."""
    zone: str
    """IANA name."""
    country: str
    """DE or US: whose public holidays count."""
    profession: Profession
    token: str
    """Personal access token in the sandbox; empty for the freelancer."""
    access_roles: tuple[AccessRole, ...]
    is_contractor: bool
    weekly_hours: float
    work_days: tuple[int, ...]
    """0 is Monday."""
    starts_at: int
    """Usual start of the day, minutes after midnight, local time."""
    git_identities: tuple[tuple[str, str], ...]
    """Names and addresses this person commits under, the usual one first; empty for people who do not commit."""
    billable_rate: float
    cost_rate: float
    raise_on: str | None
    """First day of a newer billable rate, 5 more per hour."""
    logged_share: float
    """About how much of the true hours this person logs by hand."""

    @cached_property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def harvest_zone(self) -> str:
        """The zone as Harvest calls it."""
        return HARVEST_ZONES[self.zone]

    @property
    def daily_hours(self) -> float:
        """What a full day is for this person."""
        return self.weekly_hours / len(self.work_days)

    @property
    def develops(self) -> bool:
        return self.profession == "developer"


@dataclass(frozen=True)
class _Slot:
    profession: Profession
    zone: str
    token: str
    rates: tuple[float, float]
    access: tuple[AccessRole, ...] = ("member",)
    weekly_hours: float = 40.0
    days_a_week: int = 5
    is_contractor: bool = False
    raise_on: str | None = None


_MANAGER: tuple[AccessRole, ...] = ("manager", "project_creator", "time_and_expenses_manager")
_BILLING: tuple[AccessRole, ...] = ("billable_rates_manager", "managed_projects_invoice_drafter")
_SLOTS = (
    _Slot("owner", BERLIN, "sandbox-owner-1", (150, 70), ("administrator",)),
    _Slot("manager", BERLIN, "sandbox-manager-1", (130, 58), (*_MANAGER, *_BILLING)),
    _Slot("manager", NEW_YORK, "sandbox-manager-2", (135, 60), _MANAGER),
    _Slot("project manager", BERLIN, "sandbox-pm-1", (115, 48), _MANAGER),
    _Slot("developer", BERLIN, "sandbox-dev-1", (125, 55), raise_on="2026-02-01"),
    _Slot("developer", BERLIN, "sandbox-dev-2", (110, 46)),
    _Slot("developer", BERLIN, "sandbox-dev-3", (105, 44)),
    _Slot("developer", BERLIN, "sandbox-dev-4", (100, 42)),
    _Slot("developer", NEW_YORK, "sandbox-dev-5", (120, 54)),
    _Slot("developer", NEW_YORK, "sandbox-contractor-1", (115, 75), weekly_hours=30.0, is_contractor=True),
    _Slot("designer", BERLIN, "sandbox-designer-1", (105, 45), raise_on="2026-03-01"),
    _Slot("designer", BERLIN, "sandbox-designer-2", (95, 40), weekly_hours=24.0, days_a_week=3),
)
_FREELANCER = _Slot("freelancer", BERLIN, "", (0, 0))
_SHARES = (0.95, 0.25, 0.45, 0.52, 0.57, 0.6, 0.62, 0.64, 0.66, 0.68, 0.71, 0.75)


def people(seed: int) -> tuple[Person, ...]:
    """The twelve in Harvest by slot, then the freelancer."""
    rng = stream(seed, "people")
    first, last, shares = list(_FIRST_NAMES), list(_LAST_NAMES), list(_SHARES)
    for names in (first, last, shares):
        rng.shuffle(names)
    slots = (*_SLOTS, _FREELANCER)
    return tuple(_person(n, slot, first[n], last[n], [*shares, 0.0][n], rng) for n, slot in enumerate(slots))


def _person(number: int, slot: _Slot, first: str, last: str, share: float, rng: Random) -> Person:
    freelance = slot.profession == "freelancer"
    domain = "penandpaper.example" if freelance else DOMAIN
    email = f"{_ascii(first)}@{domain}"
    hours, work_days = _pattern(slot, rng)
    return Person(
        slot=number,
        user_id=None if freelance else 501 + number,
        first_name=first,
        last_name=last,
        email=email,
        zone=slot.zone,
        country="US" if slot.zone == NEW_YORK else "DE",
        profession=slot.profession,
        token=slot.token,
        access_roles=slot.access,
        is_contractor=slot.is_contractor,
        weekly_hours=hours,
        work_days=work_days,
        starts_at=rng.choice((510, 525, 540, 555, 570)),
        git_identities=_identities(first, last, email, number, rng) if slot.profession == "developer" else (),
        billable_rate=float(slot.rates[0]),
        cost_rate=float(slot.rates[1]),
        raise_on=slot.raise_on,
        logged_share=share,
    )


def _pattern(slot: _Slot, rng: Random) -> tuple[float, tuple[int, ...]]:
    """Weekly hours and working days: the part-timer has three days or four, never the same in two worlds."""
    if slot.days_a_week == 5:
        return slot.weekly_hours, (0, 1, 2, 3, 4)
    off = rng.choice(((3, 4), (2, 4), (4,), (2,), (0, 4)))
    work_days = tuple(day for day in range(5) if day not in off)
    return 8.0 * len(work_days), work_days


def _identities(first: str, last: str, email: str, number: int, rng: Random) -> tuple[tuple[str, str], ...]:
    handle = f"{_ascii(first)}{_ascii(last)[0]}"
    work = (f"{first} {last}", email)
    noreply = (handle, f"{71000 + 37 * number}+{handle}@users.noreply.forge.example")
    private = (first, f"{handle}.dev@postbox.example")
    extra = rng.choice(((noreply,), (private,), (noreply, private), (noreply, private)))
    return (work, *extra)


def _ascii(name: str) -> str:
    table = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ø": "oe", "Ø": "Oe", "ß": "ss"})
    return name.translate(table).lower()
