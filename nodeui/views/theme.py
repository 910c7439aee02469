"""The dark and the light theme: colours, sizes, fonts and style sheet.

No other module defines colours of its own. Widgets that paint themselves call `colour` on every
paint, so they only need an update after a change of theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

Name = Literal["dark", "light"]
Shape = Literal["circle", "diamond", "square", "half-circle", "triangle", "dot"]

RADIUS = 6
"""Corner radius of nodes, fields and buttons, in pixels."""
ROW = 22
"""Height of a row, in pixels: a parameter, a list entry, a menu entry."""
RHYTHM = 8
"""Spacing unit, in pixels: distances are multiples or halves of it."""
GRID = 20
"""Distance between the dots on the canvas, in pixels."""


@dataclass(frozen=True)
class Tokens:
    """The colours of a theme, as "#rrggbb".

    Text has a contrast of at least 4.5:1 on all backgrounds (WCAG 2.2, 1.4.3).
    """

    window: str
    canvas: str
    dots: str
    panel: str
    field: str
    field_hover: str
    node: str
    outline: str
    separator: str
    accent: str
    on_accent: str
    selection: str
    text: str
    muted: str
    error: str
    warning: str
    done: str
    shadow: str


DARK = Tokens(
    window="#1b1c1f",
    canvas="#202226",
    dots="#2f3238",
    panel="#26282c",
    field="#1f2124",
    field_hover="#34373d",
    node="#2d3036",
    outline="#3a3e46",
    separator="#15161a",
    accent="#6aa0ff",
    on_accent="#0d1524",
    selection="#33466b",
    text="#e4e6ea",
    muted="#9aa0aa",
    error="#ff6b6b",
    warning="#f2b84b",
    done="#62c08a",
    shadow="#000000",
)

LIGHT = Tokens(
    window="#e3e5e9",
    canvas="#eceef1",
    dots="#d3d7dd",
    panel="#f3f4f6",
    field="#ffffff",
    field_hover="#e6eaf1",
    node="#fbfbfc",
    outline="#c3c8d0",
    separator="#cfd3d9",
    accent="#2460c8",
    on_accent="#ffffff",
    selection="#c9dbfa",
    text="#1c1f24",
    muted="#575d68",
    error="#c02626",
    warning="#855300",
    done="#1d7044",
    shadow="#5a6170",
)

_THEMES: Mapping[Name, Tokens] = {"dark": DARK, "light": LIGHT}

_SOCKETS: Mapping[str, tuple[str, str, Shape]] = {
    "model": ("#b197fc", "#7048c8", "circle"),
    "vae": ("#d5a6e8", "#9438b0", "square"),
    "controlnet": ("#7fd6cb", "#0f7f74", "diamond"),
    "conditioning": ("#f6a04d", "#b3590a", "diamond"),
    "guidance": ("#e58f6f", "#b04a24", "triangle"),
    "scheduler": ("#c2b280", "#786420", "square"),
    "latents": ("#f783ac", "#c02a66", "square"),
    "noise": ("#c98fa6", "#944463", "dot"),
    "image": ("#5ab0f6", "#1668b0", "circle"),
    "mask": ("#69c98f", "#1f7a45", "half-circle"),
    "control": ("#3fc1b0", "#0b7568", "triangle"),
    "text": ("#e7d36b", "#7d6a00", "circle"),
    "number": ("#aab1bd", "#5c6470", "dot"),
    "integer": ("#aab1bd", "#5c6470", "dot"),
    "boolean": ("#aab1bd", "#5c6470", "dot"),
    "curve": ("#aab1bd", "#5c6470", "dot"),
    "painting": ("#aab1bd", "#5c6470", "dot"),
    "regions": ("#9fd86a", "#4f7d1c", "half-circle"),
    "files": ("#8f98a8", "#4c5566", "square"),
}
"""Socket type -> colour on dark, colour on light, shape."""

_OTHER_SOCKET: tuple[str, str, Shape] = ("#9aa0aa", "#575d68", "circle")

_CATEGORIES = (
    ("#b197fc", "#7048c8"),
    ("#e7d36b", "#8a7400"),
    ("#f783ac", "#c02a66"),
    ("#6aa0ff", "#2460c8"),
    ("#e58f6f", "#b04a24"),
    ("#3fc1b0", "#0b7568"),
    ("#5ab0f6", "#1668b0"),
    ("#69c98f", "#1f7a45"),
    ("#9aa0aa", "#575d68"),
)

_KNOWN_CATEGORIES: Mapping[str, int] = {
    "models": 0,
    "text": 1,
    "latents": 2,
    "sampling": 3,
    "guidance": 4,
    "structure": 5,
    "control": 5,
    "image": 6,
    "mask": 7,
    "inspect": 8,
}


class _Notifier(QObject):
    changed = Signal()


notifier = _Notifier()
"""`notifier.changed` is emitted after a change of theme."""

_current: Name = "dark"


def current() -> Name:
    """Return the name of the current theme."""
    return _current


def tokens() -> Tokens:
    """Return the colours of the current theme."""
    return _THEMES[_current]


def colour(token: str, alpha: float = 1.0) -> QColor:
    """Return a colour of the current theme.

    Args:
        token: A field of `Tokens`.
        alpha: Opacity in [0, 1].
    """
    result = QColor(getattr(tokens(), token))
    result.setAlphaF(alpha)
    return result


def socket_colour(type: str) -> QColor:
    """Return the colour of the sockets and links of a socket type."""
    dark, light, _ = _SOCKETS.get(type, _OTHER_SOCKET)
    return QColor(dark if _current == "dark" else light)


def socket_shape(type: str) -> Shape:
    """Return the shape of a socket type, which distinguishes types without colours."""
    return _SOCKETS.get(type, _OTHER_SOCKET)[2]


def category_colour(category: str) -> QColor:
    """Return the colour of a node category; unknown categories get a stable one."""
    name = category.lower()
    index = _KNOWN_CATEGORIES.get(name, sum(name.encode()) % len(_CATEGORIES))
    dark, light = _CATEGORIES[index]
    return QColor(dark if _current == "dark" else light)


def font(*, small: bool = False, bold: bool = False) -> QFont:
    """Return the platform's font in one of two sizes and weights."""
    result = QFont(QGuiApplication.font())
    result.setPixelSize(11 if small else 13)
    result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result


