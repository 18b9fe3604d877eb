"""Currency codes."""


def code_or(said: str | None, usual: str) -> str:
    """The currency that was *said*; the *usual* one for nothing, and for what is no code (uncertain, api.md §6).

    >>> code_or(" eur ", "USD"), code_or("Taler", "USD"), code_or(None, "USD")
    ('EUR', 'USD', 'USD')
    """
    code = (said or "").strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else usual
