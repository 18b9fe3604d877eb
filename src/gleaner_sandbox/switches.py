"""Behaviours nobody knows for sure: where two are plausible, the sandbox does one and can be told to do the other.

A module that has such a choice declares a switch beside the code it turns::

    _RESTART = switch("restart_old_entry", ("same", "today"), "Restarting an entry of another day: ...")
    ...
    if call.switch(_RESTART) == "today":
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALL: dict[str, "Switch"] = {}


@dataclass(frozen=True)
class Switch:
    """One choice."""

    name: str
    choices: tuple[str, ...]
    """The first is what the sandbox does unless told otherwise."""
    about: str
    """What is uncertain, in one sentence, with the place in the facts."""


def switch(name: str, choices: tuple[str, ...], about: str) -> Switch:
    """Declare a switch; its name is unique."""
    assert name not in ALL, f"two switches are called {name}"
    assert len(choices) > 1
    ALL[name] = Switch(name, choices, about)
    return ALL[name]


class Switches:
    """How the switches of one sandbox stand."""

    def __init__(self) -> None:
        self._turned: dict[str, str] = {}

    def get(self, which: Switch) -> str:
        return self._turned.get(which.name, which.choices[0])

    def turn(self, said: Mapping[str, str]) -> None:
        """Turn those that *said* names.  ``ValueError`` tells what there is, and then none is turned."""
        for name, choice in said.items():
            if name not in ALL:
                raise ValueError(f"there is no switch {name!r}; there are {', '.join(sorted(ALL))}")
            if choice not in ALL[name].choices:
                raise ValueError(f"switch {name!r} is one of {', '.join(ALL[name].choices)}, not {choice!r}")
        self._turned.update(said)

    def reset(self) -> None:
        """Back to the usual."""
        self._turned.clear()

    def report(self) -> dict[str, dict[str, object]]:
        """All of them, for ``GET /sandbox/switches``."""
        return {
            one.name: {"is": self.get(one), "choices": list(one.choices), "about": one.about}
            for one in sorted(ALL.values(), key=lambda one: one.name)
        }
