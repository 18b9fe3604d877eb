"""What somebody does in Slack: a button is clicked, or the window is sent in which a proposal is changed.

Slack waits for three seconds. So :meth:`Talk.heard` answers at once, and what has to be done is done afterwards: then
the message says what came of it, where the buttons were.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from gleaner.adapters.store.used_links import StoredUsedLinks
from gleaner.app.account import Account
from gleaner.app.answer_words import button, hours_said
from gleaner.app.answering import Answer, Change, Wish, answer, standing
from gleaner.app.channels import channels_of, recipient
from gleaner.app.linking import link_keys, links_of
from gleaner.app.logs import logger
from gleaner.core.actions import CreateTimeEntry
from gleaner.core.apart import marked, slot_marks
from gleaner.core.catalog import AccountId, ProjectId, Slot, TaskId
from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.messages import Language
from gleaner.core.phrases import phrase
from gleaner.core.time import hours_written
from gleaner.notify.channels.slack import Slack
from gleaner.notify.links import Forged, Signed, claimed_account, opened
from gleaner.notify.slack_kit import (
    DEED,
    HOURS,
    MOST_BLOCKS,
    SLOT,
    Block,
    Choice,
    remark,
    stamped,
    undo_button,
    window,
)

_log = logger("slack")
_REMEMBERED = 500
Payload = Mapping[str, Any]
Allows = Callable[[Slack], bool]
"""Whether what was heard came from that channel's Slack app."""
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Log it differently", "submit": "Log it", "close": "Cancel", "slot": "Project and task",
        "hours": "Hours, such as 1.5 or 1:30", "no_hours": "That is no length: write 1.5 or 1:30",
        "expired": "This button is too old now; nothing was done. See what is open with: gleaner review",
        "used": "This was answered before; nothing was done now",
        "later": "Nothing was done: Harvest, or the database, does not answer just now. Click again in a moment",
    },
    "de": {
        "title": "Anders erfassen", "submit": "Erfassen", "close": "Abbrechen", "slot": "Projekt und Aufgabe",
        "hours": "Stunden, etwa 1,5 oder 1:30", "no_hours": "Das ist keine Dauer: schreiben Sie 1,5 oder 1:30",
        "expired": "Dieser Knopf ist zu alt; es wurde nichts getan. Was offen ist, zeigt gleaner review",
        "used": "Das wurde schon beantwortet; jetzt wurde nichts getan",
        "later": "Es wurde nichts getan: Harvest oder die Datenbank antwortet gerade nicht."
        " Klicken Sie gleich noch einmal",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """What Slack is told at once, and what is done after that."""

    answer: dict[str, Any] | None = None
    work: Callable[[], None] | None = None


@dataclass(frozen=True)
class _Place:
    """Where the buttons were."""

    channel: str
    ts: str
    block: str


@dataclass(frozen=True)
class _Click:
    """Somebody's wish, known to be theirs."""

    account: Account
    slack: Slack
    link: Signed
    place: _Place


class Talk:
    """Hears what people do in the Slack of the accounts that *open_account* gives by their numbers."""

    def __init__(self, open_account: Callable[[AccountId], Account], wish: Wish | None = None) -> None:
        self._open = open_account
        self._wish = wish
        self._lock = threading.Lock()
        self._replaced: OrderedDict[tuple[str, str], dict[str, list[Block]]] = OrderedDict()

    def heard(self, payload: Payload, allows: Allows) -> Reply:
        """What to answer to *payload*, which is known to come from Slack, and what to do then. Does nothing itself."""
        try:
            match payload.get("type"):
                case "block_actions":
                    return self._clicked(payload, allows)
                case "view_submission":
                    return self._submitted(payload, allows)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            _log.warning("slack said something else than we know", kind=str(payload.get("type"))[:40])
        return Reply()

    def _clicked(self, payload: Payload, allows: Allows) -> Reply:
        action = payload["actions"][0]
        if not str(action["action_id"]).startswith(f"{DEED}:"):
            return Reply()  # a link was opened
        place = _Place(
            str(payload["container"]["channel_id"]),
            str(payload["container"]["message_ts"]),
            str(action["block_id"]),
        )
        text, user = str(action["value"]), str(payload["user"]["id"])
        trigger, shown = str(payload.get("trigger_id", "")), list(payload["message"]["blocks"])
        fallback = str(payload["message"].get("text", ""))

        def work() -> None:
            click = self._known(text, user, place, allows)
            if click is None:
                return
            if click.link.deed.verb == "change":
                self._ask(click, trigger, text, shown, fallback)
            else:
                self._do(click, shown, fallback)

        return Reply(work=lambda: _guarded(work))

    def _submitted(self, payload: Payload, allows: Allows) -> Reply:
        view = payload["view"]
        kept, values = json.loads(view["private_metadata"]), view["state"]["values"]
        language: Language = "de" if kept.get("language") == "de" else "en"
        hours = hours_written(str(values[HOURS][HOURS]["value"] or ""))
        if hours is None or not 0 < hours <= 24:
            return Reply({"response_action": "errors", "errors": {HOURS: _WORDS[language]["no_hours"]}})
        chosen = (values[SLOT][SLOT].get("selected_option") or {}).get("value", "")
        text, user = str(kept["link"]), str(payload["user"]["id"])
        place = _Place(str(kept["channel"]), str(kept["ts"]), str(kept["block"]))

        def work() -> None:
            click = self._known(text, user, place, allows)
            if click is None:
                return
            now = click.slack.shown_now(place.channel, place.ts) or {}
            change = Change(_slot(click, str(chosen)), hours)
            self._do(click, list(now.get("blocks", ())), str(now.get("text", "")), change)

        return Reply(work=lambda: _guarded(work))

    # --- afterwards -----------------------------------------------------------------------------------------

    def _known(self, text: str, user: str, place: _Place, allows: Allows) -> _Click | None:
        """The click, if that button is ours and was clicked by whom it was made for."""
        try:
            account = self._open(claimed_account(text))
            link = opened(text, link_keys(account))
        except (Forged, ConfigError) as error:
            reason = "forged" if isinstance(error, Forged) else str(error)
            _log.warning("click refused", reason=reason)
            return None
        made = (one.channel for one in channels_of(account))
        slack = next((one for one in made if isinstance(one, Slack) and allows(one)), None)
        person = account.catalog.people.get(link.deed.user_id)
        if slack is None or person is None:
            _log.warning("click refused", reason="another app, or somebody who is not there")
            return None
        try:
            is_theirs = slack.user_id(recipient(person)) == user
        except Refused:
            is_theirs = False
        if not is_theirs:
            _log.warning("click refused", reason="somebody else clicked", user=person.id)
            return None
        return _Click(account, slack, link, place)

    def _do(self, click: _Click, shown: list[Block], fallback: str, change: Change | None = None) -> None:
        account, link = click.account, click.link
        deed, now = link.deed, account.clock.now()
        if link.is_expired(now):
            self._show(click, shown, fallback, Answer(_WORDS[link.language]["expired"], is_done=False))
            return
        used = StoredUsedLinks(account.engine, account.id)
        if not used.use(link.digest, deed.user_id, deed.verb, now=now, expires_at=link.expires_at):
            text = standing(account, deed, link.language) or _WORDS[link.language]["used"]
            self._show(click, shown, fallback, Answer(text, is_done=False))
            return
        try:
            came = answer(account, deed, by="Slack", language=link.language, wish=self._wish, change=change)
        except BaseException as error:
            used.give_back(link.digest)
            if isinstance(error, Unavailable):
                self._remark(click, shown, fallback, _WORDS[link.language]["later"])
                return
            raise
        _log.info("click answered", verb=deed.verb, user=deed.user_id, is_done=came.is_done)
        if not came.is_done:
            used.give_back(link.digest)  # what did nothing may be tried again
            if not standing(account, deed, link.language):
                self._remark(click, shown, fallback, came.text)
                return
        self._show(click, shown, fallback, came)

    def _ask(self, click: _Click, trigger: str, text: str, shown: list[Block], fallback: str) -> None:
        """Open the window in which the proposal is changed; nothing is used up by that."""
        account, link, place = click.account, click.link, click.place
        settled = standing(account, link.deed, link.language)
        if link.is_expired(account.clock.now()):
            settled = _WORDS[link.language]["expired"]
        item = account.inbox.get(link.deed.about)
        if settled or item is None or not isinstance(item.proposal.action, CreateTimeEntry):
            self._show(
                click, shown, fallback, Answer(settled or "only new entries can be changed here", False)
            )
            return
        action = item.proposal.action
        kept = {
            "link": text, "channel": place.channel, "ts": place.ts, "block": place.block, "language": link.language,
        }  # fmt: skip
        click.slack.open_window(
            trigger,
            window(
                item.proposal.title, _choices(account, link), f"{action.project_id}:{action.task_id}",
                hours_said(action.hours, link.language), _WORDS[link.language], json.dumps(kept),
            ),
        )  # fmt: skip

    def _show(self, click: _Click, shown: list[Block], fallback: str, came: Answer) -> None:
        """Put what came of it in the place of the buttons."""
        account, link = click.account, click.link
        person = account.catalog.people[link.deed.user_id]
        sign = "✓ " if came.is_done else ""
        at = f"{account.clock.now().astimezone(person.zone):%H:%M}"
        made = [stamped(f"{click.place.block}-s", f"{sign}{came.text} · {at}")]
        if came.undo is not None:
            value = links_of(account).text(came.undo, link.language)
            made.append(undo_button(f"{click.place.block}-u", button(link.language, "undo"), value))
        self._replace(click, shown, fallback, made)

    def _remark(self, click: _Click, shown: list[Block], fallback: str, text: str) -> None:
        """Leave the buttons, and say beside them why nothing was done."""
        block = click.place.block
        buttons = [one for one in shown if one.get("block_id") == block]
        self._replace(click, shown, fallback, [*buttons, remark(f"{block}-later", text)], is_for_now=True)

    def _replace(
        self, click: _Click, shown: list[Block], fallback: str, made: list[Block], *, is_for_now: bool = False
    ) -> None:
        place = click.place
        # One after the other: of two quick clicks on one message, each knows only what it was before both.
        with self._lock:
            known = dict(self._replaced.get((place.channel, place.ts), {}))
            known[place.block] = made
            if not is_for_now:
                self._replaced[place.channel, place.ts] = known
                while len(self._replaced) > _REMEMBERED:
                    self._replaced.popitem(last=False)
            before = [one for one in shown if one.get("block_id") != f"{place.block}-later"]
            blocks = [new for one in before for new in _with(one, known)]
            click.slack.replace(place.channel, place.ts, fallback or "Gleaner", blocks[:MOST_BLOCKS])


def _with(block: Block, known: Mapping[str, list[Block]]) -> Iterable[Block]:
    """What stands in the place of *block* now."""
    new = known.get(str(block.get("block_id")))
    if new is None:
        return [block]
    return [inner for one in new for inner in ([one] if one == block else _with(one, known))]


def _slot(click: _Click, chosen: str) -> Slot | None:
    """What was picked in the menu; None for nothing. Raises Refused when it cannot be logged to any more."""
    project, _, task = chosen.partition(":")
    if not (project.isdecimal() and task.isdecimal()):
        return None
    user_id = click.link.deed.user_id
    found = click.account.catalog.slot(user_id, ProjectId(int(project)), TaskId(int(task)))
    if found is None:
        raise Refused(phrase("what was picked cannot be logged to any more"))
    return found


def _choices(account: Account, link: Signed) -> list[Choice]:
    """What the person may log to, as a menu."""
    slots = sorted(account.catalog.slots(link.deed.user_id), key=str)
    return [
        Choice(
            f"{one.project.id}:{one.task.id}",
            marked(f"{one.project.name} / {one.task.name}", mark),
            one.client.name,
        )
        for one, mark in zip(slots, slot_marks(slots), strict=True)
    ]


def _guarded(work: Callable[[], None]) -> None:
    """Do it in a thread nobody waits for: what goes wrong is in the log."""
    try:
        work()
    except GleanerError as error:
        _log.warning("a click could not be answered", error=error)
    except Exception:  # noqa: BLE001 - whatever it is, the log has it
        _log.exception("a click could not be answered")
