"""What the developers commit while they code: branches, commits, merges, rebases, cherry-picks and a bot.

Instants are seconds since 1970 here, because that is what Git keeps.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Literal

from .catalog import Catalog, Project
from .days import Stretch
from .messages import branch_name, message, source_file, topic
from .people import Person
from .period import FIRST_DAY, WEEKS, aware, instant
from .streams import chance, lengthy, stream
from .truth import GitSource

Identity = tuple[str, str]
FORGE: Identity = ("Forge", "noreply@forge.example")
BOT: Identity = ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.forge.example")


@dataclass(frozen=True)
class Commit:
    at: int
    """Author date."""
    offset: str
    """Of the author's clock, ``+0100``."""
    author: Identity
    message: str
    path: str
    text: str
    """The whole file at *path* after the commit."""


@dataclass(frozen=True)
class Branch:
    name: str
    commits: tuple[Commit, ...]
    ending: Literal["merge", "squash", "open"]
    ended_at: int
    """When it was merged; of no interest for open branches."""
    ended_by: Identity
    offset: str
    number: int
    """Of the pull request."""
    via_web: bool
    """Merged on the forge's web page, which is then the committer."""
    rebased_at: int | None
    """When its commits were rewritten on top of the default branch: their committer dates are from then."""
    is_deleted: bool
    """Whether the branch was removed after the merge."""


@dataclass(frozen=True)
class Pick:
    """A commit cherry-picked onto a release branch: the same patch and author date a second time."""

    commit: Commit
    onto: str
    at: int
    by: Identity
    offset: str


@dataclass(frozen=True)
class Repository:
    name: str
    default_branch: str
    founded_at: int
    founder: Identity
    branches: tuple[Branch, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True)
class _Session:
    """One stretch of coding in one repository, with its owner."""

    person: Person
    stretch: Stretch


Sources = dict[tuple[str, int], GitSource]
"""(e-mail address, start of the stretch) → where it left commits."""


def repositories(
    seed: int,
    catalog: Catalog,
    team: Sequence[Person],
    lived: Mapping[str, Sequence[Stretch]],
    earlier: int = 0,
) -> tuple[tuple[Repository, ...], Sources]:
    """All repositories, and the stretches (*lived*, by e-mail address) that left commits in them."""
    by_email = {person.email: person for person in team}
    sources: Sources = {}
    found = []
    for number, name in enumerate(dict.fromkeys(p.repository for p in catalog.projects if p.repository)):
        sessions = [
            _Session(by_email[email], s)
            for email, all_of_them in lived.items()
            for s in all_of_them
            if s.project is not None and s.project.repository == name and s.kind in {"coding", "review"}
        ]
        sessions.sort(key=lambda session: (session.stretch.start, session.person.slot))
        found.append(_Builder(seed, name, number, sessions, sources, earlier).repository())
    return tuple(found), sources


