"""The programming interface for node authors.

A node is a plain typed function. Its signature is its schema:

    @node("image.invert", title="Invert", category="Image")
    def invert(image: Image, amount: Annotated[float, Range(0, 1)] = 1.0) -> Image:
        '''Turn light into dark.

        Args:
            image: The picture to invert.
            amount: 0 leaves the picture as it is, 1 inverts it fully.
        '''

- An argument whose type is a socket type (a class declared with `value`) is an input.
  `int`, `float`, `bool`, `str`, `Literal["a", "b"]`, `Curve` and `Painting` are parameters with an
  editor;
  each of them can be turned into an input.
- `X | None = None` is an optional input, or a parameter that may be empty.
- `Lazy[X]` is an input that is computed only when the function calls it.
- `ctx: Context` is passed in by the engine; it is neither an input nor a parameter.
- Several outputs: return a `NamedTuple`. A computation in steps: return `Steps[X]`.
- `version=` is raised whenever the same inputs produce another value.

Values on wires are immutable: NumPy arrays inside them are read-only. `docs/write-a-node-pack.md`
shows a complete pack.
This module imports neither Qt nor any numerical library.
"""

from __future__ import annotations

import os
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    ParamSpec,
    Protocol,
    TypeVar,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


# --- annotations -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds of a number, both included.

    Attributes:
        low: Smallest value.
        high: Largest value.
        step: Change per notch of a drag; for integers also the grid of valid values.
        unit: Shown after the number, such as "px" or "°".
    """

    low: float
    high: float
    step: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """The field editor of a parameter whose type alone does not determine it."""

    kind: str


MULTILINE = Widget("multiline")  # a text of several lines, such as a prompt
SEED = Widget("seed")  # an integer with dice and lock
COLOUR = Widget("colour")  # "#rrggbb"
IMAGE_FILE = Widget("image-file")  # a path; relative paths start at the workflow's folder
MODEL_PATH = Widget("model-path")  # a folder, a .safetensors file, or a name known to the node
FOLDER = Widget("folder")
BATCH_INDEX = Widget("batch-index")  # an integer: which picture of a batch, counted from 1


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that a parameter's type cannot express.

    Attributes:
        condition: Called with each value that is set, linked or read from a file, and with the
            default; raises `NodeError` if the value is not allowed.
    """

    condition: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that a `Painting` is drawn on, so that the editor can draw it, too. Plain data.

    Attributes:
        kind: In colour, in one level, or named areas that exclude each other.
        over: Name of the input whose picture, the first of a batch, lies below the painting and
            sets its size; "" if there is none.
        traced: The picture below is only seen while painting; the painting is on paper.
        paper: "#rrggbb", or the name of a parameter that holds it: the paper where there is no
            picture.
        width: Name of the parameter that is the width without a picture; "" for 512 pixels.
        height: Name of the parameter that is the height without a picture; "" for 512 pixels.
        inputs: Names of the inputs whose pictures, the first of a batch, layers can start with:
            those of `Layer.input` 1, 2, ... A linked one that no layer names lies below the layers.
    """

    kind: Literal["colour", "mask", "regions"] = "colour"
    over: str = ""
    traced: bool = False
    paper: str = "#ffffff"
    width: str = ""
    height: str = ""
    inputs: tuple[str, ...] = ()


class _Marker:
    """Marker without attributes, compared by identity."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


NoKey = _Marker("NoKey")
"""`Annotated[int, NoKey]`: a parameter that does not change the value, such as a preview
interval."""

LazyMarker = _Marker("Lazy")

Lazy = Annotated[Callable[[], T], LazyMarker]
"""`mask: Lazy[Mask]`: computed only when the function calls `mask()`."""

CurveMarker = _Marker("Curve")

Curve = Annotated[tuple[tuple[float, float], ...], CurveMarker]
"""A value over the run: (fraction of the run in [0, 1], value) points by rising fraction.
It is linear between the points and constant outside of them; an empty curve means "not given"."""


PaintingMarker = _Marker("Painting")

