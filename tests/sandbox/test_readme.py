"""The README's examples run."""

import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

import gleaner_sandbox
from gleaner_sandbox import agency, seeds
from gleaner_sandbox.clock import Clock
from gleaner_sandbox.seed import Seed
from gleaner_sandbox.server import serve_in_thread
from gleaner_sandbox.state import State
from gleaner_sandbox.wire.control import NOT_IMITATED

README = (Path(gleaner_sandbox.__file__).parent / "README.md").read_text(encoding="utf-8")


needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def said_by(language: str, seed: Seed, clock: Clock) -> str:
    """What the examples in *language* print, run one after the other on a sandbox of *seed*."""
    state = State(clock=clock)
    state.load(seed)
    with serve_in_thread(state) as running:
        origin = running.base_url.removesuffix("/v2")
        script = "set -eu\n" + "\n".join(blocks(language)).replace("http://127.0.0.1:8765", origin)
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False)
    state.close()
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_curl
def test_the_shell_examples_work_one_after_the_other() -> None:
    said = said_by("sh", seeds.empty(), Clock())
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


@needs_curl
def test_the_agency_is_as_told() -> None:
    start = datetime.fromisoformat("2026-03-09T08:00:00Z")
    assert f"{start:%Y-%m-%dT%H:%M:%SZ}" in README
    seed = agency.harvest_seed(1)
    said = said_by("bash", seed, Clock(start))
    assert '"name":"Larkfield Studio"' in said
    assert said.count('"state":"open"') == 1
    assert '"client_name":' in said
    assert re.search(r"(image/png|application/pdf)\n$", said)
    total = re.search(r'"total_entries":(\d+)', said)
    assert total is not None
    assert int(total[1]) == len(seed["accounts"][0]["time_entries"]), "all of it in eight weeks"


def test_the_readme_tells_what_is_not_imitated_as_the_sandbox_does() -> None:
    _, _, after = README.partition("## What it does not imitate\n")
    section, _, _ = after.partition("\n## ")
    bullets = re.findall(r"^- (.*\n(?:  .*\n)*)", section, re.MULTILINE)
    assert [" ".join(bullet.split()) for bullet in bullets] == NOT_IMITATED


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
