"""Marks of pictures in XMP, in sidecar files and in the pictures themselves.

The sidecar of `sky.png` is `sky.png.xmp`, which digiKam and darktable read and write. If there is
only a `sky.xmp`, the name that Lightroom and Capture One use, that one is read and written. For
PNG and JPEG, Lightroom itself reads no sidecar, only XMP that is embedded in the file.

All other content of a sidecar is kept. Properties (XMP Specification Part 1 and 2, Adobe 2012):
xmp:Rating (-1 for rejected), xmp:Label, dc:subject, and lr:hierarchicalSubject, whose entries
follow dc:subject. Programs that write their own copies (digiKam:TagsList, digiKam:ColorLabel,
digiKam:PickLabel, darktable:colorlabels) read these first, so those in a file follow as well.
"""

from __future__ import annotations

import math
import os
import secrets
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from nodeui.graph.wording import tr
from nodeui.pictures import embedded_xmp, naming
from nodeui.pictures.record import LABELS, MOST_STARS, LibraryError, Marks

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "darktable": "http://darktable.sf.net/",
    "nodeui": "urn:nodeui:xmp/",
}
_EMPTY = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_NAMESPACES["rdf"]}">'
    '<rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>'
)
_BEGIN = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
_END = '\n<?xpacket end="w"?>\n'
_MOST_BYTES = 32 << 20  # of a sidecar that is read
_MOST_LEVELS = 100  # of elements in elements
_MOST_PARTS = 100_000  # tags or attributes; a long editing history has some 10,000
_ATTEMPTS = 5  # while other programs write the same sidecar
_DIGIKAM_COLOURS = (
    "",
    "Red",
    "Orange",
    "Yellow",
    "Green",
    "Blue",
    "Magenta",
    "Grey",
    "Black",
    "White",
)
_DIGIKAM_REJECTED = "1"


class XmpError(LibraryError):
    """Marks that cannot be written; the message is one line that names the file."""


# --- sidecars ----------------------------------------------------------------------------------


def sidecar_of(picture: Path) -> Path | None:
    """Return the existing sidecar of a picture, or None."""
    for candidate in _candidates(picture):
        if candidate.is_file():
            return candidate
    return None


def _candidates(picture: Path) -> tuple[Path, Path]:
    return picture.with_name(picture.name + ".xmp"), picture.with_suffix(".xmp")


def _sidecar_to_write(picture: Path) -> Path:
    own, shared = _candidates(picture)
    if own.exists() or not shared.is_file():
        return own
    return own if naming.has_namesakes(picture) else shared


def read_marks(picture: Path, embedded: str = "") -> Marks:
    """Return the marks of a picture; unreadable ones count as none.

    Args:
        picture: The picture; its sidecar comes before the packet in the file.
        embedded: The packet in the file.
    """
    sidecar = sidecar_of(picture)
    if sidecar is not None:
        try:
            return marks_in(parsed(_read(sidecar)))
        except (OSError, XmpError):
            pass
    try:
        return marks_in(parsed(embedded.encode(errors="replace"))) if embedded else Marks()
    except XmpError:
        return Marks()


def update_marks(
    picture: Path, change: Callable[[Marks], Marks], embedded: str = ""
) -> tuple[Marks, Marks]:
    """Change the marks of a picture in its sidecar, which is written if they differ.

    Args:
        picture: The picture.
        change: Returns the new marks.
        embedded: The packet in the file; a new sidecar starts with its content.

    Returns:
        The marks before and after.

    Raises:
        XmpError: the sidecar cannot be written, or it is damaged and therefore left alone.
    """
    sidecar = _sidecar_to_write(picture)
    existing = sidecar_of(picture)
    for _ in range(_ATTEMPTS):
        try:
            stamp = _stamp(sidecar)
            document = parsed(_read(existing) if existing else embedded.encode(errors="replace"))
            before = marks_in(document)
            after = change(before)
            if after == before:
                return before, after
            set_marks(document, after)
            if _stamp(sidecar) == stamp:
                _replace(sidecar, packet(document))
                return before, after
        except OSError as error:
            reason = error.strerror or error
            raise XmpError(tr("{0} cannot be written: {1}", sidecar, reason)) from error
        except XmpError as error:
            raise XmpError(tr("{0} is left as it is: {1}", existing or picture, error)) from None
    raise XmpError(tr("{0} is being written by another program; try again", sidecar))


