"""Holds the declarations of packs that are not imported here.

The editor imports NodeUI's own pack alone. Of other packs it knows the specs as data, without the
functions. The workers, which import the packs, send these declarations; they are stored, and the
next editor reads them back as long as the pack's files are unchanged.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from hashlib import blake2s
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import msgspec

from nodeui.graph.packs import Pack, PackProblem, is_ours, load_pack, pack_entries
from nodeui.graph.registry import Registry
from nodeui.graph.signature import SCALARS
from nodeui.graph.source import stamp_of
from nodeui.graph.spec import NodeSpec, Parameter, Socket
from nodeui.graph.wording import tr
from nodeui.sdk import NodeError, NodeFunction

MOST_BYTES = 8 << 20
"""Limit of a declaration; that of NodeUI's own pack would have about 0.2 MB."""


class _Declaration(msgspec.Struct, frozen=True):
    """A `Pack` as data."""

    name: str
    stamp: str
    specs: tuple[NodeSpec, ...]
    preload: tuple[str, ...]
    problems: tuple[PackProblem, ...]


def _drop_code(part: Any) -> None:
    if not isinstance(part, type | Callable | NodeFunction):
        raise TypeError(f"{part!r} is not plain data")


_encoder = msgspec.msgpack.Encoder(enc_hook=_drop_code)
_decoder: msgspec.msgpack.Decoder[_Declaration] = msgspec.msgpack.Decoder(_Declaration)


def declare(pack: Pack) -> bytes:
    """Return the declaration of a pack: all that can be known without its code, in MessagePack."""
    try:
        return _encode(pack)
    except Exception as error:
        problem = PackProblem(pack.name, tr("its declarations are not plain data: {0}", error))
        return _encode(replace(pack, specs=(), problems=(*pack.problems, problem)))


def _encode(pack: Pack) -> bytes:
    data = _Declaration(pack.name, pack.stamp, pack.specs, pack.preload, pack.problems)
    return _encoder.encode(data)


def read_declaration(data: bytes, classes: Mapping[str, type]) -> Pack:
    """Return the pack that `declare` encoded, without its code.

    Args:
        data: The declaration.
        classes: The classes of values that are in this process, by `Socket.class_name`.

    Raises:
        msgspec.DecodeError: the data is malformed, or of another version of NodeUI.
    """
    if len(data) > MOST_BYTES:
        raise msgspec.DecodeError(f"a declaration of {len(data):,} bytes is too long")
    read = _decoder.decode(data)
    try:
        specs = tuple(_attach(spec, classes) for spec in read.specs)
    except NodeError as error:  # a default that its parameter does not allow
        raise msgspec.DecodeError(str(error)) from error
    return Pack(read.name, specs, None, read.preload, read.problems, read.stamp)


def _attach(spec: NodeSpec, classes: Mapping[str, type]) -> NodeSpec:
    """Return the spec with the classes that are known here, and its defaults in canonical form."""

    def known(socket: Socket) -> Socket:
        cls = classes.get(socket.class_name or socket.type)
        return replace(socket, cls=cls)

    def canonical(parameter: Parameter) -> Parameter:
        is_tuple = parameter.type in ("curve", "painting") and not parameter.required
        default = parameter.check(parameter.default) if is_tuple else parameter.default
        return replace(parameter, default=default)

    return replace(
        spec,
        inputs={name: known(socket) for name, socket in spec.inputs.items()},
        parameters={name: canonical(each) for name, each in spec.parameters.items()},
        outputs={name: known(socket) for name, socket in spec.outputs.items()},
    )


def _classes_of(pack: Pack) -> dict[str, type]:
    """Return the classes of an imported pack by name, and those of scalars by socket type."""
    classes: dict[str, type] = {name: cls for cls, name in SCALARS.items()}
    for spec in pack.specs:
        for socket in (*spec.inputs.values(), *spec.outputs.values()):
            if socket.cls is not None and socket.class_name:
                classes[socket.class_name] = socket.cls
    return classes


class EditorRegistry(Registry):
    """The nodes of all packs as the editor knows them.

    The nodes of a pack without a valid declaration are missing until the worker sends one.

    Args:
        own: NodeUI's own pack, imported.
        entries: The entry points of the other packs.
        folder: Where declarations are stored. Confined packs must not be able to write there.
        off: Names of packs that are turned off.
    """

    def __init__(
        self,
        own: Pack,
        entries: Iterable[EntryPoint],
        folder: Path,
        off: Collection[str] = (),
    ) -> None:
        super().__init__(())
        self._own = own.translated()
        self._values = _classes_of(own)
        self._folder = folder
        self._entries = tuple(entries)
        self._declared: dict[bytes, Pack] = {}
        self.turn_off(off)

    def turn_off(self, packs: Collection[str]) -> None:
        """Turn these packs off and all others on, and call `changed`."""
        self._declared = {}
        waiting: list[str] = []
        off: list[Pack] = []
        for entry in self._entries:
            stored = self._stored(entry)
            if entry.name in packs:
                off.append(self._read(stored) if stored else Pack(entry.name))
            elif stored is None:
                waiting.append(entry.name)
            else:
                self._declared[stored] = self._read(stored)
        self.off = tuple(off)
        self.take([self._own, *self._declared.values()], waiting)

    def take_declarations(
        self, declarations: Sequence[bytes], packs: Collection[str] | None = None
    ) -> None:
        before = self._declared
        declared: dict[bytes, Pack] = {}
        for data in declarations:
            with contextlib.suppress(msgspec.DecodeError):  # of a pack that makes its own
                declared[data] = before.get(data) or self._read(data)
        waiting: list[str] = []
        if packs is not None:
            declared = {data: pack for data, pack in declared.items() if pack.name in packs}
            declared |= {data: pack for data, pack in before.items() if pack.name not in packs}
            declared = dict(sorted(declared.items(), key=lambda item: item[1].name))
            waiting = [name for name in self.waiting if name not in packs]
        if [*declared] == [*before] and waiting == [*self.waiting]:
            return
        self._declared = declared
        for data, pack in declared.items():
            if data not in before:
                self._store(pack.name, data)
        self.take([self._own, *declared.values()], waiting)

    def _read(self, data: bytes) -> Pack:
        return read_declaration(data, self._values).translated()

    # --- the store -------------------------------------------------------------------------------

    def _file(self, pack: str) -> Path:
        return self._folder / blake2s(pack.encode(), digest_size=16).hexdigest()

    def _stored(self, entry: EntryPoint) -> bytes | None:
        """Return the stored declaration of a pack, unless its files have changed since."""
        try:
            data = self._file(entry.name).read_bytes()
            read = _decoder.decode(data)
        except (OSError, msgspec.DecodeError):
            return None
        return data if read.stamp == stamp_of(entry) and read.name == entry.name else None

    def _store(self, pack: str, data: bytes) -> None:
        file = self._file(pack)
        with contextlib.suppress(OSError):  # then the next editor waits for the worker again
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary = file.with_suffix(".new")
            temporary.write_bytes(data)
            temporary.replace(file)


def editor_registry(folder: Path, off: Collection[str] = ()) -> Registry:
    """Return the nodes of all installed packs, of which only NodeUI's own is imported.

    Args:
        folder: Where the declarations of the others are stored.
        off: Names of packs that are turned off.
    """
    entries = pack_entries()
    ours = [_own_pack(entry) for entry in entries if is_ours(entry)]
    others = [entry for entry in entries if not is_ours(entry)]
    return EditorRegistry(ours[0] if ours else Pack(""), others, folder, off)


_own_pack = cache(load_pack)
