"""Starting the command: help, version, what is imported, how mistakes are answered."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from diagnose.cli import COMMANDS, cli, main
from diagnose.errors import Problem, RulebookError
from diagnose.version import VERSION

ROOT = Path(__file__).parents[2]


def run(*args: str, code: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """`python -m diagnose ARGS`, or `python -c CODE ARGS`, from the checkout."""
    call = ["-c", code] if code else ["-m", "diagnose"]
    return subprocess.run(
        [sys.executable, *call, *args], capture_output=True, text=True, cwd=ROOT, env=os.environ | env, check=False
    )


def test_help_imports_click_and_nothing_else_of_weight() -> None:
    code = (
        "import sys; from diagnose.cli import main; main(['--help'])\n"
        "print('LOADED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = run(code=code)
    loaded = set(done.stdout.rsplit("LOADED", 1)[1].split())
    assert "click" in loaded
    heavy = {"rich", "pydantic", "pydantic_core", "yaml", "msgspec", "re2", "durable", "phonenumbers", "platformdirs"}
    assert not loaded & heavy


def test_importing_the_package_imports_nothing_else() -> None:
    done = run(code="import sys, diagnose; print(*[m for m in sys.modules if m.startswith('diagnose')])")
    assert set(done.stdout.split()) == {"diagnose", "diagnose.version"}


def test_without_a_command_the_help_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: diagnose")


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"diagnose {VERSION}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_of_the_table_exists_and_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"Usage: diagnose {name}" in capsys.readouterr().out
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.name == name


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rnu"]) == 3
    assert "Did you mean 'run'?" in capsys.readouterr().err


def test_a_path_in_the_place_of_a_command_is_answered_with_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([str(tmp_path)]) == 3
    assert f"diagnose run {tmp_path}" in capsys.readouterr().err


@pytest.mark.parametrize("args", [["run"], ["run", "--format", "xml", "x"], ["run", "--nonsense"], ["explain"]])
def test_wrong_usage_ends_with_code_3_and_a_word_on_help(args: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(args) == 3
    assert "Error:" in capsys.readouterr().err


def test_an_interrupt_is_one_line_and_code_130(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "main", interrupted)
    assert main(["run", "x"]) == 130
    assert capsys.readouterr().err == "diagnose: interrupted\n"


def test_a_defect_is_one_message_and_with_debug_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr(cli, "main", broken)
    assert main(["run", "x"]) == 3
    err = capsys.readouterr().err
    assert "ZeroDivisionError: seven" in err
    assert "--debug" in err
    assert "Traceback" not in err
    with pytest.raises(ZeroDivisionError):
        main(["run", "x", "--debug"])


def test_a_reader_that_goes_away_leaves_no_message() -> None:
    shell = f"{shlex.quote(sys.executable)} -m diagnose run --schema | head -c 10"
    done = subprocess.run(["/bin/sh", "-c", shell], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stderr == ""
    assert len(done.stdout) == 10


def test_a_thousand_problems_of_rules_are_cut_with_a_word_on_the_linter(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RulebookError([Problem("own.yaml", n, 1, "R001", "wrong") for n in range(1, 1001)])

    monkeypatch.setattr(cli, "main", broken)
    assert main(["run", "x"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 21
    assert "980 more problems" in lines[-1]
    assert "diagnose rules lint" in lines[-1]
