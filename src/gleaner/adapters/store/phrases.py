"""What sentences were made of, kept in the same JSON object as the sentences: earlier versions read past it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from gleaner.core.phrases import Phrase, kept, restored

_NAME = "phrases"


class Phrases:
    """What was kept of some sentences; nothing of those that earlier versions wrote."""

    def __init__(self, by_sentence: Mapping[str, object]) -> None:
        self._by_sentence = by_sentence

    def __bool__(self) -> bool:
        return bool(self._by_sentence)

    def again(self, sentence: str) -> str:
        """*sentence* as the phrase it was."""
        return restored(sentence, self._by_sentence.get(sentence))


def with_phrases(text: str, sentences: Iterable[str]) -> str:
    """The JSON object *text*, with what those of *sentences* that are phrases were made of."""
    found = {str(one): kept(one) for one in sentences if isinstance(one, Phrase)}
    return f'{text[:-1]},"{_NAME}":{json.dumps(found, ensure_ascii=False)}}}' if found else text


def phrases_in(text: str) -> Phrases:
    """What :func:`with_phrases` put there."""
    found = json.loads(text).get(_NAME) if f'"{_NAME}":' in text else None
    return Phrases(found if isinstance(found, dict) else {})


def phrase_text(sentence: str) -> str | None:
    """What *sentence* was made of, for a column beside its own; None where it is no phrase."""
    return json.dumps(kept(sentence), ensure_ascii=False) if isinstance(sentence, Phrase) else None


def phrase_of(sentence: str, found: str | None) -> str:
    """*sentence* as the phrase it was, by what :func:`phrase_text` made of it."""
    return restored(sentence, json.loads(found)) if found else sentence
