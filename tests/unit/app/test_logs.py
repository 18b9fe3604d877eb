"""The daemon's log: one line an event, what it is about, and nothing in it that is nobody's business."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import threading
import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.unit.app.log import kept

from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.app.logs import about, configure_logs, logger
from gleaner.app.redacting import line, plain, traced
from gleaner.core.errors import Refused, Unavailable
from gleaner.core.secrets import Secret

TITLE = "Salary talk with Rita"


# --- shape -------------------------------------------------------------------------------------------------------


def test_an_event_is_one_line_with_time_level_words_and_fields() -> None:
    with kept() as log, about(account=7, job="capture"):
        logger("jobs").info("done", seconds=1.25, entries=3)
    (said,) = log.lines
    moment, _, rest = said.partition(" ")
    assert abs(datetime.now(UTC) - datetime.fromisoformat(moment)) < timedelta(minutes=1)
    assert rest == "[info     ] done [gleaner.jobs] account=7 job=capture seconds=1.25 entries=3"


def test_as_json_it_is_one_object_a_line() -> None:
    with kept(as_json=True) as log, about(account=7, run="20260310-170000-abc", worker="host-1"):
        logger("jobs").warning("late", seconds=90)
    (event,) = log.events
    datetime.fromisoformat(event.pop("timestamp"))
    assert event == {
        "level": "warning", "logger": "gleaner.jobs", "event": "late", "account": 7,
        "run": "20260310-170000-abc", "worker": "host-1", "seconds": 90,
    }  # fmt: skip
    assert list(json.loads(log.lines[0]))[:4] == ["timestamp", "level", "logger", "event"]


def test_what_an_event_is_about_nests_and_ends() -> None:
    with kept(as_json=True) as log:
        with about(account=7):
            with about(job="sync", account=8):
                logger("jobs").info("inside")
            logger("jobs").info("between")
        logger("jobs").info("outside")
    assert [(one.get("account"), one.get("job")) for one in log.events] == [
        (8, "sync"),
        (7, None),
        (None, None),
    ]


def test_a_proposal_goes_by_its_short_name_and_never_by_its_key() -> None:
    with kept(as_json=True) as log:
        with about(proposal="7f3a9c1e"):
            logger("apply").info("applied")
        with about(proposal=f"entry:ics:{TITLE}"):
            logger("apply").info("applied")
    assert [one["proposal"] for one in log.events] == ["7f3a9c1e", "[private]"]


def test_the_libraries_are_heard_in_the_same_words() -> None:
    with kept(as_json=True) as log, about(account=7):
        logging.getLogger("dbos").warning("queue %s is slow", "harvest")
        logging.getLogger("uvicorn.error").info("Started server process")
        structlog.get_logger("third").error("oh", count=1)
    assert [(one["logger"], one["level"], one["event"], one["account"]) for one in log.events] == [
        ("dbos", "warning", "queue harvest is slow", 7),
        ("uvicorn.error", "info", "Started server process", 7),
        ("third", "error", "oh", 7),
    ]


def test_debugging_is_for_our_own_events_only() -> None:
    with kept(level="debug") as log:
        logger("jobs").debug("looking")
        logging.getLogger("httpcore2.http11").debug("send_request_headers.started")
        logging.getLogger("httpx2").info("HTTP Request: GET https://cal.example/private-77/basic.ics")
        logging.getLogger("elsewhere").debug("words")
    assert [one.partition("] ")[2] for one in log.lines] == ["looking [gleaner.jobs]"]


def test_what_is_below_the_level_is_not_written() -> None:
    with kept(level="warning") as log:
        logger("jobs").info("fine")
        logging.getLogger("uvicorn.error").info("fine")
        logger("jobs").warning("late")
    assert len(log.lines) == 1


def test_migrating_says_what_was_done_and_not_that_somebody_looked(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/gleaner.db")
    with kept(as_json=True) as log:
        migrate(engine)
        first = len(log.lines)
        migrate(engine)
    engine.dispose()
    assert "Running upgrade  -> 0001" in log.events[0]["event"]
    assert len(log.lines) == first


def test_configuring_twice_writes_each_line_once() -> None:
    with kept() as log:
        configure_logs(stream=log)
        logger("jobs").info("done")
    assert len(log.lines) == 1


def test_nothing_is_written_anywhere_before_the_log_is_configured(capsys: pytest.CaptureFixture[str]) -> None:
    silent = logging.NullHandler()
    logging.getLogger("gleaner").addHandler(silent)
    logger("jobs").error("failed")
    logging.getLogger("gleaner").removeHandler(silent)
    assert capsys.readouterr() == ("", "")


class Terminal(io.StringIO):
    """A stream that somebody looks at."""

    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_whose_owner_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    with kept() as log:
        terminal, plainly = Terminal(), Terminal()
        configure_logs(stream=terminal)
        logger("jobs").info("done")
        monkeypatch.setenv("NO_COLOR", "1")
        configure_logs(stream=plainly)
        logger("jobs").info("done")
        configure_logs(stream=log)
        logger("jobs").info("done")
    assert "\x1b[" in terminal.getvalue()
    assert "\x1b[" not in plainly.getvalue() + log.getvalue()


# --- nobody's business -------------------------------------------------------------------------------------------


def test_secrets_and_private_fields_are_not_looked_at() -> None:
    @dataclass
    class Draft:
        title: str

    with kept(as_json=True) as log:
        logger("jobs").info(
            "seen", title=TITLE, token="pat-1", key=Secret("pat-1"), inner={"notes": TITLE, "Authorization": "x"},
            many=[Secret("pat-1"), SecretStr("pat-1"), Draft(TITLE)], draft=Draft(TITLE), raw=TITLE.encode(),
            on=date(2026, 3, 10),
        )  # fmt: skip
    event = log.events[0]
    assert event["title"] == "[private]"
    assert event["token"] == event["key"] == "[secret]"
    assert event["inner"] == {"notes": "[private]", "Authorization": "[secret]"}
    assert event["many"] == ["[secret]", "[secret]", "<Draft>"]
    assert (event["draft"], event["raw"], event["on"]) == ("<Draft>", "<21 bytes>", "2026-03-10")
    assert TITLE not in log.getvalue()
    assert "pat-1" not in log.getvalue()


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("headers {'Authorization': 'Bearer pat-1'}", "headers {'Authorization: [secret]"),
        ("authorization: Basic cGF0", "authorization: [secret]"),
        ("sent Bearer pat-1.x_y-z=, twice", "sent Bearer [secret], twice"),
        ("GET /callback?code=abc&state=1", "GET /callback?code=[secret]&state=1"),
        ("refresh_token=pat-1", "refresh_token=[secret]"),
        ("it sent 1234567.pt.aB3-x_9 twice", "it sent [secret] twice"),
        ("postgresql://ana:hush@db.example/gleaner", "postgresql://db.example/…"),
        ("cannot read https://cal.example/private-77/basic.ics", "cannot read https://cal.example/…"),
        ("listening on http://127.0.0.1:8321", "listening on http://127.0.0.1:8321"),
        ("nobody is ana.doe@studio.example here", "nobody is [address] here"),
        ('"Rita "the boss" calls" has no project', '"…" has no project'),
        ("it says 'Salary talk'", "it says '…'"),
        ("Harvest's answer wasn't JSON", "Harvest's answer wasn't JSON"),
        ("the access token: it is wrong", "the access token: it is wrong"),
        ("unique constraint DETAIL:  Key (key)=(Salary talk) already exists.", "unique constraint DETAIL: …"),
        (
            "oh\nTraceback (most recent call last):\n  ValueError: Salary",
            "oh ⏎ Traceback (most recent call last) …",
        ),
    ],
)
def test_what_looks_like_a_secret_or_somebodys_words_is_cut_out(said: str, logged: str) -> None:
    assert line(said) == logged


@given(st.text())
def test_a_line_is_always_one_line_without_control_characters(words: str) -> None:
    assert len(line(words).splitlines()) <= 1
    assert line(words).isprintable()


def test_foreign_text_cannot_forge_a_line_nor_move_the_cursor() -> None:
    forged = "fine\n2026-03-10T00:00:00Z [critical ] forged\r\x1b[2J\u202egone\u2028more"
    with kept() as log:
        logger("jobs").info("seen", branch=forged)
        logging.getLogger("dbos").warning(forged)
        logger("jobs").info("seen", **{forged: 1})
    assert len(log.lines) == 3
    assert all(one.isprintable() for one in log.lines)


def test_an_error_is_told_by_its_kind_and_place_and_only_our_own_words() -> None:
    def read() -> None:
        raise ValueError(TITLE)

    def look() -> None:
        try:
            read()
        except ValueError as error:
            raise Unavailable("Harvest cannot be reached") from error

    with kept() as log:
        try:
            look()
        except Unavailable:
            logger("jobs").exception("failed")
    assert TITLE not in log.getvalue()
    event, *trace = log.lines
    assert event.endswith("failed [gleaner.jobs]")
    assert trace[0] == "    | Unavailable: Harvest cannot be reached"
    assert any("in test_an_error_is_told" in one and "look" in one for one in trace)
    assert "    | because of ValueError (its text is left out)" in trace
    assert all(one.startswith("    | ") for one in trace)


def test_a_library_that_repeats_an_errors_words_is_not_listened_to() -> None:
    with kept(as_json=True) as log:
        try:
            raise KeyError(TITLE)
        except KeyError as error:
            logging.getLogger("dbos").error(f"workflow failed: {error}", exc_info=error)  # noqa: G004
    assert TITLE not in log.getvalue()
    assert log.events[0]["event"] == "workflow failed: …"
    assert log.events[0]["exception"][0] == "KeyError (its text is left out)"


def test_a_database_error_says_its_code_and_no_value(store: sa.Engine) -> None:
    with kept() as log, store.begin() as connection:
        connection.execute(sa.text("CREATE TABLE once (word VARCHAR(40) PRIMARY KEY)"))
        connection.execute(sa.text("INSERT INTO once VALUES (:word)"), {"word": TITLE})
        try:
            with connection.begin_nested():
                connection.execute(sa.text("INSERT INTO once VALUES (:word)"), {"word": TITLE})
        except sa.exc.IntegrityError as error:
            logger("jobs").exception("failed")
            logging.getLogger("dbos").warning("Exception finding work: %s", error)
    assert "IntegrityError: " in log.getvalue()
    assert "SQLITE_CONSTRAINT" in log.getvalue() or "UniqueViolation 23505" in log.getvalue()
    assert TITLE not in log.getvalue()


def test_errors_in_a_group_and_a_circle_of_causes_come_to_an_end() -> None:
    inner = Refused("no")
    inner.__cause__ = ExceptionGroup(TITLE, [inner, ValueError(TITLE)])
    said = traced(inner)
    assert said[0] == "Refused: no"
    assert "because of ExceptionGroup (its text is left out)" in said
    assert len(said) < 100
    assert TITLE not in "".join(said)


def test_deep_and_strange_values_come_to_an_end() -> None:
    circle: list[object] = []
    circle.append(circle)
    assert "<list>" in str(plain(circle))
    assert plain({"a": {"notes": TITLE}}) == {"a": {"notes": "[private]"}}
    turning: dict[str, object] = {}
    turning["again"] = turning
    assert "<dict>" in str(plain(turning))


def test_a_line_that_cannot_be_written_does_not_spill_its_contents(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with kept(as_json=True) as log:
        logging.getLogger("elsewhere").warning("count %d", TITLE)
    assert log.events[0]["event"] == "a line of elsewhere could not be written (TypeError)"
    assert TITLE not in log.getvalue() + capsys.readouterr().err


def test_errors_that_nobody_caught_go_the_same_way() -> None:
    def fail() -> None:
        raise ValueError(TITLE)

    with kept(as_json=True) as log:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    (event,) = log.events
    assert event["event"] == "a thread ended by an error nobody expected"
    assert TITLE not in log.getvalue()


def test_the_process_itself_ends_without_a_word_of_what_it_read() -> None:
    script = f"from gleaner.app.logs import configure_logs\nconfigure_logs(as_json=True)\nint({TITLE!r})\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert json.loads(done.stderr)["exception"][0] == "ValueError (its text is left out)"
    assert TITLE not in done.stderr


def test_warnings_are_lines_too() -> None:
    with kept(as_json=True) as log, warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert log.events[0]["logger"] == "py.warnings"


def test_a_web_request_is_told_without_its_query() -> None:
    uvicorn.Config("nowhere:app", log_config=None)
    with kept(as_json=True) as log:
        logging.getLogger("uvicorn.access").info(
            '%s - "%s %s HTTP/%s" %d', "127.0.0.1:5000", "GET", "/callback?code=abc", "1.1", 200
        )
    (event,) = log.events
    assert (event["event"], event["method"], event["path"], event["status"]) == (
        "answered",
        "GET",
        "/callback",
        200,
    )
    assert "abc" not in log.getvalue()
