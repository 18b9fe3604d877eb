"""Templates: what is put in for good when they are compiled, and what is put in for each page."""

from __future__ import annotations

import pytest
from jinja2 import TemplateSyntaxError

from gleaner.core.language import words
from gleaner.core.messages import Language
from gleaner.faces.web.templating import _environment as environment
from gleaner.faces.web.templating import _TextsAtOnce as TextsAtOnce


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("template", "said"),
    [
        ('{{ t("Accept") }}', {"en": "Accept", "de": "Annehmen"}),
        ('{{ t("Edit") if x else t("Why") }}', {"en": "Edit", "de": "Ändern"}),
        ('{{ {"a": t("Why")}["a"] }}', {"en": "Why", "de": "Warum"}),
        ('{{ t("{n} h more than expected", n=x) }}', {"en": "2 h more than expected", "de": "2 h mehr als erwartet"}),
        ("{{ t(word) }}", {"en": "approved", "de": "freigegeben"}),
        ('{{ t(t("Why")) }}', {"en": "Why", "de": "Warum"}),
        ('{{ t ("nobody translated <b>") }}', dict.fromkeys(["en", "de"], "nobody translated &lt;b&gt;")),
    ],
)  # fmt: skip
def test_a_text_is_the_same_whenever_it_is_put_in(
    template: str, said: dict[str, str], language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = environment(language)
    assert made.from_string(template).render(x=2, word="approved") == said[language]
    monkeypatch.setattr(TextsAtOnce, "filter_stream", lambda _self, stream: stream)
    later = made.overlay(trim_blocks=False)
    assert later.from_string(template).render(x=2, word="approved") == said[language]


def test_a_text_without_values_is_not_looked_up_for_each_page() -> None:
    made = environment("de")
    once = made.compile('<p>{{ t("Accept") }}</p>', raw=True)
    assert "<p>Annehmen</p>" in once
    assert words("de").text("Accept") == "Annehmen"


def test_what_is_no_text_is_left_to_jinja() -> None:
    with pytest.raises(TemplateSyntaxError):
        environment("en").from_string('{{ t("Accept" }}')
