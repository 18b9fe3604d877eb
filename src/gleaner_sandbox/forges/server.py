"""A forge that listens on loopback, in a thread of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from starlette.applications import Starlette

from gleaner_sandbox.apart import application, listening
from gleaner_sandbox.forges.books import Books
from gleaner_sandbox.forges.doors import Door
from gleaner_sandbox.forges.github import GitHub
from gleaner_sandbox.forges.gitlab import GitLab

Kind = Literal["github", "gitlab"]


def kind_of(text: str) -> Kind:
    """The forge of that name."""
    match text:
        case "github" | "gitlab":
            return text
        case _:
            raise ValueError(f'there is no forge "{text}"; there are github and gitlab')


@dataclass(frozen=True)
class Running:
    """A forge that listens."""

    base_url: str
    """Of its API."""
    books: Books
    door: Door


def create_app(kind: Kind, books: Books, door: Door) -> Starlette:
    """The application: the endpoints of GitHub or of GitLab on *books*."""
    return application([*(GitHub(books, door) if kind == "github" else GitLab(books, door)).routes()])


@contextmanager
def serve_in_thread(
    kind: Kind, books: Books, door: Door | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[Running]:
    """The forge over real HTTP while the block lasts."""
    door = door or Door()
    with listening(create_app(kind, books, door), kind, host=host, port=port) as address:
        yield Running(f"{address}{'/api/v4' if kind == 'gitlab' else ''}", books, door)
