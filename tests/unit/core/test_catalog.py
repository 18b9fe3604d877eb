"""Who an address belongs to."""

from __future__ import annotations

from dataclasses import replace

from tests.studio import ANA, BO, PEOPLE

from gleaner.core.catalog import Catalog, Person


def catalog(ana: frozenset[str] = frozenset(), bo: frozenset[str] = frozenset()) -> Catalog:
    people: dict[object, Person] = {
        ANA: replace(PEOPLE[ANA], aliases=ana),
        BO: replace(PEOPLE[BO], aliases=bo),
    }
    return Catalog(people=people)  # type: ignore[arg-type]


def owner(known: Catalog, address: str) -> str | None:
    person = known.person(address)
    return person.name if person else None


def test_an_address_is_found_in_any_case() -> None:
    assert owner(catalog(ana=frozenset({"ana@private.example"})), " Ana@Private.Example ") == "Ana"


def test_an_alias_of_two_people_is_nobodys() -> None:
    known = catalog(ana=frozenset({"team@x.example"}), bo=frozenset({"team@x.example"}))
    assert owner(known, "team@x.example") is None
    assert set(known.shared_aliases) == {"team@x.example"}


def test_ones_own_address_is_ones_own_whatever_others_claim() -> None:
    known = catalog(bo=frozenset({"ana@studio.example"}))
    assert owner(known, "ana@studio.example") == "Ana"
    assert known.shared_aliases == ["ana@studio.example"]


def test_somebody_archived_has_no_address() -> None:
    assert Catalog(people={ANA: replace(PEOPLE[ANA], is_active=False)}).person("ana@studio.example") is None
