"""What meetings are called, in two languages: clearly, by nickname, or so that nobody can tell."""

from random import Random

from .catalog import Project
from .events import Signal
from .slang import FORMER, MATTERS, misspelt, nickname
from .streams import chance

_BY_NAME = (
    "{code} design review", "{code}: interface walkthrough", "[{code}] planning", "{short} workshop", "{project} demo",
    "{short}: go-live prep", "{project} QA", "{code}-{number} triage", "{client} call", "{project}: open questions",
    "Estimate {code}", "{short} content check", "Prep {short}", "{project} – scope", "{short} / {agency} sync",
    "{short}: Abnahme vorbereiten", "Rückfragen {project}", "{short} Abstimmung Texte", "{lower} planning",
    "Aufwandsschätzung {code}", "{short}-Runde", "{lower} fixes durchgehen",
)  # fmt: skip
_WITH_CONTACT = (
    "Follow-up", "Feedback round", "Review call", "Go-live prep", "Open questions", "Status", "Workshop", "Demo",
    "Texts & images", "Walkthrough with {contact}", "Acceptance", "Call {contact}", "Weekly (moved)", "Data import?",
    "Wochentermin", "Rückfragen", "Telefonat {contact}", "Abnahme", "{matter}: Fragen", "Call re {matter}",
)  # fmt: skip
_NICKNAMED = (
    "{codename} bug bash", "{codename} demo", "{abbreviation} estimate", "{codename}: next steps", "{former} triage",
    "{former}: nächste Schritte", "{matter}", "{matter} – wer macht was?", "{nickname} prep", "{matter} pairing",
    "{nickname}: offene Punkte", "{former} / {matter}",
)  # fmt: skip
_VAGUE = (
    "Sync", "Catch up w/ {first}", "1:1", "Quick call", "Call", "Touch base", "Chat", "Follow-up", "Abstimmung",
    "Kurzer Austausch", "Meeting", "Discussion", "Pairing?", "Next steps", "{first} / {second}", "Quick question",
    "Planning", "Handover", "Brainstorm", "Kurz telefonieren", "Rücksprache", "Übergabe", "Wie weiter?",
)  # fmt: skip
_INTERNAL = (
    "Interview: frontend developer", "Interview: product designer", "Onboarding", "Budget planning", "Office move",
    "Training: accessibility", "Security briefing", "Team lunch planning", "Hiring debrief", "Bürorunde",
)  # fmt: skip
_PITCHES = ("Pitch prep", "Pitch rehearsal", "Sales: reference list", "Pitch {prospect}")
_PROSPECTING = ("Intro call {prospect}", "{prospect} briefing", "Proposal review", "Lead call {prospect}")
_PROSPECTS = ("Zephyr Bikes", "Ostrava Glass", "Mooring & Sons", "Papagei TV", "Inkwell Press")
_SLIPS = 0.06
"""How many titles of single meetings are misspelt."""


def words(project: Project, rng: Random) -> dict[str, str]:
    """The words title patterns may use for *project*."""
    contacts = project.client.contacts
    return {
        "code": project.code,
        "lower": project.code.lower(),
        "project": project.name,
        "client": project.client.name,
        "short": project.client.short,
        "abbreviation": project.client.abbreviation,
        "codename": project.codename,
        "former": FORMER.get(project.key, (project.codename,) * 2)[len(project.codename) % 2],
        "matter": rng.choice(MATTERS.get(project.key, (project.codename,))),
        "nickname": nickname(project.client.short),
        "contact": rng.choice(contacts).first_name if contacts else "",
        "prospect": rng.choice(_PROSPECTS),
        "number": str(rng.randint(11, 240)),
        "agency": "Larkfield",
    }


def title(project: Project, signal: Signal, people: tuple[str, ...], rng: Random) -> str:
    """A title that gives the project away no more than *signal* says; *people* are first names of those invited."""
    if signal == "vague":
        pattern = rng.choice(_VAGUE)
    elif project.key == "internal":
        pattern = rng.choice(_INTERNAL)
    elif project.key == "sales":
        pattern = rng.choice(_PITCHES if signal == "name" else _PROSPECTING)
    else:
        by_signal = {"name": _BY_NAME, "contact": _WITH_CONTACT, "history": _NICKNAMED}
        pattern = rng.choice(by_signal[signal])
    first, second = (*people, "all", "all")[:2]
    said = pattern.format(**words(project, rng), first=first, second=second)
    return misspelt(said, rng) if chance(rng, _SLIPS) else said
