"""Google Meet, REST API v2: which calls took place under a code, and when one person was in them.

Documented: a record is a single call under a code, listed the newest first and forgotten 30 days after its end; who
owns the room or was in the call may read it, others see none; each person has one ``participants`` resource in it, and
one session for each time they joined from a device, without an end while they are in; ``signedinUser.user`` is
``users/{id}``, the id that Admin SDK and People API know, which is that of the Google account. Inferred: that ``sub``,
by which OpenID Connect names the account, is the same id; that a session without an end in a call that is over ended
with it; that 403 and 404 for one record say nothing of the others.

Of the others in a call nothing but that id is asked for, and none of it is kept.

Source: Google Meet REST API v2, *conferenceRecords*, *Work with participants*; Google Identity, *OpenID Connect*.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, TypeVar

import httpx2
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gleaner.capture.google.door import Door, reasons
from gleaner.core.credentials import Bearer
from gleaner.core.errors import ConfigError, Unavailable
from gleaner.core.phrases import phrase
from gleaner.core.time import Span

T = TypeVar("T", bound=BaseModel)

MEET_URL = "https://meet.googleapis.com/v2"
USERINFO_URL = "https://openidconnect.googleapis.com/v1/userinfo"
CODE = re.compile(r"[a-z]{1,60}(-[a-z]{1,60}){1,3}")
"""A meeting's code, such as ``abc-defg-hij``. Nothing else gets into a filter."""
_OPENED_BEFORE = timedelta(hours=12)
"""A call that began longer before a meeting is none for it."""
_MOST_PAGES = 40


class NotShown(Exception):
    """This call is not shown to this person, or is forgotten. The others may be."""


class Record(BaseModel):
    """One call."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str = Field(pattern=r"conferenceRecords/[\w-]{1,200}")
    start: AwareDatetime = Field(alias="startTime")
    end: AwareDatetime | None = Field(None, alias="endTime")
    """None: it is going on."""


class Stay(BaseModel):
    """From joining to leaving."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    start: AwareDatetime = Field(alias="startTime")
    end: AwareDatetime | None = Field(None, alias="endTime")
    """None: they have not left."""


@dataclass(frozen=True)
class Meet:
    """The calls that a bearer may see."""

    door: Door
    whom: str
    """How to say whose login it is."""

    @staticmethod
    def opened(bearer: Bearer, base_url: str, timeout: float, whom: str) -> Meet:
        return Meet(Door(bearer, base_url, timeout), whom)

    def __enter__(self) -> Self:
        self.door.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.door.__exit__()

    def records(self, code: str, around: Span) -> list[Record]:
        """The calls under *code* that took time of *around*, those that go on too."""
        # By code alone: a filter of a code and times together is not documented. A series keeps its code, but calls are
        # forgotten after 30 days, and what began too early to matter ends the reading.
        asked = {
            "filter": f'space.meeting_code = "{code}"',
            "fields": "conferenceRecords(name,startTime,endTime),nextPageToken",
            "pageSize": "100",
        }
        found = []
        for said in self._all("/conferenceRecords", "conferenceRecords", asked, self._fault):
            one = self._read(Record, said)
            if one.start < around.start - _OPENED_BEFORE:
                break
            if one.start < around.end and (one.end is None or one.end > around.start):
                found.append(one)
        return found

    def stays(self, record: Record, account: str) -> list[Stay]:
        """When the person with that Google account was in the call. Raises NotShown."""
        asked = {"fields": "participants(name,signedinUser/user),nextPageToken", "pageSize": "250"}
        own = [
            str(one.get("name", ""))
            for one in self._all(f"/{record.name}/participants", "participants", asked, self._one_fault)
            if _user(one) == f"users/{account}"
        ]
        asked = {"fields": "participantSessions(startTime,endTime),nextPageToken", "pageSize": "250"}
        return [
            self._read(Stay, one)
            for name in own
            if re.fullmatch(rf"{record.name}/participants/[\w-]{{1,200}}", name)
            for one in self._all(
                f"/{name}/participantSessions", "participantSessions", asked, self._one_fault
            )
        ]

    def _all(
        self, path: str, name: str, asked: dict[str, str], fault: Callable[[httpx2.Response], Exception]
    ) -> Iterator[dict[str, Any]]:
        params = dict(asked)
        for _ in range(_MOST_PAGES):
            page = self.door.get(path, params, fault, "calls")
            found = page.get(name, [])
            if not isinstance(found, list):
                raise self._odd()
            yield from (one for one in found if isinstance(one, dict))
            following = page.get("nextPageToken")
            if not following:
                return
            params["pageToken"] = str(following)
        raise Unavailable(
            phrase(
                "{where} gives page after page without an end; the next run tries again",
                where=self.door.where,
            )
        )

    def _read(self, kind: type[T], said: dict[str, Any]) -> T:
        try:
            return kind.model_validate(said)
        except ValidationError:
            raise self._odd() from None

    def _odd(self) -> Unavailable:
        return Unavailable(
            phrase(
                "{where} answered something else than calls; the next run tries again", where=self.door.where
            )
        )

    def _fault(self, response: httpx2.Response) -> Exception:
        status, said = response.status_code, reasons(response)
        if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in said:
            return ConfigError(
                phrase(
                    "the login of {whom} at Google does not include Google Meet; log in again and allow it: "
                    "gleaner login --google {whom}",
                    whom=self.whom,
                )
            )
        if "SERVICE_DISABLED" in said:
            return ConfigError(
                phrase(
                    "{where} is off for the project of the login; turn the Google Meet REST API on there",
                    where=self.door.where,
                )
            )
        answered = f"{status} ({said[0]})" if said else str(status)
        return ConfigError(
            phrase(
                "{where} answered {answered} for the calls of {whom}; if meet_url is right, your "
                "administrator may have switched this off",
                where=self.door.where,
                answered=answered,
                whom=self.whom,
            )
        )

    def _one_fault(self, response: httpx2.Response) -> Exception:
        is_of_the_login = {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "SERVICE_DISABLED"} & set(reasons(response))
        is_hidden = response.status_code in (403, 404) and not is_of_the_login
        return NotShown() if is_hidden else self._fault(response)


def account_of(bearer: Bearer, userinfo_url: str, timeout: float) -> str:
    """The Google account of the person the bearer stands for (OpenID Connect's ``sub``)."""
    with Door(bearer, userinfo_url, timeout) as door:

        def fault(response: httpx2.Response) -> Exception:
            text = f"{door.where} does not say whose login it is ({response.status_code}); log in again"
            return ConfigError(phrase("{text}, and allow what is asked: gleaner login --google", text=text))

        sub = door.get("", {}, fault, "a person").get("sub")
    if not isinstance(sub, str) or not re.fullmatch(r"[\w.-]{1,255}", sub):
        raise Unavailable(
            phrase("{where} answered without a person; the next run tries again", where=door.where)
        )
    return sub


def _user(participant: dict[str, Any]) -> str:
    user = participant.get("signedinUser")
    return str(user.get("user", "")) if isinstance(user, dict) else ""