Painting = Annotated[tuple[str, ...], PaintingMarker]
"""Strokes, shapes and layers by hand, one in each text; empty if nothing is painted. The package
`nodeui.painting` reads and draws it. `Annotated[Painting, Sheet(...)]` declares what it is drawn
on."""


def curve_at(curve: Sequence[Sequence[float]], x: float) -> float:
    """Return the value at fraction `x` of a `Curve` that has at least one point."""
    before = [point for point in curve if point[0] <= x]
    after = [point for point in curve if point[0] > x]
    if not before:
        return after[0][1]
    if not after:
        return before[-1][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


# --- values on wires ---------------------------------------------------------------------------


def value(
    name: str,
    *,
    picture: Callable[[Any], NDArray[Any] | Path | tuple[Path, ...] | None] | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare a socket type: a frozen dataclass whose values run along wires.

    Its fields hold NumPy arrays, `bytes`, JSON scalars, other frozen dataclasses, and tuples or
    string-keyed mappings of these. Nothing else is needed to cache them in memory and on disk;
    see `docs/data-rules.md`.

    A handle of something that is slow to load may have a method `warm_up`. An idle worker calls it
    for values of light nodes, to load it ahead of the first run; it must be short the second time.

    Args:
        name: The stable name of the socket type, such as "image"; in a pack, prefixed with the
            pack's name: "my_pack.palette".
        picture: Shows a value wherever the editor shows pictures: on nodes, in the viewer and in
            sweeps, which show the first of a batch. Returns sRGB pixels, uint8, uint16 or float32
            in [0, 1], of shape (height, width, channels) or, for a batch, (n, height, width,
            channels), with 1 (grey), 3 (RGB) or 4 (RGBA, not premultiplied) channels; or the path
            of a picture file relative to the output folder, or a tuple of paths; or None if this
            value has no picture. It must be fast and need no heavy library. Omit it for values
            that are not visual.

    Raises:
        TypeError: the class is no frozen dataclass, or the name is not allowed.
    """

    def declare(cls: type[T]) -> type[T]:
        _check_value_class(name, cls)
        cls.__socket__ = name  # pyright: ignore[reportAttributeAccessIssue]
        cls.__picture__ = staticmethod(picture) if picture else None  # pyright: ignore[reportAttributeAccessIssue]
        return cls

    return declare


_RESERVED = frozenset({"integer", "number", "boolean", "text", "curve", "painting"})
"""The types of parameters, which are socket types when these are turned into inputs."""


def _check_value_class(name: str, cls: type) -> None:
    """Raise `TypeError` unless `cls` can be the socket type `name`."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", name):
        raise TypeError(
            f"@value({name!r}) on {cls.__name__}: a socket type is named in lower case, "
            'such as "my_pack.depth_map"'
        )
    if name in _RESERVED:
        raise TypeError(f"@value({name!r}) on {cls.__name__}: this is the name of a built-in type")
    if not getattr(vars(cls).get("__dataclass_params__"), "frozen", False):
        raise TypeError(
            f"@value({name!r}) on {cls.__name__}: a socket type is a frozen dataclass; "
            "write @dataclass(frozen=True) between @value and the class"
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Position of a node's steps on the whole run, of which a `Curve` gives fractions.

    Attributes:
        before: Number of steps of the whole run before the node's first one.
        after: Number of steps of the whole run after the node's last one.
        skipped: Number of steps of the schedule that were cut off before the whole run begins.
        order: Number of these steps in a step of the schedule, such as 2 for Heun's method.
    """

    before: int = 0
    after: int = 0
    skipped: int = 0
    order: int = 1


class Steps(ABC, Generic[R]):
    """A computation in steps; the engine stores the state after each step.

    A node that returns `Steps[Latents]` has one output, of type `Latents`. The engine calls
    `restore` for a stored state, then `step` until `len(keys)` steps are done, then `result`.
    After an edit it resumes from the longest prefix of `keys` whose state is stored.

    Attributes:
        keys: One string per step. `keys[i]` names everything that step i depends on beyond the
            state before it; `keys[0]` also names everything that the first state depends on. Two
            runs whose first k keys are equal have the same state after k steps, bit for bit.
        span: Position of the steps on the whole run; by default they are the whole run.
        draws_noise: True if steps after the first draw random numbers.
        incremental: True if a snapshot holds only what its step added. The engine then restores
            the snapshots of all steps up to a state, in order.
        together: Number of runs that `step_together` evaluates in one batch: the value of the
            node's parameter `together`, which a sweep sets. It is part of `keys` if it is not 1.
        peers: Runs whose `peers` are equal can be evaluated in one batch.
    """

    keys: Sequence[str]
    span: Span = Span()
    draws_noise: bool = False
    incremental: bool = False
    together: int = 1
    peers: str = ""

    @abstractmethod
    def step(self) -> None:
        """Do the next step."""

    @classmethod
    def step_together(cls, runs: Sequence[Any]) -> None:
        """Do the next step of several runs of this class, which have equal `peers`.

        The result of each run is, bit for bit, that of its own `step`.
        """
        for run in runs:
            run.step()

    @abstractmethod
    def snapshot(self) -> bytes | Callable[[], bytes]:
        """Return the state after the last finished step: data only, no pickle.

        It is complete, unless the class is `incremental`.

        If the state is still being copied from a device, return a function that waits for it. The
        engine calls that function after the next `step`, so the device is never idle.
        """

    @abstractmethod
    def restore(self, done: int, state: bytes) -> None:
        """Restore the state that `snapshot` returned after `done` steps.

        If the class is `incremental`, the state after `done - 1` steps has been restored; 1 begins
        again at the start.
        """

    @abstractmethod
    def result(self) -> R:
        """Return the value after the last step."""

    def preview(self) -> NDArray[np.uint8] | None:
        """Return a picture of the unfinished result, (height, width, 3) RGB, or of a batch,
        (n, height, width, 3); or None."""
        return None

    def curves(self) -> Mapping[str, Sequence[float]]:
        """Return the step curves: one number per step under each name, such as "sigma",
        "guidance scale" or "depth strength".

        Called before the run, so it must be cheap and must not load weights.
        """
        return {}

    def pictures(self, before: bytes | None, after: bytes) -> Mapping[str, NDArray[np.uint8]]:
        """Return pictures of a finished step by name, (height, width, 3) RGB each, or of a batch,
        (n, height, width, 3).

        Called at any time after the run. Samplers name the pictures "x0" (the predicted clean
        picture), "x_t" (the noisy latents after the step) and "noise" (the predicted noise).

        If the class is `incremental`, the state after the step has been restored.

        Args:
            before: The snapshot before the step; None for the first step, or if it was evicted.
            after: The snapshot after the step.
        """
        return {}

    def run(self) -> R:
        """Do all steps without an engine and return the result."""
        for _ in self.keys:
            self.step()
        return self.result()


# --- branches of step-wise nodes ------------------------------------------------------------------

BranchValue = Literal["share", "step", "seed", "curve", "level"]
"""Value that a branch gives a parameter:

- "share": the fraction of the whole run at which the branch begins;
- "step": the number of whole steps of the schedule before it, including `Span.skipped`;
- "seed": a random integer in [0, 2**32);
- "curve": the parameter's present `Curve`, with two more points where the branch begins: up to
  there all values keep their bits, and moving the second point moves what follows;
- "level": the value of that curve where the branch begins. A parameter that gets "level" is also
  the value over the whole run while the curve is empty.
"""


@dataclass(frozen=True, kw_only=True)
class BranchNode:
    """A node that a branch adds. Plain data.

    Attributes:
        name: Its name within the `BranchKind`; the id of the new node begins with it.
        type: Id of its node type.
        params: Values of parameters, by parameter.
        values: Fixed values of further parameters, by parameter.
        links: Sources of inputs, by input: "NODE.OUTPUT" for an output of another node of the
            branch; the name of an input of the step-wise node for whatever is linked to that
            (no link if there is nothing). Inputs linked by `copies` are left alone.
        copies: Name of an input of the step-wise node. The nearest node of this `type` above that
            input is copied with its parameters and links; without one the node is new.
        only: Names of the parameters and inputs to copy; empty for all.
        own: Parameters of the step-wise node that are used in place of parameters of this node
            while nothing is linked to the input in `copies`.
        reuse: Use the first node of this type in the graph, if there is one.
        present: Never add a new node: where there is none to copy, the parameters in `own` of the
            step-wise node get the values, and links to this node are left out.
    """

    name: str
    type: str
    params: Mapping[str, BranchValue] = field(default_factory=dict[str, BranchValue])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    copies: str = ""
    only: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict[str, str])
    reuse: bool = False
    present: bool = False


@dataclass(frozen=True, kw_only=True)
class BranchKind:
    """A way to branch a step-wise node after some of its steps. Plain data.

    "Branch here" copies the node and all that shows its value, links the copies like the
    originals, and changes what is declared here. That the first steps are shared follows from
    their keys.

    Attributes:
        name: Stable name, unique among the branch kinds of a node, such as "prompt".
        title: As menus show it, such as "Other prompt".
        icon: Name of a Material Design icon.
        nodes: Nodes that are added where a link needs them.
        links: Inputs of the copied step-wise node that get another source: input -> "NODE.OUTPUT"
            of `nodes`.
        params: Values of parameters of the copied step-wise node, by parameter.
        change: Name of the node that the user will edit; "" for the copied step-wise node.
        needs: Inputs that must be linked: input -> message to show while it is not.
        noise: Message to show while the steps draw no noise; "" if that does not matter.
        unknown: Message to show while a "curve" is not known before the run, as another type of
            node or a link provides it; also while another type of node is linked to an input that
            a node with `own` is about.
        begins: Message to show while the run continues from noisy latents, so its first noise has
            no effect; "" if that does not matter.
        variation: "near", "medium" or "far" if "Vary this" offers it: how far its pictures are
            from the original. Such a branch begins in the middle of the run, and is run at once.
    """

    name: str
    title: str
    icon: str = "source-branch"
    nodes: tuple[BranchNode, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, BranchValue] = field(default_factory=dict[str, BranchValue])
    change: str = ""
    needs: Mapping[str, str] = field(default_factory=dict[str, str])
    noise: str = ""
    unknown: str = ""
    begins: str = ""
    variation: Literal["", "near", "medium", "far"] = ""

    @property
    def at_step(self) -> bool:
        """True if the branch depends on the step at which it begins."""
        params = [self.params, *(node.params for node in self.nodes)]
        return any(value != "seed" for values in params for value in values.values())


# --- sending pictures to nodes --------------------------------------------------------------------

PICTURE = "picture"
"""Source of links in a `SendKind`: the picture that is sent."""

MADE = "made"
"""Source of links in a `SendKind`: the picture that is made from the value of the node."""


@dataclass(frozen=True, kw_only=True)
class SendNode:
    """A node that is added for a picture that is sent. Plain data.

    Attributes:
        name: Its name within the `SendKind`; the id of the new node begins with it.
        type: Id of its node type.
        params: Values of parameters, by parameter.
        links: Sources of inputs, by input: "NODE.OUTPUT" for an output of another node of the kind,
            ".OUTPUT" for an output of the node that the picture is sent to, `PICTURE` for the
            picture, `MADE` for the picture that is made from the node's value, or the name of an
            input of the node that it is sent to, for whatever is linked to that. Required inputs
            without a declared source are linked with a source of their type: that of an input of
            the copied nodes, else an output of another new node, else an output in the graph.
        width, height: Names of parameters that get the sides of the picture, times `scale`, at
            most `most`, rounded to multiples of `grid`. If nothing would change, or the sides are
            unknown, the node is left out and links to it lead to the source of its first link.
        scale: Factor for the sides.
        most: Longest side.
        grid: Divisor of the sides.
        reuse: If the picture is sent from a node of this type, that node is used.
    """

    name: str
    type: str
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    width: str = ""
    height: str = ""
    scale: float = 1.0
    most: int = 8192
    grid: int = 8
    reuse: bool = False


@dataclass(frozen=True, kw_only=True)
class SendKind:
    """A way to use a picture with a node, offered as "Send to" wherever pictures are. Plain data.

    The node is copied with its links and with the nodes that show its value, as for a branch, and
    what is declared here is changed. If the graph has no node of this type, or `copies` is False,
    a new one is added, with the nodes in `base`.

    Attributes:
        name: Stable name, unique among all node types, such as "image_to_image".
        title: As menus show it, such as "Image to image".
        icon: Name of a Material Design icon.
        nodes: Nodes to add.
        links: Sources of inputs of the node, by input; as in `SendNode`.
        params: Values of parameters of the node, by parameter.
        copies: Copy the node that is selected, or nearest, or first in the graph.
        base: More nodes to add to a new node: those that it needs, and those that show its value.
        shows: "NODE.OUTPUT" of `nodes`: what is shown and saved instead of the picture `MADE`.
        change: Name of the node that the user will edit; "" for the node itself.
    """

    name: str
    title: str
    icon: str = "send-outline"
    nodes: tuple[SendNode, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    copies: bool = True
    base: tuple[SendNode, ...] = ()
    shows: str = ""
    change: str = ""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A frame around a picture, which the user drags in the viewer to set its sides. Plain data.

    Attributes:
        over: Name of the input with the picture.
        left, top, right, bottom: Names of the parameters with the pixels that each side adds.
    """

    over: str
    left: str
    top: str
    right: str
    bottom: str


# --- quick runs -----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class QuickRun:
    """A way to run a step-wise node in less time, while the user paints in live mode. Plain data.

    The editor applies it to a copy of the graph, which is neither shown nor saved. Its pictures are
    marked as quick, and the full run follows when the hand rests.

    Attributes:
        facts: Values that facts of the node must have, by name, such as {"model": "starter"}; ""
            if the fact must be unknown.
        nodes: Nodes to add. Their parameters are the `values`; a link "INPUT" leads to whatever is
            linked to that input of the step-wise node.
        links: Sources of inputs of the step-wise node: "NODE.OUTPUT" of `nodes`, or "" to remove
            the link.
        params: Values of parameters of the step-wise node, by parameter.
        steps: Number of steps; 0 for the number that the user has chosen.
        share: Name of the parameter that is the share of the steps that are run: the number of
            steps is divided by it.
        solver: Name of the parameter that gets the solver that the user has chosen, if any.
        plain: Names of parameters that must have their defaults, such as the first step.
    """

    facts: Mapping[str, str] = field(default_factory=dict[str, str])
    nodes: tuple[BranchNode, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    steps: int = 0
    share: str = ""
    solver: str = ""
    plain: tuple[str, ...] = ()


# --- the engine's side -------------------------------------------------------------------------


class Files(Protocol):
    """Access to the files that parameters name."""

    def resolve(self, path: str) -> Path:
        """Return the absolute path; relative paths start at the folder of the workflow file."""
        ...

    def digest(self, path: Path) -> str:
        """Return a hash of the content of a file, or of all files below a folder.

        Hashes are remembered by path, size and modification time; only changed files are read.

        Raises:
            FileNotFoundError: there is no such file or folder.
        """
        ...

    def bitmap(self, name: str) -> Path:
        """Return the file of a bitmap of a painting; its content has the hash of its name.

        Raises:
            NodeError: it cannot be used; the message is a clause, such as "is missing".
        """
        ...


class Context(Protocol):
    """The engine as seen by a running node.

    Attributes:
        files: The files that parameters name.
        output_dir: The folder that output files are written to.
    """

    files: Files
    output_dir: Path

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Report progress. Raises `Cancelled` if the run was cancelled."""
        ...

    def check(self) -> None:
        """Raise `Cancelled` if the run was cancelled; call it in long loops."""
        ...

    def preview(self, image: NDArray[np.uint8]) -> None:
        """Show a picture of the unfinished work, (height, width, 3) RGB, or a batch, (n, height,
        width, 3)."""
        ...

    def warn(self, message: str) -> None:
        """Show a warning on the node; the run continues.

        Warn of anything that is changed on the way or has no effect. The warnings are stored with
        the result and shown again wherever it is taken from the cache. A node that returns `Steps`
        warns before it returns them, as a resumed run skips steps.
        """
        ...

    def may_download(self, source: str) -> bool:
        """True if the user has allowed this source to be downloaded; otherwise a node raises
        `DownloadNeeded`."""
        ...

    def workflow(self, *, outside: bool = True) -> str:
        """Return the running workflow as the text of its file.

        Args:
            outside: Keep absolute paths outside of the workflow's folder; else they are replaced
                by the names of their files.
        """
        ...

    def facts(self) -> Mapping[str, str]:
        """Return what is known about the node's inputs, as node types declare it: "seed",
        "prompt", ... (see `NodeFunction.facts`); further "node", the node's title, and "title",
        that of the workflow. Whatever is unknown is missing."""
        ...

    def provenance(self, *, outside: bool = True) -> Mapping[str, Any]:
        """Return what the node's inputs were made from.

        For each node upstream: its type, version, parameters and the hashes of the files it read;
        further the numerical environment, and the folder where the workflow's relative paths
        start.

        Args:
            outside: As for `workflow`; without it, the folder is missing, too.
        """
        ...


class Cancelled(Exception):
    """The run was cancelled; a node does not catch it."""


class NodeError(Exception):
    """An error whose message is shown to the user on the node.

    Args:
        message: What is wrong and what can be done about it.
        parameter: The parameter or input concerned.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


@dataclass(frozen=True)
class Download:
    """A download that the user is asked to allow.

    Attributes:
        source: The name that the node uses, such as the hub id "owner/name".
        url: Where it comes from.
        folder: The absolute path of the folder that it goes to.
        size: Bytes; None if unknown.
        licence: Its name, such as "apache-2.0"; "" if unknown.
    """

    source: str
    url: str
    folder: str
    size: int | None = None
    licence: str = ""


class DownloadNeeded(NodeError):
    """A node needs files that are not on this machine, and may not download them.

    Args:
        download: The download.
        parameter: The parameter that names the source.
    """

    def __init__(self, download: Download, parameter: str) -> None:
        size = f"{download.size / 1e9:.2g} GB" if download.size is not None else "size unknown"
        licence = f"licence {download.licence}" if download.licence else "licence unknown"
        super().__init__(
            f"{download.source!r} is neither a local folder nor in the hub cache. It has to be "
            f"downloaded from {download.url} to {download.folder} ({size}, {licence}).",
            parameter,
        )
        self.download = download


# --- the node itself --------------------------------------------------------------------------


class NodeFunction(Generic[P, R]):
    """A function declared as a node; calling it calls the function.

    Attributes:
        function: The function as written.
        id: Stable name of the node type, such as "control.canny".
        title: Shown in the node's header.
        category: Heading in the node palette.
        aliases: Other names that the palette's search finds it by, such as "ksampler".
        version: Raised whenever the same inputs produce another value.
        output: Run even when no target is named.
        numeric: The result depends on the numerical environment (library build, device, thread
            count), which is then part of the key.
        keep: The value is stored on disk.
        light: Cheap enough to be computed while a run is planned, because it only combines
            handles and numbers. May be a predicate on the parameters, with the arguments of a
            `fingerprint`.
        step_count: Name of the parameter that is the number of steps of a step-wise node, as far
            as that is known before a run; "" if there is none.
        branches: Ways to branch a step-wise node.
        sends: Ways to use a picture with the node; see `SendKind`.
        frame: A frame that is dragged around a picture to set parameters.
        quick: Ways to run a step-wise node in less time, the preferred first; it has a
            `step_count`.
        facts: What its values were made with, by names such as "seed", "prompt", "negative",
            "model", "lora", "sampler" and "steps": the parameters and inputs that give it, in order
            of preference. "INPUT" is the same fact of the node linked to that input, and
            "INPUT.NAME" its fact NAME. A fact that is not declared is that of the first input
            that has it.
        swatches: Where the colours in the node's header come from: a parameter of type `Painting`
            (the colours of its layers), or an input (those of the node linked to it).
            "SOURCE.PARAMETER" only takes the layers that a line of that text parameter names, alone
            or before a colon.
        source: Hash of the pack's source code while it is under development, else ""; set when
            the pack is loaded.
    """

    def __init__(
        self,
        function: Callable[P, R],
        id: str,
        title: str,
        category: str,
        *,
        aliases: Sequence[str],
        version: int,
        output: bool,
        numeric: bool,
        keep: bool,
        light: bool | Callable[..., bool],
        step_count: str,
        branches: Sequence[BranchKind],
        sends: Sequence[SendKind] = (),
        quick: Sequence[QuickRun] = (),
        frame: Frame | None = None,
        facts: Mapping[str, Sequence[str]] | None = None,
        swatches: Sequence[str] = (),
    ) -> None:
        self.function = function
        self.id = id
        self.title = title
        self.category = category
        self.aliases = aliases
        self.version = version
        self.output = output
        self.numeric = numeric
        self.keep = keep
        self.light = light
        self.source = ""
        self.step_count = step_count
        self.branches = tuple(branches)
        self.sends = tuple(sends)
        self.quick = tuple(quick)
        self.frame = frame
        self.facts = {name: tuple(sources) for name, sources in (facts or {}).items()}
        self.swatches = tuple(swatches)
        self.previews: dict[str, Callable[..., str]] = {}
        self.passes: list[tuple[str, Callable[..., bool]]] = []
        self.fingerprinter: Callable[..., str] | None = None
        self.validator: Callable[..., bool] | None = None
        self.migrator: Callable[[dict[str, Any], int], dict[str, Any]] | None = None
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<node {self.id}>"

    @property
    def edition(self) -> int | str:
        """The part of keys that identifies the code: version, and source hash if there is one."""
        return f"{self.version}+{self.source}" if self.source else self.version

    def passthrough(self, source: str) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
        """Register a predicate on parameters under which the output *is* the input `source`.

        The predicate's arguments are named after the parameters that it reads. When it holds,
        the node has the key of that input and its other inputs are never computed. If the input
        is not connected, the output is None.
        """

        def register(predicate: Callable[..., bool]) -> Callable[..., bool]:
            self.passes.append((source, predicate))
            return predicate

        return register

    def fingerprint(self, function: Callable[..., str]) -> Callable[..., str]:
        """Register a function that identifies the outside state the value depends on.

        Its arguments are named after the parameters that it reads, plus `files: Files` if needed.
        It returns any text that changes whenever the outside state does.
        """
        self.fingerprinter = function
        return function

    def valid(self, function: Callable[..., bool]) -> Callable[..., bool]:
        """Register a check that a cached value is still valid, such as a written file that must
        still exist.

        Called as `function(value, ctx)`; if it returns False, the node runs again.
        """
        self.validator = function
        return function

    def preview(self, parameter: str) -> Callable[[Callable[..., str]], Callable[..., str]]:
        """Register a function that returns how a text parameter will come out.

        The editor shows it below the field while the user types. The function's arguments are
        named after the parameters that it reads, plus `facts`, the node's `Context.facts`, if
        needed. It must be fast, and read no file. If it raises `NodeError`, nothing is shown.
        Not shown for packs that the editor does not import.
        """

        def register(function: Callable[..., str]) -> Callable[..., str]:
            self.previews[parameter] = function
            return function

        return register

    def migrate(
        self, function: Callable[[dict[str, Any], int], dict[str, Any]]
    ) -> Callable[[dict[str, Any], int], dict[str, Any]]:
        """Register the upgrade of parameters that were saved with an older version.

        Called as `function(parameters, version)`; returns the new parameters.
        """
        self.migrator = function
        return function


def node(
    id: str,
    *,
    title: str,
    category: str,
    aliases: Sequence[str] = (),
    version: int = 1,
    output: bool = False,
    numeric: bool = False,
    keep: bool = True,
    light: bool | Callable[..., bool] = False,
    step_count: str = "",
    branches: Sequence[BranchKind] = (),
    sends: Sequence[SendKind] = (),
    quick: Sequence[QuickRun] = (),
    frame: Frame | None = None,
    facts: Mapping[str, Sequence[str]] | None = None,
    swatches: Sequence[str] = (),
) -> Callable[[Callable[P, R]], NodeFunction[P, R]]:
    """Declare a typed function as a node; see `NodeFunction` for the arguments."""

    def declare(function: Callable[P, R]) -> NodeFunction[P, R]:
        return NodeFunction(
            function, id, title, category, aliases=aliases,
            version=version, output=output, numeric=numeric, keep=keep, light=light,
            step_count=step_count, branches=branches, sends=sends, quick=quick, frame=frame,
            facts=facts, swatches=swatches,
        )  # fmt: skip

    return declare


class NodePackage(Protocol):
    """A node pack: the module or object that an entry point of group "nodeui.nodes" names.

    It may also have

    - `environment() -> str`: describes everything about the machine that the results of its
      `numeric` nodes depend on, such as library versions and the device. It must not import
      heavy libraries.
    - `preload: Sequence[str]`: names of heavy modules that its nodes import when they run.
      Workers import them ahead of the first run.
    - `model_files: ModelFiles`: recognises model files for the library of models.
    """

    @property
    def nodes(self) -> Sequence[NodeFunction[..., Any]]:
        """The node functions of the pack."""
        ...


class ModelFacts(NamedTuple):
    """Facts about a model file, for the library of models.

    Attributes:
        kind: Its kind, such as "checkpoint" or "LoRA".
        family: The family of models that it belongs to or fits, such as "SDXL"; "" if unknown.
        precision: The precision of most of its weights, such as "fp16".
        title: Its own title.
        words: Trigger words.
        tags: Tags of its training pictures, the most frequent first.
        notes: A description.
        licence: Its licence.
        refused: Why no node can load it, as one sentence; "" if it can be loaded.
    """

    kind: str
    family: str = ""
    precision: str = ""
    title: str = ""
    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    licence: str = ""
    refused: str = ""


class ModelLoader(NamedTuple):
    """The node that loads a kind of model files, and its parameter for the path."""

    node: str
    parameter: str


@dataclass(frozen=True)
class ModelFiles:
    """Recognises model files for the library of models.

    Attributes:
        suffixes: Endings of the files, in lower case and with their dot.
        describe: Returns the facts about a file, or about a folder in the diffusers layout, from
            its headers alone; None if it is no model. It may be called from any thread. Raises a
            `NodeError` or an `OSError` about a file that is damaged or cannot be read.
        loaders: The nodes that load models, by kind.
    """

    suffixes: tuple[str, ...]
    describe: Callable[[Path], ModelFacts | None]
    loaders: Mapping[str, ModelLoader]


# --- files -------------------------------------------------------------------------------------


def create_file(path: Path, content: bytes | memoryview) -> bool:
    """Write a new file; it appears complete or not at all, and replaces nothing.

    Of several processes that create the same file at once, exactly one succeeds.

    Args:
        path: Its path; the folder exists.
        content: Its content.

    Returns:
        False if the name is taken already.

    Raises:
        OSError: it cannot be written.
    """
    if os.path.lexists(path):
        return False
    temporary = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError:  # the file system has no hard links: claim the name, then fill it
            path.open("xb").close()
            try:
                os.replace(temporary, path)
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        return False
    finally:
        temporary.unlink(missing_ok=True)
    return True


def shipped(name: str) -> Path:
    """Return a folder that ships with NodeUI: "resources" or "workflows".

    In a checkout these folders lie beside the package `nodeui`; when installed, inside of it.
    """
    package = Path(__file__).resolve().parent
    installed = package / name
    return installed if installed.is_dir() else package.parent / name
