"""The README's examples run."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import gleaner_sandbox
from gleaner_sandbox import seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State

README = (Path(gleaner_sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_shell_examples_work_one_after_the_other() -> None:
    state = State(clock=Clock())
    state.load(seeds.empty())
    with serve_in_thread(state) as running:
        origin = running.base_url.removesuffix("/v2")
        script = "set -eu\n" + "\n".join(blocks("sh")).replace("http://127.0.0.1:8765", origin)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    state.close()
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert '"email":"ada@duration.example"' in said
    assert '"hours":1.5' in said
    assert '"total_entries":1' in said
    assert '"file_name":"taxi_ride.pdf"' in said
    assert '"uninvoiced_expenses":18.4' in said
    assert '"unit_price":120.0,"amount":180.0' in said
    assert '"state":"open"\n' in said
    assert '"invoice-1.pdf","content_type":"application/pdf"' in said
    assert "no answer, as ordered\nGlobex\n" in said
    assert '"product":"harvest"' in said
    assert '"full_domain":"durationworks.harvestapp.com"' in said
    assert "503\n200\n" in said
    assert '"fixed":true' in said
    assert "does_not_imitate" in said


def test_the_python_example_works(capsys: pytest.CaptureFixture[str]) -> None:
    (example,) = blocks("python")
    exec(compile(example, "README.md", "exec"), {})
    assert capsys.readouterr().out.startswith("http://127.0.0.1:")


def test_the_readme_names_every_option() -> None:
    from typer.main import get_command

    from gleaner_sandbox.cli import app

    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]
    names = {option for parameter in serve.params for option in parameter.opts}
    assert "--clock" in names
    missing = {name for name in names if name.replace("--limits", "--no-limits") not in README}
    assert missing <= {"--host"}
