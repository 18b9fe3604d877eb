"""Hosts that are this machine, and no other."""

import ipaddress
from urllib.parse import urlsplit


def checked(host: str) -> str:
    """*host*, when it is a loopback address or ``localhost``; else ``ValueError``.

    >>> checked("127.0.0.1"), checked("localhost")
    ('127.0.0.1', 'localhost')
    >>> checked("192.0.2.1")
    Traceback (most recent call last):
    ValueError: 192.0.2.1 is not a loopback address; the sandbox has no real authentication
    """
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        raise ValueError(f"{host} is not a loopback address; the sandbox has no real authentication")
    return host


def names(authority: str) -> bool:
    """Whether *authority*, a Host header or what stands between ``//`` and the path of an address, is loopback.

    >>> names("127.0.0.1:8765"), names("localhost"), names("[::1]:80")
    (True, True, True)
    >>> names("rebound.example:8765"), names("127.0.0.1.rebound.example"), names("[::1"), names("")
    (False, False, False, False)
    """
    try:
        checked(urlsplit(f"//{authority}").hostname or "")
    except ValueError:
        return False
    return True


def address(text: str) -> tuple[str, int]:
    """The loopback host and the port of *text*.

    >>> address("127.0.0.1:1025"), address("[::1]:25")
    (('127.0.0.1', 1025), ('::1', 25))
    >>> address("localhost")
    Traceback (most recent call last):
    ValueError: 'localhost' is no HOST:PORT
    """
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"{text!r} is no HOST:PORT")
    return checked(host.removeprefix("[").removesuffix("]")), int(port)
