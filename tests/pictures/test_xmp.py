"""Marks in XMP: round trips, the sidecars of other programs, and packets inside pictures."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nodeui.pictures import xmp
from nodeui.pictures.embedded_xmp import EmbedError, with_xmp, without_xmp
from nodeui.pictures.reading import XMP_KEY, read_header
from nodeui.pictures.record import LABELS, Marks

DIGIKAM = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:digiKam="http://www.digikam.org/ns/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    digiKam:PickLabel="0" digiKam:ColorLabel="1" xmp:Rating="3" xmp:Label="Red">
   <digiKam:TagsList><rdf:Seq><rdf:li>Places/Norway</rdf:li><rdf:li>night</rdf:li></rdf:Seq></digiKam:TagsList>
   <dc:subject><rdf:Bag><rdf:li>Norway</rdf:li><rdf:li>night</rdf:li></rdf:Bag></dc:subject>
   <lr:hierarchicalSubject><rdf:Bag><rdf:li>Places|Norway</rdf:li><rdf:li>night</rdf:li></rdf:Bag></lr:hierarchicalSubject>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

DARKTABLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="XMP Core 4.4.0-Exiv2">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:darktable="http://darktable.sf.net/"
    xmp:Rating="-1" darktable:xmp_version="5" darktable:raw_params="0">
   <darktable:colorlabels><rdf:Seq><rdf:li>3</rdf:li></rdf:Seq></darktable:colorlabels>
   <darktable:history><rdf:Seq>
    <rdf:li darktable:num="0" darktable:operation="exposure" darktable:params="00ff"/>
   </rdf:Seq></darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""

LIGHTROOM = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:crs="http://ns.adobe.com/camera-raw-settings/1.0/"
    crs:Exposure2012="+0.35"/>
  <rdf:Description rdf:about="" xmlns:xap="http://ns.adobe.com/xap/1.0/">
   <xap:Rating>4</xap:Rating><xap:Label>Grün</xap:Label>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>"""


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "sky.png"
    Image.new("RGB", (8, 6), "blue").save(path)
    return path


def text_of(path: Path) -> str:
    return path.read_text("utf-8")


def values(path: Path, name: str) -> list[str]:
    """Return the values of a property in a sidecar, read by another parser's rules."""
    document = minidom.parse(str(path))
    return [
        item.firstChild.data if item.firstChild else ""  # pyright: ignore
        for element in document.getElementsByTagName(name)
        for item in element.getElementsByTagName("rdf:li") or [element]
    ]


lines = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    min_size=1,
).filter(lambda text: text == " ".join(text.split()))
tags = st.lists(lines, unique=True, max_size=5).map(tuple)
marks = st.builds(
    Marks, st.integers(0, 5), st.sampled_from(("", *LABELS)) | lines, st.booleans(), tags, tags
)


@given(marks, marks, st.sampled_from(["", DIGIKAM, DARKTABLE, LIGHTROOM]))
def test_marks_are_read_as_they_were_written(first: Marks, second: Marks, before: str) -> None:
    packet = before.encode()
    for wanted in (first, second):
        document = xmp.parsed(packet)
        xmp.set_marks(document, wanted)
        packet = xmp.packet(document)
        assert xmp.marks_in(xmp.parsed(packet)) == wanted


def test_marks_of_other_programs() -> None:
    def read(text: str) -> Marks:
        return xmp.marks_in(xmp.parsed(text.encode()))

    assert read(DIGIKAM) == Marks(3, "Red", tags=("Norway", "night"))
    assert read(DARKTABLE) == Marks(rejected=True)
    assert read(LIGHTROOM) == Marks(4, "Grün")
    assert read(DIGIKAM.replace('PickLabel="0"', 'PickLabel="1"')).rejected
    hierarchies = DIGIKAM.replace("dc:subject", "dc:other")
    assert read(hierarchies).tags == ("Norway", "night")
    assert read(LIGHTROOM.replace("<xap:Rating>4", "<xap:Rating>99")).rating == 5
    assert read(LIGHTROOM.replace("<xap:Rating>4", "<xap:Rating>nan")).rating == 0


def test_a_new_sidecar_lies_beside_the_picture(picture: Path) -> None:
    before, after = xmp.update_marks(picture, lambda old: replace(old, rating=4))
    assert (before, after) == (Marks(), Marks(4))
    sidecar = picture.with_name("sky.png.xmp")
    assert xmp.sidecar_of(picture) == sidecar
    assert xmp.read_marks(picture) == Marks(4)
    assert values(sidecar, "xmp:Rating") == ["4"]
    assert sorted(path.name for path in picture.parent.iterdir()) == ["sky.png", "sky.png.xmp"]


def test_without_a_change_nothing_is_written(picture: Path) -> None:
    xmp.update_marks(picture, lambda old: old)
    assert xmp.sidecar_of(picture) is None


