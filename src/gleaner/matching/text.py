"""The text part: which words were written for which project, learned one text at a time.

Two views of the same texts. *Words* that were seen before speak for themselves. A word never seen is read by its
letters: its runs of three and four letters, so that a slip, an ending or a compound still says something.
Everything is counts, so learning is adding, order does not matter, and the strongest word is the reason.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from gleaner.core.catalog import ProjectId
from gleaner.matching.words import telling, words

SEEN_WORD = 0.4
"""What has to be known of a word before it is taken for a word rather than for its letters."""
_PRIOR = 1.5
"""So many times a word has to be seen before it says half of what it could say."""
_LONGEST_TEXT = 400
"""Letters of a text that are looked at; what comes later was copied in from somewhere."""
_LONGEST = 40
"""Letters of one word that are looked at."""

Counts = defaultdict[str, dict[ProjectId, float]]


def _counts() -> Counts:
    return defaultdict(dict)


@dataclass(frozen=True)
class Said:
    """What a text says about one project."""

    weight: float
    """Log-odds against the average of the candidates."""
    word: str
    """The word that says most for it; empty if none speaks for it."""


@dataclass
class Text:
    """Weights of words and letter runs by project. One text is learned in time proportional to its length."""

    words: Counts = field(default_factory=_counts)
    letters: Counts = field(default_factory=_counts)
    totals: defaultdict[ProjectId, float] = field(default_factory=lambda: defaultdict(float))
    """Weight of all texts of a project, to tell a telling word from a common one."""

    def learn(self, text: str, project_id: ProjectId, weight: float = 1.0) -> None:
        """*text* was written for that project."""
        self.totals[project_id] += weight
        for word in features(text):
            _add(self.words[word], project_id, weight)
            for run in runs(word):
                _add(self.letters[run], project_id, weight)

    def by_words(self, text: str, candidates: Collection[ProjectId]) -> Mapping[ProjectId, Said]:
        """What the known words of *text* say about each of *candidates*; empty when none is known."""
        return self._add_up(self._told(text, candidates), candidates)

    def by_letters(self, text: str, candidates: Collection[ProjectId]) -> Mapping[ProjectId, Said]:
        """What the letters of the words say that were never seen as words."""
        return self._add_up(self._spelt(text, candidates), candidates)

    def _told(
        self, text: str, candidates: Collection[ProjectId]
    ) -> Iterator[tuple[str, Mapping[ProjectId, float]]]:
        for word in features(text):
            if (seen := self.words.get(word)) and sum(seen.values()) >= SEEN_WORD:
                yield word, self._odds(seen, candidates)

    def _spelt(
        self, text: str, candidates: Collection[ProjectId]
    ) -> Iterator[tuple[str, Mapping[ProjectId, float]]]:
        for word in features(text):
            if " " in word or sum(self.words.get(word, {}).values()) >= SEEN_WORD:
                continue
            all_runs = runs(word)
            known = [seen for run in all_runs if (seen := self.letters.get(run))]
            if len(known) * 3 < len(all_runs):
                continue
            found = dict.fromkeys(candidates, 0.0)
            for seen in known:
                for project_id, odds in self._odds(seen, candidates).items():
                    found[project_id] += odds / len(all_runs)
            yield word, found

    def _odds(
        self, seen: Mapping[ProjectId, float], candidates: Collection[ProjectId]
    ) -> dict[ProjectId, float]:
        """How much more often than usual it was written for each of *candidates*; rare things say little."""
        whole = sum(self.totals.get(p, 0.0) + 1.0 for p in candidates)
        count = sum(seen.get(p, 0.0) for p in candidates)
        found = {}
        for p in candidates:
            usual = (self.totals.get(p, 0.0) + 1.0) / whole
            share = (seen.get(p, 0.0) + _PRIOR * usual) / (count + _PRIOR)
            found[p] = max(-2.0, min(3.5, math.log(share / usual)))
        return found

    @staticmethod
    def _add_up(
        told: Iterable[tuple[str, Mapping[ProjectId, float]]], candidates: Collection[ProjectId]
    ) -> Mapping[ProjectId, Said]:
        whole, best = dict.fromkeys(candidates, 0.0), dict.fromkeys(candidates, (0.0, ""))
        is_told = False
        for word, odds in told:
            is_told = True
            for project_id, weight in odds.items():
                whole[project_id] += weight
                if (weight, word) > best[project_id]:
                    best[project_id] = (weight, word)
        return {p: Said(weight, best[p][1]) for p, weight in whole.items()} if is_told else {}


def _add(counts: dict[ProjectId, float], project_id: ProjectId, weight: float) -> None:
    counts[project_id] = counts.get(project_id, 0.0) + weight


def features(text: str) -> tuple[str, ...]:
    """The telling words of *text* and its pairs of neighbours, each once.

    >>> features("Weekly sync: harbour dredging")
    ('harbour', 'dredging', 'harbour dredging')
    """
    return _features(text[:_LONGEST_TEXT])


@lru_cache(maxsize=20_000)
def _features(text: str) -> tuple[str, ...]:
    kept = telling(text)
    ordered = [word[:_LONGEST] for word in words(text) if word in kept]
    pairs = [f"{one} {two}" for one, two in pairwise(ordered)]
    return tuple(dict.fromkeys((*ordered, *pairs)))


@lru_cache(maxsize=50_000)
def runs(word: str) -> tuple[str, ...]:
    """The runs of three and four letters of *word*, its ends marked; none of pairs and short words.

    >>> runs("dock")
    ('<do', 'doc', 'ock', 'ck>', '<doc', 'dock', 'ock>')
    """
    if " " in word or len(word) < 4:
        return ()
    marked = f"<{word}>"
    return tuple(marked[at : at + size] for size in (3, 4) for at in range(len(marked) - size + 1))
