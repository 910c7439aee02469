"""A signature is a schema."""

from dataclasses import dataclass
from typing import Annotated

import pytest

from nodeui.graph.registry import Registry
from nodeui.graph.signature import SpecError, spec_of
from nodeui.graph.spec import connectable
from nodeui.sdk import Check, Curve, NodeError, Range, curve_at, node, value
from tests.graph.toys import TOYS, Picture, paint


@value("volcano.lava")
@dataclass(frozen=True)
class Lava:
    size: int


def test_socket_types_become_inputs_and_the_rest_parameters():
    spec = TOYS["toy.mix"]
    assert list(spec.inputs) == ["base", "over", "area"]
    assert list(spec.parameters) == ["amount", "how", "fade", "limit", "every", "loud"]
    assert spec.context == "ctx"


def test_inputs_know_whether_they_are_optional_or_lazy():
    base, over, area = TOYS["toy.mix"].inputs.values()
    assert (base.type, base.optional, base.lazy) == ("picture", False, False)
    assert (over.type, over.optional, over.lazy) == ("picture", False, True)
    assert (area.type, area.optional, area.lazy) == ("area", True, False)


def test_a_single_output_is_named_after_its_type():
    assert list(TOYS["toy.paint"].outputs) == ["picture"]
    assert TOYS["toy.walk"].outputs["area"].type == "area"

    @node("toy.melt", title="Melt", category="Toys")
    def melt() -> Lava: ...

    assert spec_of(melt).outputs["lava"].type == "volcano.lava"
    assert TOYS["toy.tell"].outputs == {}


def test_a_named_tuple_gives_several_outputs():
    outputs = TOYS["toy.split"].outputs
    assert {name: socket.type for name, socket in outputs.items()} == {
        "left": "picture",
        "share": "number",
    }
    assert outputs["left"].help == "The left half."


def test_help_comes_from_the_docstring():
    spec = TOYS["toy.paint"]
    assert spec.help == "Paint something.\n\nIt takes a second line to say what."
    assert spec.parameters["text"].help == "What to paint, in many words."
    assert TOYS["toy.mix"].outputs["picture"].help == "The mixture."


def test_every_parameter_can_be_an_input():
    assert TOYS["toy.paint"].input_type("size") == "integer"
    assert TOYS["toy.paint"].input_type("nothing") is None
    assert connectable("integer", "number")
    assert not connectable("number", "integer")


@pytest.mark.parametrize(
    ("name", "value", "canonical"),
    [
        ("amount", 1, 1.0),
        ("how", "under", "under"),
        ("fade", [[0, 1], [1, 2]], ((0.0, 1.0), (1.0, 2.0))),
        ("limit", None, None),
        ("limit", 3.0, 3),
        ("loud", True, True),
    ],
)
def test_good_values_become_canonical(name: str, value: object, canonical: object):
    checked = TOYS["toy.mix"].parameters[name].check(value)
    assert checked == canonical
    assert type(checked) is type(canonical)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("amount", 1.01),
        ("amount", "1"),
        ("amount", True),
        ("amount", float("nan")),
        ("amount", None),
        ("how", "beside"),
        ("fade", [[0.5, 1], [0.2, 1]]),
        ("fade", [[0, 1, 2]]),
        ("fade", [[2, 1]]),
        ("limit", 2.5),
        ("limit", float("inf")),
        ("loud", 1),
    ],
)
def test_bad_values_are_refused_by_name(name: str, value: object):
    with pytest.raises(NodeError, match=name) as error:
        TOYS["toy.mix"].parameters[name].check(value)
    assert error.value.parameter == name


HUGE = [10**400, -(10**401), 10**5000, 2**64, -(2**63) - 1]


@node("toy.any", title="Any", category="Toys")
def any_number(whole: int = 0, real: float = 0.0, fade: Curve = ((0, 1), (1, 0))) -> float:
    """Take numbers without bounds."""
    return whole + real


@pytest.mark.parametrize("value", HUGE, ids=["400", "401", "5000", "64 bits", "-64 bits"])
def test_huge_integers_are_refused_in_one_short_line(value: int):
    declared = [TOYS["toy.mix"].parameters["amount"], TOYS["toy.paint"].parameters["size"]]
    declared.append(spec_of(any_number).parameters["whole"])
    if abs(value) > 2**1024:
        declared += [spec_of(any_number).parameters[name] for name in ("real", "fade")]
    for parameter in declared:
        for refused in (value, [[0, 1], [1, value]]) if parameter.type == "curve" else (value,):
            with pytest.raises(NodeError, match=parameter.name) as error:
                parameter.check(refused)
            assert len(str(error.value)) < 200 and "\n" not in str(error.value)


def test_bounds_are_written_in_full():
    @node("toy.seed", title="Seed", category="Toys")
    def seeded(seed: Annotated[int, Range(0, 2**32 - 1)] = 0) -> int:
        """Take a seed."""
        return seed

    with pytest.raises(NodeError, match="seed must be between 0 and 4294967295, not 4294967296"):
        spec_of(seeded).parameters["seed"].check(2**32)
    with pytest.raises(NodeError, match=r"amount must be between 0 and 1, not 1\.01"):
        TOYS["toy.mix"].parameters["amount"].check(1.01)


def test_integers_keep_to_their_grid():
    with pytest.raises(NodeError, match="steps of 8"):
        TOYS["toy.paint"].parameters["size"].check(20)


def test_a_condition_refuses_what_the_type_allows():
    def no_slash(value: str) -> None:
        if "/" in value:
            raise NodeError(f"{value} has a slash", "name")

    @node("toy.named", title="Named", category="Toys")
    def named(name: Annotated[str, Check(no_slash)] = "a") -> int:
        """Something with a name."""
        return len(name)

    parameter = spec_of(named).parameters["name"]
    assert parameter.check("b") == "b"
    with pytest.raises(NodeError, match="a/b has a slash"):
        parameter.check("a/b")


def test_schema_says_what_check_does():
    size = TOYS["toy.paint"].schema()["properties"]["size"]
    assert (size["type"], size["minimum"], size["maximum"], size["multipleOf"]) == (
        "integer",
        8,
        64,
        8,
    )
    assert size["default"] == 16
    limit = TOYS["toy.mix"].schema()["properties"]["limit"]
    assert {"type": "null"} in limit["anyOf"]
    assert TOYS["toy.tell"].schema()["required"] == ["what"]


def test_signatures_that_break_the_conventions_are_refused():
    @node("bad.kind", title="", category="")
    def kind(x: bytes) -> None: ...

    @node("bad.optional", title="", category="")
    def optional(x: Picture | None) -> None: ...

    @node("bad.bare", title="", category="")
    def bare(x=3) -> None: ...

    for bad in (kind, optional, bare):
        with pytest.raises(SpecError, match=bad.id):
            spec_of(bad)


def test_two_nodes_cannot_share_an_id():
    with pytest.raises(SpecError, match=r"toy\.paint"):
        Registry([paint, paint])


def test_a_node_is_still_its_function():
    assert paint("a", 24) == Picture(24)


def test_curves_are_linear_between_points_and_constant_outside():
    curve = ((0.2, 1.0), (0.6, 3.0))
    assert [curve_at(curve, x) for x in (0, 0.2, 0.4, 0.6, 1)] == pytest.approx([1, 1, 2, 3, 3])
    assert curve_at(((0.5, 7.0),), 0.1) == 7.0
    assert curve_at(((0.5, 1.0), (0.5, 2.0)), 0.5) == 2.0
