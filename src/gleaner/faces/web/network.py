"""From which network a request comes, and how long one from there has to wait."""

from __future__ import annotations

from datetime import datetime
from ipaddress import IPv6Address, ip_address

from starlette.requests import Request


def client_of(request: Request) -> str:
    """The network somebody asks from. A household has 2**64 addresses of version 6, so that part does not count."""
    host = request.client.host if request.client is not None else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:60]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or f"{int(address) >> 64:x}/64")
    return str(address)


def seconds_until(until: datetime, now: datetime) -> int:
    """What ``Retry-After`` says: whole seconds, at least one."""
    return max(1, round((until - now).total_seconds()))
