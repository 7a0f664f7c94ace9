"""What docs/authoring.md shows can be pasted: its YAML and JSON parse, its commands and their options exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from diagnose.cli import LazyGroup, cli

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    """Every command on the page, in its workflow, and of the hooks with the arguments that it gives them."""
    found = re.findall(r"(?:^ {4}|\| |run: )(diagnose rules [^\n#]+)", PAGE, re.MULTILINE)
    entries = {hook["id"]: hook["entry"] for hook in HOOKS}
    config = next(yaml.safe_load(text) for kind, text in BLOCKS if "repos:" in text)
    return found + [shlex.join([*entries[h["id"]].split(), *h["args"]]) for h in config["repos"][0]["hooks"]]


@pytest.mark.parametrize(("kind", "text"), BLOCKS)
def test_blocks_parse(kind: str, text: str) -> None:
    if kind == "json":
        json.loads(text)
    elif kind == "yaml":
        yaml.safe_load(text)


@pytest.mark.parametrize("line", commands())
def test_commands_and_their_options_exist(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = cli
    while isinstance(command, click.Group):
        name = words.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"{line}: no command {name}"
        command = found
    command.make_parser(click.Context(command)).parse_args(args=words)


def test_hooks_say_what_the_framework_needs() -> None:
    assert isinstance(cli, LazyGroup)
    for hook in HOOKS:
        assert {"id", "name", "entry", "language", "files", "pass_filenames"} <= set(hook)
        assert hook["language"] == "python"
        assert hook["pass_filenames"] is False
