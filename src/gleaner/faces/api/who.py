"""Who asks: the token's person, and nothing that the question does not take."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Depends, Request
from fastapi.exceptions import HTTPException
from fastapi.routing import APIRoute

from gleaner.app.programs.seat import Doorman, Seat
from gleaner.core.errors import ConfigError
from gleaner.core.text import shown
from gleaner.faces.web.bearer import TurnedAway, let_in


def _seat(request: Request) -> Seat:
    doorman: Doorman = request.app.state.doorman
    try:
        seat = let_in(request, doorman, "api")
    except TurnedAway as error:
        headers = {"Retry-After": str(error.wait)} if error.wait else {"WWW-Authenticate": "Bearer"}
        raise HTTPException(error.status, str(error), headers) from None
    _check_names(request)
    return seat


def _check_names(request: Request) -> None:
    """Raises ConfigError for what the address does not take: to leave it out unsaid would answer something else."""
    route = request.scope.get("route")
    assert isinstance(route, APIRoute), "every route of the API is one"
    takes = {field.alias for field in route.dependant.query_params}
    for name in request.query_params:
        if name not in takes:
            there = f"There is {', '.join(sorted(takes))}." if takes else "It takes nothing."
            raise ConfigError(f'there is no "{shown(name)[:60]}" here. {there}')


Who: TypeAlias = Annotated[Seat, Depends(_seat)]
