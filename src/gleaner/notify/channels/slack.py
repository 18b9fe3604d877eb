"""Slack: a direct message from the app, with buttons that do something."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.parse import urlsplit

from gleaner.core.errors import ConfigError, GleanerError, Refused, Unavailable
from gleaner.core.hosts import is_here
from gleaner.core.messages import Deed, Message, Recipient
from gleaner.core.text import shown
from gleaner.notify.channel import Links, channels
from gleaner.notify.secrets import secret
from gleaner.notify.slack_kit import Block, blocks, fallback

if TYPE_CHECKING:
    from slack_sdk import WebClient

_GONE = {
    "users_not_found", "user_not_found", "user_disabled", "cannot_dm_bot", "channel_not_found", "is_archived",
    "message_not_found", "cant_update_message", "user_not_visible", "method_not_supported_for_channel_type",
}  # fmt: skip
_OURS = {
    "invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
    "no_permission", "not_allowed_token_type", "org_login_required", "access_denied", "ekm_access_denied",
    "invalid_app_token", "team_access_not_granted",
}  # fmt: skip
_PASSING = {
    "internal_error", "fatal_error", "request_timeout", "service_unavailable", "ratelimited", "rate_limited",
}  # fmt: skip
_EVENT = "gleaner_message"
_BACK = 20
"""Messages that are looked through for one that was sent before."""


class Slack:
    """Direct messages from a Slack app. Its bot token is in the environment variable *token_variable*, with the scopes
    ``chat:write``, ``im:write``, ``im:history``, ``users:read``, ``users:read.email`` and ``dnd:read``.

    Clicks are heard at ``/slack/interactive`` below ``public_url``, signed with what is in *signing_secret_variable*;
    or without an address of your own, by Socket Mode, when there is a token in *app_token_variable*.
    """

    def __init__(
        self,
        name: str = "slack",
        token_variable: str = "GLEANER_SLACK__TOKEN",  # noqa: S107 (a name, as the next two)
        signing_secret_variable: str = "GLEANER_SLACK__SIGNING_SECRET",  # noqa: S107
        app_token_variable: str = "GLEANER_SLACK__APP_TOKEN",  # noqa: S107
        base_url: str = "https://slack.com/api/",
        timeout: float = 15.0,
        links: Links | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.name = name
        self.token_variable = token_variable
        self.signing_secret_variable = signing_secret_variable
        self.app_token_variable = app_token_variable
        self._base_url = _checked(base_url)
        self._timeout = timeout
        self._links = links
        self._now = now
        self._ids: dict[str, str] = {}

    # --- the port -------------------------------------------------------------------------------------------

    def send(self, message: Message, to: Recipient) -> str:
        """Write to *to*; the channel and the time of the message. What was sent with that key is not sent again."""
        made = blocks(message, self._signer(message))
        channel = self._channel(to)
        key = hashlib.sha256(f"{to.user_id}\x1f{message.key}".encode()).hexdigest()[:40]
        if before := self._sent_before(channel, key):
            return f"{channel}/{before}"
        said = self.call(
            "chat.postMessage", writes=True, channel=channel, text=fallback(message), blocks=made,
            metadata={"event_type": _EVENT, "event_payload": {"key": key}}, unfurl_links=False,
            unfurl_media=False,
        )  # fmt: skip
        return f"{channel}/{said['ts']}"

    def stamp(self, handle: str, message: Message, to: Recipient, stamp: str) -> None:  # noqa: ARG002 (the port's)
        channel, _, ts = handle.partition("/")
        made = blocks(message, self._signer(message), stamp)
        self.replace(channel, ts, fallback(message), made)

    def is_quiet(self, to: Recipient) -> bool:
        """Whether notifications are off for them now."""
        said = self.call("dnd.info", user=self.user_id(to))
        now = self._now().timestamp() if self._now is not None else datetime.now().astimezone().timestamp()
        return bool(said.get("dnd_enabled")) and (
            float(said.get("next_dnd_start_ts") or 0) <= now < float(said.get("next_dnd_end_ts") or 0)
        )

    def check(self) -> str:
        said = self.call("auth.test")
        return f"{shown(str(said.get('team')))}, as {shown(str(said.get('user')))}"

    # --- what answering clicks needs too ---------------------------------------------------------------------

    def user_id(self, to: Recipient) -> str:
        """Who *to* is in Slack. Raises Refused when nobody there has the address."""
        address = to.address.lower()
        if address not in self._ids:
            said = self.call("users.lookupByEmail", email=address)
            user = said.get("user", {})
            if user.get("deleted"):
                raise Refused(f"{to.address} left the Slack workspace")
            self._ids[address] = str(user["id"])
        return self._ids[address]

    def replace(self, channel: str, ts: str, text: str, made: list[Block]) -> None:
        """Put *made* in the place of what that message showed."""
        self.call("chat.update", writes=True, channel=channel, ts=ts, text=text, blocks=made)

    def shown_now(self, channel: str, ts: str) -> dict[str, Any] | None:
        """The message as it is in Slack; None when it is gone."""
        said = self.call("conversations.history", channel=channel, latest=ts, inclusive=True, limit=1)
        found = [one for one in said.get("messages", ()) if one.get("ts") == ts]
        return found[0] if found else None

    def open_window(self, trigger: str, view: Block) -> None:
        """Show *view* to whoever clicked."""
        self.call("views.open", writes=True, trigger_id=trigger, view=view)

    def client(self) -> WebClient:
        """A client with the bot's token. Raises ConfigError when there is no token, or no Slack library."""
        sdk = library()
        # It says at length in the log what we say in a sentence.
        quiet = logging.getLogger("gleaner.slack_sdk")
        quiet.setLevel(logging.CRITICAL)
        token = secret(self.token_variable, "bot token of the Slack app (xoxb-…)")
        # Without handlers: one of them would send a message a second time when its answer is lost.
        made: WebClient = sdk.WebClient(
            token, base_url=self._base_url, timeout=int(self._timeout), retry_handlers=[], logger=quiet
        )
        return made

    # --- the API --------------------------------------------------------------------------------------------

    def call(self, method: str, *, writes: bool = False, **asked: Any) -> dict[str, Any]:
        """What *method* answers. *writes*: without an answer it may have been carried out."""
        client = self.client()
        from slack_sdk.errors import SlackApiError, SlackClientError

        try:
            answer = client.api_call(method, json=asked) if writes else client.api_call(method, params=asked)
            data: Any = answer.data
        except SlackApiError as error:
            raise self._no(method, error.response, writes=writes) from None
        except (URLError, HTTPException, OSError, SlackClientError, ValueError) as error:
            reason = getattr(error, "reason", error)
            is_never_sent = isinstance(reason, ConnectionRefusedError) or _is_unknown(reason)
            raise Unavailable(
                f"Slack does not answer ({method}): {shown(str(reason))[:200]}",
                answer_lost=writes and not is_never_sent,
            ) from None
        return data if isinstance(data, dict) else {}

    def _no(self, method: str, response: Any, *, writes: bool) -> GleanerError:
        data = response.data if isinstance(getattr(response, "data", None), dict) else {}
        said = shown(str(data.get("error", "")))[:100]
        status = int(getattr(response, "status_code", 0) or 0)
        if status == 429 or said in ("ratelimited", "rate_limited"):
            wait = dict(getattr(response, "headers", {})).get("Retry-After")
            seconds = float(wait) if wait is not None and str(wait).isdecimal() else None
            return Unavailable("Slack wants us to wait", retry_after=seconds)
        if status >= 500 or said in _PASSING:
            return Unavailable(f"Slack has trouble ({method}: {said or status})", answer_lost=writes)
        if said in _OURS:
            needed = f" (needed: {shown(str(data['needed']))[:100]})" if data.get("needed") else ""
            return ConfigError(
                f"Slack refuses the token in {self.token_variable}: {said}{needed}; see api.slack.com/apps"
            )
        if said == "users_not_found":
            return Refused("nobody in the Slack workspace has that address, or they left")
        if said in _GONE:
            return Refused(f"Slack: {said} ({method})")
        details = data.get("response_metadata", {}).get("messages", [])
        more = f": {shown(str(details[0]))[:200]}" if details else ""
        return Refused(f"Slack does not take it: {said or status} ({method}){more}")

    def _channel(self, to: Recipient) -> str:
        said = self.call("conversations.open", writes=False, users=self.user_id(to))
        return str(said["channel"]["id"])

    def _sent_before(self, channel: str, key: str) -> str:
        """The time of the message with that key, if it is among the newest."""
        said = self.call("conversations.history", channel=channel, limit=_BACK, include_all_metadata=True)
        for one in said.get("messages", ()):
            found = one.get("metadata") or {}
            if (found.get("event_type"), found.get("event_payload", {}).get("key")) == (_EVENT, key):
                return str(one["ts"])
        return ""

    def _signer(self, message: Message) -> Callable[[Deed], str]:
        links = self._links
        if links is None:
            return lambda _deed: ""
        return lambda deed: links.text(deed, message.language)


def library() -> Any:
    """The Slack library. Raises ConfigError that says how to get it."""
    try:
        import slack_sdk
    except ImportError:
        raise ConfigError('Slack needs a library: pip install "gleaner[slack]"') from None
    return slack_sdk


def _checked(base_url: str) -> str:
    url = urlsplit(base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigError(f'channel "slack": base_url "{shown(base_url)}" is no address')
    if url.scheme == "http" and not is_here(url.hostname):
        raise ConfigError('channel "slack": plain http would show your token on the way; write https://')
    return base_url if base_url.endswith("/") else f"{base_url}/"


def _is_unknown(reason: object) -> bool:
    import socket

    return isinstance(reason, socket.gaierror)


channels.add("slack", Slack)
