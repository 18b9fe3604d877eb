"""Bytes that somebody sends are a receipt, or refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gleaner.core.errors import Refused
from gleaner.expenses.content import MOST_BYTES
from gleaner.expenses.upload import uploaded

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("taxi.pdf", b"MZ\x90\x00 a program", "not a picture or PDF inside"),
        ("taxi.pdf", PNG, "is a png file inside"),
        ("taxi.png", b"", "is empty"),
        ("taxi.png", PNG + bytes(MOST_BYTES), "a receipt may have 10 MB"),
        ("", PNG, "no usable file name"),
        ("../..", PNG, "no usable file name"),
        ("a\nb.png", PNG, "no usable file name"),
    ],
)
def test_what_is_no_receipt_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        uploaded(name, content)


def test_of_a_path_only_its_end_counts() -> None:
    assert uploaded("../../etc/taxi.png", PNG).name == "taxi.png"


@given(st.text(max_size=300))
def test_a_name_is_always_short_plain_and_no_path(name: str) -> None:
    try:
        shown = uploaded(f"{name}.png", PNG).name
    except Refused:
        return
    assert len(shown) <= 120
    assert shown.isprintable()
    assert not {"/", "\\"} & set(shown)
    assert shown.lower().endswith(".png")
