"""Pages outside the API: who answers where."""

from gleaner_sandbox.wire import outside
from gleaner_sandbox.wire.answers import Answer, unroutable


def test_a_page_answers_at_its_address_and_beneath_and_the_longest_prefix_wins() -> None:
    """The registry holds functions, so one that nobody else uses tells where it is found."""

    @outside.served("/test-of-outside")
    def upper(*_: object) -> Answer:
        return unroutable()

    @outside.served("/test-of-outside/inner")
    def inner(*_: object) -> Answer:
        return unroutable()

    try:
        assert outside.find("/test-of-outside") is upper
        assert outside.find("/test-of-outside/") is upper
        assert outside.find("/test-of-outside/key") is upper
        assert outside.find("/test-of-outside/inner/key") is inner
        assert outside.find("/test-of-outside-not") is None
        assert outside.find("/v2/clients") is None
    finally:
        del outside.HANDLERS["/test-of-outside"]
        del outside.HANDLERS["/test-of-outside/inner"]
