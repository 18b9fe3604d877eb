"""Messages a forge sends when something happened, signed as GitHub signs them. They go to loopback only."""

import hashlib
import hmac
import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from gleaner_sandbox import loopback


def signature(secret: str, body: bytes) -> str:
    """What stands in ``X-Hub-Signature-256``.

    >>> signature("It's a Secret to Everybody", b"Hello, World!")
    'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    """
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def deliver(url: str, secret: str, event: str, payload: dict[str, Any], *, delivery: str = "") -> int:
    """Send *payload*; the status of the answer. *delivery* is its number, a new one unless it is given."""
    body = json.dumps(payload).encode()
    parts = urlsplit(url)
    if not loopback.names(parts.netloc):
        raise ValueError(f"{parts.netloc} is not a loopback address; the sandbox sends nothing elsewhere")
    connection = HTTPConnection(parts.netloc, timeout=10)
    try:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/sandbox",
            "X-GitHub-Event": event,
            "X-GitHub-Delivery": delivery or str(uuid4()),
            "X-Hub-Signature-256": signature(secret, body),
        }
        connection.request("POST", parts.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
