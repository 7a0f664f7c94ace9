"""Which family reads which run."""

from __future__ import annotations

import pytest

from diagnose.read.programs.families import FAMILIES, TOOLS, families_of, module_of
from diagnose.read.programs.runs import Run


@pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f.name)
def test_a_family_has_its_parts_and_does_not_claim_plain_words(family: object) -> None:
    module = module_of(family)  # type: ignore[arg-type]
    assert isinstance(module.KIND, str)
    assert not module.claims("The bot was silent all morning, and nobody knows why.\n")


def names(text: str, command: str = "") -> list[str]:
    return [family.name for family in families_of(Run(text, "x", command=command))]


def test_a_command_line_decides_whatever_came_out() -> None:
    assert names("", "sudo ping -c 4 192.0.2.1") == ["reach"]
    assert names("anything", "netstat -rn") == ["routes", "sockets"], "one program may belong to two families"


def test_every_program_of_a_pipe_counts() -> None:
    assert names("", "echo | openssl s_client -connect bot.example:443") == ["tls"]


def test_without_a_command_the_shape_decides() -> None:
    assert names("--- h ping statistics ---\n4 packets transmitted, 4 received, 0% packet loss\n") == ["reach"]
    assert names("PING me when you are back\n") == [], "a mark alone is not the shape"


def test_an_unknown_program_belongs_to_nobody() -> None:
    assert "frobnicate" not in TOOLS
    assert names("some output\n", "frobnicate -v") == []
