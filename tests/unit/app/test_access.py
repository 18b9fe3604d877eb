"""A renewed login is kept in the place of the one it was made from, and of no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from gleaner.adapters.harvest.tokens import Pair
from gleaner.adapters.secrets import GivenKeys, SecretStore, new_key
from gleaner.adapters.store.engine import make_engine, migrate
from gleaner.app.access import LOGIN, Kept, StoredPair, keep, read
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError
from gleaner.core.secrets import Secret

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def pair(name: str) -> Pair:
    return Pair(Secret(f"access-{name}"), Secret(f"refresh-{name}"), NOW, NOW + timedelta(hours=1))


class LoginMeanwhile(SecretStore):
    """Somebody logs in anew between our look and our write."""

    def replace(self, name: str, value: Secret, instead_of: Secret) -> bool:
        keep(self, Kept(kind="login", client_id="app").with_pair(pair("new")))
        return super().replace(name, value, instead_of)


@pytest.fixture
def engine() -> sa.Engine:
    engine = make_engine("sqlite://")
    migrate(engine)
    return engine


def test_a_login_made_just_before_a_renewal_is_kept_stays(engine: sa.Engine) -> None:
    secrets = LoginMeanwhile(engine, AccountId(7), GivenKeys(new_key()), lambda: NOW)
    old = Kept(kind="login", client_id="app").with_pair(pair("old"))
    keep(secrets, old)
    with pytest.raises(ConfigError, match="replaced meanwhile; log in again"):
        StoredPair(secrets, old.id).save(pair("renewed"))
    found = read(secrets)
    assert found is not None
    assert found.access_token == "access-new"


def test_a_login_kept_by_an_earlier_version_is_renewed_too(engine: sa.Engine) -> None:
    """Its text is not what we would write today."""
    secrets = SecretStore(engine, AccountId(7), GivenKeys(new_key()), lambda: NOW)
    secrets.put(LOGIN, Secret('{"id": "a", "kind": "login"}'))
    StoredPair(secrets, "a").save(pair("renewed"))
    found = read(secrets)
    assert found is not None
    assert found.access_token == "access-renewed"
