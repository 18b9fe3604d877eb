"""What somebody gets to see who follows a link of a message, and who clicks the button on its page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gleaner.adapters.store.used_links import StoredUsedLinks
from gleaner.app.account import Account
from gleaner.app.answer_words import button
from gleaner.app.answering import Wish, answer, question, standing
from gleaner.app.linking import link_keys, links_of
from gleaner.app.logs import logger
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, GleanerError, Unavailable
from gleaner.core.messages import Language
from gleaner.notify.links import LIFE, Forged, Signed, claimed_account, opened

_log = logger("links")
State = Literal["ask", "done", "nothing", "used", "expired", "forged", "later"]


@dataclass(frozen=True)
class Page:
    """What a page says, in which language; *button* is what a click on it does, empty for none."""

    state: State
    text: str
    language: Language = "en"
    who: str = ""
    """In whose name."""
    button: str = ""
    undo: str = ""
    """An address that takes back what was done."""


_WRONG: dict[State, dict[Language, str]] = {
    "forged": {
        "en": "This address is not one of ours, or not whole. Open the link in the message again, or copy all of it.",
        "de": "Diese Adresse ist nicht von uns oder unvollständig. Öffnen Sie den Link in der Nachricht noch einmal.",
    },
    "expired": {
        "en": f"This link was good for {LIFE.days} days and is too old now; nothing was done. See what is open with:"
        " gleaner review",
        "de": f"Dieser Link galt {LIFE.days} Tage und ist abgelaufen; es wurde nichts getan. Was offen ist, zeigt"
        " gleaner review",
    },
    "used": {
        "en": "This link was used before, and each counts once; nothing was done now. If it was not you, see who it"
        " was with: gleaner journal",
        "de": "Dieser Link wurde schon benutzt, und jeder gilt einmal; jetzt wurde nichts getan. Wenn Sie es nicht"
        " waren: wer es war, zeigt gleaner journal",
    },
    "later": {
        "en": "Nothing was done: Harvest, or the database, does not answer just now. Open the link again in a moment.",
        "de": "Es wurde nichts getan: Harvest oder die Datenbank antwortet gerade nicht. Öffnen Sie den Link gleich"
        " noch einmal.",
    },
}


class Clicks:
    """Follows links. *open_account* gives an account by its number, and raises ConfigError for one that is not ours."""

    def __init__(self, open_account: Callable[[AccountId], Account], wish: Wish | None = None) -> None:
        self._open = open_account
        self._wish = wish

    def look(self, text: str) -> Page:
        """What the link would do. Does nothing: programs that read mail follow links, too."""
        return self._guarded(text, self._asked)

    def do(self, text: str) -> Page:
        """Do it, once, and say what came of it."""
        return self._guarded(text, self._done)

    def _guarded(self, text: str, then: Callable[[Account, Signed], Page]) -> Page:
        try:
            account = self._open(claimed_account(text))
            link = opened(text, link_keys(account))
        except (Forged, ConfigError) as error:
            # Who asks learns nothing of which it was; whoever runs Gleaner does.
            _log.warning("link refused", reason="forged" if isinstance(error, Forged) else str(error))
            return _wrong("forged", "en")
        except Unavailable:
            return _wrong("later", "en")
        if link.is_expired(account.clock.now()):
            return _wrong("expired", link.language)
        try:
            return then(account, link)
        except Unavailable as error:
            _log.warning("a link could not be followed", verb=link.deed.verb, error=error)
            return _wrong("later", link.language)

    def _asked(self, account: Account, link: Signed) -> Page:
        if _used(account).is_used(link.digest):
            return self._again(account, link)
        text = question(account, link.deed, link.language)
        if link.deed.verb == "change" or standing(account, link.deed, link.language):
            return Page("nothing", f"{text}.", link.language, _who(account, link))
        label = button(link.language, link.deed.verb)
        return Page("ask", text, link.language, _who(account, link), label)

    def _done(self, account: Account, link: Signed) -> Page:
        used, deed, now = _used(account), link.deed, account.clock.now()
        if not used.use(link.digest, deed.user_id, deed.verb, now=now, expires_at=link.expires_at):
            return self._again(account, link)
        try:
            came = answer(account, deed, by="link", language=link.language, wish=self._wish)
        except BaseException:
            used.give_back(link.digest)
            raise
        if not came.is_done:
            used.give_back(link.digest)  # what did nothing may be tried again
        _log.info("link followed", verb=deed.verb, user=deed.user_id, is_done=came.is_done)
        undo = ""
        if came.undo is not None:
            try:
                undo = links_of(account).of(came.undo, link.language)
            except GleanerError:  # pragma: no cover - the key was there a moment ago
                undo = ""
        state: State = "done" if came.is_done else "nothing"
        return Page(state, f"{came.text.rstrip('.')}.", link.language, _who(account, link), undo=undo)

    def _again(self, account: Account, link: Signed) -> Page:
        """What to say of a used link: where its proposal stands, if there is one."""
        now = standing(account, link.deed, link.language)
        first = f"{now}. " if now else ""
        return Page("used", f"{first}{_WRONG['used'][link.language]}", link.language)


def _used(account: Account) -> StoredUsedLinks:
    return StoredUsedLinks(account.engine, account.id)


def _who(account: Account, link: Signed) -> str:
    person = account.catalog.people.get(link.deed.user_id)
    return person.name if person is not None else ""


def _wrong(state: State, language: Language) -> Page:
    return Page(state, _WRONG[state][language], language)