def apply(app: QApplication, name: Name) -> None:
    """Apply a theme to the application."""
    global _current
    _current = name
    app.setStyle("Fusion")
    base = app.font()
    base.setPixelSize(13)
    app.setFont(base)
    app.setPalette(_palette(_THEMES[name]))
    app.setStyleSheet(_STYLE.substitute(asdict(_THEMES[name]), radius=RADIUS, row=ROW))
    notifier.changed.emit()


def system() -> Name:
    """Return the theme preferred by the desktop; dark if it has no preference."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return "light" if scheme == Qt.ColorScheme.Light else "dark"


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    roles = {
        role.Window: tokens.panel,
        role.WindowText: tokens.text,
        role.Base: tokens.field,
        role.AlternateBase: tokens.panel,
        role.ToolTipBase: tokens.node,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Text: tokens.text,
        role.Button: tokens.node,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.error,
        role.Light: tokens.outline,
        role.Midlight: tokens.node,
        role.Mid: tokens.outline,
        role.Dark: tokens.separator,
        role.Shadow: tokens.shadow,
        role.Highlight: tokens.selection,
        role.HighlightedText: tokens.text,
        role.Accent: tokens.accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
    }
    palette = QPalette()
    for name, value in roles.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        faded = QColor(tokens.muted)
        faded.setAlphaF(0.55)
        palette.setColor(QPalette.ColorGroup.Disabled, name, faded)
    return palette


_STYLE = Template("""
QMainWindow, QMainWindow::separator { background: $window; }
QMainWindow::separator { width: 4px; height: 4px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip { background: $node; color: $text; border: 1px solid $outline; padding: 4px 6px; }

QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $field_hover; }
QMenu { background: $panel; border: 1px solid $outline; padding: 4px; }
QMenu::item { padding: 4px 24px 4px 24px; border-radius: 4px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $outline; margin: 4px 8px; }

QToolBar { background: $window; border: none; spacing: 4px; padding: 4px 8px; }
QToolButton { border: none; border-radius: 4px; padding: 4px 8px; }
QToolButton:hover { background: $field_hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border: 1px solid $accent; padding: 3px 7px; }

QDockWidget { color: $muted; titlebar-close-icon: none; titlebar-normal-icon: none; }
QDockWidget::title { background: $panel; padding: 6px 8px; text-align: left; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: $muted; padding: 0 8px; }

QTabBar { background: $window; qproperty-drawBase: 0; outline: none; }
QTabBar::tab { background: transparent; color: $muted; padding: 5px 12px; border: none; }
QTabBar::tab:selected { background: $canvas; color: $text; border-top: 2px solid $accent; }
QTabBar::tab:hover:!selected { background: $field_hover; color: $text; }
QDockWidget QTabBar::tab:selected, QTabBar::tab:selected { color: $text; }
QTabBar::tab:selected:focus { background: $selection; }
QTabWidget::pane { border: none; }

QPushButton {
    background: $node; border: 1px solid $outline; border-radius: ${radius}px;
    padding: 4px 12px; min-height: ${row}px; outline: none;
}
QPushButton:hover { background: $field_hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border-color: $accent; }
QPushButton:default, QPushButton[primary="true"] {
    background: $accent; color: $on_accent; border-color: $accent;
}
QPushButton:default:focus, QPushButton[primary="true"]:focus { border-color: $text; }
QPushButton:disabled { color: $muted; background: $panel; }

QLineEdit, QPlainTextEdit, QTextEdit {
    background: $field; border: 1px solid $outline; border-radius: 4px;
    padding: 2px 6px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit { min-height: ${row}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }

QListView, QTreeView, QTableView {
    background: $panel; border: none; outline: none; alternate-background-color: $panel;
}
QListView::item, QTreeView::item { min-height: ${row}px; padding: 0 4px; border-radius: 4px; }
QTreeView::item { border-radius: 0; }
QListView::item:hover, QTreeView::item:hover { background: $field_hover; }
QListView::item:selected, QTreeView::item:selected { background: $selection; color: $text; }
QHeaderView::section {
    background: $panel; color: $muted; border: none; border-bottom: 1px solid $outline;
    padding: 4px 8px;
}

QTableCornerButton::section { background: $panel; border: none; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $outline; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QScrollArea { border: none; background: transparent; }

QProgressBar { background: $field; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }

*[muted="true"] { color: $muted; }
*[warning="true"] { color: $warning; }
*[heading="true"] { font-size: 20px; font-weight: 600; }
*[section="true"] { color: $muted; font-weight: 600; }
""")
