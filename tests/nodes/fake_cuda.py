"""Fakes a CUDA device: its tensors have a shape, a dtype and a device, but no values.

Tensors on the CPU stay real, so schedulers, generators and other code that reads values on the
host works. Operations that mix tensors of both raise, as on a real GPU.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode, unset_fake_temporarily
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

ATEN = torch.ops.aten
_READS = (ATEN._local_scalar_dense, ATEN.equal, ATEN.is_nonzero, ATEN.nonzero)
_DRAWS = (
    ATEN.bernoulli, ATEN.bernoulli_, ATEN.multinomial, ATEN.normal, ATEN.normal_, ATEN.rand,
    ATEN.rand_like, ATEN.randint, ATEN.randn, ATEN.randn_like, ATEN.uniform_,
)  # fmt: skip
_PINS = (ATEN.pin_memory, ATEN._pin_memory)
_SMALL = 512  # largest number of elements for which values on the device are tracked

# shared by all tests, so that they can share networks on the device
_FAKES = FakeTensorMode(allow_non_fake_inputs=True)


def _known(tensor: Any) -> torch.Tensor | None:
    """Return the values of a tensor on the device, None if they are unknown."""
    return getattr(tensor, "_known", None)


def _learn(tensor: Any, values: torch.Tensor | None) -> None:
    """Set the values of a tensor on the device."""
    tensor._known = values


class Crossing(NamedTuple):
    """A copy between host and device, or a read of a value on the device.

    Attributes:
        op: Name of the operation.
        upload: True for copies to the device.
        shape: Shape of the tensor.
        dtype: Dtype of the source.
        blocking: True if the host waits for the device. Only non_blocking copies from the device,
            and non_blocking copies to it from pinned memory, do not wait.
    """

    op: str
    upload: bool
    shape: tuple[int, ...]
    dtype: torch.dtype
    blocking: bool


class FakeCuda(TorchDispatchMode):
    """A mode in which tensors on the device "cuda" are fake.

    Small tensors that came from the host, and results computed from those alone, have known
    values, so timesteps and masks can be read back. Other tensors arrive at the host as zeros;
    reading a single value of them (`.item()`, `bool()`) raises AssertionError.

    Attributes:
        crossings: Copies and reads so far.
        drawn: Names of operations that drew random numbers on the device.
    """

    def __init__(self) -> None:
        super().__init__()
        self.crossings: list[Crossing] = []
        self.drawn: list[str] = []
        self._fakes = _FAKES

    def blocking(self) -> list[Crossing]:
        """Return the copies and reads that wait for the device."""
        return [crossing for crossing in self.crossings if crossing.blocking]

    def downloads(self) -> list[Crossing]:
        """Return the copies to the host."""
        return [crossing for crossing in self.crossings if not crossing.upload]

    def __enter__(self) -> Any:
        self._fakes.__enter__()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._fakes.__exit__(*error)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        leaves = tree_leaves((args, kwargs))
        fakes = [leaf for leaf in leaves if isinstance(leaf, FakeTensor)]
        wanted = kwargs.get("device")
        to_device = wanted is not None and torch.device(wanted).type == "cuda"
        if not fakes and not to_device:  # on the host
            with unset_fake_temporarily():
                if func.overloadpacket in _PINS:
                    pinned = args[0].clone()
                    pinned._pinned = True
                    return pinned
                return func(*args, **kwargs)
        packet = func.overloadpacket
        if packet is ATEN.to:  # in inference mode, it arrives here whole
            with self:
                return func.decompose(*args, **kwargs)
        if packet in _DRAWS:
            self.drawn.append(str(func))
        if packet in _READS:
            return self._read(func, args, kwargs)
        if packet is ATEN.index:
            args = (args[0], self._numbered(func, args[1]))
        if packet is ATEN._to_copy and wanted is not None:
            if args[0].is_cuda and not to_device:
                return self._download(func, args[0], kwargs)
            if not args[0].is_cuda and to_device:
                self._cross(func, True, args[0], kwargs)
        if packet is ATEN.copy_:
            target, source = args[:2]
            if target.is_cuda and not source.is_cuda and source.ndim:
                self._cross(func, True, source, kwargs)
            assert target.is_cuda or not source.is_cuda, "copied into a tensor on the host"
        found = func(*args, **kwargs)
        self._follow(func, args, kwargs, found)
        return found

    def _cross(self, func: Any, upload: bool, tensor: torch.Tensor, kwargs: Any) -> None:
        pinned = getattr(tensor, "_pinned", False)
        free = kwargs.get("non_blocking", False) and (not upload or pinned)
        self.crossings.append(
            Crossing(str(func), upload, tuple(tensor.shape), tensor.dtype, not free)
        )

    def _download(self, func: Any, source: torch.Tensor, kwargs: Any) -> torch.Tensor:
        self._cross(func, False, source, kwargs)
        values = _known(source)
        kind = kwargs.get("dtype") or source.dtype
        with unset_fake_temporarily():
            if values is None:
                return torch.zeros(source.shape, dtype=kind)
            return values.to(kind, copy=True)

    def _read(self, func: Any, args: Any, kwargs: Any) -> Any:
        for leaf in tree_leaves((args, kwargs)):
            if isinstance(leaf, FakeTensor):
                assert _known(leaf) is not None, f"{func} reads a value that is on the device only"
                self._cross(func, False, leaf, {})
        with unset_fake_temporarily():
            return func(*tree_map(self._valued, args), **tree_map(self._valued, kwargs))

    def _numbered(self, func: Any, indices: Any) -> list[torch.Tensor | None]:
        """Replace masks on the device by the indices of their True elements.

        A real device waits here, because the host needs the number of those elements.
        """
        found: list[torch.Tensor | None] = []
        for index in indices:
            if isinstance(index, FakeTensor) and index.dtype == torch.bool:
                with unset_fake_temporarily():
                    numbers = self._read(ATEN.nonzero.default, (index,), {}).unbind(1)
                for number in numbers:
                    there = torch.empty(number.shape, dtype=number.dtype, device=index.device)
                    _learn(there, number)
                    found.append(there)
            else:
                found.append(index)
        return found

    def _valued(self, leaf: Any) -> Any:
        return _known(leaf) if isinstance(leaf, FakeTensor) else leaf

    def _follow(self, func: Any, args: Any, kwargs: Any, found: Any) -> None:
        """Apply an operation to the known values too, if all of its inputs have some."""
        inputs = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        results = [leaf for leaf in tree_leaves(found) if isinstance(leaf, torch.Tensor)]
        unknown = any(isinstance(one, FakeTensor) and _known(one) is None for one in inputs)
        if unknown or any(one.numel() > _SMALL for one in (*inputs, *results)):
            for one in results:  # an operation in place makes known values unknown
                _learn(one, None)
            return
        there = {**kwargs, **({"device": torch.device("cpu")} if kwargs.get("device") else {})}
        with unset_fake_temporarily():
            values = func(*tree_map(self._valued, args), **tree_map(self._valued, there))
        for one, value in zip(tree_leaves(found), tree_leaves(values), strict=True):
            if isinstance(one, FakeTensor):
                _learn(one, value)