def embed(picture: Path, marks: Marks, embedded: str) -> bool:
    """Write marks into a picture file, whose pixels and modification time stay.

    Args:
        picture: The picture.
        marks: The new marks.
        embedded: The packet in the file now; its other content is kept.

    Returns:
        False if the format has no room for them.

    Raises:
        XmpError: the file cannot be written.
    """
    try:
        state = picture.stat()
        document = parsed(embedded.encode(errors="replace"))
        set_marks(document, marks)
        content = embedded_xmp.with_xmp(picture.read_bytes(), packet(document))
        _replace(picture, content, (state.st_atime_ns, state.st_mtime_ns))
    except (embedded_xmp.EmbedError, XmpError):
        return False
    except OSError as error:
        reason = error.strerror or error
        raise XmpError(tr("{0} cannot be written: {1}", picture, reason)) from error
    return True


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise XmpError(tr("it is too long"))
    return data


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state.st_mtime_ns, state.st_size


def _replace(path: Path, content: bytes, times: tuple[int, int] | None = None) -> None:
    """Replace a file at once; a reader finds the old content or the new one.

    Args:
        path: The file; need not exist.
        content: Its new content.
        times: Times of last access and modification in nanoseconds; None for now.
    """
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            os.chmod(temporary, stat.S_IMODE(target.stat().st_mode))
        if times is not None:
            os.utime(temporary, ns=times)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


# --- packets -----------------------------------------------------------------------------------


def parsed(data: bytes) -> minidom.Document:
    """Return a packet as a document with at least one description; an empty one without data.

    Raises:
        XmpError: it is not XMP.
    """
    if not data.strip(b"\0 \t\r\n"):
        return minidom.parseString(_EMPTY)
    letters = data.replace(b"\0", b"")  # also in UTF-16
    if b"<!DOCTYPE" in letters or b"<!ENTITY" in letters:  # which no XMP has, and attacks use
        raise XmpError(tr("it is not XMP"))
    if data.count(b"<") > _MOST_PARTS or data.count(b"=") > _MOST_PARTS:
        raise XmpError(tr("it is too long"))
    try:
        document = minidom.parseString(data.strip(b"\0 \t\r\n"))
    except (ExpatError, ValueError, LookupError):  # the last for an unknown encoding
        raise XmpError(tr("it is not XMP")) from None
    if _is_deeper(document, _MOST_LEVELS):  # than recursion goes
        raise XmpError(tr("it is not XMP"))
    roots = document.getElementsByTagNameNS(_NAMESPACES["rdf"], "RDF")
    if not roots:
        raise XmpError(tr("it is not XMP"))
    if not _descriptions(document):
        description = document.createElementNS(_NAMESPACES["rdf"], "rdf:Description")
        description.setAttributeNS(XMLNS, "xmlns:rdf", _NAMESPACES["rdf"])
        description.setAttributeNS(_NAMESPACES["rdf"], "rdf:about", "")
        roots[0].appendChild(description)
    return document


def _is_deeper(document: minidom.Document, most: int) -> bool:
    """True if elements are nested in more levels than `most`."""
    level: list[Any] = list(document.childNodes)
    for _ in range(most):
        level = [child for node in level for child in node.childNodes]
    return bool(level)


XMLNS = "http://www.w3.org/2000/xmlns/"


def packet(document: minidom.Document) -> bytes:
    """Return a document as an XMP packet in UTF-8."""
    text = "".join(
        node.toxml()
        for node in document.childNodes
        if not (isinstance(node, minidom.ProcessingInstruction) and node.target == "xpacket")
    )
    return f"{_BEGIN}{text}{_END}".encode()


def marks_in(document: minidom.Document) -> Marks:
    """Return the marks in a packet."""
    rating = _number(_first(document, "xmp:Rating"))
    rejected = rating < 0 or _first(document, "digiKam:PickLabel") == _DIGIKAM_REJECTED
    if rating < 0:
        rating = _number(_first(document, "nodeui:stars"))
    return Marks(
        rating=min(MOST_STARS, max(0, round(rating))),
        label=" ".join(_first(document, "xmp:Label").split()),
        rejected=rejected,
        tags=naming.lines(_values(document, "dc:subject") or _leaves(document)),
        collections=naming.lines(_values(document, "nodeui:collections")),
    )


def set_marks(document: minidom.Document, marks: Marks) -> None:
    """Write marks into a packet.

    Raises:
        XmpError: a text contains a character that XML has not.
    """
    for text in (marks.label, *marks.tags, *marks.collections):
        if not _is_line(text):
            raise XmpError(tr("{0!r} contains a character that XMP cannot hold", text))
    before = marks_in(document)
    _set(document, "xmp:Rating", "-1" if marks.rejected else str(marks.rating))
    _set(document, "nodeui:stars", str(marks.rating) if marks.rejected and marks.rating else "")
    _set(document, "digiKam:PickLabel", _pick_label(document, marks))
    if marks.label != before.label:
        _set(document, "xmp:Label", marks.label)
        _follow_label(document, marks.label)
    if marks.tags != before.tags:
        _follow_tags(document, marks.tags, before.tags)
    _set(document, "nodeui:collections", marks.collections)


