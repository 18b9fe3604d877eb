"""What a commit or a review is certainly for, before its day is matched."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.studio import ANA, APOLLO, CATALOG, CY, DAY, PORTAL, WEBSITE, coding

from gleaner.capture.strands import UNCERTAIN, Strand
from gleaner.core.catalog import UserId
from gleaner.matching.index import Index
from gleaner.matching.match import match
from gleaner.matching.memory import remember
from gleaner.matching.rules import Rule
from gleaner.matching.strands import strand_of

INDEX = Index(CATALOG)
FIXES = Rule(WEBSITE, repository="hub", branch="fix/*")


def strand(
    branch: str = "",
    title: str = "",
    subject: str = "",
    *rules: Rule,
    who: UserId = ANA,
    repository: str = "hub",
) -> Strand:
    return strand_of(INDEX, rules)(who, repository, branch, title, subject)


def test_a_rule_for_the_branch() -> None:
    assert strand("fix/crash", "", "", FIXES) == Strand(str(WEBSITE), is_ruled=True)
    assert strand("feat/crash", "", "", FIXES) == UNCERTAIN
    assert strand("fix/crash", "", "", FIXES, repository="other") == UNCERTAIN


def test_the_first_rule_that_fits_decides_and_a_rule_beats_a_code() -> None:
    rules = (Rule(PORTAL, branch="fix/web-*"), FIXES)
    assert strand("fix/web-3", "", "", *rules).project == str(PORTAL)
    assert strand("fix/APL-3", "", "", *rules).project == str(WEBSITE)


def test_a_rule_of_somebody_else_says_nothing() -> None:
    assert strand("fix/crash", "", "", replace(FIXES, user_id=CY)) == UNCERTAIN


def test_a_rule_for_meetings_says_nothing() -> None:
    assert strand("fix/crash", "", "", Rule(WEBSITE, calendar="*"), Rule(WEBSITE, attendee="*")) == UNCERTAIN


@pytest.mark.parametrize("branch", ["feat/APL-12-login", "apl-12", "APL/login"])
def test_a_code_in_the_branch(branch: str) -> None:
    assert strand(branch) == Strand(str(APOLLO))


def test_two_codes_are_not_certain() -> None:
    assert strand("APL-12-and-WEB-3") == UNCERTAIN


def test_the_branch_is_asked_before_the_title_and_the_title_before_the_subject() -> None:
    assert strand("feat/APL-12", "WEB-3", "CPO-1").project == str(APOLLO)
    assert strand("login", "[WEB] Login", "CPO-1").project == str(WEBSITE)
    assert strand("login", "Login", "CPO-1 Login").project == str(PORTAL)


def test_a_subject_counts_only_with_an_issues_key() -> None:
    """WEB is a code here, and a word in many subjects."""
    assert strand(subject="Fix WEB login") == UNCERTAIN
    assert strand(subject="WEB-7: fix login") == Strand(str(WEBSITE))


def test_a_project_that_is_not_the_persons_is_never_told() -> None:
    assert strand("feat/APL-12", who=CY) == UNCERTAIN
    assert strand("fix/crash", "", "", FIXES, who=CY) == UNCERTAIN


def test_what_subjects_are_certain_of_is_proof_for_the_match_too() -> None:
    seen = replace(coding("09:00-11:00", "hub", branch="main"), description="APL-12 Login\nTidy up")
    assert isinstance(seen.detail, type(coding("09:00-10:00").detail))
    told = replace(seen, detail=replace(seen.detail, strand=str(APOLLO)))  # type: ignore[arg-type]
    found = match(told, INDEX, remember([], [], today=DAY))
    assert (found.slot and found.slot.project.id, found.level) == (APOLLO, "sure")
    assert found.reason == "Its commits or pull requests name the project code APL"
    assert match(seen, INDEX, remember([], [], today=DAY)).level != "sure"