class _Builder:
    """One repository while it is being planned."""

    def __init__(
        self, seed: int, name: str, number: int, sessions: list[_Session], sources: Sources, earlier: int
    ) -> None:
        self.earlier, self.first_day = earlier, FIRST_DAY - timedelta(weeks=earlier)
        self.seed, self.name, self.sources = seed, name, sources
        self.default_branch = "master" if number == 5 else "main"
        self.coding = [session for session in sessions if session.stretch.kind == "coding"]
        self.reviews = [session for session in sessions if session.stretch.kind == "review"]
        self.numbers: set[int] = set()

    def repository(self) -> Repository:
        branches: list[Branch] = []
        for person in dict.fromkeys(session.person for session in self.coding):
            branches += self._branches_of(person)
        branches += self._bot_branches()
        branches.sort(key=lambda branch: (branch.commits[0].at, branch.name))
        founder = self.coding[0].person
        founded = instant(founder.zone, self.first_day, 0) * 60 - 70 * 86400 + 39600
        return Repository(
            self.name,
            self.default_branch,
            founded,
            founder.git_identities[0],
            tuple(branches),
            self._picks(branches),
        )

    def _branches_of(self, person: Person) -> list[Branch]:
        """This person's branches one after the other, each for a few stretches of work on one project."""
        rng = stream(self.seed, "branches", self.name, person.email)
        found: list[Branch] = []
        pending: dict[str, list[_Session]] = {}
        wanted: dict[str, int] = {}
        for session in (s for s in self.coding if s.person == person):
            assert session.stretch.project is not None
            key = session.stretch.project.key
            current = pending.setdefault(key, [])
            current.append(session)
            if len(current) >= wanted.setdefault(key, rng.randint(2, 6)):
                found += self._branch(pending.pop(key), rng)
                wanted.pop(key)
        for rest in pending.values():
            found += self._branch(rest, rng, ending="open")
        return found

    def _branch(
        self, sessions: list[_Session], rng: Random, ending: Literal["merge", "squash", "open"] | None = None
    ) -> list[Branch]:
        """The branch of these *sessions*: none, when nothing was committed in them."""
        project = sessions[0].stretch.project
        assert project is not None
        number = self._number(sessions[0].stretch.start)
        subject = topic(rng, number)
        name = branch_name(project, subject, number, rng)
        commits = [c for session in sessions for c in self._commits(session, name, subject, rng)]
        if not commits:
            return []
        last = sessions[-1]
        ended_at, closer = self._merge_time(last, max(commits[-1].at, last.stretch.end * 60), rng)
        rebased = chance(rng, 0.15)
        return [
            Branch(
                name=name,
                commits=tuple(commits),
                ending=ending or rng.choices(("merge", "squash", "open"), (80, 14, 6))[0],
                ended_at=ended_at,
                ended_by=closer.git_identities[0],
                offset=_offset(ended_at, closer),
                number=number,
                via_web=chance(rng, 0.6),
                rebased_at=ended_at - 90 if rebased else None,
                is_deleted=chance(rng, 0.6),
            )
        ]

    def _number(self, minute: int) -> int:
        """The number of a pull request begun then: they grow with time, a little faster than one a day."""
        number = 10 + (minute - instant("UTC", self.first_day, 0)) * 3 // 2880
        while number in self.numbers:
            number += 1
        self.numbers.add(number)
        return number

    def _merge_time(self, last: _Session, done: int, rng: Random) -> tuple[int, Person]:
        """When and by whom: in a colleague's next review of the project within two days, or at once by oneself."""
        for review in self.reviews:
            stretch = review.stretch
            if review.person != last.person and done + 300 < stretch.end * 60 < done + 2 * 86400:
                return stretch.end * 60 - rng.randint(60, 200), review.person
        return done + rng.randint(120, 1500), last.person

    def _commits(self, session: _Session, branch: str, subject: str, rng: Random) -> list[Commit]:
        """Commits of one stretch: a lead-in, then one every half hour or so; about a quarter have none."""
        person, stretch, project = session.person, session.stretch, session.stretch.project
        assert project is not None
        if chance(rng, 0.22):
            return []
        commits = []
        at = stretch.start + lengthy(rng, 42, 0.8, 6, 130)
        while at < stretch.end:
            commits.append(self._commit(person, project, at, subject, rng))
            at += lengthy(rng, 34, 0.7, 4, 120)
        if not commits and chance(rng, 0.5):
            commits = [self._commit(person, project, stretch.end - 1, subject, rng)]
        if commits:
            source = GitSource(self.name, branch)
            self.sources[person.email, stretch.start] = source
            commits[-1] = self._credited(commits[-1], session, source, rng)
        return commits

    def _commit(self, person: Person, project: Project, minute: int, subject: str, rng: Random) -> Commit:
        at = minute * 60 + rng.randint(0, 59)
        author = person.git_identities[0] if chance(rng, 0.78) else rng.choice(person.git_identities)
        path, text = source_file(subject, rng)
        return Commit(at, _offset(at, person), author, message(project, subject, rng), path, text)

    def _credited(self, commit: Commit, session: _Session, source: GitSource, rng: Random) -> Commit:
        """The *commit*, crediting a colleague who was coding for the same project at that moment, sometimes."""
        for other in self.coding:
            stretch = other.stretch
            if stretch.start * 60 > commit.at:
                break
            together = commit.at < stretch.end * 60 and other.person.slot != session.person.slot
            if together and stretch.project == session.stretch.project and chance(rng, 0.3):
                name, email = other.person.git_identities[0]
                self.sources.setdefault((other.person.email, stretch.start), source)
                return replace(commit, message=f"{commit.message}\n\nCo-authored-by: {name} <{email}>")
        return commit

    def _bot_branches(self) -> list[Branch]:
        """A dependency update every other Monday morning, most of them merged the same week by whoever codes first."""
        rng = stream(self.seed, "bot", self.name)
        found = []
        for week in range(rng.randint(0, 1), WEEKS + self.earlier, 2):
            at = (instant("UTC", self.first_day, 5 * 60) + week * 7 * 1440) * 60 + rng.randint(60, 1500)
            package, version = (
                rng.choice(("left-pad", "urlkit", "datepick", "http-tiny")),
                f"{week + 2}.{rng.randint(0, 9)}.1",
            )
            name = f"dependabot/npm/{package}-{version}"
            text = f'{{"{package}": "{version}"}}\n'
            commit = Commit(at, "+0000", BOT, f"Bump {package} to {version}", f"deps/{package}.json", text)
            first = next((s for s in self.coding if at + 3600 < s.stretch.start * 60 < at + 5 * 86400), None)
            closer = (first or self.coding[0]).person
            ended_at = (first.stretch.start * 60 + rng.randint(30, 240)) if first else at
            found.append(
                Branch(
                    name=name,
                    commits=(commit,),
                    ending="merge" if first is not None and chance(rng, 0.8) else "open",
                    ended_at=ended_at,
                    ended_by=closer.git_identities[0],
                    offset=_offset(ended_at, closer),
                    number=self._number(at // 60),
                    via_web=True,
                    rebased_at=None,
                    is_deleted=True,
                )
            )
        return found

    def _picks(self, branches: Sequence[Branch]) -> tuple[Pick, ...]:
        """Two merged commits, brought onto a release branch an hour after their merge."""
        rng = stream(self.seed, "picks", self.name)
        merged = [b for b in branches if b.ending == "merge" and b.commits[0].author != BOT]
        chosen = sorted(rng.sample(merged, min(2, len(merged))), key=lambda branch: branch.ended_at)
        return tuple(
            Pick(b.commits[-1], "release/1.x", b.ended_at + rng.randint(900, 3600), b.ended_by, b.offset)
            for b in chosen
        )


def _offset(at: int, person: Person) -> str:
    return f"{aware(at // 60, person.zone):%z}"
