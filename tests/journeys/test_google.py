"""Google Calendar as a person and a team connect it: the browser, a service account, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.journeys.test_login import free_port
from tests.journeys.world import ANA, BO, TUESDAY, Said, World

from gleaner_sandbox.google.calendars import Calendar, Calendars
from gleaner_sandbox.google.endpoints import Google, Refusal
from gleaner_sandbox.google.identity import READ, Identity, ServiceAccount
from gleaner_sandbox.google.server import Running, serve_in_thread

APP, APP_SECRET = "gleaner-app", "hush-app"
ROBOT = "gleaner@robots.iam.example"


def event(title: str, start: str = "10:00", end: str = "11:00", who: str = ANA) -> dict[str, object]:
    return {
        "summary": title,
        "organizer": {"email": "boss@studio.example"},
        "attendees": [{"email": who, "responseStatus": "accepted"}, {"email": "ada@acme.example"}],
        "start": {"dateTime": f"{TUESDAY}T{start}:00+01:00"},
        "end": {"dateTime": f"{TUESDAY}T{end}:00+01:00"},
    }


@pytest.fixture
def google() -> Iterator[Running]:
    calendars = Calendars()
    calendars.add(Calendar(ANA, ANA), [event("[APL] Planning")])
    calendars.add(Calendar(BO, BO), [event("[APL] Review", "14:00", "15:00", BO)])
    calendars.add(
        Calendar("team@group.calendar.google.com", BO, {ANA}), [event("[APL] Demo", "16:00", "16:30")]
    )
    with serve_in_thread(Google(calendars, Identity({APP: APP_SECRET}))) as running:
        yield running


def connect(world: World, google: Running, *lines: str) -> None:
    world.say(
        "[google]", f'client_id = "{APP}"', f'login_url = "{google.login_url}"', f'token_url = "{google.token_url}"',
        *lines,
    )  # fmt: skip


def calendar_of(world: World, google: Running, who: str, *lines: str) -> None:
    world.say(
        "[[sources]]",
        'kind = "google-calendar"',
        f'person = "{who}"',
        f'base_url = "{google.base_url}"',
        *lines,
    )


def login(world: World, answer: str = "yes", without: str = "") -> Said:
    """``gleaner login --google``, with Ana deciding in her browser: yes or no, *without* some of it."""
    words = ("login", "-c", str(world.config), "--google", ANA, "--no-browser", "--port", str(free_port()))
    process = subprocess.Popen(
        [sys.executable, "-m", "gleaner", *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "GLEANER_GOOGLE__CLIENT_SECRET": APP_SECRET, "COLUMNS": "200"},
    )  # fmt: skip
    assert process.stderr is not None
    heard = ""
    while not (found := re.search(r"http://\S+/auth\?\S+", heard)):
        line = process.stderr.readline()
        assert line, heard
        heard += line
    with httpx2.Client(follow_redirects=False) as browser:
        page = browser.get(found[0])
        assert "calendar.events.readonly" in page.text
        back = browser.post(found[0], data={"answer": answer, "without": without})
        told = browser.get(back.headers["location"])
        assert ("Google let Gleaner in" in told.text) == (answer == "yes")
    out, err = process.communicate(timeout=60)
    return Said(process.returncode, out, heard + err)


def test_one_person_logs_in_and_takes_it_back(world: World, google: Running) -> None:
    connect(world, google)
    calendar_of(world, google, ANA, 'calendars = ["primary", "team@group.calendar.google.com"]')
    refused = world.gleaner("run", "--on", TUESDAY)
    assert f"nobody let us into {ANA} at Google; log in: gleaner login --google {ANA}" in refused.err
    said = login(world)
    assert said.code == 0, said
    assert f"Gleaner may read the calendars of {ANA}." in said.out
    world.fine("run", "--on", TUESDAY)
    assert [line.split(": ")[1] for line in world.timesheet()] == ["[APL] Demo", "[APL] Planning"]
    kept = b"".join(file.read_bytes() for file in world.folder.iterdir() if file.name != "gleaner.key")
    for secret in (*google.google.identity.refresh, *google.google.identity.access, APP_SECRET):
        assert secret.encode() not in kept
    google.google.identity.revoke(ANA)
    after = world.gleaner("run", "--on", TUESDAY)
    assert f"the Google login is no longer accepted; log in: gleaner login --google {ANA}" in after.err
    assert len(world.timesheet()) == 2, "what was logged stays"
    assert login(world).code == 0
    assert "no longer accepted" not in world.fine("run", "--on", TUESDAY).err


def test_a_no_on_googles_page_keeps_nothing(world: World, google: Running) -> None:
    connect(world, google)
    calendar_of(world, google, ANA)
    said = login(world, answer="no")
    assert said.code == 1
    assert (
        f"Google gave Gleaner no access: access_denied; try again: gleaner login --google {ANA}" in said.err
    )
    assert "nobody let us into" in world.gleaner("run", "--on", TUESDAY).err


def robot(
    folder: Path,
    google: Running,
    domain: str = "studio.example",
    name: str = "robot.json",
    scopes: tuple[str, ...] = (READ,),
) -> str:
    """A service account's key file, known to Google and allowed *scopes*."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    google.google.identity.services[ROBOT] = ServiceAccount(ROBOT, public.decode(), domain, scopes)
    said = {
        "type": "service_account",
        "client_email": ROBOT,
        "private_key": private.decode(),
        "private_key_id": "k1",
    }
    (folder / name).write_text(json.dumps(said))
    return f'key_file = "{name}"'


