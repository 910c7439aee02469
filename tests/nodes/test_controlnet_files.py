"""ControlNets in single files, in the layouts of the original code and of diffusers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.controlnets.controlnet import ControlNetModel
from safetensors.torch import save_file

from nodes import models
from nodes.diffusion import load
from nodes.types import Model
from nodeui.sdk import NodeError
from tests.nodes import originals
from tests.nodes.fakes import FakeContext

_RULES = (
    (r"^controlnet_cond_embedding\.conv_in\.", "input_hint_block.0."),
    (r"^controlnet_cond_embedding\.conv_out\.", "input_hint_block.14."),
    (r"^controlnet_down_blocks\.(\d+)\.", r"zero_convs.\1.0."),
    (r"^controlnet_mid_block\.", "middle_block_out.0."),
)


def _net() -> ControlNetModel:
    torch.manual_seed(4)
    net = ControlNetModel(
        block_out_channels=(32, 64), layers_per_block=1, cross_attention_dim=32,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), attention_head_dim=8,
    )  # fmt: skip
    for name, weight in net.named_parameters():
        if name.startswith("controlnet_"):
            torch.nn.init.normal_(weight, std=0.1)
    return net.eval()


def _original(net: ControlNetModel) -> dict[str, torch.Tensor]:
    stand_in: Any = net
    found: dict[str, torch.Tensor] = {}
    for name, tensor in originals.unet_names(stand_in).items():
        for pattern, new in _RULES:
            name = re.sub(pattern, new, name)
        if block := re.match(r"controlnet_cond_embedding\.blocks\.(\d+)\.(.+)", name):
            name = f"input_hint_block.{2 * int(block[1]) + 2}.{block[2]}"
        found[name] = tensor
    return found


@pytest.mark.parametrize("layout", ["control_model.", "", "diffusers"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_files(tmp_path: Path, layout: str, dtype: torch.dtype) -> None:
    """The network is that of diffusers, with the same weights."""
    net = _net()
    for weight in net.parameters():
        weight.data = weight.data.to(dtype).float()
    named = (
        net.state_dict()
        if layout == "diffusers"
        else {layout + name: tensor for name, tensor in _original(net).items()}
    )
    save_file({n: t.to(dtype).contiguous() for n, t in named.items()}, tmp_path / "c.safetensors")
    ctx = FakeContext(tmp_path)
    handle = models.controlnet(ctx, "c.safetensors")
    model = Model("", "", "sd", "float32", 4, 8, 64)
    found = load.controlnet(handle, model)
    inputs: Any = (torch.randn(1, 4, 8, 8), 7, torch.randn(1, 5, 32), torch.rand(1, 3, 64, 64))
    with torch.no_grad():
        right, mine = net(*inputs, return_dict=False), found(*inputs, return_dict=False)
    assert all(torch.equal(a, b) for a, b in zip(right[0], mine[0], strict=True))
    assert torch.equal(right[1], mine[1]) and not ctx.warnings


def test_union_is_refused_by_name(tmp_path: Path) -> None:
    save_file({"task_embedding": torch.zeros(6, 320)}, tmp_path / "u.safetensors")
    with pytest.raises(NodeError, match="is a ControlNet Union, which is not supported"):
        models.controlnet(FakeContext(tmp_path), "u.safetensors")