def _pick_label(document: minidom.Document, marks: Marks) -> str:
    """Return digiKam's pick label, by which it knows rejected pictures."""
    known = _first(document, "digiKam:PickLabel")
    if marks.rejected:
        return _DIGIKAM_REJECTED
    return "0" if known == _DIGIKAM_REJECTED else known


def _follow_label(document: minidom.Document, label: str) -> None:
    """Change the colour labels of digiKam and darktable, where a file has them."""
    if _values(document, "digiKam:ColorLabel"):
        known = _DIGIKAM_COLOURS.index(label) if label in _DIGIKAM_COLOURS else 0
        known = 6 if label == "Purple" else known  # which digiKam calls magenta
        _set(document, "digiKam:ColorLabel", str(known))
    if _values(document, "darktable:colorlabels"):
        numbers = (str(LABELS.index(label)),) if label in LABELS else ()
        _set(document, "darktable:colorlabels", numbers, "Seq")


def _follow_tags(document: minidom.Document, tags: Sequence[str], before: Sequence[str]) -> None:
    """Change tags; hierarchies of those that stay are kept, all of them end with the last tag."""
    gone, added = set(before) - set(tags), [tag for tag in tags if tag not in before]
    for name, sign in (("lr:hierarchicalSubject", "|"), ("digiKam:TagsList", "/")):
        paths = _values(document, name)
        if not paths:
            continue
        kept = [path for path in paths if not gone & {path, path.rpartition(sign)[2]}]
        kept = kept if tags else []
        _set(document, name, [*kept, *(tag for tag in added if tag not in kept)], "Bag")
    _set(document, "dc:subject", tags, "Bag")


def _leaves(document: minidom.Document) -> list[str]:
    """Return the tags of a packet that holds them in hierarchies only."""
    for name, sign in (("lr:hierarchicalSubject", "|"), ("digiKam:TagsList", "/")):
        if paths := _values(document, name):
            return [path.rpartition(sign)[2] for path in paths]
    return []


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _is_line(text: str) -> bool:
    """True for a text that is a single line of characters that XML has."""
    return all(
        sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff"
        for sign in text
    )


# --- properties --------------------------------------------------------------------------------


def _descriptions(document: minidom.Document) -> list[minidom.Element]:
    found = document.getElementsByTagNameNS(_NAMESPACES["rdf"], "Description")
    return [one for one in found if _is_named(one.parentNode, "rdf:RDF")]


def _is_named(node: Any, name: str) -> bool:
    prefix, _, local = name.partition(":")
    return (
        isinstance(node, minidom.Element)
        and node.namespaceURI == _NAMESPACES[prefix]
        and node.localName == local
    )


def _first(document: minidom.Document, name: str) -> str:
    return next(iter(_values(document, name)), "").strip()


def _values(document: minidom.Document, name: str) -> list[str]:
    """Return the values of a property, whether written as an attribute, an element or a list."""
    prefix, _, local = name.partition(":")
    found: list[str] = []
    for description in _descriptions(document):
        if description.hasAttributeNS(_NAMESPACES[prefix], local):
            found.append(description.getAttributeNS(_NAMESPACES[prefix], local))
        for child in description.childNodes:
            if _is_named(child, name):
                assert isinstance(child, minidom.Element)
                items = child.getElementsByTagNameNS(_NAMESPACES["rdf"], "li")
                found += [_content(item) for item in items] if items else [_content(child)]
    return [value for value in found if value]


def _content(element: minidom.Element) -> str:
    return "".join(node.data for node in element.childNodes if isinstance(node, minidom.Text))


def _set(
    document: minidom.Document, name: str, value: str | Sequence[str], kind: str = "Bag"
) -> None:
    """Replace a property everywhere by one of a value, or of a list; an empty one is removed."""
    prefix, _, local = name.partition(":")
    for description in _descriptions(document):
        if description.hasAttributeNS(_NAMESPACES[prefix], local):
            description.removeAttributeNS(_NAMESPACES[prefix], local)
        for child in [child for child in description.childNodes if _is_named(child, name)]:
            description.removeChild(child)
    if not value:
        return
    element = document.createElementNS(_NAMESPACES[prefix], name)
    element.setAttributeNS(XMLNS, f"xmlns:{prefix}", _NAMESPACES[prefix])
    if isinstance(value, str):
        element.appendChild(document.createTextNode(value))
    else:
        bag = document.createElementNS(_NAMESPACES["rdf"], f"rdf:{kind}")
        bag.setAttributeNS(XMLNS, "xmlns:rdf", _NAMESPACES["rdf"])
        for text in value:
            item = document.createElementNS(_NAMESPACES["rdf"], "rdf:li")
            item.appendChild(document.createTextNode(text))
            bag.appendChild(item)
        element.appendChild(bag)
    _descriptions(document)[0].appendChild(element)
