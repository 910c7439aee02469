"""Node packs are found; those that are broken are named while the rest works."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from nodeui.graph.registry import GROUP, Registry, load_packs, why_missing
from nodeui.graph.source import source_hash
from tests.graph.packs import GOOD, run_python, write_module
from tests.graph.toys import TOYS

Load = Callable[..., Registry]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Loads packs from sources by name, which are also their modules' names."""
    monkeypatch.syspath_prepend(tmp_path)
    written: list[str] = []

    def load(**sources: str) -> Registry:
        for name, source in sources.items():
            write_module(tmp_path, name, source)
            written.append(name)
        importlib.invalidate_caches()
        return load_packs(EntryPoint(name, name, GROUP) for name in sources)

    yield load
    for name in written:
        sys.modules.pop(name, None)
    source_hash.cache_clear()


def reasons(registry: Registry) -> dict[str, str]:
    return {problem.pack: problem.reason for problem in registry.problems}


def test_a_pack_needs_nothing_but_nodes(load: Load):
    registry = load(pack_a=GOOD)
    assert list(registry) == ["pack_a.double"] and registry.problems == ()
    assert registry.environment("pack_a") == "" and registry.preload == ()


def test_environments_count_for_packs_that_have_one(load: Load):
    text = 'def environment(): return "{pack}"\npreload = ["json"]\n'
    registry = load(pack_a=GOOD, pack_b=GOOD + text, pack_c=GOOD + text)
    assert [registry.environment(f"pack_{one}") for one in "abc"] == ["", "pack_b", "pack_c"]
    assert registry.preload == ("json", "json")


def test_an_environment_that_fails_stops_nobody(load: Load):
    registry = load(pack_a=GOOD + "def environment(): return 1 / 0\n")
    assert registry.environment("pack_a") == (
        "the environment of pack_a is unknown: ZeroDivisionError('division by zero')"
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import there_is_none", "ModuleNotFoundError: No module named 'there_is_none' (*:1)"),
        ("x = 1\nx.y = 2", "AttributeError: 'int' object has no attribute 'y' (*:2)"),
        ("raise SystemExit(3)", "SystemExit: 3 (*:1)"),
        ("def f(:", "SyntaxError: invalid syntax (bad.py, line 1)"),
        ("x = 1", "bad has no `nodes`, a list of its node functions"),
        ("nodes = 3", "bad has no `nodes`, a list of its node functions"),
        (
            "def blur(): ...\nnodes = [blur]",
            "bad.nodes lists blur, which is no node: decorate it with @node",
        ),
        ("nodes = []\npreload = 'torch'", "`preload` is not a list of module names"),
        ("nodes = []\nenvironment = 'mine'", "`environment` is not a function"),
        (
            "from nodeui.sdk import value\n@value('thing')\nclass Thing: ...",
            "TypeError: @value('thing') on Thing: a socket type is a frozen dataclass; "
            "write @dataclass(frozen=True) between @value and the class (*:2)",
        ),
    ],
)
def test_a_pack_that_does_not_load_is_named(tmp_path: Path, load: Load, source: str, reason: str):
    registry = load(bad=source, good=GOOD)
    assert list(registry) == ["good.double"]
    assert reasons(registry) == {"bad": reason.replace("*", str(tmp_path / "bad.py"))}
    assert "Traceback" in registry.problems[0].details
    assert str(registry.problems[0]) == f"node pack bad: {registry.problems[0].reason}"


def test_a_module_that_is_not_there_is_named(load: Load):
    registry = load_packs([EntryPoint("gone", "gone_pack.nodes", GROUP)])
    assert reasons(registry) == {"gone": "ModuleNotFoundError: No module named 'gone_pack'"}


def test_of_a_pack_with_a_bad_node_the_others_work(tmp_path: Path, load: Load):
    bad = '\n@node("{pack}.bad", title="", category="")\ndef bad(x): ...\nnodes.append(bad)\n'
    registry = load(pack_a=GOOD + bad)
    assert list(registry) == ["pack_a.double"]
    (problem,) = registry.problems
    assert problem.node == "pack_a.bad"
    line = GOOD.count("\n") + 2
    assert problem.reason.startswith(f"pack_a.bad ({tmp_path / 'pack_a.py'}:{line}): the return")


