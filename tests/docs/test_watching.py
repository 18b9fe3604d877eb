"""What the page on watching Gleaner says of names, numbers and lines is so."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.docs.markdown import ROOT, examples
from tests.unit.app.log import kept
from tests.unit.store.rows import copied, job

from gleaner import config
from gleaner.adapters.store.engine import make_engine
from gleaner.app.health import AccountHealth, Examiner, Health
from gleaner.app.logs import about, logger
from gleaner.app.meters import Meters
from gleaner.faces.web.operations import as_json, operations

PAGE = (ROOT / "docs" / "how-to" / "watch-gleaner.md").read_text(encoding="utf-8")


@pytest.fixture
def engine(migrated_url: str) -> sa.Engine:
    return make_engine(migrated_url)


def names(engine: sa.Engine) -> set[str]:
    """Every number there is, as Prometheus names it."""
    now = datetime.now(UTC)
    job(engine, 1, "sync")
    copied(engine, 1, now)
    meters = Meters()
    meters.watch(engine, depths=lambda: {"runs": 1})
    return {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in meters.registry.collect()
        if family.name.startswith("gleaner_")
    }


def test_every_number_is_on_the_page_and_none_that_is_not_there(engine: sa.Engine) -> None:
    present = names(engine)
    engine.dispose()
    table = {
        name
        for line in PAGE.splitlines()
        if line.startswith("| `gleaner")
        for name in re.findall(r"`(\w+)`", line)
    }
    assert table == present
    assert set(re.findall(r"gleaner_\w+", PAGE)) == present


def test_the_configuration_is_one(tmp_path: Path) -> None:
    (toml,) = [one.text for one in examples(PAGE) if (one.language, one.mark) == ("toml", "test")]
    file = tmp_path / "gleaner.toml"
    file.write_text(f"{toml}\n[harvest]\naccount_id = 7\n")
    daemon = config.load(file).daemon
    assert (daemon.port, daemon.logs, daemon.level) == (8321, "json", "info")


@pytest.mark.parametrize("as_json", [False, True])
def test_the_lines_of_the_log_look_like_that(as_json: bool) -> None:
    with kept(as_json=as_json) as log, about(account=1234567, job="capture"):
        logger("jobs").info("done", seconds=1.25)
    shown = [line for one in examples(PAGE) if one.language == "" for line in one.text.splitlines()]
    made = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "2026-11-25T17:56:12Z", log.lines[0])
    assert made == shown[as_json]
    if as_json:
        json.loads(made)


def test_the_probes_have_the_checks_and_fields_the_page_names(engine: sa.Engine) -> None:
    pages = {getattr(route, "path", "") for route in operations(lambda: Health(()), Meters()).routes}
    assert {path for path in pages if path in PAGE} == pages
    looked_at = {check.what for check in Examiner(engine, lambda: 1.0, lambda: True)().checks}
    engine.dispose()
    assert {"database", "schema", "clock", "heart", "engine"} <= looked_at
    body = as_json(Health((), {1: AccountHealth()}))  # type: ignore[dict-item]
    assert "is_fine" in body
    assert "amiss" in str(body["accounts"])
