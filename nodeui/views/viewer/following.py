"""Follows a document: finds the picture that is shown while none is chosen in the list."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QObject, QSize, Signal

from nodeui.graph.wording import tr
from nodeui.session.pictures import PictureBatch
from nodeui.session.session import Session
from nodeui.session.targets import is_shown
from nodeui.views.viewer.recent import RecentPicture, RecentPictures

_LATENT_FACTOR = 8
"""Pixels per latent along each side, in most models."""


class Shown(NamedTuple):
    """Pictures to show.

    Attributes:
        batch: The pictures.
        label: Their name.
        source: The id of their node, the path of their file, or "".
        size: The size in which they are drawn; None for their own.
    """

    batch: PictureBatch
    label: str
    source: str = ""
    size: QSize | None = None


class Follower(QObject):
    """Follows the pictures of a document, and keeps the recent ones of each.

    It shows the preview of the running node, unless a quick picture of the same values is there,
    else the pinned node, else the node that was selected since the last result, else the last
    finished output.

    Attributes:
        session: The document, or None.
        pinned: The id of the node that is shown whatever else finishes, or "".
    """

    listed = Signal()
    """The list of recent pictures changed."""
    changed = Signal()
    """`shown` changed."""
    progressed = Signal()
    """The name of the unfinished picture changed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.pinned = ""
        self._lists: dict[Session, RecentPictures] = {}
        self._pins: dict[Session, str] = {}
        self._none = RecentPictures()
        self._unfinished = ""  # the node whose preview came last, while it runs
        self._last = ""  # the node whose picture came last
        self._looked = ""  # the node that was selected since then

    @property
    def recent(self) -> RecentPictures:
        """The recent pictures of the document."""
        return self._lists[self.session] if self.session is not None else self._none

    def set_session(self, session: Session | None) -> None:
        """Follow another document; each keeps its list while it exists."""
        old = self.session
        if old is not None:
            old.result_ready.disconnect(self._result_ready)
            old.node_state_changed.disconnect(self._node_state_changed)
            old.selection_changed.disconnect(self._look)
            old.run_state_changed.disconnect(self._run_state_changed)
            self._pins[old] = self.pinned
        self.session = session
        if session is not None:
            if session not in self._lists:
                self._lists[session] = RecentPictures()
                session.destroyed.connect(lambda: self._forget(session))
            session.result_ready.connect(self._result_ready)
            session.node_state_changed.connect(self._node_state_changed)
            session.selection_changed.connect(self._look)
            session.run_state_changed.connect(self._run_state_changed)
            for id in session.graph.nodes:
                self._add(id)
        self._unfinished = self._last = ""
        self._looked = self._selected()
        self.pinned = self._pins.pop(session, "") if session is not None else ""
        self.listed.emit()
        self.changed.emit()

    def _forget(self, session: Session) -> None:
        self._lists.pop(session, None)
        self._pins.pop(session, None)

    def pin(self, on: bool) -> None:
        """Keep showing the node that is followed now, or end this."""
        self.pinned = self.followed if on else ""
        self.changed.emit()

    @property
    def followed(self) -> str:
        """The node that is shown; "" if there is none."""
        session = self.session
        if session is None:
            return ""
        if self.pinned and self.pinned in session.graph.nodes:
            return self.pinned
        if self._unfinished:
            return self._unfinished
        if self._looked and session.pictures_of(self._looked) is not None:
            return self._looked
        return self._last

    def shown(self) -> Shown | None:
        """Return the pictures to show, or None."""
        session, followed = self.session, self.followed
        batch = session.pictures_of(followed) if session is not None else None
        if session is None or batch is None:
            last = next(iter(self.recent.items), None)
            return Shown(last.batch, last.label, last.source) if last is not None else None
        title, state = session.name_of(followed), session.states.get(followed)
        if state is not None and state.badge == "running" and state.total:
            title += "  ·  " + tr("step {0} of {1}", state.done, state.total)
        if session.states.is_quick(followed):
            return Shown(batch, title + "  ·  " + tr("quick"), followed)
        size = self._final_size(batch, followed) if self._is_unfinished(followed) else None
        return Shown(batch, title, followed, size)

    def size_of_step(self, batch: PictureBatch) -> QSize:
        """Return the size in which the picture of a step is drawn."""
        return self._final_size(batch, self._last)

    # --- signals of the session ------------------------------------------------------------------

    def _add(self, id: str) -> RecentPicture | None:
        """Add the pictures of a node to the list, unless they are unfinished."""
        session = self.session
        batch = session.pictures_of(id) if session is not None else None
        if session is None or batch is None or self._is_unfinished(id):
            return None
        return self.recent.add(id, session.name_of(id), batch)

    def _is_unfinished(self, id: str) -> bool:
        """True if a node's picture is a preview: of a step, or of latents to be decoded."""
        session = self.session
        if session is None or id not in session.graph.nodes:
            return True
        state, spec = session.states.get(id), session.graph.spec(id)
        if state is not None and state.preview is not None:
            return True
        return spec is not None and bool(spec.outputs) and not spec.pictured

    def _result_ready(self, id: str) -> None:
        states = self.session.states if self.session is not None else None
        if states is not None and states.is_quick(id):
            if self._is_output(id) or not self._is_output(self._last):
                self._last, self._unfinished = id, ""
        elif self._add(id) is None:
            follows_quick = states is not None and states.is_quick_now(self._last)
            if not follows_quick and (not self._last or self._is_running(id)):
                self._unfinished = id
        else:
            if not self._is_running(self._unfinished):
                self._unfinished = ""
            if self._is_output(id) or not self._is_output(self._last):
                self._last = id
                if self.session is not None and self.session.run_state == "running":
                    self._looked = ""  # a newer result
            self.listed.emit()
        self.changed.emit()

    def _selected(self) -> str:
        """Return the node that alone is selected and has a finished picture, or ""."""
        session = self.session
        if session is None or len(session.selection) != 1:
            return ""
        selected = next(iter(session.selection))
        known = session.pictures_of(selected) is not None
        return selected if known and not self._is_unfinished(selected) else ""

    def _look(self) -> None:
        self._looked = self._selected()
        self.changed.emit()

    def _run_state_changed(self) -> None:
        """Forget the unfinished node when a run ends."""
        if self.session is not None and self.session.run_state == "idle" and self._last:
            self._unfinished = ""
        self.changed.emit()

    def _node_state_changed(self, id: str) -> None:
        if id == self._unfinished:
            self.progressed.emit()

    def _is_running(self, id: str) -> bool:
        state = self.session.states.get(id) if self.session is not None else None
        return state is not None and state.badge == "running"

    def _is_output(self, id: str) -> bool:
        """True if a node is an output, or above one that writes files; its pictures take precedence
        over intermediate ones."""
        return self.session is not None and is_shown(self.session.graph, id)

    # --- the size of unfinished pictures ---------------------------------------------------------

    def _final_size(self, batch: PictureBatch, node: str) -> QSize:
        """Return the size that an unfinished picture of a node will have."""
        for id in self._below(node):
            last = self.recent.last_of(id)
            size = last.batch.size if last is not None else QSize()
            if size.width() * batch.size.height() == size.height() * batch.size.width() != 0:
                return size
        return batch.size * _LATENT_FACTOR

    def _below(self, id: str) -> list[str]:
        """Return a node and all nodes below it, nearest first."""
        found = [id]
        for node in found:
            links = self.session.graph.links_out(node) if self.session is not None else ()
            found += dict.fromkeys(link.target for link in links if link.target not in found)
        return found
