"""Keeps a CUDA device busy: copies to it that do not wait, and CUDA graphs of a network.

Nothing here changes what other devices do.

Copies
    A copy to the device waits for the host unless it comes from pinned memory. So all arrays are
    uploaded from there, such as the prompts of a schedule that change during a run. The other
    direction is `snapshot.begin`.
CUDA graphs
    Where NODEUI_CUDA_GRAPHS is 1, the kernels of a UNet are recorded once for each shape of its
    inputs and replayed, so a step costs one launch instead of thousands. A graph holds the memory
    of its activations. LoRAs and image prompts act through Python code, which a graph does not
    repeat, so steps with them run without one. The setting is part of every key
    (`nodes.environment`).
Previews
    A preview is a linear map of one small tensor (`preview.py`), not a decoded picture, so it has
    no stream of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

import torch

from nodes.environment import cuda_graphs

_MOST_GRAPHS = 4
"""Graphs that are held of each network, such as with and without guidance."""
_WARM_UPS = 3
"""Calls before a recording, in which libraries choose kernels and allocate memory."""


def upload(
    tensor: torch.Tensor, device: torch.device | None, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Copy a tensor on the CPU to a device; on a CUDA device, later work waits for it there."""
    # cast first: a cast on the way would copy from memory that is not pinned
    tensor = tensor.to(dtype=dtype)
    if device is None or device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def evaluate(network: torch.nn.Module, *inputs: torch.Tensor, **more: Any) -> torch.Tensor:
    """Return the first output of a network, called with `return_dict=False`.

    Args:
        network: A network in evaluation mode, without hooks that change between calls.
        inputs: Its positional arguments.
        more: Further arguments: tensors, in lists and mappings.
    """
    if not _uses_graphs(inputs[0]):
        return network(*inputs, **more, return_dict=False)[0]
    graphs = _graphs.setdefault(network, OrderedDict())
    arguments = [list(inputs), more]
    shape = repr(_map(lambda tensor: (tuple(tensor.shape), tensor.dtype), arguments))
    if shape not in graphs:
        graphs[shape] = _Graph(network, arguments)
        if len(graphs) > _MOST_GRAPHS:
            graphs.popitem(last=False)
    graphs.move_to_end(shape)
    return graphs[shape].replay(arguments)


def _uses_graphs(tensor: torch.Tensor) -> bool:
    return cuda_graphs() and tensor.is_cuda


_graphs: WeakKeyDictionary[torch.nn.Module, OrderedDict[str, _Graph]] = WeakKeyDictionary()


class _Graph:
    """The recorded kernels of a network for inputs of some shapes.

    Args:
        network: The network.
        arguments: Its positional arguments, and the others.
    """

    def __init__(self, network: torch.nn.Module, arguments: Any) -> None:
        self._inputs = _map(torch.clone, arguments)
        inputs, more = self._inputs
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(_WARM_UPS):
                network(*inputs, **more, return_dict=False)
        torch.cuda.current_stream().wait_stream(side)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._output = network(*inputs, **more, return_dict=False)[0]

    def replay(self, arguments: Any) -> torch.Tensor:
        """Return the output for other values of the arguments."""
        for mine, given in zip(_leaves(self._inputs), _leaves(arguments), strict=True):
            mine.copy_(given)
        self._graph.replay()
        return self._output.clone()


def _map(change: Callable[[torch.Tensor], Any], value: Any) -> Any:
    """Return lists and mappings with each tensor changed."""
    if isinstance(value, torch.Tensor):
        return change(value)
    if isinstance(value, Mapping):
        return {name: _map(change, part) for name, part in value.items()}
    return [_map(change, part) for part in value]


def _leaves(value: Any) -> list[torch.Tensor]:
    """Return the tensors in lists and mappings, in the order of `_map`."""
    found: list[torch.Tensor] = []
    _map(found.append, value)
    return found
