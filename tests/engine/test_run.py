"""Tests runs: which nodes are computed, and which are not."""

from __future__ import annotations

import threading
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from nodeui.engine.protocol import NodeFailed, NodeFinished, NodeStarted, Warned
from nodeui.engine.runner import run, values_of
from nodeui.graph.edits import AddNode, Disconnect, RemoveNode
from nodeui.graph.parts import Node
from tests.engine import toys
from tests.engine.toys import CALLS, HISTORY, STOP, Workbench, statuses


def test_values_run_along_links(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("sum", "add", a="@two", b=3)
    assert bench.value("sum") == 5


def test_nothing_is_computed_twice(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("left", "add", a="@two", b=1)
    bench.add("right", "add", a="@two", b=2)
    bench.add("sum", "add", a="@left", b="@right")
    assert bench.value("sum") == 7
    assert CALLS == {"number": 1, "add": 3}
    assert bench.value("sum") == 7
    assert not CALLS


def test_equal_nodes_are_computed_once(bench: Workbench) -> None:
    bench.add("one", "number", value=2)
    bench.add("other", "number", value=2)
    bench.add("sum", "add", a="@one", b="@other")
    assert bench.value("sum") == 4
    assert CALLS == {"number": 1, "add": 1}


def test_only_what_targets_need_is_computed(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("unasked", "half", a="@two")
    bench.add("sum", "add", a="@two")
    bench.run("sum")
    assert not CALLS["half"]
    bench.run()  # all output nodes
    assert not CALLS["half"]


def test_an_edit_reruns_what_depends_on_it(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("one", "number", value=1)
    bench.add("sum", "add", a="@two", b="@one")
    bench.value("sum")
    bench.set("one", value=4)
    assert bench.value("sum") == 6
    assert CALLS == {"number": 1, "add": 1}


def test_going_back_to_an_earlier_setting_runs_nothing(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("sum", "add", a="@two")
    bench.value("sum")
    bench.set("two", value=3)
    bench.value("sum")
    bench.set("two", value=2)
    assert bench.value("sum") == 2
    assert not CALLS


def test_a_parameter_without_influence_changes_no_key(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.value("two")
    bench.set("two", note="anything")
    assert bench.value("two") == 2
    assert not CALLS


def test_a_default_and_the_same_value_set_are_one(bench: Workbench) -> None:
    bench.add("a", "grid")
    bench.value("a")
    bench.set("a", fill=0)  # the default is 0.0
    bench.value("a")
    assert not CALLS


def test_an_edit_that_gives_the_same_value_ends_there(bench: Workbench) -> None:
    bench.add("n", "number", value=4)
    bench.add("half", "half", a="@n")
    bench.add("sum", "add", a="@half")
    bench.value("sum")
    bench.set("n", value=5)
    report = bench.run("sum")
    assert CALLS == {"number": 1, "half": 1}
    assert statuses(report) == {"n": "executed", "half": "executed", "sum": "cached"}


def test_several_outputs(bench: Workbench) -> None:
    bench.add("g", "grid", fill=2.0)
    bench.add("b", "brighten", image="@g")
    bench.add("e", "extremes", image="@b")
    bench.add("sum", "grid", fill="@e.high", size=2)
    assert bench.value("sum").cells.tolist() == [[3.0, 3.0], [3.0, 3.0]]


def test_a_long_chain(bench: Workbench) -> None:
    bench.add("n0", "number", value=1)
    for i in range(1, 10_000):
        bench.add(f"n{i}", "add", a=f"@n{i - 1}", b=1)
    assert bench.value("n9999") == 10_000
    assert bench.value("n9999") == 10_000
    assert not CALLS


# --- lazy inputs ---------------------------------------------------------------------------------


def test_a_lazy_input_is_computed_when_it_is_called(bench: Workbench) -> None:
    bench.add("n", "number", value=4)
    bench.add("yes", "add", a="@n")
    bench.add("no", "half", a="@n")
    bench.add("choice", "choose", yes="@yes", no="@no")
    assert bench.value("choice") == 4
    assert CALLS == {"number": 1, "add": 1, "choose": 1}
    bench.set("choice", which=False)
    assert bench.value("choice") == 2
    assert CALLS == {"half": 1, "choose": 1}


def test_what_lies_behind_a_lazy_input_is_part_of_the_key(bench: Workbench) -> None:
    bench.add("n", "number", value=4)
    bench.add("yes", "add", a="@n")
    bench.add("choice", "choose", yes="@yes", no="@n")
    assert bench.value("choice") == 4
    bench.set("n", value=6)
    assert bench.value("choice") == 6


def test_a_node_behind_an_uncalled_lazy_input_may_fail(bench: Workbench) -> None:
    bench.add("bad", "fail")
    bench.add("n", "number", value=4)
    bench.add("choice", "choose", yes="@n", no="@bad")
    assert bench.value("choice") == 4


def test_a_node_whose_lazy_input_fails_is_skipped(bench: Workbench) -> None:
    bench.add("bad", "fail")
    bench.add("choice", "choose", yes="@bad", no="@bad")
    report = bench.run("choice")
    assert statuses(report) == {"bad": "failed", "choice": "skipped"}


def test_the_time_of_a_lazy_input_is_not_that_of_its_caller(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]

    def spend_ten_seconds(name: str) -> None:
        now[0] += 10

    monkeypatch.setattr(toys, "counted", spend_ten_seconds)
    monkeypatch.setattr("nodeui.engine.runner.time", SimpleNamespace(perf_counter=lambda: now[0]))
    bench.add("d0", "deeper")
    bench.add("d1", "deeper", a="@d0")
    bench.add("d2", "deeper", a="@d1")
    report = bench.run("d2")
    assert {entry.node: entry.seconds for entry in report.nodes} == {"d0": 10, "d1": 10, "d2": 10}
    assert report.seconds == 30


def test_lazy_inputs_nest_deeply(bench: Workbench) -> None:
    bench.add("d0", "deeper")
    for i in range(1, 2000):
        bench.add(f"d{i}", "deeper", a=f"@d{i - 1}")
    assert bench.value("d1999") == 2000


# --- pass-throughs, modes ------------------------------------------------------------------------


def test_a_node_that_hands_through_is_its_input(bench: Workbench) -> None:
    bench.add("g", "grid", fill=1.0)
    bench.add("b", "brighten", image="@g", amount=0.0)
    bench.add("t", "total", image="@b")
    assert bench.value("t") == 16
    assert CALLS == {"grid": 1, "total": 1}
    bench.link("g", "t", "image")  # the same key without the node between
    assert bench.value("t") == 16
    assert not CALLS


def test_the_other_inputs_of_a_passthrough_are_not_computed(bench: Workbench) -> None:
    bench.add("g", "grid", fill=1.0)
    bench.add("other", "brighten", image="@g")
    bench.add("mix", "blend", image="@g", other="@other", amount=0.0)
    bench.add("t", "total", image="@mix")
    bench.value("t")
    assert not CALLS["brighten"] and not CALLS["blend"]
    bench.set("mix", amount=0.5)
    assert bench.value("t") == 16 * 1.5
    assert CALLS["brighten"] == CALLS["blend"] == 1


def test_a_passthrough_decided_by_a_linked_parameter(bench: Workbench) -> None:
    bench.add("g", "grid", fill=1.0)
    bench.add("other", "brighten", image="@g")
    bench.add("amount", "number", value=0)
    bench.add("mix", "blend", image="@g", other="@other", amount="@amount")
    bench.add("t", "total", image="@mix")
    assert bench.value("t") == 16
    assert not CALLS["brighten"] and not CALLS["blend"]
    assert bench.outlook("t")["t"] == "cached"
    bench.set("amount", value=1)
    assert bench.value("t") == 32
    assert bench.outlook("t")["t"] == "cached"
    bench.set("amount", value=0)
    assert bench.value("t") == 16
    assert not CALLS


def test_a_chain_of_passthroughs_decided_by_links(bench: Workbench) -> None:
    bench.add("zero", "number")
    bench.add("b0", "grid", fill=1.0)
    for i in range(1, 2000):
        bench.add(f"b{i}", "brighten", image=f"@b{i - 1}", amount="@zero")
    assert bench.value("b1999").cells.sum() == 16
    assert CALLS == {"number": 1, "grid": 1}


def test_a_bypassed_node_hands_through_the_input_of_the_same_type(bench: Workbench) -> None:
    bench.add("g", "grid", fill=1.0)
    bench.add("b", "brighten", image="@g")
    bench.add("t", "total", image="@b")
    bench.mode("b", "bypassed")
    assert bench.value("t") == 16
    assert not CALLS["brighten"]


def test_bypassing_without_such_an_input_stops_what_follows(bench: Workbench) -> None:
    bench.add("g", "grid")
    bench.add("t", "total", image="@g")
    bench.mode("g", "bypassed")
    (problem,) = bench.plan("t").problems
    assert (problem.node, problem.parameter) == ("t", "image")
    assert "g is bypassed" in problem.message
    assert statuses(bench.run("t")) == {"t": "failed"}


def test_a_muted_node_stops_what_follows_and_nothing_else(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("h", "half", a="@two")
    bench.add("below", "add", a="@h")
    bench.add("beside", "add", a="@two")
    bench.mode("h", "muted")
    report = bench.run()
    assert statuses(report)["below"] == statuses(report)["h"] == "skipped"
    assert statuses(report)["beside"] == "executed"
    assert not report.failures


def test_muted_and_bypassed_output_nodes_are_not_wanted(bench: Workbench) -> None:
    bench.add("a", "add")
    bench.add("b", "add")
    bench.mode("a", "muted")
    bench.mode("b", "bypassed")
    assert bench.plan().targets == ()


# --- failures ------------------------------------------------------------------------------------


def test_a_failure_stops_what_follows_and_nothing_else(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("bad", "fail", a="@two")
    bench.add("below", "add", a="@bad")
    bench.add("beside", "add", a="@two")
    report = bench.run()
    assert statuses(report) == {
        "two": "executed", "bad": "failed", "below": "skipped", "beside": "executed",
    }  # fmt: skip
    (failure,) = report.failures
    assert (failure.node, failure.parameter) == ("bad", "a")
    assert failure.message == "size 0 is no size"
    assert failure.details == ""
    bench.run()
    assert CALLS == {"fail": 1}  # failures are not remembered


def test_an_unexpected_error_comes_with_its_traceback(bench: Workbench) -> None:
    bench.add("bad", "fail", how="odd")
    (failure,) = bench.run("bad").failures
    assert failure.message == "KeyError: 'odd'"
    assert "raise KeyError(how)" in failure.details


def test_lack_of_memory_is_named(bench: Workbench) -> None:
    bench.add("bad", "fail", how="memory")
    (failure,) = bench.run("bad").failures
    assert "not enough memory" in failure.message


def test_a_node_that_wants_to_end_the_program_only_fails(bench: Workbench) -> None:
    bench.add("bad", "fail", how="exit")
    (failure,) = bench.run("bad").failures
    assert failure.message == "SystemExit: 4"


def test_a_value_of_another_type_than_declared(bench: Workbench) -> None:
    bench.add("bad", "fail", how="wrong")
    (failure,) = bench.run("bad").failures
    assert failure.node == "bad"
    assert failure.message == "TypeError: integer is str, where int is declared"


def test_what_is_wrong_with_a_linked_parameter_names_it(bench: Workbench) -> None:
    bench.add("big", "add", a=700, b=700)
    bench.add("n", "number", value="@big")
    (failure,) = bench.run("n").failures
    assert (failure.node, failure.parameter) == ("n", "value")
    assert "between -1000 and 1000" in failure.message


def test_unknown_types_missing_inputs_and_bad_values_are_problems(bench: Workbench) -> None:
    bench.graph.apply(AddNode(Node("alien", "other.thing")))
    bench.add("sum", "add", a="@alien")
    bench.add("lonely", "total")
    bench.graph.apply(AddNode(Node("n", "toy.number", params={"value": 5000})))
    bench.add("fine", "add", a=1)
    plan = bench.plan("sum", "lonely", "n", "fine")
    assert {(problem.node, problem.parameter) for problem in plan.problems} == {
        ("alien", None), ("lonely", "image"), ("n", "value"),
    }  # fmt: skip
    report = bench.run("sum", "lonely", "n", "fine")
    assert statuses(report) == {
        "alien": "failed", "sum": "skipped", "lonely": "failed", "n": "failed", "fine": "executed",
    }  # fmt: skip


def test_problems_of_nodes_that_are_not_needed_do_not_matter(bench: Workbench) -> None:
    bench.graph.apply(AddNode(Node("alien", "other.thing")))
    bench.add("fine", "add", a=1)
    assert not bench.plan("fine").problems


def test_an_edit_mends_a_problem(bench: Workbench) -> None:
    bench.add("t", "total")
    assert bench.plan().problems
    bench.add("g", "grid", fill=1.0)
    bench.link("g", "t", "image")
    assert bench.value("t") == 16
    bench.graph.apply(Disconnect("t", "image"))
    assert bench.plan().problems
    bench.graph.apply(RemoveNode("t"))
    assert bench.plan().targets == ()


# --- cancelling ----------------------------------------------------------------------------------


def test_a_cancelled_run_keeps_what_was_computed(bench: Workbench) -> None:
    STOP.append(threading.Event())
    bench.add("two", "number", value=2)
    bench.add("stop", "stop", a="@two")
    bench.add("sum", "add", a="@stop")
    report = bench.run("sum", cancel=STOP[0])
    assert report.cancelled
    assert statuses(report) == {"two": "executed", "stop": "cancelled"}
    STOP[0] = threading.Event()
    bench.run("two")
    assert not CALLS


def test_a_run_cancelled_before_it_began(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    cancel = threading.Event()
    cancel.set()
    assert bench.run("two", cancel=cancel).cancelled
    assert not CALLS


# --- events, context, files ----------------------------------------------------------------------


def test_each_start_has_an_end(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("bad", "fail", a="@two")
    bench.add("below", "add", a="@bad")
    report = bench.run("below")
    started = [event.node for event in bench.events if isinstance(event, NodeStarted)]
    finished = [event for event in bench.events if isinstance(event, NodeFinished)]
    assert started == ["two", "bad"]
    assert tuple(finished) == report.nodes
    assert [event.node for event in bench.events if isinstance(event, NodeFailed)] == ["bad"]


def test_only_the_frontier_of_the_cache_is_told(bench: Workbench) -> None:
    bench.add("one", "number", value=1)
    bench.add("a", "add", a="@one")
    bench.add("b", "half", a="@a")
    bench.run("b")
    bench.add("c", "add", a="@b")
    assert statuses(bench.run("c")) == {"b": "cached", "c": "executed"}


def test_provenance_names_all_that_is_above(bench: Workbench) -> None:
    bench.add("two", "number", value=2, note="no matter")
    bench.add("same", "numeric", a="@two")
    bench.add("beside", "number", value=3)
    bench.add("end", "history", a="@same")
    report = bench.run("end")
    (provenance,) = HISTORY
    assert provenance["environment"] == "here" and Path(provenance["folder"]).is_dir()
    assert set(provenance["nodes"]) == {"two", "same"}
    assert provenance["nodes"]["two"]["type"] == "toy.number"
    assert provenance["nodes"]["two"]["params"] == {"value": 2}
    assert len(bytes.fromhex(provenance["nodes"]["two"]["key"])) == 16
    assert report.warnings == (Warned(node="end", message="history is written"),)


def test_another_environment_reruns_numeric_nodes_only(bench: Workbench) -> None:
    bench.add("two", "number", value=2)
    bench.add("same", "numeric", a="@two")
    bench.value("same")
    bench.environment = "there"
    assert bench.reason("same") == "the device or a library changed"
    bench.value("same")
    assert CALLS == {"numeric": 1}


def test_a_changed_file_reruns_its_reader(bench: Workbench) -> None:
    (bench.folder / "a.txt").write_text("one")
    bench.add("r", "read", path="a.txt")
    assert bench.value("r") == "one"
    bench.value("r")
    assert not CALLS
    (bench.folder / "a.txt").write_text("two")
    assert bench.reason("r") == "a file that it reads changed"
    assert bench.value("r") == "two"


def test_a_file_that_changes_between_plan_and_run(bench: Workbench) -> None:
    file = bench.folder / "a.txt"
    file.write_text("one")
    bench.add("r", "read", path="a.txt")
    plan = bench.plan("r")
    file.write_text("two, and longer")
    run(plan, bench.cache, bench.folder)
    assert values_of(plan, bench.cache, "r") == {"text": "two, and longer"}
    file.write_text("one")
    assert bench.value("r") == "one"


def test_an_edit_after_the_plan_does_not_change_its_run(bench: Workbench) -> None:
    bench.add("n", "number", value=2)
    bench.add("sum", "add", a="@n", b=1)
    plan = bench.plan("sum")
    bench.set("n", value=5)
    bench.plan("sum")
    bench.graph.apply(Disconnect("sum", "a"))
    bench.plan("sum")
    run(plan, bench.cache, bench.folder)
    assert values_of(plan, bench.cache, "sum") == {"integer": 3}
    assert bench.value("sum") == 1


def test_a_missing_file_is_a_problem_until_it_is_there(bench: Workbench) -> None:
    bench.add("r", "read", path="a.txt")
    (problem,) = bench.plan("r").problems
    assert problem.node == "r" and "a.txt" in problem.message
    (bench.folder / "a.txt").write_text("one")
    assert bench.value("r") == "one"


def test_a_file_named_by_a_link(bench: Workbench) -> None:
    (bench.folder / "a.txt").write_text("one")
    (bench.folder / "b.txt").write_text("two")
    bench.add("n", "name", stem="a")
    bench.add("r", "read", path="@n")
    assert bench.value("r") == "one"
    assert bench.outlook("r")["r"] == "cached"
    bench.set("n", stem="b")
    assert bench.value("r") == "two"
    assert bench.outlook("r")["r"] == "cached"
    (bench.folder / "b.txt").write_text("three")
    assert bench.value("r") == "three"


def test_a_lazy_branch_that_reads_a_file_named_by_a_link(bench: Workbench) -> None:
    (bench.folder / "a.txt").write_text("1")
    bench.add("n", "name", stem="a")
    bench.add("p", "parse", path="@n")
    bench.add("zero", "number")
    bench.add("c", "choose", yes="@p", no="@zero")
    assert bench.value("c") == 1
    bench.value("c")
    assert not CALLS
    (bench.folder / "a.txt").write_text("2")
    assert bench.value("c") == 2


def test_written_files_are_reported_also_when_cached(bench: Workbench, tmp_path: Path) -> None:
    bench.add("w", "write", a=7)
    for calls in (1, 0):
        report = bench.run()
        assert CALLS["write"] == calls
        (output,) = report.outputs
        assert output.node == "w"
        assert output.path == str(tmp_path / "out.txt")
        assert output.sha256 == "sha of 7"


def test_a_deleted_output_is_written_again(bench: Workbench, tmp_path: Path) -> None:
    bench.add("w", "write", a=7)
    bench.run()
    (tmp_path / "out.txt").unlink()
    assert statuses(bench.run()) == {"w": "executed"}
    assert (tmp_path / "out.txt").read_text() == "7"


def test_arrays_on_wires_cannot_be_written_to(bench: Workbench) -> None:
    bench.add("g", "grid")
    cells = bench.value("g").cells
    with pytest.raises(ValueError, match="read-only"):
        cells[0] = 1
    assert np.all(cells == 0)


@pytest.mark.parametrize("kind", ["read", "open"])
def test_an_error_about_a_file_names_its_parameter(bench: Workbench, kind: str) -> None:
    """In a fingerprint and in the node; also if the path leads through a link to nothing."""
    bench.add("r", kind, path="folder/gone.txt")
    (failure,) = bench.run("r").failures
    assert failure.parameter == "path"
    assert failure.message.endswith("gone.txt cannot be read: No such file or directory.")
    (bench.folder / "link").symlink_to("nothing")
    bench.set("r", path="link")
    (failure,) = bench.run("r").failures
    assert failure.parameter == "path" and "is a link to nothing" in failure.message


def test_an_error_about_another_file_names_no_parameter(bench: Workbench) -> None:
    bench.add("r", "open", path="a.txt", inner="b.txt")
    (bench.folder / "a.txt").write_text("fine")
    (failure,) = bench.run("r").failures
    assert failure.parameter is None and "b.txt" in failure.message
