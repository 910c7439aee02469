"""Freezes, hashes and serialises the values on wires.

A value is a Python scalar or an instance of a class declared with `sdk.value`: a frozen dataclass
whose fields hold NumPy arrays, `bytes`, JSON scalars, other frozen dataclasses, and tuples or
string-keyed mappings of these. It consists of a *skeleton* (JSON, in which each array is given by
dtype and shape) and the raw bytes of its arrays. Digest and file are made from these two.

Classes never come from a file: the caller passes the socket's class, and a nested dataclass must
be named in the annotation of its field.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from hashlib import blake2s, sha256
from types import MappingProxyType
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from nodeui.graph.spec import Socket

Array = NDArray[Any]

_DTYPES: Mapping[str, str] = {
    "<f8": "F64", "<f4": "F32", "<f2": "F16", "<c8": "C64", "|b1": "BOOL",
    "<i8": "I64", "<i4": "I32", "<i2": "I16", "|i1": "I8",
    "<u8": "U64", "<u4": "U32", "<u2": "U16", "|u1": "U8",
}  # fmt: skip
"""The dtypes of safetensors, by their NumPy names."""

_NUMBERS = frozenset({type(None), bool, int, float})
_SCALARS = _NUMBERS | {str}
_OVERHEAD = 100  # approximate size of any object in memory, in bytes

_to_json = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode
_blake2s = blake2s(digest_size=16)


def hash16(data: bytes) -> bytes:
    """Return a 16-byte hash of short data: BLAKE2s, which has little overhead per call."""
    hasher = _blake2s.copy()  # takes half the time of a new one
    hasher.update(data)
    return hasher.digest()


def checksum(*parts: bytes | memoryview) -> bytes:
    """Return a 16-byte hash of long data: SHA-256, which processors accelerate."""
    hasher = sha256()
    for part in parts:
        hasher.update(part)
    return hasher.digest()[:16]


def seal(value: Any, socket: Socket) -> Any:
    """Return the frozen value of an output, checked against the socket's class.

    NumPy scalars become Python scalars, and integers become floats if the socket is a float.

    Raises:
        TypeError: the value, or a part of it, has a wrong class.
    """
    kind, wanted = value.__class__, socket.cls
    assert wanted is not None  # the node has run in this process
    if kind is wanted:
        return value if kind in _SCALARS else freeze(value)
    if isinstance(value, np.generic):
        return seal(value.item(), socket)
    if value is None and socket.optional:
        return None
    if wanted is float and isinstance(value, int) and kind is not bool:
        return float(value)
    raise TypeError(f"{socket.name} is {kind.__name__}, where {wanted.__name__} is declared")


# --- immutable -----------------------------------------------------------------------------------


def freeze(value: Any) -> Any:
    """Return the value with read-only contiguous arrays, tuples for lists and read-only mappings.

    An array that owns its memory is made read-only in place. An array whose memory others may
    write to (a view, a tensor's memory, a mapped file) is copied.

    Raises:
        TypeError: a part of it has a class that values cannot hold.
    """
    if type(value) in _SCALARS or isinstance(value, bytes):
        return value
    if isinstance(value, np.ndarray):
        return _freeze_array(cast("Array", value))
    if isinstance(value, np.generic):
        return freeze(value.item())
    if isinstance(value, tuple | list):
        return tuple(freeze(item) for item in cast("tuple[Any, ...]", value))
    if isinstance(value, MappingProxyType):
        return cast("Any", value)
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return MappingProxyType({name: freeze(item) for name, item in items})
    if is_dataclass(value) and not isinstance(value, type):
        frozen = {name: freeze(getattr(value, name)) for name, _ in _fields(type(value))}
        changed = {name: new for name, new in frozen.items() if new is not getattr(value, name)}
        return replace(value, **changed) if changed else value
    raise TypeError(f"{type(value).__name__} cannot be part of a value")


def _freeze_array(array: Array) -> Array:
    if array.dtype.str not in _DTYPES:
        raise TypeError(f"an array of {array.dtype} cannot be part of a value")
    if type(array) is np.ndarray and array.flags.c_contiguous:
        if _read_only(array):
            return array
        if array.flags.owndata:
            array.flags.writeable = False
            return array
    copy = np.array(array, order="C")
    copy.flags.writeable = False
    return copy


def _read_only(array: Array) -> bool:
    """True if nobody can write to the memory of `array`."""
    owner: Any = array
    while isinstance(owner, np.ndarray):
        if owner.flags.writeable:
            return False
        owner = owner.base
    return owner is None or isinstance(owner, bytes)


def nbytes(value: Any) -> int:
    """Return the approximate size of a value in memory, in bytes."""
    if type(value) in _NUMBERS:
        return _OVERHEAD
    if isinstance(value, np.ndarray):
        return value.nbytes + _OVERHEAD
    if isinstance(value, bytes | str):
        return len(value) + _OVERHEAD
    return _OVERHEAD + sum(nbytes(part) for part in _parts(value))


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        yield from cast("tuple[Any, ...]", value)
    elif isinstance(value, Mapping):
        yield from cast("Mapping[str, Any]", value).values()
    elif is_dataclass(value):
        for name, _ in _fields(cast("type", type(value))):
            yield getattr(value, name)


# --- skeleton and arrays -------------------------------------------------------------------------


@cache
def _fields(cls: type) -> tuple[tuple[str, tuple[type, ...]], ...]:
    """Return the names of a dataclass's fields, each with the dataclasses in its annotation."""
    known = vars(sys.modules[cls.__module__])
    return tuple((field.name, tuple(_dataclasses(field.type, known))) for field in fields(cls))


def _dataclasses(annotation: Any, known: Mapping[str, Any]) -> Iterator[type]:
    if isinstance(annotation, str):
        for name in re.findall(r"\w+", annotation):
            if name in known and not isinstance(known[name], str):
                yield from _dataclasses(known[name], known)
    elif isinstance(annotation, type) and is_dataclass(annotation):
        yield annotation
    else:
        for argument in get_args(annotation):
            yield from _dataclasses(argument, known)


def _pack(value: Any, classes: tuple[type, ...], arrays: list[Array]) -> Any:
    """Return the skeleton of a frozen value and append its arrays to `arrays`.

    A scalar is its own skeleton; anything else is a list that starts with its kind.
    """
    if type(value) in _SCALARS:
        return value
    if isinstance(value, np.ndarray):
        array = cast("Array", value)
        arrays.append(array)
        return ["array", _DTYPES[array.dtype.str], *array.shape]
    if isinstance(value, bytes):
        arrays.append(np.frombuffer(value, np.uint8))
        return ["bytes", len(value)]
    if isinstance(value, tuple):
        items = cast("tuple[Any, ...]", value)
        return ["tuple", *(_pack(item, classes, arrays) for item in items)]
    if isinstance(value, Mapping):
        named = sorted(cast("Mapping[str, Any]", value).items())
        return ["mapping", {name: _pack(item, classes, arrays) for name, item in named}]
    cls = cast("type[Any]", type(value))
    if cls not in classes:
        raise TypeError(f"{cls.__name__} is not named by the annotation of the field it is in")
    packed = [_pack(getattr(value, name), inner, arrays) for name, inner in _fields(cls)]
    return ["object", classes.index(cls), *packed]


def _unpack(skeleton: Any, classes: tuple[type, ...], arrays: Iterator[Array]) -> Any:
    if not isinstance(skeleton, list):
        return skeleton
    kind, *rest = cast("list[Any]", skeleton)
    match kind:
        case "array":
            return next(arrays)
        case "bytes":
            return next(arrays).tobytes()
        case "tuple":
            return tuple(_unpack(item, classes, arrays) for item in rest)
        case "mapping":
            items = cast("dict[str, Any]", rest[0]).items()
            return MappingProxyType({name: _unpack(item, classes, arrays) for name, item in items})
        case "object":
            cls: Any = classes[int(rest[0])]
            named = zip(_fields(cls), rest[1:], strict=True)
            return cls(**{name: _unpack(item, inner, arrays) for (name, inner), item in named})
        case _:
            raise ValueError(f"a value has no part called {kind!r}")


def _skeleton(value: Any) -> tuple[bytes, list[Array]]:
    """Return the skeleton of a complete value as JSON, and its arrays."""
    if type(value) in _SCALARS:
        return _to_json(value).encode(), []
    arrays: list[Array] = []
    cls = cast("type[Any]", type(value))
    packed = _pack(value, (cls,), arrays)
    return _to_json([getattr(cls, "__socket__", ""), packed]).encode(), arrays


# --- digest and bytes ----------------------------------------------------------------------------


def digest(value: Any) -> bytes:
    """Return the digest of a frozen value, 16 bytes: equal values of a type have equal digests."""
    if type(value) is int:
        return hash16(b"%d" % value)
    skeleton, arrays = _skeleton(value)
    if not arrays:
        return hash16(skeleton)
    hasher = sha256(skeleton)
    for array in arrays:
        hasher.update(array.data if array.size else b"")
    return hasher.digest()[:16]


NONE = digest(None)
"""The digest of None."""


def encode(value: Any) -> bytes:
    """Serialise a frozen value: as JSON, or as a safetensors file if it holds arrays.

    The tensors are named "0", "1", ...; the skeleton is the metadata entry "value".
    """
    return b"".join(encode_parts(value))


def encode_parts(value: Any) -> list[bytes | memoryview]:
    """Return the bytes of `encode` in parts, which share the memory of the value's arrays."""
    skeleton, arrays = _skeleton(value)
    if not arrays:
        return [skeleton]
    header: dict[str, Any] = {"__metadata__": {"value": skeleton.decode()}}
    content: list[memoryview] = []
    end = 0
    # wide elements first, so that all of them are aligned
    for number, array in sorted(enumerate(arrays), key=lambda item: -item[1].itemsize):
        start, end = end, end + array.nbytes
        dtype = _DTYPES[array.dtype.str]
        header[str(number)] = {"dtype": dtype, "shape": array.shape, "data_offsets": [start, end]}
        content.append(array.reshape(-1).view(np.uint8).data)
    text = _to_json(header).encode()
    text += b" " * (-len(text) % 8)
    return [len(text).to_bytes(8, "little"), text, *content]


def decode(data: bytes, cls: type) -> Any:
    """Return the value that `encode` serialised. Its arrays share the memory of `data`.

    Args:
        data: The bytes from `encode`.
        cls: The class of the value's socket; int, float, bool or str for scalars.

    Raises:
        ValueError: the bytes are not such a value.
    """
    try:
        tensors: list[Array] = []
        text = data
        if b"\0" in data[:8]:  # a safetensors file starts with a length; JSON contains no NUL
            text, tensors = _read_tensors(data)
        skeleton = json.loads(text)
        if not isinstance(skeleton, list):
            return skeleton
        name, packed = cast("list[Any]", skeleton)
        if name != getattr(cls, "__socket__", ""):
            raise ValueError(f"this is of type {name!r}, not {cls.__name__}")
        return _unpack(packed, (cls,), iter(tensors))
    except Exception as error:
        raise ValueError(f"not the bytes of a value: {error!r}") from error


_NUMPY: Mapping[str, str] = {name: dtype for dtype, name in _DTYPES.items()}


def _read_tensors(data: bytes) -> tuple[bytes, list[Array]]:
    """Return the skeleton in a safetensors file, and its tensors without a copy."""
    start = 8 + int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8:start])
    text: str = header.pop("__metadata__")["value"]
    tensors: list[Array] = []
    for number in range(len(header)):
        entry = header[str(number)]
        offset = start + entry["data_offsets"][0]
        dtype = np.dtype(_NUMPY[entry["dtype"]])
        tensors.append(np.ndarray(entry["shape"], dtype, buffer=data, offset=offset))
    return text.encode(), tensors
