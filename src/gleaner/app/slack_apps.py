"""The Slack apps of this installation's accounts: their secrets, and their sockets."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from gleaner.app.account import Account
from gleaner.app.answering import Wish
from gleaner.app.channels import channels_of
from gleaner.app.daemon.accounts import Accounts
from gleaner.app.interacting import Reply as Reply
from gleaner.app.interacting import Talk
from gleaner.app.logs import logger
from gleaner.core.catalog import AccountId
from gleaner.core.errors import ConfigError, GleanerError
from gleaner.core.secrets import Secret
from gleaner.notify.channels.slack import Slack, library
from gleaner.notify.secrets import secret

_log = logger("slack")
_AGAIN = 30.0
"""Seconds between two tries to connect, when Slack does not answer at the beginning."""


def apps_of(accounts: Accounts, wish: Wish | None = None) -> Apps:
    """The Slack apps of the accounts that a daemon serves. Those without one are not opened for it."""

    def with_slack() -> list[AccountId]:
        return [
            one for one in accounts.ids
            if any(entry.get("kind") == "slack" for entry in accounts.settings(one).channels)
        ]  # fmt: skip

    return Apps(with_slack, accounts.open, wish)


class Apps:
    """The Slack apps of accounts that *open_account* gives by their numbers."""

    def __init__(
        self,
        ids: Callable[[], Sequence[AccountId]],
        open_account: Callable[[AccountId], Account],
        wish: Wish | None = None,
    ) -> None:
        self._ids = ids
        self._open = open_account
        self._talk = Talk(open_account, wish)

    def channels(self) -> list[Slack]:
        """Every Slack channel that is configured; an account that cannot be opened has none."""
        found: list[Slack] = []
        for account_id in self._ids():
            try:
                made = channels_of(self._open(account_id))
            except GleanerError:
                continue
            found += [one.channel for one in made if isinstance(one.channel, Slack)]
        return found

    def secrets(self) -> list[Secret]:
        """With which Slack may have signed."""
        found = list(dict.fromkeys(filter(None, map(_signing_secret, self.channels()))))
        try:
            return found if found and library() else []
        except ConfigError as error:
            _log.warning("slack is not heard", error=error)
            return []

    def heard(self, payload: Mapping[str, Any], signer: Secret) -> Reply:
        """What to answer to what was signed with *signer*: only buttons of that app's accounts are believed."""
        return self._talk.heard(payload, lambda one: _signing_secret(one) == signer)

    @contextmanager
    def sockets(self) -> Iterator[int]:
        """Socket Mode for each app that has a token for it, as long as the block lasts; how many there are."""
        names = {one.app_token_variable: one for one in self.channels()}
        with ExitStack() as stack:
            count = 0
            for variable, channel in names.items():
                try:
                    token = secret(variable, "app token")
                except ConfigError:
                    continue
                try:
                    stack.enter_context(self._socket(channel, token))
                    count += 1
                except GleanerError as error:
                    _log.warning("socket mode did not begin", variable=variable, error=error)
            yield count

    @contextmanager
    def _socket(self, channel: Slack, token: Secret) -> Iterator[None]:
        library()
        from slack_sdk.errors import SlackApiError
        from slack_sdk.socket_mode.builtin import SocketModeClient
        from slack_sdk.socket_mode.client import BaseSocketModeClient
        from slack_sdk.socket_mode.request import SocketModeRequest
        from slack_sdk.socket_mode.response import SocketModeResponse

        def heard(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
            reply = Reply()
            if request.type == "interactive" and isinstance(request.payload, dict):
                reply = self._talk.heard(
                    request.payload, lambda one: one.app_token_variable == channel.app_token_variable
                )
            client.send_socket_mode_response(SocketModeResponse(request.envelope_id, reply.answer))
            if reply.work is not None:
                reply.work()

        quiet = logging.getLogger("gleaner.slack_sdk.socket")
        quiet.setLevel(logging.CRITICAL)
        client = SocketModeClient(token, logger=quiet, web_client=channel.client())
        client.socket_mode_request_listeners.append(heard)
        over = threading.Event()

        def connect_later() -> None:
            while not over.wait(_AGAIN):
                try:
                    client.connect()
                except (SlackApiError, OSError, ValueError) as error:
                    _log.warning("socket mode did not begin", channel=channel.name, error=error)
                else:
                    return

        later = threading.Thread(target=connect_later, name="slack-connect", daemon=True)
        try:
            try:
                client.connect()
            except SlackApiError as error:
                said = error.response.get("error", "")
                raise ConfigError(
                    f"Slack refuses the token in {channel.app_token_variable}: {said}"
                ) from None
            except (OSError, ValueError):
                later.start()  # from then on the client sees to it itself
            _log.info("socket mode", channel=channel.name)
            yield
        finally:
            over.set()
            if later.is_alive():
                later.join(_AGAIN)
            client.close()


def _signing_secret(channel: Slack) -> Secret | None:
    try:
        return secret(channel.signing_secret_variable, "signing secret")
    except ConfigError:
        return None
