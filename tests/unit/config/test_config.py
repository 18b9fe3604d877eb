"""``gleaner.toml`` and the environment: who wins, what a path counts from, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gleaner.config import Settings, load, locate
from gleaner.core.errors import ConfigError

TOKEN = "pat-0123456789"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    monkeypatch.setenv("GLEANER_HARVEST__TOKEN", TOKEN)
    monkeypatch.delenv("GLEANER_CONFIG", raising=False)
    return Write(tmp_path / "gleaner.toml")


class Write:
    """Writes a file, and says what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self, *lines: str, harvest: str = "account_id = 7") -> Settings:
        self.path.write_text("\n".join([*lines, "[harvest]", harvest]))
        return load(self.path)

    def refused(self, *lines: str, harvest: str = "account_id = 7") -> str:
        with pytest.raises(ConfigError) as caught:
            self(*lines, harvest=harvest)
        assert TOKEN not in str(caught.value)
        assert TOKEN not in repr(caught.value.__cause__)
        return str(caught.value)


def test_the_environment_wins_over_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLEANER_POLICY__MEETINGS", "suggest")
    monkeypatch.setenv("GLEANER_HARVEST__ACCOUNT_ID", "8")
    monkeypatch.setenv("GLEANER_DATABASE", "postgresql://host/name")
    settings = write('database = "sqlite:///a.db"', "[policy]", 'meetings = "post"')
    assert (settings.policy.meetings, settings.harvest.account_id) == ("suggest", 8)
    assert settings.database == "postgresql://host/name"


def test_what_the_environment_leaves_out_comes_from_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GLEANER_CAPTURE__HISTORY_DAYS", "7")
    settings = write("[capture]", "entries_days = 30", "history_days = 5")
    assert (settings.capture.entries_days, settings.capture.history_days) == (30, 7)


def test_the_token_comes_from_the_environment_and_shows_nowhere(write: Write) -> None:
    settings = write()
    assert settings.harvest.token is not None
    assert settings.harvest.token.get_secret_value() == TOKEN
    assert TOKEN not in f"{settings!r} {settings} {settings.model_dump()}"


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ("sqlite:///data/g.db", "sqlite:///{here}/data/g.db"),
        ("sqlite:///../g.db", "sqlite:///{here}/../g.db"),
        ("sqlite:////var/lib/g.db", "sqlite:////var/lib/g.db"),
        ("postgresql://host/name", "postgresql://host/name"),
    ],
)
def test_a_relative_database_counts_from_the_file(
    write: Write, monkeypatch: pytest.MonkeyPatch, database: str, expected: str
) -> None:
    monkeypatch.chdir("/")
    here = write.path.parent.resolve()
    assert write(f'database = "{database}"').database == expected.format(here=here)


def test_without_a_word_the_database_lies_beside_the_file(write: Write) -> None:
    assert write().database == f"sqlite:///{write.path.parent.resolve()}/gleaner.db"


def test_addresses_are_compared_in_lower_case(write: Write) -> None:
    (person,) = write("[[people]]", 'email = " Ana@Studio.example"', 'aliases = ["ANA@x.example "]').people
    assert (person.email, person.aliases) == ("ana@studio.example", ("ana@x.example",))


def test_an_alias_copied_from_a_commit_loses_the_accounts_number(write: Write) -> None:
    copied = 'aliases = ["77+Ana@users.noreply.github.com"]'
    (person,) = write("[[people]]", 'email = "ana@studio.example"', copied).people
    assert person.aliases == ("ana@users.noreply.github.com",)


