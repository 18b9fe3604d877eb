"""What people call things among themselves: names that stand in no catalog, and slips of the pen.

A project has a code name, a name it had before it was renamed, and matters that only its team talks about; a client
has a nickname. Harvest knows none of these words.
"""

from collections.abc import Mapping
from random import Random

from .streams import chance

FORMER: Mapping[str, tuple[str, ...]] = {
    "portal": ("Self Service", "Extranet"),
    "api": ("Reservation Service", "Timetable Backend"),
    "app": ("Pocket Edition", "Companion"),
    "site": ("Homepage 2020", "Corporate Web"),
    "shop": ("Onlineverkauf", "Storefront"),
    "care": ("Betreuung", "Maintenance Deal"),
    "dashboard": ("Reporting Tool", "Kennzahlen"),
    "brand": ("CI Projekt", "Logo Update"),
    "guide": ("Audioführer", "Exhibition App"),
    "dispatch": ("Leitstand", "Control Desk"),
    "support": ("Hotline", "Second Level"),
}
"""What a project was called before; every world picks one, and people go on saying it."""

MATTERS: Mapping[str, tuple[str, ...]] = {
    "portal": ("login flow", "Rechnungsdownload", "SSO", "tariff wizard", "Kündigungsstrecke"),
    "api": ("seat locks", "Webhooks", "Sitzplatzreservierung", "rate limits", "OpenAPI"),
    "app": ("push messages", "Offline-Modus", "app store release", "biometrics", "Onboarding-Screens"),
    "site": ("CMS templates", "SEO", "Startseite", "cookie banner", "Bildergalerie"),
    "shop": ("checkout", "Gutscheine", "returns", "Warenkorb", "payment provider"),
    "care": ("updates", "Zertifikate", "backup restore", "Monatsbericht", "patch day"),
    "dashboard": ("cohorts", "Umsatzbericht", "chart export", "data warehouse", "Filterleiste"),
    "brand": ("moodboard", "Bildsprache", "typeface", "Briefpapier", "tone of voice"),
    "guide": ("floor plan", "Hörstationen", "beacons", "Leihgeräte", "captions"),
    "dispatch": ("route planner", "Fahrerliste", "map tiles", "Schichtplan", "alerts"),
    "support": ("incidents", "Störung", "on-call", "Nutzerverwaltung", "patches"),
}
"""What a team talks about; nobody else's words."""


def nickname(short: str) -> str:
    """What a client is called behind its back.

    >>> nickname("Brightwater"), nickname("Norrholm")
    ('Brighies', 'Norrhies')
    """
    stem = short[:5].rstrip("aeiouw")
    return f"{stem}ies"


def misspelt(title: str, rng: Random) -> str:
    """*title* with two letters of its longest word swapped, one left out, or one doubled.

    >>> misspelt("Norrholm planning", Random(3)) != "Norrholm planning"
    True
    """
    longest = max(title.split(), key=len, default="")
    if len(longest) < 5:
        return title
    at = rng.randint(1, len(longest) - 3)
    before, one, two, after = longest[:at], longest[at], longest[at + 1], longest[at + 2 :]
    if one != two and chance(rng, 0.45):
        slip = before + two + one + after
    else:
        slip = before + rng.choice((two, one + one + two)) + after
    return title.replace(longest, slip, 1)
