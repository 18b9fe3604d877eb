"""A GitHub App instead of somebody's token."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from tests.conformance.forges.town import WINDOW, Town

from gleaner.capture.observed import Observed
from gleaner.capture.source import MemoryCache, Source, sources
from gleaner.core.errors import ConfigError
from gleaner_sandbox.forges.books import App

INSTALLATION = 4711


@pytest.fixture
def key_file(tmp_path: Path, place: Town) -> Path:
    """The private key of the App 99, which is installed for ``lark``."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "app.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    place.books.tokens.clear()
    place.books.apps["99"] = App("99", public, {INSTALLATION: "lark"})
    return path


def source(place: Town, key_file: Path, app_id: object = 99, installation_id: int | None = None) -> Source:
    return sources.get("github")(
        ["lark/apollo"], app_id=app_id, key_file=str(key_file), installation_id=installation_id,
        base_url=place.running["github"].base_url,
    )  # fmt: skip


def seen(source: Source) -> Observed:
    return source.observe(WINDOW, MemoryCache())


def test_an_app_reads_what_it_is_installed_for(place: Town, key_file: Path) -> None:
    assert len(seen(source(place, key_file)).commits) == 1
    assert len(seen(source(place, key_file, installation_id=INSTALLATION)).commits) == 1


def test_its_token_is_asked_for_once_as_long_as_it_lasts(place: Town, key_file: Path) -> None:
    place.books.clock.run()
    app = source(place, key_file)
    seen(app)
    seen(app)
    assert len([path for path in place.asked("github") if path.endswith("/access_tokens")]) == 1


def test_an_app_that_is_installed_twice_has_to_be_told_which(place: Town, key_file: Path) -> None:
    place.books.apps["99"].installations[4712] = "else"
    with pytest.raises(ConfigError, match=r"set installation_id: 4711 \(lark\), 4712 \(else\)"):
        seen(source(place, key_file))


def test_an_app_that_is_installed_nowhere_says_so(place: Town, key_file: Path) -> None:
    place.books.apps["99"].installations.clear()
    with pytest.raises(ConfigError, match="is installed nowhere"):
        seen(source(place, key_file))
    with pytest.raises(ConfigError, match="is not installed as 4711"):
        seen(source(place, key_file, installation_id=INSTALLATION))


def test_a_key_of_another_app_is_refused(place: Town, key_file: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not accept the token in .*app\.pem"):
        seen(source(place, key_file, app_id=98))


@pytest.mark.parametrize(
    "content", [None, "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"]
)
def test_a_file_without_a_key_is_said(place: Town, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "else.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"key_file .*else\.pem (cannot be read|holds no private key)"):
        seen(source(place, path))


def test_an_app_needs_its_number_and_its_key() -> None:
    with pytest.raises(ConfigError, match="both app_id and key_file"):
        sources.get("github")(["lark/apollo"], app_id=99)
