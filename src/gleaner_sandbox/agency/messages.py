"""The words of the repositories: branch names, commit messages, and files with something in them."""

from random import Random

from .catalog import Project
from .streams import chance, lengthy

_TOPICS = (
    "login", "checkout", "search", "filters", "csv-export", "map-tiles", "push-messages", "invoice-pdf", "settings",
    "image-cache", "audit-log", "price-rules", "opening-hours", "offline-mode", "translations", "consent-banner",
    "seat-picker", "route-planner", "stock-levels", "charts", "date-picker", "password-reset", "webhooks", "a11y",
)  # fmt: skip
_VERBS = (
    "Add",
    "Extract",
    "Rename",
    "Simplify",
    "Handle",
    "Test",
    "Fix",
    "Guard",
    "Speed up",
    "Document",
    "Tidy",
)
_THINGS = (
    "empty state", "error message", "loading order", "form validation", "time zones", "missing rows", "unit tests",
    "keyboard focus", "retry on 502", "query", "mobile layout", "types", "edge case with no results", "fixtures",
)  # fmt: skip
_SHORT = ("wip", "fix typo", "review comments", "lint", "more tests", "cleanup", "oops")
_NAMES = "total count rows offset label state cursor limit price start length entry node query scale".split()


def topic(rng: Random, number: int) -> str:
    """What a branch is about, unique by *number*."""
    return f"{rng.choice(_TOPICS)}-{number}"


def branch_name(project: Project, subject: str, number: int, rng: Random) -> str:
    """``feat/APL-12-login`` or ``fix/login-12``: with an issue key for a little more than half of them."""
    kind = "fix" if project.key == "care" or chance(rng, 0.25) else "feat"
    words, _, _ = subject.rpartition("-")
    return f"{kind}/{project.code}-{number}-{words}" if chance(rng, 0.55) else f"{kind}/{subject}"


def message(project: Project, subject: str, rng: Random) -> str:
    """A commit message; a third of them name an issue key, some are worth nothing."""
    if chance(rng, 0.12):
        return rng.choice(_SHORT)
    words, _, number = subject.rpartition("-")
    text = f"{rng.choice(_VERBS)} {rng.choice(_THINGS)}"
    roll = rng.random()
    if roll < 0.2:
        return f"{project.code}-{number} {text}"
    if roll < 0.35:
        return f"{text}\n\nRefs {project.code}-{number}"
    return f"{words}: {text.lower()}" if roll < 0.6 else text


def source_file(subject: str, rng: Random) -> tuple[str, str]:
    """A path that no other branch touches, and the file's new text."""
    suffix = rng.choice((".ts", ".ts", ".py", ".css", ".md"))
    path = f"src/{subject}/{rng.choice(_NAMES)}_{rng.getrandbits(20):05x}{suffix}"
    lines = [
        f"{rng.choice(_NAMES)}_{n} = {rng.choice(_NAMES)} + {rng.randint(0, 999)}"
        for n in range(lengthy(rng, 18, 1.0, 1, 300))
    ]
    return path, "\n".join(lines) + "\n"
