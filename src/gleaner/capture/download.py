"""A feed over HTTP, fetched only when it changed.

Addresses of calendars are secrets: whoever has one reads the calendar. No text from here shows more of an
address than its host.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.hosts import is_here
from gleaner.core.phrases import phrase
from gleaner.core.tls import certificates

MOST_BYTES = 50_000_000


@dataclass(frozen=True)
class Downloaded:
    """What a server answered. *content* is None when it is what we have already."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def web_address(url: str) -> str:
    """*url* as HTTP knows it: ``webcal`` is only a hint to open a calendar program."""
    scheme, separator, rest = url.strip().partition("://")
    scheme = {"webcal": "https", "webcals": "https"}.get(scheme.lower(), scheme.lower())
    if not separator or scheme not in ("https", "http") or not urlsplit(f"{scheme}://{rest}").hostname:
        raise ConfigError(phrase("url is a web address that starts with https:// or webcal://"))
    return f"{scheme}://{rest}"


def checked_address(base_url: str, key: str = "base_url") -> str:
    """*base_url* of a service we send a secret to. Raises ConfigError when others could read that on the way.

    *key* is how the address is called where it is written.
    """
    url = urlsplit(base_url)
    if url.hostname and (url.scheme == "https" or (url.scheme == "http" and is_here(url.hostname))):
        return base_url.rstrip("/")
    raise ConfigError(
        phrase(
            '{key} starts with https://, not "{what}"; plain http would show the login to everybody '
            "on the way",
            key=key,
            what=base_url[:60],
        )
    )


def host(url: str) -> str:
    """All of *url* that may be shown."""
    return urlsplit(url).hostname or "?"


def download(url: str, etag: str = "", last_modified: str = "", timeout: float = 30.0) -> Downloaded:
    """What is at *url* now, unless it is what *etag* and *last_modified* name.

    Raises ConfigError when the address is wrong, Unavailable when a later try may succeed.
    """
    import httpx2

    headers = {"User-Agent": "gleaner", "Accept": "text/calendar, */*;q=0.5"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    where = host(url)
    try:
        with (
            httpx2.Client(
                timeout=timeout, follow_redirects=True, max_redirects=5, verify=certificates()
            ) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            _check(response.status_code, response.headers.get("retry-after", ""), where)
            if response.status_code == 304:
                return Downloaded(None, etag, last_modified)
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise ConfigError(
                        phrase(
                            "the calendar at {where} is larger than {mb} MB",
                            where=where,
                            mb=MOST_BYTES // 1_000_000,
                        )
                    )
            return Downloaded(
                bytes(content),
                response.headers.get("etag", ""),
                response.headers.get("last-modified", ""),
            )
    except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.TooManyRedirects) as error:
        raise ConfigError(
            phrase("the calendar's address at {where} does not work ({kind})", where=where, kind=_kind(error))
        ) from None
    except httpx2.TimeoutException:
        raise Unavailable(
            phrase(
                "{where} did not answer within {timeout:g} s; the next run tries again",
                where=where,
                timeout=timeout,
            )
        ) from None
    except httpx2.HTTPError as error:
        # ``from None``: the request, and with it the secret address, hangs on these exceptions.
        raise Unavailable(
            phrase(
                "{where} cannot be reached ({kind}); the next run tries again", where=where, kind=_kind(error)
            )
        ) from None


def _check(status: int, retry_after: str, where: str) -> None:
    if status in (200, 304):
        return
    if status in (408, 425, 429) or status >= 500:
        wait = float(retry_after) if retry_after.isdecimal() and len(retry_after) < 7 else None
        raise Unavailable(
            phrase("{where} answered {status}; the next run tries again", where=where, status=status),
            retry_after=wait,
        )
    if status in (401, 403):
        raise ConfigError(
            phrase(
                "{where} does not give this calendar to us ({status}); use its secret iCal address",
                where=where,
                status=status,
            )
        )
    if status in (404, 410):
        raise ConfigError(
            phrase(
                "{where} knows no calendar at this address ({status}); it may have been reset: copy the "
                "secret iCal address again",
                where=where,
                status=status,
            )
        )
    raise ConfigError(
        phrase(
            "{where} answered {status} instead of a calendar; check its address", where=where, status=status
        )
    )


def _kind(error: Exception) -> str:
    return type(error).__name__
