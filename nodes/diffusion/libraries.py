"""Imports diffusers and transformers without the modules that they import but hardly ever use.

Both import torch's compiler for decorators, scipy and scikit-learn for single functions. That takes
a third of the time until a worker is ready. While they are imported, placeholders with these names
stand in `sys.modules`; the real modules are imported when a name is called. A library that reads
any other name of such a module gets the real one at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache, partial, wraps
from importlib import import_module
from types import ModuleType
from typing import Any


def _later(module: str, name: str) -> Callable[..., Any]:
    """Return a function that calls the one of this name in a module that it imports first."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return getattr(import_module(module), name)(*args, **kwargs)

    return call


def _disable(function: Any = None, *args: Any, **kwargs: Any) -> Any:
    """Return the function; its first call applies `torch.compiler.disable` to it."""
    if function is None:
        return partial(_disable, *args, **kwargs)
    disabled = cache(lambda: import_module("torch._dynamo").disable(function, *args, **kwargs))
    return wraps(function)(lambda *args, **kwargs: disabled()(*args, **kwargs))


def _same(decorated: Any) -> Any:
    """Return the function or class: a hint to the compiler, which traces it without, too."""
    return decorated


_NAMES: Mapping[str, Mapping[str, Any]] = {
    "torch._dynamo": {
        "allow_in_graph": _same,
        "assume_constant_result": _same,
        "disable": _disable,
    },
    **{
        module: {name: _later(module, name) for name in names}
        for module, names in (
            ("torch._dynamo._trace_wrapped_higher_order_op", ("TransformGetItemToIndex",)),
            ("torch._dynamo.utils", ("is_compile_supported",)),
            ("scipy.integrate", ()),
            ("scipy.optimize", ("linear_sum_assignment",)),
            ("scipy.stats", ()),
            ("sklearn.metrics", ("roc_curve",)),
        )
    },
}
"""The deferred modules, with the names in them that the libraries read when they are imported."""


class _Placeholder(ModuleType):
    """Has some names of a module; reading another one imports the module."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        vars(self).update(_NAMES[name])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # `inspect` looks for the files of all modules
            raise AttributeError(name)
        _remove_placeholders()
        return getattr(import_module(self.__name__), name)


def _remove_placeholders() -> None:
    for name in _NAMES:
        if isinstance(sys.modules.get(name), _Placeholder):
            del sys.modules[name]


@contextmanager
def _placeholders() -> Generator[None]:
    """Defer the imports of the modules that are not imported yet."""
    for name in _NAMES:
        if name not in sys.modules:
            sys.modules[name] = _Placeholder(name)
    try:
        yield
    finally:
        _remove_placeholders()


def _import() -> None:
    import_module("diffusers.models.controlnets.controlnet")
    import_module("diffusers.models.unets.unet_2d_condition")
    import_module("transformers.models.clip.modeling_clip")
    for kind in import_module("diffusers.schedulers").KarrasDiffusionSchedulers:
        getattr(import_module("diffusers"), kind.name)  # imports it


try:
    with _placeholders():
        _import()
except (ImportError, RuntimeError):  # this release imports submodules of a placeholder
    _import()
