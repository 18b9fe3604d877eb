"""Which hosts are this machine."""

from __future__ import annotations

from ipaddress import ip_address


def is_here(host: str) -> bool:
    """Whether *host* is this machine, which needs no encryption to be reached.

    >>> [is_here(host) for host in ("localhost", "127.0.0.2", "::1", "127.0.0.1.example.com")]
    [True, True, True, False]
    """
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