def test_a_team_is_read_by_one_key_without_any_login(world: World, google: Running) -> None:
    connect(world, google, robot(world.folder, google))
    calendar_of(world, google, ANA)
    calendar_of(world, google, BO)
    world.fine("run", "--on", TUESDAY)
    assert [line.split()[0] for line in world.timesheet()] == ["Ana", "Bo"]
    asked = len(google.google.log)
    world.fine("run", "--on", TUESDAY)
    since = [path for _, path, _ in google.google.log[asked:]]
    assert since
    assert all("syncToken" in path for path in since)


def test_a_key_of_another_domain_says_what_the_administrator_has_to_do(world: World, google: Running) -> None:
    connect(world, google, robot(world.folder, google, domain="other.example"))
    calendar_of(world, google, ANA)
    said = world.gleaner("run", "--on", TUESDAY)
    assert f"let your administrator allow the service account {ROBOT} the scope" in said.err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"), ("{", "no JSON key"), ("{}", "no JSON key"),
        ('{"client_email": "a", "private_key": "b"}', "no JSON key"),
    ],
)  # fmt: skip
def test_a_key_file_that_is_none_is_said(
    world: World, google: Running, content: str | None, said: str
) -> None:
    if content is not None:
        (world.folder / "robot.json").write_text(content)
    connect(world, google, 'key_file = "robot.json"')
    calendar_of(world, google, ANA)
    assert said in world.gleaner("run", "--on", TUESDAY).err


def test_a_sync_token_that_google_forgot_is_a_full_look_and_nothing_else(
    world: World, google: Running
) -> None:
    connect(world, google, robot(world.folder, google))
    calendar_of(world, google, ANA)
    world.fine("run", "--on", TUESDAY)
    calendar = google.google.calendars.by_id[ANA]
    calendar.put(event("[APL] Retro", "15:00", "16:00"))
    calendar.oldest = calendar.now
    world.fine("run", "--on", TUESDAY)
    assert [status for _, _, status in google.google.log][-2:] == [410, 200]
    assert [line.split(": ")[1] for line in world.timesheet()] == ["[APL] Planning", "[APL] Retro"]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(403, "rateLimitExceeded", "Rate Limit Exceeded"), "answered 403; the next run tries again"),
        (Refusal(503, "backendError", "Backend Error"), "answered 503; the next run tries again"),
        (Refusal(403, "accessNotConfigured", "API is off"), "turn the Google Calendar API on"),
        (Refusal(404, "notFound", "Not Found"), 'knows no calendar "primary"'),
    ],
)
def test_what_google_refuses_is_one_sentence_and_the_rest_goes_on(
    world: World, google: Running, refusal: Refusal, said: str
) -> None:
    connect(world, google, robot(world.folder, google))
    calendar_of(world, google, ANA)
    world.calendar(BO)
    google.google.refusals += [
        refusal
    ] * 20  # the days before are asked for too, and what fails may be tried again
    found = world.gleaner("run", "--on", TUESDAY)
    google.google.refusals.clear()
    assert said in found.err
    world.fine("run", "--on", TUESDAY)
    assert [line.split(": ")[1] for line in world.timesheet()] == ["[APL] Planning"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("[google]", 'token_url = "http://elsewhere.example/token"'), "plain http would show your token"),
        (("[google]", 'client_secret = "x"'), "GLEANER_GOOGLE__CLIENT_SECRET"),
        (("[[sources]]", 'kind = "google-calendar"', 'credentials = "x"'), 'there is no "credentials"'),
        (("[[sources]]", 'kind = "google-calendar"', 'person = "Ana"'), "mail address"),
        (("[[sources]]", 'kind = "google-calendar"', f'person = "{ANA}"', "calendars = []"), "at least one calendar"),
        (
            ("[[sources]]", 'kind = "google-calendar"', f'person = "{ANA}"', 'base_url = "http://elsewhere.example"'),
            "https://",
        ),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(world: World, lines: tuple[str, ...], said: str) -> None:
    world.say(*lines)
    assert said in world.gleaner("run", "--on", TUESDAY).err


def test_without_a_client_there_is_nobody_to_log_in_to(world: World) -> None:
    said = world.gleaner("login", "--google", ANA)
    assert (said.code, 'missing "client_id"' in said.err) == (2, True)
    assert "--google does not go with --token" in world.gleaner("login", "--google", ANA, "--token").err
    world.say("[google]", f'client_id = "{APP}"')
    assert "no mail address" in world.gleaner("login", "--google", "Ana").err
