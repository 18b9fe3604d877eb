"""What people did about pull requests besides committing to them."""

from __future__ import annotations

from tests.conformance.forges.town import Kind, Town, fork, squash_merge, when

from gleaner.capture.observed import Touch

HOST = {"github": "github.com", "gitlab": "gitlab.com"}


def told(touch: Touch) -> tuple[str, str, bool]:
    return touch.who.partition("@")[0], touch.kind, touch.is_own


def test_opened_reviewed_commented_and_merged(place: Town, kind: Kind) -> None:
    """The bot's comment is nobody's."""
    squash_merge(place)
    touches = place.seen(kind).touches
    assert [told(each) for each in touches] == [
        ("ana", "opened", True),
        ("bob-m", "reviewed", False),
        ("ana", "commented", True),
        ("bob-m", "merged", False),
    ]
    first = touches[0]
    assert (first.repository, first.number, first.title, first.branch) == ("apollo", 1, "Feature z", "feat/z")
    assert first.at == when("11:05")
    assert first.url.startswith(f"https://{HOST[kind]}/lark/apollo/")


def test_a_login_is_told_by_its_private_address_where_no_other_is_known(place: Town, kind: Kind) -> None:
    pull = squash_merge(place)
    place.books.note(pull, "Kim", when("16:00"), "comment")
    assert place.seen(kind).touches[-1].who == f"kim@users.noreply.{HOST[kind]}"


def test_github_knows_under_which_address_a_login_commits(place: Town) -> None:
    """GitLab does not say whose account a commit's address belongs to."""
    squash_merge(place)
    place.repository.commit("17:00", "By Bob", by="bob@lark.example")
    assert {each.who for each in place.seen("github").touches} == {"ana@lark.example", "bob@lark.example"}


def test_a_forks_branch_that_is_called_like_ours_is_not_taken_for_it(place: Town, kind: Kind) -> None:
    pull = fork(place)
    pull.branch = "main"
    observed = place.seen(kind)
    (commit,) = [each for each in observed.commits if each.subject == "From a fork"]
    assert commit.branches[0] != "main"
    assert observed.touches[0].branch == commit.branches[0]


def test_a_review_of_an_older_pull_request_is_seen(place: Town, kind: Kind) -> None:
    """Opened in June; Kim looks at it in the week that is read."""
    repo = place.repository
    repo.branch("feat/old", "main")
    repo.commit("2026-06-01T10:00:00+02:00", "Old")
    repo.switch("main")
    pull = place.open("feat/old", "Old one", "Ana", "2026-06-01T11:00:00+02:00")
    place.books.note(pull, "kim", when("10:00"), "review")
    observed = place.seen(kind)
    assert [told(each) for each in observed.touches] == [("kim", "reviewed", False)]
    assert [each.subject for each in observed.commits] == ["Start"]