def test_an_id_belongs_to_the_first_pack(load: Load):
    registry = load(
        pack_a=GOOD.replace("{pack}.", "same."), pack_b=GOOD.replace("{pack}.", "same.")
    )
    assert list(registry) == ["same.double"]
    assert reasons(registry) == {"pack_b": "there are two nodes called same.double"}


def test_problems_survive_translation(load: Load):
    registry = load(bad="import there_is_none")
    assert registry.translated().problems == registry.problems


def test_a_missing_type_may_be_one_of_a_broken_pack(load: Load):
    assert why_missing(TOYS, "bad.blur") == "the node type bad.blur is not installed"
    registry = load(bad="x = 1")
    assert why_missing(registry, "bad.blur") == (
        "the node type bad.blur is not installed; "
        "node pack bad: bad has no `nodes`, a list of its node functions"
    )
    node = '\n@node("{pack}.bad", title="", category="")\ndef bad(x): ...\nnodes.append(bad)\n'
    registry = load(pack_a=GOOD + node)
    assert why_missing(registry, "pack_a.blur").endswith("is not installed")
    assert "the return type is not annotated" in why_missing(registry, "pack_a.bad")


# --- source --------------------------------------------------------------------------------------


def test_an_edited_pack_has_another_edition(load: Load):
    first = load(pack_a=GOOD)["pack_a.double"].edition
    again = load(pack_a=GOOD)["pack_a.double"].edition
    assert isinstance(first, str) and first.startswith("1+") and again == first
    sys.modules.pop("pack_a")
    source_hash.cache_clear()
    edited = load(pack_a=GOOD.replace("2 * x", "3 * x"))["pack_a.double"].edition
    assert edited != first


def test_a_pack_in_site_packages_has_its_version_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "lib" / "site-packages"
    monkeypatch.syspath_prepend(folder)
    write_module(folder, "pack_s", GOOD)
    registry = load_packs([EntryPoint("pack_s", "pack_s", GROUP)])
    sys.modules.pop("pack_s")
    assert registry["pack_s.double"].edition == 1


def test_all_python_files_of_a_package_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(tmp_path)
    files = ["__init__.py", "nodes.py", "deep/helper.py"]
    for name in (*files, ".hidden/x.py", "env/x.py", "env/pyvenv.cfg", "table.json"):
        file = tmp_path / "pack_p" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    importlib.import_module("pack_p.nodes")
    seen: set[str] = set()
    for name in (*files, ".hidden/x.py", "env/x.py", "table.json"):
        (tmp_path / "pack_p" / name).write_text("1")
        seen.add(source_hash.__wrapped__("pack_p.nodes"))
    for name in ("pack_p.nodes", "pack_p"):
        sys.modules.pop(name)
    assert len(seen) == len(files)


def test_forked_workers_inherit_the_hash_of_the_code_that_they_run(tmp_path: Path):
    write_module(tmp_path, "pack_f", GOOD, installed=True)
    code = (
        "import pathlib, pack_f, nodeui.graph.fork_server\n"
        "from nodeui.graph.registry import installed\n"
        "pathlib.Path(pack_f.__file__).write_text('')\n"
        "print(installed()['pack_f.double'].edition)"
    )
    before = run_python(
        "-c",
        "from nodeui.graph.registry import installed\nprint(installed()['pack_f.double'].edition)",
        path=tmp_path,
        cwd=tmp_path,
    )
    after = run_python("-c", code, path=tmp_path, cwd=tmp_path)
    assert after.stdout == before.stdout and before.stdout.startswith("1+"), after.stderr


# --- shadows -------------------------------------------------------------------------------------


def test_a_foreign_module_called_nodes_is_named(tmp_path: Path):
    foreign = tmp_path / "comfy"
    write_module(foreign, "nodes", "raise Exception('it was imported')")
    write_module(tmp_path, "pack_g", GOOD, installed=True)
    done = run_python("-m", "nodeui", "nodes", path=tmp_path, cwd=tmp_path, first=foreign)
    assert done.returncode == 0 and "pack_g.double" in done.stdout
    assert done.stderr == (
        "node pack standard: ImportError: another program's module named `nodes` hides NodeUI's "
        f"own: {foreign / 'nodes.py'}; start NodeUI from another folder, or remove {foreign} "
        "from the Python path\n"
    )
