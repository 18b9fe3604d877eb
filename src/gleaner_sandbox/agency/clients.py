"""The agency's clients and whom one knows there.  All invented; the domains are reserved for examples."""

from dataclasses import dataclass
from random import Random

from .streams import stream


@dataclass(frozen=True)
class Contact:
    id: int
    client_id: int
    first_name: str
    last_name: str
    email: str
    title: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class Client:
    id: int
    name: str
    short: str
    """The word people say: *Norrholm* for *Norrholm Rail*."""
    abbreviation: str
    """Two letters, used in meeting titles and as the beginning of project codes."""
    domain: str
    currency: str
    contacts: tuple[Contact, ...]


_COMPANIES = (
    ("Norrholm Rail", "NR"),
    ("Brightwater Clinics", "BW"),
    ("Kestrel Outdoor", "KO"),
    ("Pinecrest Insurance", "PI"),
    ("Tidewell Coffee", "TC"),
    ("Aldermoor Museum", "AM"),
    ("Fathom Logistics", "FL"),
    ("Halden Energy", "HE"),
    ("Quillfeather Books", "QB"),
    ("Sandbar Yachting", "SY"),
    ("Umbrafel Optics", "UO"),
    ("Vandermeer Seeds", "VS"),
)
_FIRST = (
    "Agnes Boris Carla Denise Emil Frauke Gustav Henrike Igor Judith Klara Lorenz Marlene Norbert Ottilie Paula "
    "Ruben Sabine Tilman Ursel Viktor Wiebke Xenia Yusuf Zita Alma"
).split()
_LAST = (
    "Achterberg Blumenau Carstens Dornbusch Engelhart Feldgarten Grünwald Hollander Immergut Jungblut Kaltwasser "
    "Liebenau Mohnfeld Nebelung Osterloh Pfefferkorn Rotdorn Sommerlatt Tiefensee Unterberg Vogelsang Wintermeer "
    "Zwirnmann Ellerbrook Marchbanks Thistlewood"
).split()
_TITLES = ("Product owner", "Head of digital", "Marketing lead", "IT manager", "Managing director", "Editor")
_TABLE = str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae"})

EXTERNAL_CLIENTS = 8
HOUSE_CLIENT_ID = 309


def clients(seed: int, house: str, house_domain: str) -> tuple[Client, ...]:
    """Eight clients in the order of their slots, then the agency itself, which owns the internal projects."""
    rng = stream(seed, "clients")
    companies, first, last = list(_COMPANIES), list(_FIRST), list(_LAST)
    for names in (companies, first, last):
        rng.shuffle(names)
    people = iter(zip(first, last, strict=True))
    return (
        *(_client(n, companies[n], people, rng) for n in range(EXTERNAL_CLIENTS)),
        Client(HOUSE_CLIENT_ID, house, house.split()[0], "LS", house_domain, "EUR", ()),
    )


def _client(number: int, company: tuple[str, str], people: "zip[tuple[str, str]]", rng: Random) -> Client:
    name, abbreviation = company
    client_id = 301 + number
    domain = f"{name.split()[0].lower()}.example"
    contacts = tuple(
        _contact(410 + 10 * number + k, client_id, next(people), domain, rng)
        for k in range(rng.choice((2, 3, 3)))
    )
    # Slots 5 and 6 are looked after from New York and pay in dollars.
    currency = "USD" if number in {5, 6} else "EUR"
    return Client(client_id, name, name.split()[0], abbreviation, domain, currency, contacts)


def _contact(contact_id: int, client_id: int, name: tuple[str, str], domain: str, rng: Random) -> Contact:
    first, last = name
    email = f"{first[0].lower()}.{last.translate(_TABLE).lower()}@{domain}"
    return Contact(contact_id, client_id, first, last, email, rng.choice(_TITLES))
