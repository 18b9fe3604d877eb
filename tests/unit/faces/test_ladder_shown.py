"""The ladder as people read it, when it has gone up and down for long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.fakes import FakeClock
from tests.studio import ANA, CATALOG

from gleaner.faces.cli.laddered import LONGEST_LIST, show_ladder
from gleaner.review.ladder import Footing, Step
from gleaner.review.policy import Ladder


@pytest.mark.parametrize(("count", "is_cut"), [(LONGEST_LIST, False), (LONGEST_LIST + 1, True)])
def test_only_the_newest_steps_are_listed_and_that_is_said(
    capsys: pytest.CaptureFixture[str], count: int, is_cut: bool
) -> None:
    start, on = FakeClock().now(), Footing(ANA, "meeting", "rule:Portal")
    steps = [
        Step(on, start + timedelta(days=n), "suggest", "preselect", f"reason {n} counts", 5, 5)
        for n in range(count)
    ]
    show_ladder(Ladder(earned={}), {}, steps, CATALOG)
    said = capsys.readouterr().out
    assert said.count("because reason") == LONGEST_LIST
    assert f"because reason {count - 1} counts" in said
    assert ("reason 0 counts" in said) is not is_cut
    assert (f"The newest {LONGEST_LIST} of {count} steps" in said) is is_cut
    assert "meetings by rule Portal: from suggest" in said
