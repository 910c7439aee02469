"""The painting of one node: drawn for the easel, and edited through the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from nodeui.graph.changes import touched
from nodeui.graph.edits import Edit, SpliceParam
from nodeui.graph.wording import tr
from nodeui.painting.coverage import NOTHING, Box, around
from nodeui.painting.document import Lines, Painting, Splice, adding, read, spliced
from nodeui.painting.marks import Entry, Layer, Mark
from nodeui.painting.marks import Kind as MarkKind
from nodeui.painting.points import PaintingError, points_of, unit_of
from nodeui.painting.rasteriser import Rasteriser, Stroke
from nodeui.painting.sheet import Kind
from nodeui.painting.tiles import Tiles
from nodeui.sdk import Cancelled
from nodeui.session.background import Background
from nodeui.session.session import Session
from nodeui.views.easel.layer_pictures import pictures_of
from nodeui.views.easel.looks import Bytes, Seen, floats_of, seen_levels
from nodeui.views.easel.state import EaselState
from nodeui.views.easel.steps import Step, Steps, step_to
from nodeui.views.easel.subject import Subject, lines_of, subject_of

FIRST_COLOUR = "#4f8fe6"
"""Colour of the first region."""

_MOST_KEPT = 2
"""Paintings that are kept as they were drawn, after they were on the easel."""


class _Result(NamedTuple):
    """A painting drawn in the background.

    Attributes:
        rasteriser: It; None if the painting cannot be drawn.
        box: The pixels that may have changed.
        found: These pixels; see `seen_levels`.
        problem: Why it cannot be drawn.
        step: The change, if it was small and at the end.
    """

    rasteriser: Rasteriser | None
    box: Box = NOTHING
    found: Bytes | None = None
    problem: str = ""
    step: Step | None = None


class _Kept(NamedTuple):
    """A painting that was on the easel, as it was drawn."""

    session: Session
    node: str
    drawn: Subject
    rasteriser: Rasteriser
    seen: Seen


class Board(QObject):
    """The painting of the node on the easel.

    The rasteriser draws in the GUI thread for the stroke of the hand, and in another thread for
    everything else, during which `ready` is False and the old pixels are seen.

    Args:
        state: The settings of the hand.

    Attributes:
        state: See above.
        session: The document; None while nothing is on the easel.
        subject: The sheet of the node; None while nothing is on the easel.
        seen: Its pixels as they are seen; None until they are drawn.
        problem: Why the painting cannot be drawn; "" if it can.
    """

    opened = Signal()
    """Another sheet is on the easel, or none."""
    resized = Signal()
    """The sheet has another size or another picture below."""
    changed = Signal(object)
    """The `Box` of pixels that changed."""
    painted = Signal()
    """`lines` changed."""
    interrupted = Signal()
    """The painting is about to change other than by the hand: a stroke under way is given up."""
    overlay_changed = Signal()
    """The tool paints something else over the sheet."""
    noted = Signal()
    """`ready` or `note` changed."""

    def __init__(self, state: EaselState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.session: Session | None = None
        self.subject: Subject | None = None
        self.seen: Seen | None = None
        self.problem = ""
        self._background = Background("easel", self)
        self._rasteriser: Rasteriser | None = None
        self._kept: list[_Kept] = []
        self._turn = 0  # number of the sheet that was opened last
        self._busy = False  # something is being drawn in the background
        self._drawn: Subject | None = None  # the sheet that was drawn last
        self._failed: Lines | None = None  # a painting that could not be drawn
        self._followed: Lines = ()  # the painting that was announced last
        self._begun: Lines = ()  # the painting before the stroke under way
        self._tiles: Tiles | None = None  # the pixels before it
        self._place: tuple[float, float] | None = None  # its end
        self._size = 0.0  # of its brush
        self._steps = Steps()
        self._committing = False
        self._committed: Lines | None = None  # the painting after the last edit of the hand
        self._trial: Splice | None = None  # a change that is shown but not made
        self._base: tuple[int, Any] = (0, None)  # of the last picture below, in the background

    # --- the node --------------------------------------------------------------------------------

    def open(self, session: Session | None, node: str = "") -> None:
        """Put the painting of a node on the easel; None takes it away.

        A node without a painting takes it away, too.
        """
        if session is not None and session is self.session and node == self._node:
            return
        self._leave()
        self._turn += 1
        subject = subject_of(session, node) if session is not None else None
        self._kept = [kept for kept in self._kept if session is None or kept.session is session]
        if session is not None and subject is not None:
            self.session, self.subject = session, subject
            kept = next((k for k in self._kept if k.session is session and k.node == node), None)
            if kept is not None:
                self._kept.remove(kept)
                self._rasteriser, self.seen, self._drawn = kept.rasteriser, kept.seen, kept.drawn
                self.seen.look(self.state.look)
            self.state.kind = subject.kind
            session.edited.connect(self._on_edited)
            session.result_ready.connect(self._on_picture)
            session.picture_fetched.connect(self._on_picture)
            self._followed = self.lines
        self.opened.emit()
        self.painted.emit()
        self._redraw()
        self.noted.emit()

    @property
    def _node(self) -> str:
        return self.subject.node if self.subject is not None else ""

    def _leave(self) -> None:
        if self.session is None:
            return
        self.interrupted.emit()
        self.session.edited.disconnect(self._on_edited)
        self.session.result_ready.disconnect(self._on_picture)
        self.session.picture_fetched.disconnect(self._on_picture)
        if self.ready and self.seen is not None and self._drawn is not None:
            kept = _Kept(self.session, self._node, self._drawn, self.rasteriser, self.seen)
            self._kept = [kept, *self._kept][:_MOST_KEPT]
        self._forget()

    def _forget(self) -> None:
        self.session = self.subject = self.seen = None
        self._rasteriser = self._drawn = self._failed = None
        self._trial = self._committed = None
        self._steps.clear()
        self.problem = ""

    def _on_edited(self, edit: Edit) -> None:
        if self.session is None or self.subject is None:
            return
        if self._node not in self.session.graph.nodes:
            self.open(None)
        elif any(True for _ in touched(edit)):
            self._follow()

    def _on_picture(self, node: str, index: int = 0) -> None:
        if self.subject is not None and (
            node in (self.subject.source, self.subject.node) or self.subject.linked
        ):
            self._follow()

    def _follow(self) -> None:
        """Take the sheet and the painting of the graph as they are now."""
        assert self.session is not None and self.subject is not None
        before, after = self.subject, subject_of(self.session, self._node, self.subject)
        if after is None:
            self.open(None)
            return
        self.subject = after
        if after != before:
            self.interrupted.emit()
            self.resized.emit()
            self.noted.emit()
        elif self._trial is not None and self.lines != self._followed:
            self.interrupted.emit()
            self._trial = None
        self._redraw()
        if self.lines != self._followed:
            self._followed = self.lines
            self.painted.emit()

    # --- the painting ----------------------------------------------------------------------------

    @property
    def kind(self) -> Kind:
        """The kind of the sheet."""
        return self.state.kind

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the sheet in pixels."""
        assert self.subject is not None
        return self.subject.width, self.subject.height

    @property
    def below(self) -> QImage:
        """The picture below the painting; a null image without one."""
        return self.subject.below if self.subject is not None else QImage()

    @property
    def lines(self) -> Lines:
        """The painting in the graph."""
        assert self.session is not None and self.subject is not None
        return lines_of(self.session, self.subject)

    @property
    def painting(self) -> Painting:
        """The painting in the graph, read; an empty one if it cannot be read."""
        try:
            return read(self.lines if self.subject is not None else ())
        except PaintingError:
            return read(())

    @property
    def layer(self) -> str:
        """Id of the layer that is painted on: the chosen one if it exists, else the highest; on
        an empty sheet, that of the first one to come."""
        layers = self.painting.layers
        if any(layer.id == self.state.layer for layer in layers):
            return self.state.layer
        if layers:
            return layers[-1].id
        return "1" if self.state.kind == "regions" else ""

    @property
    def ready(self) -> bool:
        """True if the painting is drawn, and can be painted on."""
        waits = self._busy and self._trial is None
        return self._rasteriser is not None and not waits and not self.problem

    @property
    def rasteriser(self) -> Rasteriser:
        """The painting as it is drawn, while `ready`."""
        assert self._rasteriser is not None
        return self._rasteriser

    @property
    def note(self) -> str:
        """A line about the sheet, such as why it cannot be painted on; "" if there is none."""
        subject = self.subject
        if subject is None:
            return ""
        if self.problem:
            return tr("The painting cannot be drawn: {0}.", self.problem)
        if self._busy and self.seen is None:
            return tr("Drawing the painting…")
        if subject.waits:
            text = tr("The picture below is not computed yet: painting on {0} × {1} pixels.")
            return text.format(subject.width, subject.height)
        if subject.lacks:
            return tr("A linked picture is not computed yet, so a layer is missing.")
        return ""

    # --- changes ---------------------------------------------------------------------------------

    def mark(
        self, kind: MarkKind, points: Sequence[tuple[float, float]] = (), **changes: Any
    ) -> Mark:
        """Return a mark with layer, colour, opacity and eraser of the hand.

        Args:
            kind: Its kind.
            points: Points in widths and heights of the sheet.
            changes: Further attributes of the mark.

        Raises:
            PaintingError: a point is not finite, or far outside of the sheet.
        """
        state = self.state
        given: dict[str, Any] = {
            "layer": self.layer,
            "colour": self._colour(),
            "opacity": state.opacity,
            "erase": state.eraser,
        }
        return Mark(kind=kind, points=points_of([unit_of(*p) for p in points]), **given | changes)

    def _colour(self) -> str:
        """Return the colour of new marks; those on a region have its own."""
        if self.state.kind == "regions":
            colours = {layer.id: layer.colour for layer in self.painting.layers}
            return colours.get(self.layer, FIRST_COLOUR)
        return self.state.foreground

    def adding(self, *entries: Entry) -> Splice:
        """Return the change that adds marks or layers; the first mark on a sheet of regions brings
        a region.

        Raises:
            PaintingError: a value of an entry is not allowed.
        """
        return adding(self.lines, *self._missing(), *entries)

    def _missing(self) -> tuple[Layer, ...]:
        """Return the region that has to exist before anything is painted."""
        if self.state.kind != "regions" or self.painting.layers:
            return ()
        return (Layer(id="1", name=tr("Region {0}", 1), colour=FIRST_COLOUR),)

    def start(self, mark: Mark) -> Stroke:
        """Begin a brush stroke by hand."""
        self._begun = self.lines
        missing = self._missing()
        if missing:
            self.rasteriser.update(spliced(self._begun, adding(self._begun, *missing)))
        stroke, self._size = self.rasteriser.start(mark), mark.size
        self._tiles = Tiles(self.rasteriser.sheet, self._changing([mark]))
        self._place = None
        return stroke

    def draw(self, stroke: Stroke, x: float, y: float, pressure: float) -> None:
        """Draw a stroke to a point, in widths and heights of the sheet, and show it."""
        assert self._tiles is not None
        width, height = self.size
        ends = [(x * width, y * height), self._place or (x * width, y * height)]
        self._place = ends[0]
        radius = self._size * min(width, height) / 2
        self._tiles.save(around(np.array(ends), max(radius, 1) + 2))
        self.show(stroke.to(x, y, pressure))

    def lift(self, stroke: Stroke) -> Splice:
        """End a brush stroke; return the change that it makes."""
        before, after = self._begun, stroke.lift()
        if self._tiles is not None and not self._missing():
            self._steps.remember(Step(before, after, self._tiles))
        self._tiles = None
        return Splice(len(before), 0, after[len(before) :])

    def give_up(self, stroke: Stroke) -> None:
        """Remove a brush stroke that is under way."""
        tiles, self._tiles = self._tiles, None
        stroke.drop()
        if tiles is not None:
            self.show(tiles.restore())
        self.show(self.rasteriser.update(self._begun))

    def _changing(self, marks: Sequence[Mark]) -> list[str]:
        """Return the layers that marks change."""
        if self.state.kind == "regions":
            return list(self.rasteriser.sheet.layers)
        return list(dict.fromkeys(mark.layer for mark in marks))

    def pick(self, x: float, y: float) -> None:
        """Paint with the colour that is seen at a point of the sheet, or on the region there."""
        if self.subject is None or self.seen is None or not (0 <= x < 1 and 0 <= y < 1):
            return
        column, row = int(x * self.subject.width), int(y * self.subject.height)
        if self.state.kind != "regions":
            self.state.foreground = self.seen.colour(column, row)
            return
        covered = self.rasteriser.sheet.layers if self.ready else {}
        for id, pixels in covered.items():
            if pixels[-1, row, column] >= 0.5:
                self.state.layer = id

    def commit(self, splice: Splice, gesture: object | None = None) -> bool:
        """Change the painting in the graph, as one edit.

        Args:
            splice: The change.
            gesture: See `Session.edit`.

        Returns:
            True if it was accepted; else a message gives the reason, and the sheet is restored.
        """
        assert self.session is not None and self.subject is not None
        name = self.subject.parameter.name
        self._trial = None
        self._committing = True
        try:
            accepted = self.session.edit(SpliceParam(self._node, name, *splice), gesture)
        finally:
            self._committing = False
        self._committed = self.lines
        if not accepted:
            self._redraw()
        return accepted

    def try_out(self, splice: Splice | None) -> None:
        """Show the painting with a change that is not made; None shows it as it is."""
        if splice == self._trial:
            return
        before, self._committing = self._committing, True
        self._trial = splice
        self._redraw()
        self._committing = before

    def show(self, box: Box) -> None:
        """Show pixels of the rasteriser that the hand changed."""
        if box and self.seen is not None:
            self.seen.put(box, seen_levels(self.rasteriser, box))
            self.changed.emit(box)

    # --- drawing in the background ---------------------------------------------------------------

    def _redraw(self) -> None:
        """Draw the painting if it is not drawn as it is now."""
        subject = self.subject
        if subject is None or self._busy:
            return
        lines, rasteriser = self.lines, self._rasteriser
        ours = self._committing or self._trial is not None or lines == self._committed
        if self._trial is not None:
            lines = spliced(lines, self._trial)
        whole, turn = self._drawn != subject, self._turn
        drawn = self._failed if rasteriser is None else rasteriser.painting.lines
        if not whole and drawn == lines:
            return
        if not ours:
            self.interrupted.emit()
            if self._busy:
                return
        back = None
        if rasteriser is not None and not whole:
            back = self._steps.back(rasteriser, lines if self._trial is None else self.lines)
        if back is not None and self._trial is None:
            self.show(back)
            return
        self._busy = True
        stale = back or NOTHING  # of another trial

        def work() -> _Result:
            try:
                return self._draw(subject, lines, rasteriser, whole, turn, stale)
            except PaintingError as error:
                return _Result(None, problem=str(error))
            except MemoryError:
                return _Result(None, problem=tr("there is not enough memory"))
            except Cancelled:
                return _Result(None)

        self._background.do(work, lambda result: self._take(turn, subject, lines, result))
        self.noted.emit()

    def _draw(
        self,
        subject: Subject,
        lines: Lines,
        rasteriser: Rasteriser | None,
        whole: bool,
        turn: int,
        stale: Box,
    ) -> _Result:
        """Draw a painting, in the background."""
        lines = read(lines).lines
        if self._base[0] != subject.below.cacheKey():
            below = subject.below
            self._base = below.cacheKey(), None if below.isNull() else floats_of(below)
        base = None if subject.traced else self._base[1]
        wanted = subject.width, subject.height, subject.kind, base, subject.paper
        if rasteriser is None or not rasteriser.fits(*wanted, lines):
            rasteriser = Rasteriser(*wanted)
        rasteriser.base = base
        rasteriser.pictures = pictures_of(subject, lines)

        def check() -> None:
            if turn != self._turn:
                raise Cancelled

        step = None if whole else step_to(rasteriser, lines)
        box = rasteriser.update(lines, check) | stale
        box = rasteriser.box if whole else box
        found = seen_levels(rasteriser, box) if box else None
        return _Result(rasteriser, box, found, step=step)

    def _take(self, turn: int, subject: Subject, lines: Lines, result: _Result) -> None:
        """Show a painting that was drawn in the background."""
        self._busy = False
        if turn != self._turn:
            self._redraw()
            return
        self._drawn, self._failed = subject, lines
        self._rasteriser, self.problem = result.rasteriser, result.problem
        if result.step is not None:
            self._steps.remember(result.step)
        if result.rasteriser is not None and result.found is not None:
            size = subject.width, subject.height
            if self.seen is None or self.seen.image.size().toTuple() != size:
                self.seen = Seen(*size, subject.kind)
                self.seen.look(self.state.look)
                self.resized.emit()
            self.seen.put(result.box, result.found)
            self.changed.emit(result.box)
        self.noted.emit()
        self._redraw()  # it may have changed in the meantime
