"""Reads the headers of GGUF files, the format of llama.cpp; imports no heavy library.

All lengths are checked against the size of the file before anything is read.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any, NamedTuple

from nodes.diffusion.files.facts import Unsupported
from nodes.diffusion.untrusted import MOST_TENSORS, Tensor

SUFFIX = ".gguf"

TYPES = {
    0: ("F32", 1, 4),
    1: ("F16", 1, 2),
    2: ("Q4_0", 32, 18),
    3: ("Q4_1", 32, 20),
    6: ("Q5_0", 32, 22),
    7: ("Q5_1", 32, 24),
    8: ("Q8_0", 32, 34),
    10: ("Q2_K", 256, 84),
    11: ("Q3_K", 256, 110),
    12: ("Q4_K", 256, 144),
    13: ("Q5_K", 256, 176),
    14: ("Q6_K", 256, 210),
    20: ("IQ4_NL", 32, 18),
    23: ("IQ4_XS", 256, 136),
    30: ("BF16", 1, 2),
}
"""The types that diffusers computes with: name, numbers in a block, and bytes of a block."""

PLAIN = ("F32", "F16", "BF16")
"""The types that are no quantisation."""

_OTHERS = {16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S", 21: "IQ3_S", 22: "IQ2_S",
           29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4"}  # fmt: skip

_MOST_ENTRIES = 10_000
_LONGEST = 1 << 16  # bytes of a text that is kept
_NUMBERS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q",
            12: "d"}  # fmt: skip
_STRING, _ARRAY = 8, 9
_SHAPE = "comfy.gguf.orig_shape."
"""Entries with the shapes of tensors that were stored flat."""


class Header(NamedTuple):
    """The header of a GGUF file.

    Attributes:
        tensors: The entry of each tensor; its offsets count from the start of the file.
        metadata: The texts of the file.
    """

    tensors: dict[str, Tensor]
    metadata: dict[str, str]


def read(path: Path) -> Header:
    """Read a header, and check it against the size of the file.

    Raises:
        Unsupported: the file is damaged, or has a type of numbers that cannot be computed with.
    """
    with path.open("rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError:  # empty
            raise Unsupported("is an empty GGUF file. Copy or download it again.") from None
        with data:
            try:
                return _Reader(data).header()
            except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
                reason = f": {error}" if type(error) is ValueError else ""
                raise Unsupported(
                    f"is damaged: it is not a GGUF file{reason}. Copy or download it again."
                ) from error


class _Reader:
    def __init__(self, data: mmap.mmap) -> None:
        self._data, self._at, self._size = data, 0, len(data)

    def header(self) -> Header:
        if self._bytes(4) != b"GGUF":
            raise ValueError("it begins with other letters")
        version = self._number("I")
        if version not in (2, 3):
            raise ValueError(f"its version is {version}")
        tensors, entries = self._number("Q"), self._number("Q")
        if tensors > MOST_TENSORS or entries > _MOST_ENTRIES:
            raise ValueError(f"it has {tensors:,} tensors and {entries:,} entries")
        values = {self._text(): self._value(self._number("I")) for _ in range(entries)}
        listed = [self._entry(values) for _ in range(tensors)]
        unit = values.get("general.alignment", 32)
        if type(unit) is not int or not 0 < unit <= 1 << 16:
            raise ValueError(f"its alignment is {unit!r}")
        start = -(-self._at // unit) * unit
        found: dict[str, Tensor] = {}
        end = 0
        for name, kind, shape, offset, size in sorted(listed, key=lambda entry: entry[3]):
            if offset < end or start + offset + size > self._size:
                raise ValueError(f"the data of {name[:80]} is cut off or overlaps")
            end = offset + size
            found[name] = Tensor(kind, shape, (start + offset, start + end))
        if len(found) != tensors:
            raise ValueError("two tensors have the same name")
        return Header(found, {k: v for k, v in values.items() if isinstance(v, str)})

    def _entry(self, values: dict[str, Any]) -> tuple[str, str, tuple[int, ...], int, int]:
        """Return name, type, shape, offset and bytes of a tensor."""
        name, dimensions = self._text(), self._number("I")
        if dimensions > 8:
            raise ValueError(f"{name[:80]} has {dimensions} dimensions")
        shape = tuple(reversed([self._number("Q") for _ in range(dimensions)]))
        code, offset = self._number("I"), self._number("Q")
        if code not in TYPES:
            raise Unsupported(
                f"holds {name[:80]} as {_OTHERS.get(code, f'the GGUF type {code}')}, which is not "
                f"supported. Supported are {', '.join(kind for kind, _, _ in TYPES.values())}."
            )
        kind, block, size = TYPES[code]
        count = 1
        for length in shape:
            count *= length
        if count % block or (shape and shape[-1] % block):
            raise ValueError(f"the shape of {name[:80]} does not fit its type")
        original = values.get(_SHAPE + name)
        if isinstance(original, list):
            product = 1
            for length in original:
                product *= length
            if product != count or any(type(length) is not int for length in original):
                raise ValueError(f"the shape of {name[:80]} does not fit its data")
            shape = tuple(original)
        return name, kind, shape, offset, count // block * size

    def _bytes(self, length: int) -> bytes:
        if length > self._size - self._at:
            raise ValueError("it is cut off")
        self._at += length
        return self._data[self._at - length : self._at]

    def _number(self, code: str) -> Any:
        return struct.unpack(f"<{code}", self._bytes(struct.calcsize(f"<{code}")))[0]

    def _text(self) -> str:
        length = self._number("Q")
        if length > _LONGEST:
            raise ValueError("a text is too long")
        return self._bytes(length).decode()

    def _value(self, kind: int) -> Any:
        """Return a value; None for a long text, and for lists of anything but a few numbers."""
        if kind in _NUMBERS:
            return self._number(_NUMBERS[kind])
        if kind == _STRING:
            length = self._number("Q")
            text = self._bytes(length) if length <= _LONGEST else self._skip(length)
            return text and text.decode(errors="replace")
        if kind != _ARRAY:
            raise ValueError(f"an entry has the type {kind}")
        inner, length = self._number("I"), self._number("Q")
        if inner in _NUMBERS:
            size = struct.calcsize(f"<{_NUMBERS[inner]}")
            if length <= 8:
                return [self._number(_NUMBERS[inner]) for _ in range(length)]
            return self._skip(length * size)
        if inner != _STRING or length > self._size:
            raise ValueError(f"a list has the type {inner}")
        for _ in range(length):
            self._skip(self._number("Q"))
        return None

    def _skip(self, length: int) -> None:
        if length > self._size - self._at:
            raise ValueError("it is cut off")
        self._at += length
