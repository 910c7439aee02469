"""The viewer: shows the pictures of the document, and compares any of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QImage,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nodeui.graph.wording import tr
from nodeui.session.background import Background
from nodeui.session.pictures import PictureBatch, read_files
from nodeui.session.session import Session
from nodeui.views.combo import ComboBox
from nodeui.views.easel.easel import Easel
from nodeui.views.easel.frame import FrameEditor
from nodeui.views.icons import IconButton
from nodeui.views.labels import label, set_tip
from nodeui.views.slider import Slider
from nodeui.views.viewer.batch_bar import BatchBar
from nodeui.views.viewer.comparison import Chooser, Comparison
from nodeui.views.viewer.exporting import Exporting
from nodeui.views.viewer.following import Follower, Shown
from nodeui.views.viewer.full_pictures import MOST_BYTES, FullPictures
from nodeui.views.viewer.full_screen import FullScreen
from nodeui.views.viewer.grounds import add_ground_menu
from nodeui.views.viewer.painting import GROUNDS, Ground
from nodeui.views.viewer.pane import ImagePane
from nodeui.views.viewer.pane_painter import Cell
from nodeui.views.viewer.pixels import pixel_text
from nodeui.views.viewer.recent import ICON, RecentPicture, RecentPictures, Shot, placed

_MOST_STARS = 5
_BOX = 28  # height of a list of pictures, whose entries are higher


class Viewer(QWidget):
    """Shows pictures, compares any of them, and overlays masks and hints.

    Unless a picture is chosen in the list, it follows the document; see `Follower`. The pictures
    of a batch are shown as a grid, or one alone.
    """

    rate_requested = Signal(object, int)
    """The `Path` of a saved picture, and the stars that the user gives it, 0 to 5."""
    step_requested = Signal(object, int)
    """The `Path` of a picture that was opened from a list of files: show the next (1) or previous
    (-1) one of the list."""
    pick_requested = Signal(str, int)
    """The id of a node: take a picture, counted from 0, out of its batch in the graph."""
    wanted = Signal()
    """Something is to be done here: bring the viewer up."""
    menu_opened = Signal(object)
    """The `QMenu` of the picture, before it is shown; the window adds entries."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._background = Background("viewer", self)
        self._follower = Follower(self)
        self._full_pictures = FullPictures(self)
        self._passing: tuple[PictureBatch, str] | None = None  # shown instead of all else
        self._shown: Shown | None = None
        self._alone = False  # one picture of a batch, not the grid
        self._rival = 0  # index of the compared picture that is looked at
        self._caption = ""  # name of the picture shown
        self._hovered: tuple[int, int] | None = None  # the pixel under the pointer
        self._full: FullScreen | None = None
        self.ground: Ground = "theme"
        self.setAutoFillBackground(True)
        self.setAcceptDrops(True)
        self.pane = ImagePane()
        self.easel = Easel(self.pane)
        self.frame = FrameEditor(self.pane)
        self.first = _choice(tr("Picture shown"))
        self.overlay = _choice(tr("Mask or hint over the picture"))
        self.comparison = Comparison()
        self.chooser = Chooser(self)
        self.exporting = Exporting(self._with_full, self.report, self)
        self.opacity = Slider(tr("Strength of the overlay"), 5, 100, 60)
        self.pixel = label(small=True)
        self.pixel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.zoom = label(small=True, muted=True)
        self.batch = BatchBar()
        self._make_buttons()
        self._lay_out()
        self._connect()
        self._fill()
        self._show()

    def _make_buttons(self) -> None:
        self.pin_button = IconButton("pin-outline", tr("Pin: keep showing this node"))
        self.pin_button.setCheckable(True)
        self.paint_button = IconButton("brush", tr("Work on the selected node by hand"))
        self.paint_button.setCheckable(True)
        self.compare_button = IconButton("compare", tr("Compare with…"))
        self.fit_button = IconButton("fit-to-page-outline", tr("Fit (F)"))
        self.one_button = IconButton("numeric-1-box-outline", tr("One to one (Z)"))
        self.full_button = IconButton("fullscreen", tr("Full screen (F11)"))

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 6)
        bar.setSpacing(6)
        bar.addWidget(self.first, stretch=3)
        bar.addWidget(self.paint_button)
        bar.addWidget(self.pin_button)
        bar.addWidget(self.compare_button)
        bar.addWidget(self.overlay, stretch=2)
        bar.addWidget(self.opacity)
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 2, 8, 2)
        foot.setSpacing(4)
        foot.addWidget(self.pixel, stretch=1)
        for widget in (self.zoom, self.fit_button, self.one_button, self.full_button):
            foot.addWidget(widget)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.batch)
        column.addWidget(self.comparison)
        column.addWidget(self.easel, stretch=1)
        column.addLayout(foot)

    def _connect(self) -> None:
        for box in (self.first, self.overlay):
            box.activated.connect(self._show)
        self.opacity.valueChanged.connect(self._show_overlay)
        self._full_pictures.arrived.connect(self._on_full)
        self._follower.listed.connect(self._fill)
        self._follower.changed.connect(self._show)
        self._follower.progressed.connect(self._show_progress)
        self.pin_button.clicked.connect(self._follower.pin)
        self.paint_button.clicked.connect(self._toggle_easel)
        self.easel.changed.connect(self._show)
        self.frame.changed.connect(self._show)
        self.easel.selected.connect(self._show_latest)
        self.compare_button.clicked.connect(self._open_chooser)
        self.chooser.ticked.connect(lambda: self.comparison.compare(self.chooser.chosen()))
        self.chooser.file_wanted.connect(self._ask_what_to_compare)
        self.comparison.changed.connect(self._show)
        self.comparison.amount_changed.connect(self._show_amount)
        self.batch.grid_toggled.connect(self.toggle_grid)
        self.batch.stepped.connect(self.step)
        self.batch.picked.connect(self._pick)
        self.fit_button.clicked.connect(self.pane.fit)
        self.one_button.clicked.connect(lambda: self.pane.zoom_to(1.0))
        self.full_button.clicked.connect(self.toggle_full_screen)
        self.pane.dragged.connect(lambda: self.exporting.drag(self.pane.image, self.source))
        self.pane.hovered.connect(self._inspect)
        self.pane.zoom_changed.connect(self._on_zoom)
        self.pane.chosen.connect(self._choose_picture)
        self.pane.opened.connect(self.toggle_grid)
        self.pane.stepped.connect(self.step)
        self.pane.digit_pressed.connect(self._on_digit)
        self.pane.full_screen_wanted.connect(self.toggle_full_screen)

    # --- sources ---------------------------------------------------------------------------------

    def set_session(self, session: Session | None) -> None:
        """Show the pictures of another session; each keeps its list while it exists."""
        old = self._follower.session
        if old is session:
            return
        if old is not None:
            old.picture_chosen.disconnect(self._show)
            old.paint_requested.disconnect(self.paint)
        if session is not None:
            session.picture_chosen.connect(self._show)
            session.paint_requested.connect(self.paint)
        self.comparison.shots = []
        self.comparison.hide()
        self._passing = None
        self._full_pictures.set_session(session)
        self._follower.set_session(session)
        self.easel.set_session(session)
        self.frame.set_session(session)

    def show_passing(self, batch: PictureBatch | None, title: str) -> None:
        """Show pictures temporarily, such as those of the step under the pointer; None ends it."""
        if batch is not None or self._passing is not None:
            self._passing = None if batch is None else (batch, title)
            self._show()

    def open_file(self, path: Path) -> None:
        """Show a picture from a file."""
        self._load(path, self._choose)

    def open_picture(self, source: str, title: str, image: QImage) -> None:
        """Show a picture from elsewhere, such as a cell of a sweep, and add it to the list."""
        self._choose(self._recent.add(source, title, PictureBatch((image,))))

    def compare_file(self, path: Path) -> None:
        """Compare the picture shown with one from a file, and those it is compared with already."""

        def compare(picture: RecentPicture) -> None:
            self._fill()
            others = [shot for shot in self.comparison.shots if shot.picture is not picture]
            self.comparison.compare([*others, Shot(picture)])

        self._load(path, compare)

    def compare_files(self, paths: Sequence[Path]) -> None:
        """Show the first of these pictures, and compare it with the others."""
        self.comparison.compare([])
        self.open_file(paths[0])
        for path in paths[1:]:
            self.compare_file(path)

    def compare_result(self, nodes: Collection[str]) -> None:
        """Compare the picture shown with the latest one of these nodes, if any."""
        found = next((item for item in self._recent.items if item.source in nodes), None)
        if found is not None:
            self.comparison.compare([Shot(found)])

    def _load(self, path: Path, then: Callable[[RecentPicture], object]) -> None:
        recent = self._recent

        def show(batch: PictureBatch | None) -> None:
            if batch is None:
                self.pixel.setText(tr("{0} is not a readable picture", path.name))
            else:
                then(recent.add(str(path), path.name, batch))

        self._background.do(lambda: read_files((path,)), show)

    def _choose(self, picture: RecentPicture) -> None:
        """Choose a picture in the list."""
        self._fill()
        self.first.setCurrentIndex(self.first.findData(picture))
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

    @property
    def _recent(self) -> RecentPictures:
        return self._follower.recent

    # --- painting --------------------------------------------------------------------------------

    def paint(self) -> None:
        """Show the easel with the painting of the selected node, whatever is shown now."""
        self.wanted.emit()
        self._follower.pin(False)
        self.comparison.compare([])
        self.easel.want(True)
        self.frame.want(True)
        self._show_latest()
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle_easel(self, on: bool) -> None:
        if on:
            self.paint()
        else:
            self.easel.want(False)
            self.frame.want(False)

    def _show_latest(self) -> None:
        """Choose no picture in the list."""
        self.first.setCurrentIndex(0)
        self._show()

    @property
    def painting(self) -> bool:
        """True while the easel is shown."""
        return self._is_free and self.easel.on

    @property
    def framing(self) -> bool:
        """True while the frame of a node is shown."""
        return self._is_free and self.frame.on and not self.easel.on

    @property
    def _is_free(self) -> bool:
        """True while no picture is chosen, compared or pinned."""
        free = self._passing is None and not self._comparing and self.first.currentData() is None
        return free and not self._follower.pinned

    # --- content ---------------------------------------------------------------------------------

    def _fill(self) -> None:
        """Fill the lists with the recent pictures; the chosen ones stay chosen."""
        items = self._recent.items
        for box, head in ((self.first, tr("Latest")), (self.overlay, tr("Overlay"))):
            chosen = box.currentData()
            box.clear()
            box.addItem(head, None)
            for picture in items:
                box.addItem(picture.icon, picture.label, picture)
            box.setCurrentIndex(max(0, box.findData(chosen)))
        if self.chooser.isVisible():
            self.chooser.fill(self._recent.shots(), self.comparison.shots)

    def _content(self) -> Shown | None:
        """Return the pictures to show."""
        if self._passing is not None:
            batch, title = self._passing
            return Shown(batch, title, size=self._follower.size_of_step(batch))
        chosen: RecentPicture | None = self.first.currentData()
        if chosen is not None:
            return Shown(chosen.batch, chosen.label, chosen.source)
        return self._follower.shown()

    @property
    def index(self) -> int:
        """The index of the picture of the batch that is looked at, from 0."""
        session, shown = self._follower.session, self._shown
        if session is None or shown is None:
            return 0
        return max(0, min(session.picture, shown.batch.count - 1))

    @property
    def _comparing(self) -> bool:
        return bool(self.comparison.shots) and self._passing is None

    def _show(self) -> None:
        shown = self._shown = self._content()
        if not self.framing:
            self.frame.set_shown(False)
        self.easel.set_shown(self.painting, passing=self._passing is not None)
        if self.painting:
            self.pane.show_pictures([Cell(self.easel.ground())], self.easel.size_shown)
        elif self.framing:
            self.pane.show_pictures([Cell(self.frame.image)])
            self.frame.set_shown(True)
        elif shown is None:
            self.pane.show_pictures([])
        elif self._comparing:
            self._show_comparison(shown)
        elif shown.batch.count > 1 and not self._alone:
            count = range(shown.batch.count)
            cells = [Cell(shown.batch.image(index), str(index + 1)) for index in count]
            self.pane.show_pictures(cells, shown.size or shown.batch.size, "grid", self.index)
        else:
            size = shown.size or shown.batch.size
            self.pane.show_pictures([Cell(shown.batch.image(self.index), shown.label)], size)
        self.pane.set_empty_text(self._why_empty())
        self._show_controls()
        self._show_overlay()
        self._on_zoom()

    def _show_comparison(self, shown: Shown) -> None:
        size = shown.size or shown.batch.size
        label = placed(shown.label, self.index, shown.batch)
        rivals = self.comparison.rivals(shown.batch, self.index, size)
        mode = self.comparison.mode if rivals else "grid"
        self._rival = max(0, min(self._rival, len(rivals) - 1))
        current = 0 if mode == "grid" else 1 + self._rival
        cells = [Cell(shown.batch.image(self.index), label), *rivals]
        self.pane.show_pictures(cells, size, mode, current)
        self._show_amount()

    def _show_amount(self) -> None:
        self.pane.set_amount(self.comparison.mode, self.comparison.amount())

    def _show_controls(self) -> None:
        """Update caption and buttons."""
        shown, session = self._shown, self._follower.session
        count = shown.batch.count if shown is not None else 0
        caption = placed(shown.label, self.index, shown.batch) if shown is not None else ""
        if self.framing:
            caption = self.frame.title
        self._show_caption(self.easel.title if self.painting else caption)
        source = shown.source if shown is not None else ""
        of_node = session is not None and source in session.graph.nodes
        self.batch.show_place(
            self.index,
            0 if self._comparing or self.painting or self.framing else count,
            alone=self._alone,
            pickable=of_node and self._passing is None,
        )
        self.pin_button.setChecked(bool(self._follower.pinned))
        self.pin_button.setEnabled(bool(self._follower.followed))
        self.paint_button.setVisible(self.easel.paintable or self.frame.usable)
        self.paint_button.setChecked(self.painting or self.framing)

    def _show_caption(self, text: str) -> None:
        self._caption = text
        if self._hovered is None:
            self.report(text)

    def _show_progress(self) -> None:
        """Update the caption with the progress of the unfinished picture."""
        if self.painting or self.framing:
            return
        content = self._content()
        self._show_caption(content.label if content is not None else "")

    def _why_empty(self) -> str:
        session = self._follower.session
        if session is not None and session.run_state in ("running", "queued"):
            return tr("Waiting for the first picture.")
        return tr("Run the graph to see its picture here.")

    def _show_overlay(self) -> None:
        overlay: RecentPicture | None = self.overlay.currentData()
        self.opacity.setVisible(overlay is not None)
        self.pane.show_overlay(overlay.image if overlay else None, self.opacity.value() / 100)

    def _on_zoom(self) -> None:
        size = self.pane.size_shown
        text = f"{size.width()} × {size.height()}  ·  {self.pane.zoom:.0%}"
        self.zoom.setText("" if self.pane.image.isNull() else text)
        self._fetch_full()

    # --- pictures in full ------------------------------------------------------------------------

    def _fetch_full(self) -> None:
        """Ask for the pictures that are drawn larger than they are here."""
        shown = self._shown
        if shown is None or self.painting or self.framing:
            return
        batch, drawn = shown.batch, shown.batch.size.width() * self.pane.zoom
        grid = not self._alone and not self._comparing
        all_fit = 4 * batch.size.width() * batch.size.height() * batch.count <= MOST_BYTES
        seen = range(batch.count) if grid and all_fit else (self.index,)
        small = [index for index in seen if drawn > batch.image(index).width()]
        self._full_pictures.want(shown, small)

    def _on_full(self, batch: PictureBatch) -> None:
        if self._shown is not None and batch is self._shown.batch:
            self._show()

    def _with_full(self, then: Callable[[QImage], object]) -> None:
        """Call a function with the picture that is looked at, in full."""
        shown = self._shown
        if self.painting and not self.easel.image().isNull():
            then(self.easel.picture())
        elif shown is not None and not self._full_pictures.with_full(shown, self.index, then):
            self.report(tr("Of this picture, only a small version is left."))

    # --- one of several --------------------------------------------------------------------------

    def toggle_grid(self) -> None:
        """Show one picture of the batch alone, or all."""
        if self._shown is not None and self._shown.batch.count > 1 and not self._comparing:
            self._alone = not self._alone
            self._show()
        elif self._comparing:
            self._show_controls()

    def _choose_picture(self, index: int) -> None:
        session = self._follower.session
        if session is not None and not self._comparing:
            session.choose_picture(index)

    def step(self, by: int, in_list: bool = False) -> None:
        """Go to another picture: of the comparison, of the batch, or of the list.

        Args:
            by: How many pictures further; negative for earlier ones.
            in_list: True to go through the list, also from a picture of a batch.
        """
        shown = self._shown
        if shown is None:
            return
        if self._comparing and not in_list:
            if self.comparison.mode != "grid":
                self._rival = (self._rival + by) % max(1, len(self.pane.pictures) - 1)
                self._show()
        elif shown.batch.count > 1 and not in_list:
            index = self.index + by
            if 0 <= index < shown.batch.count:
                self._choose_picture(index)
        else:
            self._step_in_list(shown, by)

    def _step_in_list(self, shown: Shown, by: int) -> None:
        """Show another picture of the gallery if the picture is a file, else another recent one."""
        chosen: RecentPicture | None = self.first.currentData()
        if chosen is not None and chosen.source == str(chosen.batch.path(0)):
            self.step_requested.emit(chosen.batch.path(0), by)
            return
        items = self._recent.items
        at = next((row for row, item in enumerate(items) if item.batch is shown.batch), -1)
        if 0 <= at + by < len(items):
            self._choose(items[at + by])

    def _on_digit(self, digit: int) -> None:
        """Rate a saved picture; without one, 0 fits and 1 shows it one to one."""
        path = self.path
        if path is not None and digit <= _MOST_STARS:
            self.rate_requested.emit(path, digit)
        elif path is None and digit == 0:
            self.pane.fit()
        elif path is None and digit == 1:
            self.pane.zoom_to(1.0)

    @property
    def shown_node(self) -> str:
        """The node whose latest picture is shown; "" if another picture is."""
        session, shown = self._follower.session, self._shown
        if session is None or shown is None or self._passing is not None:
            return ""
        return shown.source if session.pictures_of(shown.source) is shown.batch else ""

    @property
    def path(self) -> Path | None:
        """The file of the picture that is looked at; None if it was not read from one."""
        return self._shown.batch.path(self.index) if self._shown is not None else None

    def report(self, text: str) -> None:
        """Show a short text in the place of the caption, such as a new rating."""
        self.pixel.setText(text)
        if self._full is not None:
            self._full.show_caption(text)

    def _pick(self) -> None:
        if self._shown is not None:
            self.pick_requested.emit(self._shown.source, self.index)

    # --- comparing -------------------------------------------------------------------------------

    def _open_chooser(self) -> None:
        self.chooser.fill(self._recent.shots(), self.comparison.shots)
        self.chooser.open_below(self.compare_button)

    def _ask_what_to_compare(self) -> None:
        filter = tr("Pictures (*.png *.jpg *.webp)")
        path, _ = QFileDialog.getOpenFileName(self, tr("Compare with"), "", filter)
        if path:
            self.compare_file(Path(path))

    # --- full screen -----------------------------------------------------------------------------

    def toggle_full_screen(self) -> None:
        """Show the picture on the whole screen, or in the panel again."""
        if self._full is not None:
            self._full.close()
            return
        self._full = FullScreen(self.easel, self)
        self._full.ended.connect(self._end_full_screen)
        self._full.show_caption(self._caption)

    def _end_full_screen(self) -> None:
        self._full = None
        self._column.insertWidget(3, self.easel, stretch=1)
        self.easel.show()
        self.window().update()
        self.pane.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._comparing:
            self.comparison.compare([])
        elif event.key() == Qt.Key.Key_Escape and self._alone and self.batch.isVisible():
            self.toggle_grid()
        else:
            super().keyPressEvent(event)

    @property
    def source(self) -> str:
        """The node whose latest picture is shown, or the path of its file; "" if neither."""
        shown = self._shown
        if shown is None or self._passing is not None:
            return ""
        chosen: RecentPicture | None = self.first.currentData()
        old = chosen is not None and self._recent.last_of(chosen.source) is not chosen
        return "" if old else shown.source

    # --- menu ------------------------------------------------------------------------------------

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._show_menu(event.globalPos())

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not self.pane.image.isNull():
            self.exporting.add_to_menu(menu)
            if self.batch.pick_button.isVisible():
                menu.addAction(tr("Pick in the graph"), self._pick)
            self.menu_opened.emit(menu)
            menu.addSeparator()
        menu.addAction(tr("Full screen"), self.toggle_full_screen)
        add_ground_menu(menu, self.ground, self.set_ground)
        menu.popup(place)

    def set_ground(self, name: str) -> None:
        """Set what is around the picture, and behind its transparent parts: one of `Ground`; any
        other name is like the window."""
        known: dict[str, Ground] = {ground: ground for ground in GROUNDS}
        self.ground = known.get(name, "theme")
        self.pane.set_ground(self.ground)

    # --- pixels ----------------------------------------------------------------------------------

    def _inspect(self, pixel: tuple[int, int] | None) -> None:
        """Show the colour under the pointer; of the first two pictures during a comparison."""
        self._hovered = pixel
        self.zoom.setVisible(pixel is None)  # there is no room for both
        if pixel is None:
            self.pixel.setText(self._caption)
            return
        images = [self.easel.image() if self.painting else self.pane.image]
        if images[0].isNull():
            images = [self.pane.image]
        if self._comparing:
            images = [cell.image for cell in self.pane.pictures]
            images = [images[0], images[min(max(1, self.pane.current), len(images) - 1)]]
        self.pixel.setText(pixel_text(pixel, self.pane.size_shown, images))


def _dropped(mime: QMimeData) -> Path | QImage | None:
    """Return the dragged picture file or picture; None if there is none."""
    files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    if files:
        return files[0]
    return QImage(mime.imageData()) if mime.hasImage() else None


def _choice(name: str) -> ComboBox:
    box = ComboBox()
    box.setIconSize(ICON)
    box.setMinimumContentsLength(2)  # the slider of the overlay fits beside two of them
    box.setMaximumHeight(_BOX)
    box.setAccessibleName(name)
    set_tip(box, name)
    return box
