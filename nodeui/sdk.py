"""All that a node author imports.

A node is a plain typed function. Its signature is its schema:

    @node("image.invert", title="Invert", category="Image")
    def invert(image: Image, amount: Annotated[float, Range(0, 1)] = 1.0) -> Image:
        '''Turn light into dark.

        Args:
            image: The picture to invert.
            amount: 0 leaves the picture as it is, 1 inverts it fully.
        '''

- An argument whose type is a socket type (a class declared with `value`) is an input;
  `int`, `float`, `bool`, `str`, `Literal[...]` and `Curve` are parameters with an editor, and
  each of them can be turned into an input.
- `X | None = None` is an optional input (or a parameter that may be empty).
- `Lazy[X]` is an input that is computed only when the function calls it.
- `ctx: Context` is passed in by the engine; it is neither an input nor a parameter.
- Several outputs: return a `NamedTuple`. A computation in steps: return `Steps[X]`.

Values on wires are immutable: NumPy arrays inside them are read-only.
This module imports neither Qt nor any numerical library.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    runtime_checkable,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


# --- what an annotation may carry ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """The values that a number may take, both ends included.

    Attributes:
        low: Smallest value.
        high: Largest value.
        step: What one notch of a drag changes; also the grid of valid values for integers.
        unit: Shown after the number, such as "px" or "°".
    """

    low: float
    high: float
    step: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Widget:
    """Which editor a parameter gets, where its type alone does not say it."""

    kind: str


MULTILINE = Widget("multiline")  # a text of several lines, such as a prompt
SEED = Widget("seed")  # an integer with dice and lock
COLOUR = Widget("colour")  # "#rrggbb"
IMAGE_FILE = Widget("image-file")  # a path; relative paths start at the workflow's folder
MODEL_PATH = Widget("model-path")  # a folder or a .safetensors file, or a name that the node knows
FOLDER = Widget("folder")


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that a parameter's type cannot express.

    Attributes:
        condition: Called with each value that is set, linked or read from a file; raises
            `NodeError` where it may not be.
    """

    condition: Callable[[Any], object]


class _Marker:
    """A mark without attributes; compared by identity."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name


NoKey = _Marker("NoKey")
"""`Annotated[int, NoKey]`: a parameter that does not change the value (a preview interval)."""

LazyMarker = _Marker("Lazy")

Lazy = Annotated[Callable[[], T], LazyMarker]
"""`mask: Lazy[Mask]`: computed only when the function calls `mask()`."""

CurveMarker = _Marker("Curve")

Curve = Annotated[tuple[tuple[float, float], ...], CurveMarker]
"""A value over the run: (fraction of the run in [0, 1], value) points, by rising fraction.
Between the points it is linear, outside of them constant; an empty curve means "not given"."""


def curve_at(curve: Sequence[Sequence[float]], x: float) -> float:
    """The value of a `Curve` with at least one point at fraction `x`."""
    before = [point for point in curve if point[0] <= x]
    after = [point for point in curve if point[0] > x]
    if not before:
        return after[0][1]
    if not after:
        return before[-1][1]
    (x0, y0), (x1, y1) = before[-1], after[0]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


# --- values on wires ---------------------------------------------------------------------------


def value(name: str) -> Callable[[type[T]], type[T]]:
    """Declare a socket type: a frozen dataclass whose values may run along wires.

    Its fields hold NumPy arrays, `bytes`, JSON scalars, other value classes, and tuples or
    string-keyed mappings of these. Nothing else is needed to cache them, in memory or on disk.

    Args:
        name: The stable name of the socket type, such as "image".
    """

    def declare(cls: type[T]) -> type[T]:
        cls.__socket__ = name  # type: ignore[attr-defined]
        return cls

    return declare


class Steps(ABC, Generic[R]):
    """A computation in steps, whose state the engine stores after each of them.

    A node that returns `Steps[Latents]` has one output, of type `Latents`. The engine calls
    `restore` at most once, then `step` until `len(keys)` steps are done, then `result`; after
    an edit it looks for the longest prefix of `keys` whose state it has, and goes on from there.

    Attributes:
        keys: One string a step. `keys[i]` names all that step i depends on beyond the state
            before it; `keys[0]` also names all that the first state depends on. Two runs whose
            first k keys are equal have the same state after k steps, bit for bit.
    """

    keys: Sequence[str]

    @abstractmethod
    def step(self) -> None:
        """Do the next step."""

    @abstractmethod
    def snapshot(self) -> bytes | Callable[[], bytes]:
        """Return the whole state after the last step done: data only, no pickle.

        Where the state is still being copied from a device, return a function that waits for it.
        The engine calls it after the next `step`, so that the device is never left without work.
        """

    @abstractmethod
    def restore(self, done: int, state: bytes) -> None:
        """Take the state that `snapshot` gave after `done` steps."""

    @abstractmethod
    def result(self) -> R:
        """The value after the last step."""

    def preview(self) -> NDArray[np.uint8] | None:
        """How the result looks by now: (height, width, 3) RGB, or None where nothing is to see."""
        return None

    def curves(self) -> Mapping[str, Sequence[float]]:
        """What to draw along the steps: one number a step under each name, such as "sigma",
        "guidance scale" or "depth strength". Asked for before the run: it costs next to nothing,
        no weights are loaded for it."""
        return {}

    def pictures(self, before: bytes | None, after: bytes) -> Mapping[str, NDArray[np.uint8]]:
        """How a step looked, by name: (height, width, 3) RGB each, made long after the run.

        Samplers call them "x0" (the predicted clean picture), "x_t" (the noisy latents after the
        step) and "noise" (the predicted noise).

        Args:
            before: The snapshot before the step; None for the first step, or where it is not at
                hand any more.
            after: The snapshot after the step.
        """
        return {}

    def run(self) -> R:
        """All steps at once, without an engine."""
        for _ in self.keys:
            self.step()
        return self.result()


# --- what the engine gives to a node -------------------------------------------------------------


class Files(Protocol):
    """The files that parameters name."""

    def resolve(self, path: str) -> Path:
        """The absolute path: relative ones start at the folder of the workflow file."""
        ...

    def digest(self, path: Path) -> str:
        """A hash of the content of a file, or of all files below a folder.

        Remembered by path, size and modification time, so that only changed files are read.

        Raises:
            FileNotFoundError: there is no such file or folder.
        """
        ...


class Context(Protocol):
    """What a node may ask of the engine while it runs."""

    files: Files
    output_dir: Path

    def progress(self, done: int, total: int, text: str = "") -> None:
        """Say how far the work is. Raises `Cancelled` when the run was cancelled."""
        ...

    def check(self) -> None:
        """Raise `Cancelled` when the run was cancelled; call it in long loops."""
        ...

    def preview(self, image: NDArray[np.uint8]) -> None:
        """Show a picture of unfinished work: (height, width, 3) RGB."""
        ...

    def warn(self, message: str) -> None:
        """Tell the user something that does not stop the run."""
        ...

    def workflow(self) -> str:
        """The workflow that is being run, as the text of its file."""
        ...

    def provenance(self) -> Mapping[str, Any]:
        """What the node's inputs were made from: per node above it its type, version,
        parameters and the hashes of the files it read; the numerical environment; and the
        folder where the workflow's relative paths start."""
        ...


