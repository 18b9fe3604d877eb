"""``gleaner ask``: a question to the language model, if there is one."""

from __future__ import annotations

from typing import Annotated

import typer

from gleaner.faces.cli.options import AccountId, ConfigFile, Json, PersonAddress

Question = Annotated[str, typer.Argument(metavar="QUESTION", help='Such as "why is Tuesday short?".')]
ShowPrompt = Annotated[
    bool, typer.Option("--show-prompt", help="Show what the model would be told first; ask nobody.")
]


def add(app: typer.Typer) -> None:
    app.command("ask")(ask)


def ask(
    question: Question,
    person: PersonAddress = None,
    show_prompt: ShowPrompt = False,
    json: Json = False,
    config: ConfigFile = None,
    account: AccountId = None,
) -> None:
    """Ask the language model of [llm] about days, weeks, gaps, proposals and budgets. It can look and not change.

    Each figure has to stand in the source its sentence cites; exit code 1 says that one does not.
    """
    from dataclasses import asdict

    from gleaner.app.questions import ask as answered
    from gleaner.app.questions import first_told
    from gleaner.core.text import shown
    from gleaner.faces.cli.session import opened, print_json, say, synced

    with opened(config, account) as acc:
        synced(acc)
        if show_prompt:
            frame, said, functions = first_told(acc, question, person or "")
            place = acc.settings.llm.place
            if json:
                print_json({"to": place, "instructions": frame, "question": said, "functions": functions})
            else:
                say(
                    f"To {acc.settings.llm.model} at {place}:",
                    "",
                    frame,
                    "",
                    said,
                    "",
                    "It may look up:",
                    *functions,
                )
            return
        reply = answered(acc, question, person or "")
    if json:
        print_json(asdict(reply))
    else:
        say(*(shown(line) for line in reply.text.splitlines()))
        say("", f"Looked up: {', '.join(reply.sources) or 'nothing'}. {reply.tokens} tokens.")
    if reply.unsupported:
        if not json:
            say(f"Not in what it cites, so do not rely on: {', '.join(reply.unsupported)}.")
        raise typer.Exit(1)
