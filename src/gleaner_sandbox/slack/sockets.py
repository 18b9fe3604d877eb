"""Socket Mode: just enough of WebSocket (RFC 6455) for text both ways, pings, and an end."""

import base64
import hashlib
import json
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, Queue

from gleaner_sandbox.slack.workspace import Json, Workspace

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_PATIENCE = 3.0
"""Seconds within which an app has to acknowledge."""


class Sockets:
    """Listens for apps that connect, and lets the workspace tell them what people do."""

    def __init__(self, space: Workspace) -> None:
        self._space = space
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listening.getsockname()[1]}/link"
        self._open: list[socket.socket] = []

    def serve(self) -> None:
        """Until :meth:`close`: one thread for each connection."""
        while True:
            try:
                talk, _ = self._listening.accept()
            except OSError:
                return
            self._open.append(talk)
            threading.Thread(target=self._talk, args=[talk], name="slack-socket", daemon=True).start()

    def close(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _talk(self, talk: socket.socket) -> None:
        answers: dict[str, Queue[Json | None]] = {}

        def tell(payload: Json) -> Json | None:
            envelope = str(uuid.uuid4())
            answers[envelope] = Queue()
            said = {
                "type": "interactive", "envelope_id": envelope, "payload": payload,
                "accepts_response_payload": True,
            }  # fmt: skip
            _write(talk, _TEXT, json.dumps(said).encode())
            try:
                return answers[envelope].get(timeout=_PATIENCE)
            except Empty:
                raise TimeoutError("the app did not acknowledge in time") from None

        try:
            with talk.makefile("rb") as lines:
                _shake(talk, lines)
                _write(talk, _TEXT, json.dumps({"type": "hello", "num_connections": 1}).encode())
                self._space.sockets.append(tell)
                for kind, data in _frames(lines):
                    if kind == _PING:
                        _write(talk, _PONG, data)
                    elif kind == _TEXT:
                        said = json.loads(data)
                        answers[said["envelope_id"]].put(said.get("payload"))
        except (OSError, ValueError):
            pass
        finally:
            if tell in self._space.sockets:
                self._space.sockets.remove(tell)
            talk.close()


@contextmanager
def listening(space: Workspace) -> Iterator[Sockets]:
    """Sockets for *space*, as long as the block lasts."""
    made = Sockets(space)
    thread = threading.Thread(target=made.serve, name="slack-sockets", daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.close()
        thread.join(5)


def _shake(talk: socket.socket, lines: object) -> None:
    key = ""
    for raw in iter(lines.readline, b"\r\n"):  # type: ignore[attr-defined]
        if not raw:
            raise ValueError("it hung up")
        name, _, value = raw.decode("latin-1").partition(":")
        if name.strip().lower() == "sec-websocket-key":
            key = value.strip()
    proof = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()  # noqa: S324 (RFC 6455)
    talk.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + proof.encode() + b"\r\n\r\n"
    )


def _frames(lines: object) -> Iterator[tuple[int, bytes]]:
    """What the app sends, until it is done; its frames are masked and whole."""
    read = lines.read  # type: ignore[attr-defined]
    while head := read(2):
        kind, size = head[0] & 15, head[1] & 127
        if size == 126:
            size = int.from_bytes(read(2), "big")
        elif size == 127:
            size = int.from_bytes(read(8), "big")
        mask = read(4) if head[1] & 128 else bytes(4)
        data = bytes(byte ^ mask[place % 4] for place, byte in enumerate(read(size)))
        if kind == _CLOSE:
            return
        yield kind, data


def _write(talk: socket.socket, kind: int, data: bytes) -> None:
    size = len(data)
    if size < 126:
        length = bytes([size])
    elif size < 1 << 16:
        length = bytes([126]) + size.to_bytes(2, "big")
    else:
        length = bytes([127]) + size.to_bytes(8, "big")
    talk.sendall(bytes([128 | kind]) + length + data)
