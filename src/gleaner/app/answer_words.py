"""What people read after a click, and before it, in their language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from gleaner.core.messages import Language, Verb
from gleaner.core.time import spoken_day

Phrase = Literal[
    "logged", "dismissed", "undone", "waiting", "not_yours", "gone", "changed", "is_logged", "is_dismissed",
    "is_undone", "is_superseded", "is_busy", "not_logged", "log", "do", "dismiss", "undo", "undo_only", "stop",
    "resume", "snooze", "snooze_until", "change_here", "no", "nobody", "failed", "taken",
]  # fmt: skip
_DAYS = "Mo Di Mi Do Fr Sa So".split()
_MONTHS = "Jan. Feb. März April Mai Juni Juli Aug. Sept. Okt. Nov. Dez.".split()

_SAID: dict[Language, dict[Phrase, str]] = {
    "en": {
        "logged": "{hours} h logged to {where} on {day}",
        "dismissed": "“{title}” is not logged, and not asked about again",
        "undone": "Taken back: “{title}” is not in Harvest any more",
        "waiting": "“{title}” is accepted; Harvest does not answer just now, so it is logged as soon as it does",
        "failed": "“{title}” was not logged: {why}",
        "taken": "Nothing was done about “{title}”: {why}",
        "not_yours": "This is somebody else's; only they can decide it",
        "gone": "This is not proposed any more: it was logged by hand, or its event is gone. Nothing was done",
        "changed": "Nothing was done: since this was shown, “{title}” became {now}. See: gleaner review",
        "is_logged": "“{title}” is logged already",
        "is_dismissed": "“{title}” was dismissed already",
        "is_undone": "“{title}” was taken back already",
        "is_superseded": "“{title}” is not proposed any more: it was logged by hand, or its event changed",
        "is_busy": "“{title}” is being logged just now",
        "not_logged": "“{title}” is not logged, so there is nothing to take back",
        "log": "Log {hours} h to {where} on {day}? ({title})",
        "do": "{what}? ({title})",
        "dismiss": "Not log “{title}”, and not be asked about it again?",
        "undo": "Take back {hours} h on {where} on {day}? ({title})",
        "undo_only": "Take back what was done about “{title}”?",
        "stop": "Get no more reminders?",
        "resume": "Get reminders again?",
        "snooze": "Get no reminders for a while?",
        "snooze_until": "Get no reminders until {until}?",
        "change_here": "A change cannot be made on this page; see: gleaner review",
        "no": "{why}",
        "nobody": "The person this was sent to is not active in Harvest any more; nothing was done",
    },
    "de": {
        "logged": "{hours} h auf {where} am {day} erfasst",
        "dismissed": "„{title}“ wird nicht erfasst und nicht mehr vorgeschlagen",
        "undone": "Zurückgenommen: „{title}“ steht nicht mehr in Harvest",
        "waiting": "„{title}“ ist angenommen; Harvest antwortet gerade nicht, es wird danach erfasst",
        "failed": "„{title}“ wurde nicht erfasst: {why}",
        "taken": "Zu „{title}“ wurde nichts getan: {why}",
        "not_yours": "Das gehört jemand anderem; nur diese Person kann darüber entscheiden",
        "gone": "Das wird nicht mehr vorgeschlagen: von Hand erfasst, oder der Termin ist weg. Es wurde nichts getan",
        "changed": "Es wurde nichts getan: seit das gezeigt wurde, wurde aus „{title}“ {now}. Siehe: gleaner review",
        "is_logged": "„{title}“ ist schon erfasst",
        "is_dismissed": "„{title}“ wurde schon verworfen",
        "is_undone": "„{title}“ wurde schon zurückgenommen",
        "is_superseded": "„{title}“ wird nicht mehr vorgeschlagen: von Hand erfasst, oder der Termin hat sich geändert",
        "is_busy": "„{title}“ wird gerade erfasst",
        "not_logged": "„{title}“ ist nicht erfasst, also gibt es nichts zurückzunehmen",
        "log": "{hours} h auf {where} am {day} erfassen? ({title})",
        "do": "{what}? ({title})",
        "dismiss": "„{title}“ nicht erfassen und nicht mehr danach fragen?",
        "undo": "{hours} h auf {where} am {day} zurücknehmen? ({title})",
        "undo_only": "Zurücknehmen, was zu „{title}“ getan wurde?",
        "stop": "Keine Erinnerungen mehr bekommen?",
        "resume": "Wieder Erinnerungen bekommen?",
        "snooze": "Eine Zeit lang keine Erinnerungen bekommen?",
        "snooze_until": "Keine Erinnerungen bis {until} bekommen?",
        "change_here": "Ändern geht nicht auf dieser Seite; siehe: gleaner review",
        "no": "{why}",
        "nobody": "Wer diese Nachricht bekam, ist in Harvest nicht mehr aktiv; es wurde nichts getan",
    },
}

_BUTTONS: dict[Language, dict[Verb, str]] = {
    "en": {
        "accept": "Log it", "dismiss": "Do not log it", "change": "Change", "undo": "Take it back",
        "snooze": "No reminders until then", "stop": "No more reminders", "resume": "Remind me again",
    },
    "de": {
        "accept": "Erfassen", "dismiss": "Nicht erfassen", "change": "Ändern", "undo": "Zurücknehmen",
        "snooze": "Bis dahin keine Erinnerungen", "stop": "Keine Erinnerungen mehr", "resume": "Wieder erinnern",
    },
}  # fmt: skip


def said(language: Language, phrase: Phrase, **more: str) -> str:
    """The sentence, without its full stop where it may be a stamp."""
    return _SAID[language][phrase].format(**more)


def button(language: Language, verb: Verb) -> str:
    """What the button says that does it."""
    return _BUTTONS[language][verb]


def hours_said(hours: Decimal, language: Language) -> str:
    """
    >>> hours_said(Decimal("1.50"), "en"), hours_said(Decimal("1.75"), "de")
    ('1.50', '1,75')
    """
    text = f"{hours:.2f}"
    return text.replace(".", ",") if language == "de" else text


def day_said(day: date, language: Language) -> str:
    """
    >>> day_said(date(2026, 3, 10), "en"), day_said(date(2026, 3, 10), "de")
    ('Tue 10 Mar', 'Di 10. März')
    """
    if language == "de":
        return f"{_DAYS[day.weekday()]} {day.day}. {_MONTHS[day.month - 1]}"
    return spoken_day(day)
