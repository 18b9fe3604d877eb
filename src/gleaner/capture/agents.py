"""Coding agents, by the addresses they commit under or are named with in ``Co-authored-by`` trailers. Pure.

An agent works while its person does something else, so what it commits alone is no evidence of anybody's time.
"""

from __future__ import annotations

import re

_ADDRESSES = {
    "Claude": r"noreply@anthropic\.com|claude(-code)?(\[bot\])?@users\.noreply\.github\.com",
    "Copilot": r"copilot(-swe-agent)?(\[bot\])?@(users\.noreply\.)?github\.com",
    "Codex": r"(codex|noreply)@openai\.com|chatgpt-codex-connector(\[bot\])?@users\.noreply\.github\.com",
    "Cursor": r"(cursoragent|noreply)@cursor\.com|cursor(\[bot\])?@users\.noreply\.github\.com",
    "Aider": r"(aider|noreply)@aider\.chat",
    "Devin": r"devin-ai-integration(\[bot\])?@users\.noreply\.github\.com",
    "Jules": r"google-labs-jules(\[bot\])?@users\.noreply\.github\.com",
    "OpenHands": r"openhands@all-hands\.dev",
    "Amp": r"amp@ampcode\.com",
    "OpenCode": r"noreply@opencode\.ai",
    "Droid": r"factory-droid(\[bot\])?@users\.noreply\.github\.com",
}
_AGENTS = {
    name: re.compile(rf"(\d+\+)?({addresses})", re.IGNORECASE) for name, addresses in _ADDRESSES.items()
}


def agent(address: str) -> str | None:
    """The name of the agent that has this address; None for everybody else.

    >>> agent("noreply@anthropic.com"), agent("198982749+Copilot@users.noreply.github.com"), agent("kim@acme.example")
    ('Claude', 'Copilot', None)
    """
    return next((name for name, known in _AGENTS.items() if known.fullmatch(address)), None)
