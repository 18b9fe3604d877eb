"""What a title alone gives away: absence, blocks of time, lunch, travel. English and German.

A title counts only if it says nothing else: "Focus time" is a block, "Focus group with Acme" is a meeting.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from gleaner.core.catalog import Person

_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in text.split(",") if phrase.strip())


ABSENCE = _phrases("""
    out of office, ooo, oof, out, away, vacation, annual leave, on leave, leave, pto, paid time off, time off, day off,
    holiday, holidays, sick, sick day, sick leave, ill, parental leave, maternity leave, paternity leave, not working,
    off, off work, bank holiday, public holiday, urlaub, resturlaub, abwesend, abwesenheit, nicht im büro, nicht da,
    krank, krankheit, krankgemeldet, kind krank, elternzeit, frei, freier tag, feiertag, brückentag, gleittag,
    überstundenabbau, betriebsferien
""")
BLOCKS = _phrases("""
    focus, focus time, focus block, deep work, deep work time, no meetings, no meeting, no meeting day, no meeting zone,
    heads down, quiet time, block, blocked, blocker, blocked time, busy, hold, do not book, dnb, dnd, do not disturb,
    do not schedule, working, work, coding, coding time, maker time, fokus, fokuszeit, fokusblock, konzentrationszeit,
    stillarbeit, geblockt, blockiert, bitte nicht buchen, nicht buchen, beschäftigt, nicht stören, keine meetings,
    arbeitszeit, home office, homeoffice, wfh, office, büro
""")
LUNCH = _phrases("""
    lunch, lunch break, lunch time, break, coffee, coffee break, tea break, breakfast, brunch, mittag, mittagessen,
    mittagspause, pause, kaffee, kaffeepause, frühstück
""")
TRAVEL = _phrases("""
    commute, commuting, travel, travel time, travelling, traveling, drive, train, flight, school run, drop off, pick up,
    anfahrt, heimfahrt, fahrt, fahrtzeit, reise, reisezeit, anreise, abreise, rückreise, rückfahrt, pendeln, arbeitsweg,
    heimweg, zug, zugfahrt, flug
""")
TRAVEL_STARTS = _phrases("""
    travel to, travel from, drive to, drive home, train to, flight to, commute to, commute home, way home, flug nach,
    fahrt nach, fahrt zu, anreise nach, zug nach, rückfahrt von
""")
PERSONAL = _phrases("""
    doctor, doctors appointment, doctor appointment, dentist, gym, physio, physiotherapy, haircut, birthday, arzt,
    arzttermin, zahnarzt, sport, friseur, geburtstag, kita, privat, private, privater termin, personal,
    personal appointment, personal time
""")
_FILLERS = frozenset(
    """
    a all and am at bin das day den der die for half halber halbtags heute i im in is ist me my only please pls bitte pm
    tag the today
    """.split()
)


def words(text: str) -> list[str]:
    """The words of *text*, lower case, apostrophes joined.

    >>> words("Doctor's appointment – Ana")
    ['doctors', 'appointment', 'ana']
    """
    return _WORD.findall(re.sub("['’]", "", text).casefold())


def names(person: Person) -> frozenset[str]:
    """How *person* is called in a title: parts of their name, and of their address."""
    local_part = person.email.partition("@")[0]
    return frozenset(word for word in words(f"{person.name} {local_part}") if len(word) > 1)


def says_only(title: str, phrases: Iterable[str], names: Collection[str] = ()) -> bool:
    """Whether *title* is one of *phrases*, give or take the person's own *names* and little words.

    >>> says_only("OOO: Ana", ABSENCE, {"ana"}), says_only("Vacation planning", ABSENCE)
    (True, False)
    """
    said = words(title)
    for phrase in phrases:
        parts = phrase.split()
        for at in range(len(said) - len(parts) + 1):
            rest = said[:at] + said[at + len(parts) :]
            if said[at : at + len(parts)] == parts and all(_is_filler(word, names) for word in rest):
                return True
    return False


def mentions(title: str, phrases: Iterable[str]) -> bool:
    """Whether *title* starts or ends with one of *phrases*."""
    said = words(title)
    return any(
        said[: len(parts)] == parts or said[-len(parts) :] == parts
        for parts in (phrase.split() for phrase in phrases)
    )


def starts_with(title: str, phrases: Iterable[str]) -> bool:
    """Whether *title* starts with one of *phrases*."""
    said = words(title)
    return any(said[: len(parts)] == parts for parts in (phrase.split() for phrase in phrases))


def fits(title: str, patterns: Iterable[str]) -> bool:
    """Whether one of *patterns* is in *title*, whatever the case; ``*`` stands for anything.

    >>> fits("Piano lesson with Kim", ["piano*kim"])
    True
    """
    return any(
        re.search(".*".join(map(re.escape, pattern.split("*"))), title, re.IGNORECASE)
        for pattern in patterns
        if pattern.strip("* ")
    )


def is_half_day(title: str) -> bool:
    """Whether *title* speaks of half a day.

    >>> is_half_day("Urlaub (halber Tag)"), is_half_day("Vacation")
    (True, False)
    """
    said = " ".join(words(title))
    return "½" in title or re.search(r"\b(half|halber|halbe|halben|halbtags|halbtägig)\b", said) is not None


def _is_filler(word: str, names: Collection[str]) -> bool:
    return word in _FILLERS or word in names or word.isdigit()
