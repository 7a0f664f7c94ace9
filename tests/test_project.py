"""What holds for the project as a whole: words, docstrings, layers, the wheel."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SKIP = {".git", ".venv", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", "__pycache__", "build", "dist",
        ".import_linter_cache", ".benchmarks"}  # fmt: skip
MODULES = sorted((ROOT / "diagnose").rglob("*.py"))
LONGEST = 500


def texts() -> list[Path]:
    """Every text file of the project."""
    kinds = {".py", ".yaml", ".md", ".toml", ".txt", ".json", ".jsonl", ".log", ""}
    return [
        p for p in ROOT.rglob("*") if p.is_file() and p.suffix in kinds and not SKIP & set(p.relative_to(ROOT).parts)
    ]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("an unfinished mark", r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b"),
        ("a path of one machine", r"(?<![\w.~<-])/(?:work|tm" + r"p|ro" + r"ot|home)/\w"),
    ],
)
def test_no_file_holds(what: str, pattern: str) -> None:
    found = []
    for path in texts():
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if re.search(pattern, line) and path.name != "LICENSE":
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert not found, f"{what}:\n" + "\n".join(found)


def test_every_module_and_public_name_has_a_docstring() -> None:
    bare = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            bare.append(f"{path.relative_to(ROOT)}: module")
        bare += [
            f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
            for node in _public(tree)
            if not ast.get_docstring(node)
        ]
    assert not bare, "\n".join(bare)


def _public(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    found: list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef] = []
    for node in tree.body:
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or node.name.startswith("_"):
            continue
        found.append(node)
        if isinstance(node, ast.ClassDef):
            found += [n for n in node.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]
    return found


def test_no_module_is_longer_than_one_reads_at_a_sitting() -> None:
    lengths = {p.relative_to(ROOT): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {p: n for p, n in lengths.items() if n > LONGEST} == {}


def test_imports_run_one_way() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by hatchling without a network."""
    out = tmp_path_factory.mktemp("wheel")
    call = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("edge_diagnose-*.whl"))


def test_the_wheel_holds_every_rule_and_catalogue(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    missing = [
        str(p.relative_to(ROOT))
        for folder in ("rules", "knowledge")
        for p in (ROOT / folder).rglob("*")
        if p.is_file() and f"diagnose/{p.relative_to(ROOT).as_posix()}" not in inside
    ]
    assert missing == []
    assert {"diagnose/py.typed", "diagnose/rulebook/rules.schema.json"} <= inside


def test_the_wheel_works_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    others = [p for p in sys.path if p.endswith("site-packages")]
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(site), *others]),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    code = "import diagnose, sys; print(diagnose.__file__); from diagnose.cli import main; sys.exit(main())"
    example = ROOT / "examples" / "wan-flap-survivability"
    call = [sys.executable, "-c", code, "run", str(example), "-q"]
    done = subprocess.run(call, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(site))
    assert "edge.survivability_media_path" in done.stdout


def test_the_report_in_the_readme_is_the_one_that_the_example_gives() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    expected = (ROOT / "examples" / "wan-flap-survivability.expected.txt").read_text(encoding="utf-8")
    assert f"```text\n{expected.rstrip()}\n```" in readme


def test_the_rule_in_the_readme_compiles(tmp_path: Path) -> None:
    from diagnose.rulebook import load_rulebook

    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 1
    (tmp_path / "pack.yaml").write_text(
        "kind: pack\nid: site\nversion: 1.0.0\nmaturity: experimental\nowner: us\n", encoding="utf-8"
    )
    (tmp_path / "findings.yaml").write_text(blocks[0], encoding="utf-8")
    book = load_rulebook([tmp_path], enable=["site"])
    assert "site.backup_circuit_slow" in {f.id for f in book.program.findings}