def test_stars_of_a_rejected_picture_come_back(picture: Path) -> None:
    xmp.update_marks(picture, lambda _: Marks(4, rejected=True))
    assert values(picture.with_name("sky.png.xmp"), "xmp:Rating") == ["-1"]
    assert xmp.read_marks(picture) == Marks(4, rejected=True)
    xmp.update_marks(picture, lambda old: replace(old, rejected=False))
    assert values(picture.with_name("sky.png.xmp"), "xmp:Rating") == ["4"]


@pytest.mark.parametrize("text", [DIGIKAM, DARKTABLE, LIGHTROOM])
def test_everything_else_in_a_sidecar_stays(picture: Path, text: str) -> None:
    sidecar = picture.with_name("sky.png.xmp")
    sidecar.write_text(text, "utf-8")
    xmp.update_marks(picture, lambda old: replace(old, rating=1, rejected=False, label="Blue"))
    written = text_of(sidecar)
    for part in ("A &amp; B", 'x:xmptk="XMP Core', "+0.35", "darktable:params", "Places|Norway"):
        assert (part in written) == (part in text), part
    assert xmp.read_marks(picture).rating == 1
    assert xmp.read_marks(picture).label == "Blue"
    if text == DIGIKAM:
        assert values(sidecar, "digiKam:ColorLabel") == ["5"]
    if text == DARKTABLE:
        assert values(sidecar, "darktable:colorlabels") == ["3"]


def test_hierarchies_and_copies_of_tags_follow(picture: Path) -> None:
    sidecar = picture.with_name("sky.png.xmp")
    sidecar.write_text(DIGIKAM, "utf-8")
    xmp.update_marks(picture, lambda old: replace(old, tags=("Norway", "snow")))
    assert values(sidecar, "dc:subject") == ["Norway", "snow"]
    assert values(sidecar, "lr:hierarchicalSubject") == ["Places|Norway", "snow"]
    assert values(sidecar, "digiKam:TagsList") == ["Places/Norway", "snow"]


def test_a_rejected_picture_is_rejected_in_digikam(picture: Path) -> None:
    xmp.update_marks(picture, lambda old: replace(old, rejected=True))
    assert values(picture.with_name("sky.png.xmp"), "digiKam:PickLabel") == ["1"]
    xmp.update_marks(picture, lambda old: replace(old, rejected=False))
    assert values(picture.with_name("sky.png.xmp"), "digiKam:PickLabel") == ["0"]


def test_the_name_without_the_suffix_of_the_picture_is_read_and_written(picture: Path) -> None:
    shared = picture.with_name("sky.xmp")
    shared.write_text(LIGHTROOM, "utf-8")
    assert xmp.read_marks(picture).rating == 4
    xmp.update_marks(picture, lambda old: replace(old, rating=2))
    assert xmp.sidecar_of(picture) == shared
    assert xmp.read_marks(picture).rating == 2


def test_two_pictures_of_one_name_have_marks_of_their_own(picture: Path) -> None:
    picture.with_name("sky.xmp").write_text(LIGHTROOM, "utf-8")
    other = picture.with_name("sky.jpg")
    Image.new("RGB", (8, 6)).save(other)
    xmp.update_marks(picture, lambda old: replace(old, rating=2))
    assert xmp.read_marks(picture) == Marks(2, "Grün")
    assert xmp.read_marks(other) == Marks(4, "Grün")


@pytest.mark.parametrize(
    "content",
    [
        b"not xml",
        b"<html></html>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE a [<!ENTITY b "c">]><x:xmpmeta xmlns:x="adobe:ns:meta/"/>',
    ],
)
def test_a_damaged_sidecar_is_left_alone(picture: Path, content: bytes) -> None:
    sidecar = picture.with_name("sky.png.xmp")
    sidecar.write_bytes(content)
    assert xmp.read_marks(picture) == Marks()
    with pytest.raises(xmp.XmpError, match=r"sky\.png\.xmp is left as it is"):
        xmp.update_marks(picture, lambda old: replace(old, rating=3))
    assert sidecar.read_bytes() == content


@given(
    st.sampled_from([DIGIKAM, DARKTABLE, LIGHTROOM]),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=4)), max_size=4),
)
def test_any_damage_is_an_error_of_one_kind(text: str, changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(text.encode())
    for place, noise in changes:
        data[place : place + len(noise)] = noise
    try:
        document = xmp.parsed(bytes(data))
        xmp.set_marks(document, Marks(3, tags=("a",)))
    except xmp.XmpError:
        return
    assert xmp.marks_in(xmp.parsed(xmp.packet(document))).rating == 3


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="no-such"?><a/>',
        LIGHTROOM.replace("4</xap:Rating>", "<a>" * 5000 + "</a>" * 5000 + "</xap:Rating>"),
    ],
)
def test_odd_xml_is_an_error(text: str) -> None:
    with pytest.raises(xmp.XmpError):
        xmp.parsed(text.encode())