def test_a_webhooks_secret_is_no_text_of_the_file_and_not_short(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert write().daemon.webhook_secret is None
    said = write.refused("[daemon]", 'webhook_secret = "a long and random secret"')
    assert "put it into GLEANER_DAEMON__WEBHOOK_SECRET" in said
    monkeypatch.setenv("GLEANER_DAEMON__WEBHOOK_SECRET", "short")
    said = write.refused()
    assert "16 characters at least" in said
    assert "short" not in said


@pytest.mark.parametrize("harvest", [f'account_id = 7\ntoken = "{TOKEN}"', f'token = "{TOKEN}"'])
def test_a_token_in_the_file_is_refused(write: Write, harvest: str) -> None:
    expected = "gleaner.toml, harvest: keep the token out of the file; put it into GLEANER_HARVEST__TOKEN"
    assert write.refused(harvest=harvest) == expected


def test_no_other_secret_may_be_in_the_file_either(write: Write) -> None:
    expected = "harvest: keep the client secret out of the file; put it into GLEANER_HARVEST__CLIENT_SECRET"
    assert write.refused(harvest=f'account_id = 7\nclient_secret = "{TOKEN}"') == f"gleaner.toml, {expected}"
    assert write.refused(f'[secrets]\nkey = "{TOKEN}"') == (
        "gleaner.toml, secrets: keep the key out of the file; put it into GLEANER_SECRETS__KEY"
    )


def test_secrets_in_the_environment_show_nowhere(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GLEANER_HARVEST__CLIENT_SECRET", "GLEANER_SECRETS__KEY"):
        monkeypatch.setenv(name, "hush-hush")
    settings = write()
    assert settings.secrets.key is not None
    assert settings.secrets.key.get_secret_value() == "hush-hush"
    assert "hush" not in f"{settings!r} {settings} {settings.model_dump()}"


TYPOS = {
    "section": ("[polcy]", 'gleaner.toml: there is no "polcy". Did you mean "policy"?'),
    "policy": (
        "[policy]\nmeeting = 'post'",
        'gleaner.toml, policy: there is no "meeting". Did you mean "meetings"?',
    ),
    "capture": (
        "[capture]\nhistorydays = 3",
        'gleaner.toml, capture: there is no "historydays". Did you mean "history_days"?',
    ),
    "filters": (
        "[capture.filters]\nalday = true",
        'gleaner.toml, capture.filters: there is no "alday". Did you mean "all_day"?',
    ),
    "a person's filters": (
        "[[people]]\nemail = 'a@x.example'\nfilters = { alday = true }",
        'gleaner.toml, people[1].filters: there is no "alday". Did you mean "all_day"?',
    ),
    "a calendar's filters": (
        "[[sources]]\nkind = 'ics'\nperson = 'a@x.example'\nfilters = { alday = true }",
        'gleaner.toml, sources[1].filters: there is no "alday". Did you mean "all_day"?',
    ),
    "filters of a repository": (
        "[[sources]]\nkind = 'git'\nfilters = { all_day = true }",
        "gleaner.toml, sources[1].filters: only a person's calendar has filters; this source names no person",
    ),
    "second rule": (
        "[[rules]]\nproject = 'APL'\ntitle = 'x'\n[[rules]]\nproject = 'APL'\ntitel = 'x'",
        'gleaner.toml, rules[2]: there is no "titel". Did you mean "title"?',
    ),
    "rule without project": (
        "[[rules]]\ntitle = 'x'",
        'gleaner.toml, rules[1]: missing "project". It takes project, task',
    ),
    "person": (
        "[[people]]\nemail = 'a@x.example'\nalias = ['b@x.example']",
        'gleaner.toml, people[1]: there is no "alias". Did you mean "aliases"?',
    ),
}


@pytest.mark.parametrize(("lines", "sentence"), TYPOS.values(), ids=TYPOS)
def test_a_misspelt_key_is_named_with_the_right_one(write: Write, lines: str, sentence: str) -> None:
    assert write.refused(lines).startswith(sentence)


VALUES = {
    "choice": (
        "[policy]\nmeetings = 'sometimes'",
        "policy.meetings: input should be 'suggest', 'preselect' or 'post' (it says 'sometimes')",
    ),
    "range": (
        "[capture]\nhistory_days = 400",
        "capture.history_days: input should be less than or equal to 366 (it says 400)",
    ),
    "weekday": (
        "[[people]]\nemail = 'a@x.example'\nworkdays = ['mon', 'tu']",
        "people[1].workdays[2]: input should be 'mon', 'tue'",
    ),
    "filter": (
        "[capture.filters]\nlunch = 'often'",
        "capture.filters.lunch: input should be a valid boolean",
    ),
    "answer": (
        "[capture.filters]\ntentative = 'no'",
        "capture.filters.tentative: input should be 'keep', 'ask' or 'skip'",
    ),
    "patterns": (
        "[capture.filters]\npersonal_patterns = 'gym'",
        "capture.filters.personal_patterns: input should be a valid tuple",
    ),
    "a calendar's filter": (
        "[[sources]]\nkind = 'ics'\nperson = 'a@x.example'\nfilters = { lunch = 'often' }",
        "sources[1].filters.lunch: input should be a valid boolean",
    ),
    "filters": (
        "[[sources]]\nkind = 'ics'\nperson = 'a@x.example'\nfilters = ['lunch']",
        "sources[1].filters: it has to be a table. It takes declined, cancelled",
    ),
    "table": ("policy = 'post'", "policy: it has to be a table. It takes meetings, ladder, read_only_first."),
    "tables": ("rules = ['APL']", "rules[1]: it has to be a table. It takes project, task"),
}


@pytest.mark.parametrize(("lines", "sentence"), VALUES.values(), ids=VALUES)
def test_a_wrong_value_is_named_with_what_it_says(write: Write, lines: str, sentence: str) -> None:
    assert write.refused(lines).startswith(f"gleaner.toml, {sentence}")


@pytest.mark.parametrize(
    "harvest", ["", "account_id = 0", 'account_id = "x"', "acount_id = 7", "account_id = [1]"]
)
def test_a_wrong_account_is_named_without_the_token_beside_it(write: Write, harvest: str) -> None:
    assert write.refused(harvest=harvest).startswith("gleaner.toml, harvest")


def test_harvest_may_not_be_left_out(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write.path.write_text("")
    with pytest.raises(ConfigError, match='harvest: missing "account_id"'):
        load(write.path)
    monkeypatch.delenv("GLEANER_HARVEST__TOKEN")
    with pytest.raises(ConfigError, match='missing "harvest"'):
        load(write.path)


def test_harvest_that_is_no_table_does_not_show_the_token(write: Write) -> None:
    write.path.write_text('harvest = "7"')
    with pytest.raises(ConfigError) as caught:
        load(write.path)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GLEANER_HARVEST__ACOUNT_ID", "7"),
        ("GLEANER_SOURCES", "calendar"),
        ("GLEANER_HARVEST", f'{{"account_id": 7, "token": "{TOKEN}'),
        ("GLEANER_HARVEST", f'{{"account_id": "x", "token": "{TOKEN}"}}'),
        ("GLEANER_POLICY__MEETINGS", "sometimes"),
    ],
)
def test_a_mistake_in_the_environment_is_one_of_ours(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert write.refused()


def test_no_file_no_toml_no_text(write: Write) -> None:
    with pytest.raises(ConfigError, match="make one with: gleaner init"):
        load(write.path)
    write.path.write_text("[harvest\n")
    with pytest.raises(ConfigError, match=r"gleaner\.toml is not valid TOML: .*line 1"):
        load(write.path)
    write.path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="cannot be read"):
        load(write.path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(write.path.parent)


def test_the_file_is_the_one_named_then_the_environments_then_the_one_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GLEANER_CONFIG", raising=False)
    assert locate() == Path("gleaner.toml")
    own = tmp_path / "home" / "gleaner" / "gleaner.toml"
    own.parent.mkdir(parents=True)
    own.touch()
    assert locate() == own
    Path("gleaner.toml").touch()
    assert locate() == Path("gleaner.toml")
    monkeypatch.setenv("GLEANER_CONFIG", "/etc/gleaner.toml")
    assert locate() == Path("/etc/gleaner.toml")
    assert locate(Path("other.toml")) == Path("other.toml")


@pytest.mark.parametrize("key", ["base_url", "identity_url"])
def test_a_token_is_never_sent_in_clear_over_a_network(tmp_path: Path, key: str) -> None:
    file = tmp_path / "gleaner.toml"
    for host in ("api.harvestapp.com", "127.0.0.1.example.com", "10.0.0.5"):
        file.write_text(f'[harvest]\naccount_id = 77\n{key} = "http://{host}/v2"\n')
        with pytest.raises(ConfigError, match=f"harvest.{key}: .*plain http would show your token"):
            load(file)
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80"):
        file.write_text(f'[harvest]\naccount_id = 77\n{key} = "http://{host}/v2"\n')
        assert getattr(load(file).harvest, key) == f"http://{host}/v2"


def test_a_daemon_listens_to_this_machine_only_unless_told_otherwise(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = write().daemon
    assert (daemon.host, daemon.port, daemon.logs, daemon.level) == ("127.0.0.1", 8321, "text", "info")
    monkeypatch.setenv("GLEANER_DAEMON__LOGS", "json")
    daemon = write("[daemon]", "port = 9000", 'logs = "text"').daemon
    assert (daemon.port, daemon.logs) == (9000, "json")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('logs = "xml"', "daemon.logs: input should be 'text' or 'json'"),
        ('level = "loud"', "daemon.level: input should be 'debug', 'info', 'warning' or 'error'"),
        ("port = 70000", "daemon.port: input should be less than or equal to 65535"),
        ('bind = "::"', 'daemon: there is no "bind". It takes host, port, logs, level, public_url.'),
    ],
)
def test_what_a_daemon_cannot_do_is_refused(write: Write, line: str, says: str) -> None:
    assert says in write.refused("[daemon]", line)