class Cancelled(Exception):
    """The run was cancelled; a node lets it pass."""


class NodeError(Exception):
    """A clear message for the user, who reads it on the node.

    Args:
        message: What is wrong and what can be done about it.
        parameter: The parameter or input that it is about.
    """

    def __init__(self, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.parameter = parameter


# --- the node itself --------------------------------------------------------------------------


class NodeFunction(Generic[P, R]):
    """A function that is a node; calling it calls the function.

    Attributes:
        function: The function as it was written.
        id: Stable name of the node type, such as "control.canny".
        title: What the node's header shows.
        category: Under which heading it is found.
        version: Raised whenever the same inputs give another value.
        output: Running the workflow without naming a target runs this node.
        numeric: Its result depends on the numerical environment (library build, device,
            thread count), which then is part of its key.
        keep: Its value is worth keeping on disk.
        light: It costs next to nothing, as it only puts handles and numbers together: it may be
            computed while a run is planned. A function says where it does; its arguments are
            those of a `fingerprint`.
    """

    def __init__(
        self,
        function: Callable[P, R],
        id: str,
        title: str,
        category: str,
        *,
        version: int,
        output: bool,
        numeric: bool,
        keep: bool,
        light: bool | Callable[..., bool],
    ) -> None:
        self.function = function
        self.id = id
        self.title = title
        self.category = category
        self.version = version
        self.output = output
        self.numeric = numeric
        self.keep = keep
        self.light = light
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

    def passthrough(self, source: str) -> Callable[[Callable[..., bool]], Callable[..., bool]]:
        """Register a predicate on parameters under which the output *is* the input `source`.

        The predicate's arguments are named like the parameters that it looks at. When it holds,
        the node has the key of that input and its other inputs are never computed. Where the
        input is not connected the output is None.
        """

        def register(predicate: Callable[..., bool]) -> Callable[..., bool]:
            self.passes.append((source, predicate))
            return predicate

        return register

    def fingerprint(self, function: Callable[..., str]) -> Callable[..., str]:
        """Register what outside state the value depends on.

        The function's arguments are named like the parameters that it needs, plus, if wanted,
        `files: Files`; it returns any text that changes when the outside state does.
        """
        self.fingerprinter = function
        return function

    def valid(self, function: Callable[..., bool]) -> Callable[..., bool]:
        """Register a check whether a cached value still stands for the outside state.

        Called as `function(value, ctx)`; when it returns False the node runs again. A node that
        writes a file says here whether that file is still there.
        """
        self.validator = function
        return function

    def migrate(
        self, function: Callable[[dict[str, Any], int], dict[str, Any]]
    ) -> Callable[[dict[str, Any], int], dict[str, Any]]:
        """Register how saved parameters of an older version become those of today.

        Called as `function(parameters, version)`, returns the new parameters.
        """
        self.migrator = function
        return function


def node(
    id: str,
    *,
    title: str,
    category: str,
    version: int = 1,
    output: bool = False,
    numeric: bool = False,
    keep: bool = True,
    light: bool | Callable[..., bool] = False,
) -> Callable[[Callable[P, R]], NodeFunction[P, R]]:
    """Make a node of a typed function; see `NodeFunction` for the arguments."""

    def declare(function: Callable[P, R]) -> NodeFunction[P, R]:
        return NodeFunction(
            function, id, title, category,
            version=version, output=output, numeric=numeric, keep=keep, light=light,
        )  # fmt: skip

    return declare


@runtime_checkable
class NodePackage(Protocol):
    """What the entry point group "nodeui.nodes" leads to: a module (or object) with these.

    Attributes:
        nodes: The node functions of the package.

    It may also have `preload: Sequence[str]`, names of the heavy modules that its nodes import
    when they run: a process that has them already starts workers at once.
    """

    nodes: Sequence[NodeFunction[..., Any]]

    def environment(self) -> str:
        """All of the machine that numeric results depend on, found without heavy imports."""
        ...
