"""``[web]`` and ``[oidc]``: the pages for people, and how they sign in."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from gleaner.config.part import Part
from gleaner.core.hosts import is_here

Way = Literal["link", "harvest", "oidc", "here"]


class OidcSettings(Part):
    """An identity provider of your own that people sign in with (OpenID Connect); needs the extra ``oidc``."""

    issuer: str = ""
    """Its address, as it calls itself: ``https://login.studio.example``. Empty: there is none."""
    client_id: str = ""
    """Of the client you registered there, with the redirect address ``…/sign-in/oidc/back``."""
    client_secret: SecretStr | None = None
    """Only from GLEANER_OIDC__CLIENT_SECRET."""
    name: Annotated[str, Field(max_length=40)] = ""
    """What people call it, for the button; empty: its host."""

    @field_validator("issuer", mode="after")
    @classmethod
    def _whole(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = urlsplit(value)
            is_right = (
                url.scheme in ("http", "https") and bool(url.hostname) and not url.query and not url.fragment
            )
        except ValueError:
            is_right = False
        if not is_right:
            raise ValueError("that is no address; write one such as https://login.studio.example")
        if url.scheme == "http" and not is_here(url.hostname or ""):
            raise ValueError("over plain http others could sign in as anybody; write https://")
        return value

    @model_validator(mode="after")
    def _together(self) -> OidcSettings:
        if bool(self.issuer) != bool(self.client_id):
            raise ValueError("issuer and client_id go together")
        return self


class WebSettings(Part):
    """The pages for people, which ``gleaner up`` serves, and how they sign in."""

    enabled: bool = True
    """Whether there are pages; without them only probes and links of messages answer."""
    ways: tuple[Way, ...] = ("link", "harvest", "oidc", "here")
    """How people may sign in: by a ``link`` in a mail, with ``harvest``, with a provider of your own (``oidc``), or
    ``here`` by ``gleaner open``. Those that are not set up are not offered."""
