"""The viewer: shows the picture of the selected or last finished node, and compares two."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.session import Session
from nodeui.session.targets import is_shown
from nodeui.views import theme
from nodeui.views.combo import ComboBox
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, set_tip
from nodeui.views.thumbnails import read_image
from nodeui.views.viewer.pane import ImagePane
from nodeui.views.viewer.recent import RecentPicture, RecentPictures

_LATENT_FACTOR = 8
"""Pixels per latent along each side, in most models."""


class _Slider(QSlider):
    """A slider in the colours of the theme."""

    def paintEvent(self, ev: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        part = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
        middle, reach = self.height() / 2, self.width() - 12
        painter.setBrush(theme.colour("outline"))
        painter.drawRoundedRect(QRectF(6, middle - 1.5, reach, 3), 1.5, 1.5)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(6, middle - 1.5, reach * part, 3), 1.5, 1.5)
        painter.setBrush(theme.colour("text" if self.hasFocus() else "accent"))
        painter.drawEllipse(QPointF(6 + reach * part, middle), 5, 5)


class Viewer(QWidget):
    """Shows pictures, compares any two of them, and overlays masks and hints.

    Unless a picture is chosen in the list, it follows the document: it shows the preview of the
    running node, else the picture of the selected node, else that of the last finished output.
    """

    menu_opened = Signal(object)
    """The `QMenu` of the picture, before it is shown; the window adds entries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._pictures: dict[Session, RecentPictures] = {}
        self._empty = RecentPictures()
        self._background = Background("viewer", self)
        self._temporary = (QImage(), "")  # shown temporarily instead of all else
        self._unfinished = ""  # the node whose preview came last, while it runs
        self._last = ""  # the node whose picture came last
        self._caption = ""  # name of the picture shown
        self._hovered: tuple[int, int] | None = None  # the pixel under the pointer
        self.setAutoFillBackground(True)
        self.setAcceptDrops(True)
        self.pane = ImagePane()
        self.first = _choice(tr("Picture shown"))
        self.second = _choice(tr("Picture to compare with"))
        self.overlay = _choice(tr("Mask or hint over the picture"))
        self.opacity = _Slider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setValue(60)
        self.opacity.setFixedWidth(72)
        self.opacity.setAccessibleName(tr("Strength of the overlay"))
        self.pixel = label(small=True)
        self.pixel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.zoom = label(small=True, muted=True)
        self._lay_out()
        for box in (self.first, self.second, self.overlay):
            box.activated.connect(self._show)
        self.opacity.valueChanged.connect(self._show_overlay)
        self.pane.hovered.connect(self._inspect)
        self.pane.zoom_changed.connect(self._show_zoom)
        self._fill()

    def _lay_out(self) -> None:
        self.fit_button = IconButton("fit-to-page-outline", tr("Fit (F)"))
        self.fit_button.clicked.connect(self.pane.fit)
        self.full_button = IconButton("numeric-1-box-outline", tr("One to one (1)"))
        self.full_button.clicked.connect(lambda: self.pane.zoom_to(1.0))
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 6)
        bar.setSpacing(6)
        for box in (self.first, self.second, self.overlay):
            bar.addWidget(box, stretch=1)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 2, 8, 2)
        foot.setSpacing(6)
        foot.addWidget(self.pixel, stretch=1)
        foot.addWidget(self.opacity)
        foot.addWidget(self.zoom)
        foot.addWidget(self.fit_button)
        foot.addWidget(self.full_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.pane, stretch=1)
        column.addLayout(foot)

    # --- sources ---------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show the pictures of another session; each keeps its list while it exists."""
        old = self._session
        if old is session:
            return
        if old is not None:
            old.result_ready.disconnect(self._result_ready)
            old.node_state_changed.disconnect(self._node_state_changed)
            old.selection_changed.disconnect(self._show)
            old.run_state_changed.disconnect(self._run_state_changed)
        self._session = session
        if session is not None:
            if session not in self._pictures:
                self._pictures[session] = RecentPictures()
                session.destroyed.connect(lambda: self._pictures.pop(session, None))
            session.result_ready.connect(self._result_ready)
            session.node_state_changed.connect(self._node_state_changed)
            session.selection_changed.connect(self._show)
            session.run_state_changed.connect(self._run_state_changed)
            for id in session.graph.nodes:
                self._add(id)
        self._unfinished = self._last = ""
        self._fill()
        self._show()

    def show_passing(self, image: QImage, label: str) -> None:
        """Show a picture temporarily, such as a step under the pointer; a null image ends this."""
        if not (image.isNull() and self._temporary[0].isNull()):
            self._temporary = (image, label)
            self._show()

    def open_file(self, path: Path) -> None:
        """Show a picture from a file."""
        self._load(path, self.first)

    def open_picture(self, source: str, title: str, image: QImage) -> None:
        """Show a picture from elsewhere, such as a cell of a sweep, and add it to the list."""
        self._choose(self._own().add(source, title, image), self.first)

    def compare_file(self, path: Path) -> None:
        """Compare the picture shown with one from a file."""
        self._load(path, self.second)

    def compare_result(self, nodes: Collection[str]) -> None:
        """Compare the picture shown with the latest one of these nodes, if any."""
        found = next((item for item in self._own().items if item.source in nodes), None)
        if found is not None:
            self.second.setCurrentIndex(self.second.findData(found))
            self._show()

    def _load(self, path: Path, box: ComboBox) -> None:
        results = self._own()

        def show(image: QImage) -> None:
            if image.isNull():
                self.pixel.setText(tr("{0} is not a readable picture", path.name))
                return
            self._choose(results.add(str(path), path.name, image), box)

        self._background.do(lambda: read_image(str(path)), show)

    def _choose(self, picture: RecentPicture, box: ComboBox) -> None:
        """Choose a picture in a list."""
        self._fill()
        box.setCurrentIndex(box.findData(picture))
        self._show()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Show a dropped picture or picture file."""
        dropped = _dropped(event.mimeData())
        if isinstance(dropped, Path):
            self.open_file(dropped)
        elif dropped is not None:
            self.open_picture("dropped", tr("Dropped"), dropped)
        event.acceptProposedAction()

    def _own(self) -> RecentPictures:
        return self._pictures[self._session] if self._session is not None else self._empty

    def _add(self, id: str) -> RecentPicture | None:
        """Add the picture of a node to the list, unless it is unfinished."""
        session = self._session
        image = session.image_of(id) if session is not None else None
        if image is None or self._is_unfinished(id):
            return None
        return self._own().add(id, self._title(id), image)

    @property
    def shown_node(self) -> str:
        """The node whose latest picture is shown; "" if another picture is."""
        chosen: RecentPicture | None = self.first.currentData()
        if self._session is None or not self._temporary[0].isNull():
            return ""
        node = self._followed() if chosen is None else chosen.source
        latest = chosen is None or self._own().last_of(node) is chosen
        return node if latest and node in self._session.graph.nodes else ""

    def _is_unfinished(self, id: str) -> bool:
        """True if a node's picture is a preview: of a step, or of latents to be decoded."""
        session = self._session
        if session is None or id not in session.graph.nodes:
            return True
        state, spec = session.states.get(id), session.graph.spec(id)
        if state is not None and state.preview is not None:
            return True
        return spec is not None and bool(spec.outputs) and not spec.pictured

    def _result_ready(self, id: str) -> None:
        if self._add(id) is None:
            if not self._last or self._is_running(id):
                self._unfinished = id
        else:
            if not self._is_running(self._unfinished):
                self._unfinished = ""
            if self._is_output(id) or not self._is_output(self._last):
                self._last = id
            self._fill()
        self._show()

    def _run_state_changed(self) -> None:
        """Forget the unfinished node when a run ends."""
        if self._session is not None and self._session.run_state == "idle" and self._last:
            self._unfinished = ""
        self._show()

    def _is_running(self, id: str) -> bool:
        state = self._session.states.get(id) if self._session is not None else None
        return state is not None and state.badge == "running"

    def _is_output(self, id: str) -> bool:
        """True if a node is an output, or above one that writes files; its pictures take precedence
        over intermediate ones."""
        return self._session is not None and is_shown(self._session.graph, id)

    def _followed(self) -> str:
        """Return the node that is shown while no picture is chosen; "" if there is none."""
        session = self._session
        if self._unfinished or session is None:
            return self._unfinished
        selected = next(iter(session.selection)) if len(session.selection) == 1 else ""
        if selected and session.image_of(selected) and not self._is_unfinished(selected):
            return selected
        return self._last

    # --- content ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Fill the lists with the recent pictures; the chosen ones stay chosen."""
        heads = (tr("Latest"), tr("Compare"), tr("Overlay"))
        for box, head in zip((self.first, self.second, self.overlay), heads, strict=True):
            chosen = box.currentData()
            box.clear()
            box.addItem(head, None)
            for picture in self._own().items:
                box.addItem(picture.label, picture)
            box.setCurrentIndex(max(0, box.findData(chosen)))

    def _image(self) -> tuple[QImage, str]:
        """Return the picture to show and its name."""
        if not self._temporary[0].isNull():
            return self._temporary
        chosen: RecentPicture | None = self.first.currentData()
        if chosen is not None:
            return chosen.image, chosen.label
        session, followed = self._session, self._followed()
        image = session.image_of(followed) if session is not None else None
        if image is None:
            last = next(iter(self._own().items), None)
            return (last.image, last.label) if last is not None else (QImage(), "")
        title = self._title(followed)
        state = session.states.get(followed) if session is not None else None
        if state is not None and state.badge == "running" and state.total:
            title += "  ·  " + tr("step {0} of {1}", state.done, state.total)
        return image, title

    def _final_size(self, image: QImage) -> QSize | None:
        """Return the final size of an unfinished picture; None for finished ones."""
        unfinished = self._unfinished and self.first.currentData() is None
        if self._temporary[0].isNull() and not unfinished:
            return None
        for id in self._below(self._unfinished) if unfinished else [self._last]:
            last = self._own().last_of(id)
            if last is not None and last.image.width() * image.height() == (
                last.image.height() * image.width()
            ):
                return last.image.size()
        return image.size() * _LATENT_FACTOR

    def _below(self, id: str) -> list[str]:
        """Return a node and all nodes below it, nearest first."""
        found = [id]
        for node in found:
            links = self._session.graph.links_out(node) if self._session is not None else ()
            found += dict.fromkeys(link.target for link in links if link.target not in found)
        return found

    def _title(self, id: str) -> str:
        return self._session.name_of(id) if self._session is not None else id

    def _show(self) -> None:
        image, label = self._image()
        self.pane.show_image(image, self._final_size(image))
        other: RecentPicture | None = self.second.currentData()
        labels = (label, other.label if other else "")
        self.pane.compare_with(other.image if other else None, labels)
        self.pane.set_empty_text(self._why_empty())
        self._show_caption(label)
        self._show_overlay()
        self._show_zoom()

    def _show_caption(self, text: str) -> None:
        self._caption = text
        if self._hovered is None:
            self.pixel.setText(text)

    def _node_state_changed(self, id: str) -> None:
        """Update the caption with the progress of the unfinished picture."""
        if id == self._unfinished:
            self._show_caption(self._image()[1])

    def _why_empty(self) -> str:
        busy = self._session is not None and self._session.run_state in ("running", "queued")
        if busy:
            return tr("Waiting for the first picture.")
        return tr("Run the graph to see its picture here.")

    def _show_overlay(self) -> None:
        overlay: RecentPicture | None = self.overlay.currentData()
        self.opacity.setVisible(overlay is not None)
        self.pane.show_overlay(overlay.image if overlay else None, self.opacity.value() / 100)

    def _show_zoom(self) -> None:
        size = self.pane.size_shown
        text = f"{size.width()} × {size.height()}  ·  {self.pane.zoom:.0%}"
        self.zoom.setText("" if self.pane.image.isNull() else text)

    # --- copy and save ---------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.pane.image.isNull():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy picture"), self.copy)
        menu.addAction(tr("Save picture as…"), self._ask_where_to_save)
        self.menu_opened.emit(menu)
        menu.popup(event.globalPos())

    def copy(self) -> None:
        """Copy the picture shown to the clipboard."""
        QGuiApplication.clipboard().setImage(self.pane.image)

    def _ask_where_to_save(self) -> None:
        filter = tr("Pictures (*.png *.jpg *.webp)")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save picture as"), "", filter)
        if path:
            self.save(Path(path))

    def save(self, path: Path) -> None:
        """Write the picture shown to a file, in the background."""
        path = path if path.suffix else path.with_suffix(".png")
        image = self.pane.image

        def report(saved: bool) -> None:
            name = path.name
            text = tr("Saved {0}", name) if saved else tr("{0} could not be written", name)
            self.pixel.setText(text)

        self._background.do(lambda: image.save(str(path)), report)

    # --- pixels ----------------------------------------------------------------------------------

    def _inspect(self, pixel: tuple[int, int] | None) -> None:
        """Show the colour under the pointer; of both pictures during a comparison."""
        self._hovered = pixel
        self.zoom.setVisible(pixel is None)  # there is no room for both
        if pixel is None:
            self.pixel.setText(self._caption)
            return
        size = self.pane.size_shown
        x, y = pixel[0] / size.width(), pixel[1] / size.height()
        here = _colour(self.pane.image, x, y)
        text = f"{_levels(here, 'R {} G {} B {}', ' A {}')}  {here.name()}"
        other: RecentPicture | None = self.second.currentData()
        if other is not None:
            there = _colour(other.image, x, y)
            text = f"A  {_levels(here)}   B  {_levels(there)}"
        self.pixel.setText(f"{pixel[0]}, {pixel[1]}   {text}")


def _colour(image: QImage, x: float, y: float) -> QColor:
    """Return the colour at a point of a picture, in fractions [0, 1)."""
    return image.pixelColor(int(x * image.width()), int(y * image.height()))


def _levels(colour: QColor, form: str = "{} {} {}", alpha: str = " {}") -> str:
    """Format the channels of a colour; alpha only if it is not opaque."""
    text = form.format(colour.red(), colour.green(), colour.blue())
    return text + (alpha.format(colour.alpha()) if colour.alpha() < 255 else "")


def _dropped(mime: QMimeData) -> Path | QImage | None:
    """Return the dragged picture file or picture; None if there is none."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return files[0]
    return QImage(mime.imageData()) if mime.hasImage() else None


def _choice(name: str) -> ComboBox:
    box = ComboBox()
    box.setAccessibleName(name)
    set_tip(box, name)
    return box
