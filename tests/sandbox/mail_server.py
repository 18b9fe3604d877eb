"""A mail server on loopback, to see what the sandbox delivers."""

import email
import socket
from email.message import Message
from email.policy import default
from threading import Thread
from typing import Any, Self


class MailServer:
    """Enough SMTP to take a mail, or to refuse it."""

    def __init__(self, *, refuses: bool) -> None:
        self._refuses = refuses
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        self.got: list[Message] = []
        self._thread = Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            talk, _ = self._listening.accept()
            with talk, talk.makefile("rwb") as lines:
                if not self._talk(lines):
                    return

    def _talk(self, lines: Any) -> bool:
        def say(words: bytes) -> None:
            lines.write(words + b"\r\n")
            lines.flush()

        say(b"220 here")
        for line in lines:
            match line.split()[0].upper():
                case b"STOP":
                    return False
                case b"DATA":
                    say(b"354 go on")
                    body = b"".join(iter(lines.readline, b".\r\n"))
                    self.got.append(email.message_from_bytes(body, policy=default))
                    say(b"250 taken")
                case b"RCPT" if self._refuses:
                    say(b"550 nobody here")
                case b"QUIT":
                    say(b"221 bye")
                    return True
                case _:
                    say(b"250 fine")
        return True

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        host, port = self._listening.getsockname()
        with socket.create_connection((host, port)) as last:
            last.sendall(b"STOP\r\n")
            self._thread.join()
        self._listening.close()