def test_packets_that_only_take_time_are_refused() -> None:
    middle = "</rdf:Description>"
    many = DIGIKAM.replace(middle, "<a/>" * 200_000 + middle)
    attributes = " ".join(f'a{number}="1"' for number in range(200_000))
    for text in (many, DIGIKAM.replace("rdf:about", f"{attributes} rdf:about", 1)):
        with pytest.raises(xmp.XmpError, match="too long"):
            xmp.parsed(text.encode())
    entities = '<!DOCTYPE x [<!ENTITY a "b">]>' + DIGIKAM.split("?>", 1)[1].replace("night", "&a;")
    for coding in ("utf-8", "utf-16", "utf-16-le"):
        with pytest.raises(xmp.XmpError):
            xmp.parsed(entities.encode(coding))


def test_an_empty_sidecar_is_filled(picture: Path) -> None:
    picture.with_name("sky.png.xmp").touch()
    xmp.update_marks(picture, lambda old: replace(old, rating=3))
    assert xmp.read_marks(picture).rating == 3


def test_a_full_disk_leaves_the_sidecar(picture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    xmp.update_marks(picture, lambda old: replace(old, rating=3))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(xmp.XmpError, match="No space left"):
        xmp.update_marks(picture, lambda old: replace(old, rating=5))
    monkeypatch.undo()
    assert xmp.read_marks(picture).rating == 3
    assert len(list(picture.parent.iterdir())) == 2


def test_a_change_by_another_program_in_between_is_kept(picture: Path) -> None:
    xmp.update_marks(picture, lambda old: replace(old, rating=3))
    first = True

    def add_tag(old: Marks) -> Marks:
        nonlocal first
        if first:
            first = False
            xmp.update_marks(picture, lambda old: replace(old, label="Red", tags=("b",)))
        return replace(old, tags=(*old.tags, "a"))

    xmp.update_marks(picture, add_tag)
    assert xmp.read_marks(picture) == Marks(3, "Red", tags=("b", "a"))


@pytest.mark.parametrize("tag", ["a\0b", "a\ud800", "a\x1b"])
def test_texts_that_xml_cannot_hold_are_refused(picture: Path, tag: str) -> None:
    with pytest.raises(xmp.XmpError, match="cannot hold"):
        xmp.update_marks(picture, lambda old: replace(old, tags=(tag,)))
    assert xmp.sidecar_of(picture) is None


# --- inside pictures -----------------------------------------------------------------------------

FORMATS: list[tuple[str, dict[str, Any]]] = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", "lossless": True}),
]


@pytest.mark.parametrize(("kind", "options"), FORMATS)
def test_a_packet_in_a_picture(tmp_path: Path, kind: str, options: dict[str, Any]) -> None:
    path = tmp_path / f"sky.{kind.lower()}"
    Image.linear_gradient("L").convert("RGB").save(path, kind, **options)
    before = path.read_bytes()
    with Image.open(path) as image:
        pixels = image.tobytes()
    for rating in (3, 5):
        embedded = read_header(path).texts.get(XMP_KEY, "")
        assert xmp.embed(path, Marks(rating, tags=("night sky",)), embedded)
        packet = read_header(path).texts[XMP_KEY]
        assert xmp.read_marks(path, packet) == Marks(rating, tags=("night sky",))
    assert without_xmp(path.read_bytes()) == before
    with Image.open(path) as image:
        assert image.tobytes() == pixels


def test_embedding_keeps_the_time(picture: Path) -> None:
    os.utime(picture, (1_700_000_000, 1_700_000_000))
    assert xmp.embed(picture, Marks(3), "")
    assert picture.stat().st_mtime == 1_700_000_000


def test_a_format_without_room_is_left_alone(tmp_path: Path) -> None:
    for kind in ("WEBP", "TIFF"):
        path = tmp_path / f"sky.{kind.lower()}"
        Image.new("RGB", (8, 6)).save(path)
        before = path.read_bytes()
        assert not xmp.embed(path, Marks(3), "")
        assert path.read_bytes() == before


@given(st.binary(max_size=200), st.sampled_from(FORMATS), st.integers(0, 4000))
def test_damaged_pictures_keep_their_bytes(noise: bytes, kind: Any, cut: int) -> None:
    import io

    file = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(file, kind[0], **kind[1])
    whole = file.getvalue()
    data = whole[: cut % (len(whole) + 1)] + noise
    assert without_xmp(data) == data or b"adobe" in noise
    try:
        written = with_xmp(data, b"<packet/>")
    except EmbedError:
        return
    assert without_xmp(written) == data
