"""LoRA files of all kinds and namings: what they change, and what is refused or reported.

Every kind is compared with weights merged by the published formulas, in float64.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from diffusers.loaders.single_file_utils import convert_ldm_unet_checkpoint
from peft import LoraConfig
from safetensors.torch import save_file

from nodes import lora, models, text
from nodes.diffusion import load, lora_files
from nodes.diffusion import lora as lora_layers
from nodes.diffusion.lora import Attachment
from nodes.diffusion.lora_names import Layers, _OriginalNames
from nodes.types import Model
from nodeui.engine.outcomes import Failure
from nodeui.sdk import NodeError
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext
from tests.nodes.test_lora import ours, theirs

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore:Already found:UserWarning")]

Tensors = dict[str, torch.Tensor]

LINEAR = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k"  # no bias
BIASED = "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0"
CONV = "down_blocks.0.resnets.0.conv1"
POINT = "down_blocks.0.attentions.0.proj_in"  # a convolution of 1 x 1
NORM = "mid_block.resnets.0.norm1"
TEXT = "encoder.layers.0.self_attn.q_proj"


def values(*shape: int, seed: int = 0, scale: float = 0.5) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * scale


def save(root: Path, name: str, tensors: Tensors, metadata: dict[str, str] | None = None) -> str:
    """Save a file, and return its name below the root."""
    root.mkdir(exist_ok=True)
    save_file({key: t.clone() for key, t in tensors.items()}, root / name, metadata)
    return name


def pair(layer: str, *, inputs: int = 8, outputs: int = 8, rank: int = 2, seed: int = 0) -> Tensors:
    """A plain LoRA of one layer, as diffusers names it."""
    return {
        f"{layer}.lora_A.weight": values(rank, inputs, seed=seed),
        f"{layer}.lora_B.weight": values(outputs, rank, seed=seed + 1),
    }


@pytest.fixture
def files(tiny_models: Path, tmp_path: Path) -> FakeContext:
    """A context in a folder of its own, beside the models."""
    for name in ("sd15", "sd2", "sdxl"):
        (tmp_path / name).symlink_to(tiny_models / name)
    return FakeContext(tmp_path)


def applied(ctx: FakeContext, source: str, name: str = "sd15", **more: Any) -> Model:
    return lora.apply(ctx, models.load(ctx, name).model, source, **more)


# --- the kinds, against merged weights ------------------------------------------------------------


def plain(layer: str, shape: tuple[int, ...], dora: Any = None) -> tuple[Tensors, np.ndarray]:
    """A LoRA (LoCon for convolutions) in kohya's naming, and dW."""
    rank, inner = 3, shape[1:]
    down, up = values(rank, *inner, seed=1), values(shape[0], rank, seed=2)
    tensors = {
        f"{layer}.lora_down.weight": down,
        f"{layer}.lora_up.weight": up.reshape(shape[0], rank, *([1] * (len(shape) - 2))),
        f"{layer}.alpha": torch.tensor(1.5),
    }
    product = up.double().numpy() @ down.double().flatten(1).numpy()
    return tensors, product.reshape(shape) * 0.5


def tucker(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    """A LoCon with a core for the kernel."""
    down, up = values(2, shape[1], 1, 1, seed=3), values(shape[0], 2, 1, 1, seed=4)
    mid = values(2, 2, *shape[2:], seed=5)
    tensors = {
        f"{layer}.lora_down.weight": down,
        f"{layer}.lora_mid.weight": mid,
        f"{layer}.lora_up.weight": up,
    }
    change = np.zeros(shape)
    a, b, c = (t.double().numpy() for t in (up, mid, down))
    for r in range(2):
        for s in range(2):
            change += a[:, r, None] * c[s, :, 0, 0][None, :, None, None] * b[r, s]
    return tensors, change


def loha(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    columns = int(np.prod(shape[1:]))
    parts = [values(shape[0], 2, seed=1), values(2, columns, seed=2)]
    parts += [values(shape[0], 2, seed=3), values(2, columns, seed=4)]
    names = ("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")
    tensors = {f"{layer}.{name}": part for name, part in zip(names, parts, strict=True)}
    tensors[f"{layer}.alpha"] = torch.tensor(1.0)
    a, b, c, d = (part.double().numpy() for part in parts)
    return tensors, ((a @ b) * (c @ d)).reshape(shape) * 0.5


def loha_tucker(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    tensors: Tensors = {}
    change = np.ones(shape)
    for n in (1, 2):
        core = values(2, 2, *shape[2:], seed=10 + n)
        a, b = values(2, shape[0], seed=20 + n), values(2, shape[1], seed=30 + n)
        tensors |= {
            f"{layer}.hada_t{n}": core, f"{layer}.hada_w{n}_a": a, f"{layer}.hada_w{n}_b": b,
        }  # fmt: skip
        factor = np.zeros(shape)
        for i in range(2):
            for j in range(2):
                outer = np.outer(a[i].double(), b[j].double())
                factor += outer[:, :, None, None] * core[i, j].double().numpy()
        change *= factor
    return tensors, change


def lokr(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    """Both factors whole: alpha has no meaning."""
    first = values(2, 4, seed=1)
    second = values(shape[0] // 2, shape[1] // 4, *shape[2:], seed=2)
    tensors = {f"{layer}.lokr_w1": first, f"{layer}.lokr_w2": second}
    tensors[f"{layer}.alpha"] = torch.tensor(1e10)  # as LyCORIS writes it
    one = first.double().numpy().reshape(2, 4, *([1] * (len(shape) - 2)))
    return tensors, np.kron(one, second.double().numpy())


def lokr_factored(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    """Both factors as products of matrices."""
    inner = (shape[0] // 2, int(np.prod(shape[1:])) // 4)
    parts = {
        "lokr_w1_a": values(2, 2, seed=1),
        "lokr_w1_b": values(2, 4, seed=2),
        "lokr_w2_a": values(inner[0], 2, seed=3),
        "lokr_w2_b": values(2, inner[1], seed=4),
    }
    a, b, c, d = (part.double().numpy() for part in parts.values())
    tensors = {f"{layer}.{role}": part for role, part in parts.items()}
    tensors[f"{layer}.alpha"] = torch.tensor(1.0)
    if len(shape) == 2:
        return tensors, np.kron(a @ b, c @ d) * 0.5
    second = (c @ d).reshape(shape[0] // 2, shape[1] // 4, *shape[2:])
    return tensors, np.kron((a @ b)[:, :, None, None], second) * 0.5


def full(layer: str, shape: tuple[int, ...]) -> tuple[Tensors, np.ndarray]:
    change = values(*shape, seed=6)
    return {f"{layer}.diff": change}, change.double().numpy()


Kind = Callable[[str, tuple[int, ...]], tuple[Tensors, np.ndarray]]


def evaluated(network: Any, strength: float | None = None, model: Model | None = None) -> Any:
    """One evaluation of a UNet, with the LoRAs of a model if there is one."""
    arguments = (values(2, 4, 8, 8, seed=7, scale=1), torch.tensor(401))
    text = values(2, 5, tiny.WIDTH, seed=8, scale=1).to(network.dtype)
    with torch.no_grad():
        call = lambda: network(arguments[0].to(network.dtype), arguments[1], text)[0]  # noqa: E731
        if model is None or strength is None:
            return call()
        with Attachment(network, "unet", model).applied([(one, strength) for one in model.loras]):
            return call()


def merged(folder: Path, layer: str, weight: np.ndarray, bias: np.ndarray | None = None) -> Any:
    """The result of a UNet whose weight was replaced, in float64."""
    network: Any = UNet2DConditionModel.from_pretrained(folder / "unet").double().eval()
    module = network.get_submodule(layer)
    module.weight.data = torch.from_numpy(weight)
    if bias is not None:
        module.bias.data += torch.from_numpy(bias)
    return evaluated(network)


def weight_of(folder: Path, layer: str) -> np.ndarray:
    network: Any = UNet2DConditionModel.from_pretrained(folder / "unet")
    return network.get_submodule(layer).weight.detach().double().numpy()


def kohya(layer: str) -> str:
    return "lora_unet_" + layer.replace(".", "_")


def close(found: torch.Tensor, right: torch.Tensor, plain_: torch.Tensor) -> None:
    """Equal but for rounding, and far from the result without the change."""
    effect = float((right - plain_).abs().max())
    assert effect > 1e-3
    torch.testing.assert_close(found.double(), right.double(), atol=3e-6 + 1e-5 * effect, rtol=0)


CASES: list[tuple[Kind, str]] = [
    (plain, LINEAR), (plain, CONV), (plain, POINT), (tucker, CONV),
    (loha, BIASED), (loha, CONV), (loha_tucker, CONV),
    (lokr, LINEAR), (lokr, CONV), (lokr_factored, LINEAR), (lokr_factored, CONV),
    (full, LINEAR), (full, CONV), (full, NORM),
]  # fmt: skip


@pytest.mark.parametrize("strength", [1.0, -0.4])
@pytest.mark.parametrize(
    ("kind", "layer"), CASES, ids=[f"{k.__name__}-{n.split('.')[-1]}" for k, n in CASES]
)
def test_a_kind_equals_merged_weights(
    files: FakeContext, tiny_models: Path, kind: Kind, layer: str, strength: float
) -> None:
    own = weight_of(tiny_models / "sd15", layer)
    tensors, change = kind(kohya(layer), own.shape)
    model = applied(files, save(files.root, "x.safetensors", tensors))
    network = load.unet(model)
    without = evaluated(network)
    right = merged(tiny_models / "sd15", layer, own + strength * change)
    close(evaluated(network, strength, model), right, without)
    assert torch.equal(evaluated(network), without)  # and nothing of it stays
    assert files.warnings == []


@pytest.mark.parametrize("strength", [1.0, 0.3])
@pytest.mark.parametrize("by", ["outputs", "inputs"])
@pytest.mark.parametrize(
    ("kind", "layer"), [(plain, BIASED), (plain, CONV), (loha, BIASED), (lokr, CONV)]
)
def test_dora_equals_merged_weights(
    files: FakeContext, tiny_models: Path, kind: Kind, layer: str, by: str, strength: float
) -> None:
    """W' = m (W + dW) / |W + dW| (Liu et al. 2024, equation 5), of which a strength is a share."""
    own = weight_of(tiny_models / "sd15", layer)
    tensors, change = kind(kohya(layer), own.shape)
    axis = 0 if by == "outputs" else 1
    shape = [1] * own.ndim
    shape[axis] = own.shape[axis]
    magnitude = values(*shape, seed=9).abs() + 0.5
    others = tuple(a for a in range(own.ndim) if a != axis)
    whole = own + change
    norm = np.sqrt((whole**2).sum(axis=others, keepdims=True))
    whole = magnitude.double().numpy() * whole / norm
    tensors[f"{kohya(layer)}.dora_scale"] = magnitude
    model = applied(files, save(files.root, "x.safetensors", tensors))
    network = load.unet(model)
    right = merged(tiny_models / "sd15", layer, own + strength * (whole - own))
    close(evaluated(network, strength, model), right, evaluated(network))


@pytest.mark.parametrize("prefix", ["lycoris_", "lora_unet_", "unet.", "diffusion_model.", ""])
def test_lokr_in_all_namings(files: FakeContext, tiny_models: Path, prefix: str) -> None:
    own = weight_of(tiny_models / "sd15", LINEAR)
    layer = BOTH[LINEAR] if prefix == "diffusion_model." else LINEAR
    tensors, change = lokr(
        prefix + (layer.replace(".", "_") if "_" in prefix[-1:] else layer), own.shape
    )
    model = applied(files, save(files.root, "x.safetensors", tensors))
    network = load.unet(model)
    right = merged(tiny_models / "sd15", LINEAR, own + change)
    close(evaluated(network, 1.0, model), right, evaluated(network))


def test_a_change_of_a_bias(files: FakeContext, tiny_models: Path) -> None:
    own, bias = weight_of(tiny_models / "sd15", CONV), values(8, seed=3)
    tensors, change = plain(kohya(CONV), own.shape)
    tensors[f"{kohya(CONV)}.diff_b"] = bias
    model = applied(files, save(files.root, "x.safetensors", tensors))
    network = load.unet(model)
    right = merged(tiny_models / "sd15", CONV, own + 0.5 * change, 0.5 * bias.double().numpy())
    close(evaluated(network, 0.5, model), right, evaluated(network))


def test_dora_of_peft_equals_the_pipeline(files: FakeContext, tiny_models: Path) -> None:
    folder = files.root / "dora"
    network: Any = UNet2DConditionModel.from_pretrained(tiny_models / "sd15" / "unet")
    config = LoraConfig(r=3, lora_alpha=3, target_modules=["to_q", "conv1"], use_dora=True)
    network.add_adapter(config)
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(1)
    state: dict[str, torch.nn.Module | torch.Tensor] = {
        name: value + 0.2 * torch.randn_like(value)
        for name, value in get_peft_model_state_dict(network, adapter_name="default").items()
    }
    assert any("magnitude" in name for name in state)
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=state)
    pipe: Any = StableDiffusionPipeline.from_pretrained(tiny_models / "sd15")
    pipe.load_lora_weights(folder)
    tiny.reown(pipe)
    model = applied(files, "dora")
    own = load.unet(model)
    close(evaluated(own, 1.0, model), evaluated(pipe.unet), evaluated(own))


def test_kinds_add_up(files: FakeContext, tiny_models: Path) -> None:
    """LoRAs of several kinds on one layer: the sum of their changes."""
    own = weight_of(tiny_models / "sd15", CONV)
    model, right = models.load(files, "sd15").model, own
    for number, kind in enumerate((plain, loha, lokr, full)):
        tensors, change = kind(kohya(CONV), own.shape)
        model = lora.apply(files, model, save(files.root, f"{number}.safetensors", tensors))
        right = right + 0.5 * change
    network = load.unet(model)
    close(
        evaluated(network, 0.5, model),
        merged(tiny_models / "sd15", CONV, right),
        evaluated(network),
    )


# --- alpha ----------------------------------------------------------------------------------------


def effect(files: FakeContext, source: str) -> torch.Tensor:
    """The change of the output of LINEAR that is due to a LoRA, for a batch of inputs."""
    model = applied(files, source)
    network = load.unet(model)
    layer, x = network.get_submodule(LINEAR), values(1, 3, tiny.WIDTH, seed=5)
    with torch.no_grad():
        without = layer(x)
        with Attachment(network, "unet", model).applied([(one, 1.0) for one in model.loras]):
            return layer(x) - without


@pytest.mark.parametrize(
    ("name", "scale"),
    [("none", 1.0), ("own", 0.25), ("metadata", 3.0), ("rooted", 6 / 2**0.5), ("config", 2.0)],
)
def test_alpha(files: FakeContext, name: str, scale: float) -> None:
    """That of the layer, that of the metadata, else the rank; never that of another layer."""
    tensors = pair(f"unet.{LINEAR}", inputs=tiny.WIDTH)
    other = f"unet.{LINEAR.replace('to_k', 'to_q')}"
    tensors |= {**pair(other), f"{other}.alpha": torch.tensor(0.1)}
    metadata = None
    file = "x.safetensors"
    if name == "own":
        tensors[f"unet.{LINEAR}.alpha"] = torch.tensor(0.5)
    if name in ("metadata", "rooted"):
        settings: dict[str, Any] = {"unet.lora_alpha": 6, "unet.r": 2}
        settings["unet.use_rslora"] = name == "rooted"
        metadata = {"lora_adapter_metadata": json.dumps(settings)}
    if name == "config":
        (files.root / "adapter_config.json").write_text(
            json.dumps({"lora_alpha": 1, "alpha_pattern": {"attn2.to_k": 4}})
        )
    save(files.root, file, tensors, metadata)
    x = values(1, 3, tiny.WIDTH, seed=5)
    a, b = (tensors[f"unet.{LINEAR}.lora_{part}.weight"] for part in "AB")
    torch.testing.assert_close(effect(files, file), x @ a.T @ b.T * scale, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("stated", [True, False])
def test_the_scale_of_whole_kronecker_factors(files: FakeContext, stated: bool) -> None:
    """LyCORIS has none, whatever alpha it writes; peft has alpha / rank, stated in its config."""
    tensors, change = lokr(f"base_model.model.{LINEAR}", (8, tiny.WIDTH))
    if stated:
        (files.root / "adapter_config.json").write_text(json.dumps({"alpha": 6, "r": 8}))
    save(files.root, "x.safetensors", tensors)
    x = values(1, 3, tiny.WIDTH, seed=5)
    right = x.double() @ torch.from_numpy(change).T * (0.75 if stated else 1)
    torch.testing.assert_close(effect(files, "x.safetensors").double(), right, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    "config", [{"lora_alpha": "much"}, {"alpha_pattern": [1]}, {"alpha_pattern": {"(": 1}}]
)
def test_a_damaged_config(files: FakeContext, config: dict[str, Any]) -> None:
    (files.root / "adapter_config.json").write_text(json.dumps(config))
    assert "is not valid" in str(refused(files, pair(LINEAR, inputs=tiny.WIDTH)))


def test_the_config_beside_a_file_counts(files: FakeContext) -> None:
    save(files.root, "x.safetensors", pair(f"unet.{LINEAR}", inputs=tiny.WIDTH))
    digests = {applied(files, "x.safetensors").loras[0].digest}
    for alpha in (1, 2):
        (files.root / "adapter_config.json").write_text(json.dumps({"lora_alpha": alpha}))
        digests.add(applied(files, "x.safetensors").loras[0].digest)
    assert len(digests) == 3


# --- namings --------------------------------------------------------------------------------------

BOTH = {  # a layer of diffusers: the same in the original code
    LINEAR: "input_blocks.1.1.transformer_blocks.0.attn2.to_k",
    CONV: "input_blocks.1.0.in_layers.2",
    "down_blocks.0.downsamplers.0.conv": "input_blocks.2.0.op",
    "down_blocks.1.resnets.0.time_emb_proj": "input_blocks.3.0.emb_layers.1",
    "mid_block.attentions.0.proj_out": "middle_block.1.proj_out",
    "mid_block.resnets.1.conv2": "middle_block.2.out_layers.3",
    "up_blocks.0.resnets.1.conv_shortcut": "output_blocks.1.0.skip_connection",
    "up_blocks.0.upsamplers.0.conv": "output_blocks.1.1.conv",
    BIASED: "output_blocks.2.1.transformer_blocks.0.attn1.to_out.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_out": "out.2",
}


@pytest.mark.parametrize(
    "prefix",
    [
        "unet.", "", "base_model.model.", "base_model.model.unet.", "unet.base_model.model.",
        "module.", "unet._orig_mod.", "module._orig_mod.unet.",
    ],
)  # fmt: skip
def test_namings_of_diffusers(files: FakeContext, prefix: str) -> None:
    layers = Layers(models.load(files, "sd15").model)
    for layer in BOTH:
        found = layers.find(prefix + layer)
        assert found is not None and (found.part, found.path) == ("unet", layer)


@pytest.mark.parametrize("prefix", ["lora_unet_", "lycoris_", "lycoris_unet_"])
def test_namings_of_trainers(files: FakeContext, prefix: str) -> None:
    layers = Layers(models.load(files, "sd15").model)
    for layer, original in BOTH.items():
        for name in (layer, original):
            found = layers.find(prefix + name.replace(".", "_"))
            assert found is not None and (found.part, found.path) == ("unet", layer)


@pytest.mark.parametrize("prefix", ["diffusion_model.", "model.diffusion_model."])
def test_namings_of_the_original_code(files: FakeContext, prefix: str) -> None:
    layers = Layers(models.load(files, "sd15").model)
    for layer, original in BOTH.items():
        found = layers.find(prefix + original)
        assert found is not None and (found.part, found.path) == ("unet", layer)


@pytest.mark.parametrize(
    ("model", "part", "names"),
    [
        ("sd15", "text_encoder", ["text_encoder.text_model.{}", "text_encoder.{}"]),
        ("sd15", "text_encoder", ["lora_te_text_model_{}", "lycoris_text_model_{}"]),
        ("sdxl", "text_encoder", ["lora_te1_text_model_{}", "text_encoder.text_model.{}"]),
        ("sdxl", "text_encoder_2", ["lora_te2_text_model_{}", "text_encoder_2.text_model.{}"]),
        ("sdxl", "text_encoder_2", ["text_encoders.clip_g.transformer.text_model.{}"]),
        ("sd15", "text_encoder", ["text_encoder.base_model.model.text_model.{}"]),
        ("sd15", "text_encoder", ["cond_stage_model.transformer.text_model.{}"]),
        ("sdxl", "text_encoder", ["conditioner.embedders.0.transformer.text_model.{}"]),
    ],
)
def test_namings_of_text_encoders(
    files: FakeContext, model: str, part: str, names: list[str]
) -> None:
    layers = Layers(models.load(files, model).model)
    for name in names:
        layer = TEXT if "." in name else TEXT.replace(".", "_")
        found = layers.find(name.format(layer))
        assert found is not None and (found.part, found.path) == (part, TEXT)


def test_names_of_attention_processors(files: FakeContext) -> None:
    """diffusers before version 0.22."""
    attention, own = LINEAR.rsplit(".", 1)[0], "text_encoder.text_model.encoder.layers.0.self_attn"
    tensors: Tensors = {}
    for name, inputs in (
        (f"unet.{attention}.processor.to_k_lora", tiny.WIDTH),
        (f"unet.{attention}.processor.to_out_lora", 8),
        (f"{own}.to_q_lora", tiny.WIDTH),
    ):
        outputs = tiny.WIDTH if "text" in name else 8
        tensors[f"{name}.down.weight"] = values(2, inputs)
        tensors[f"{name}.up.weight"] = values(outputs, 2)
    model = applied(files, save(files.root, "x.safetensors", tensors))
    found = lora_files.read(Path(model.loras[0].source), model)
    assert {change.layer.path for change in found.changes} == {
        f"{attention}.to_k", f"{attention}.to_out.0", TEXT,
    }  # fmt: skip
    assert files.warnings == []


def test_original_names_are_those_of_diffusers() -> None:
    """For SDXL's true shape, as diffusers converts single files of the original code."""
    with torch.device("meta"):
        unet: Any = UNet2DConditionModel(**SDXL)
    names = [name.rpartition(".") for name in unet.state_dict()]
    original = _OriginalNames(path for path, _, _ in names)
    file = {
        f"model.diffusion_model.{original(path)}.{end}": f"{path}.{end}" for path, _, end in names
    }
    assert len(file) == len(names) > 1600
    found = convert_ldm_unet_checkpoint(file, dict(unet.config))
    assert found == {name: name for name in file.values()}


SDXL: Mapping[str, Any] = {
    "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "cross_attention_dim": 2048,
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}


def test_a_name_without_prefix_has_the_bits_of_the_pipeline(
    files: FakeContext, tiny_models: Path
) -> None:
    """diffusers itself reads no such file; the same one with the prefix is the reference."""
    tensors = pair(LINEAR, inputs=tiny.WIDTH)
    save(files.root / "prefixed", "x.safetensors", {f"unet.{n}": t for n, t in tensors.items()})
    found = ours(applied(files, save(files.root, "x.safetensors", tensors)))
    right = theirs(files.root / "sd15", ("prefixed/x.safetensors", 1.0))
    np.testing.assert_array_equal(found, right)


# --- never silent ---------------------------------------------------------------------------------


def refused(files: FakeContext, tensors: Tensors, name: str = "sd15") -> NodeError:
    with pytest.raises(NodeError) as caught:
        applied(files, save(files.root, "x.safetensors", tensors), name)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300
    return caught.value


FLUX = "transformer.single_transformer_blocks.0.attn.to_q"


@pytest.mark.parametrize(
    ("layer", "other"),
    [
        (FLUX, None),
        ("lora_transformer_single_transformer_blocks_0_attn_to_q", None),
        ("diffusion_model.double_blocks.0.img_attn.qkv", None),
        ("lora_te3_encoder_block_0_layer_0_SelfAttention_q", None),
        # of two layers, that of the text encoder exists in many families
        (FLUX, "text_encoder.text_model.encoder.layers.0.self_attn.q_proj"),
    ],
)
def test_another_family(files: FakeContext, layer: str, other: str | None) -> None:
    tensors = pair(layer)
    if other:
        tensors |= pair(other, inputs=tiny.WIDTH, outputs=tiny.WIDTH)
    error = refused(files, tensors)
    assert error.parameter == "model"
    assert ("another kind of model" if other else "changes no layer of this model") in str(error)
    assert "Stable Diffusion 1.x or 2.x" in str(error)


def test_a_part_that_does_not_match(files: FakeContext) -> None:
    """A foreign tensor or layer does not take the others with it."""
    tensors = {**pair(LINEAR, inputs=tiny.WIDTH), "emb_params": values(1, 4)}
    right = ours(applied(files, save(files.root, "y.safetensors", pair(LINEAR, inputs=tiny.WIDTH))))
    tensors |= pair("lora_te2_text_model_encoder_layers_0_self_attn_q_proj")
    model = applied(files, save(files.root, "x.safetensors", tensors))
    [warning] = files.warnings
    assert "x.safetensors is used without 1 of its 2 layers" in warning
    assert "lora_te2_" in warning and "emb_params" in warning
    np.testing.assert_array_equal(ours(model), right)


def test_shapes_of_another_model(files: FakeContext) -> None:
    for name in ("a", "b"):
        save(files.root, f"{name}.safetensors", pair(LINEAR, inputs=2 * tiny.WIDTH))
    error = refused(files, {**pair(LINEAR, inputs=64), **pair(CONV, inputs=9)})
    assert f"{LINEAR} has 32 inputs and 8 outputs here, 64 and 8 in the LoRA" in str(error)
    assert "1 more" in str(error) and error.parameter == "model"
    details = Failure.of(error).details
    assert details.count("\n") == 1 and CONV in details


@pytest.mark.parametrize(
    "tensors",
    [
        {f"{CONV}.diff": values(8, 3, 3, 8)},
        {f"{CONV}.lora_A.weight": values(2, 3, 3, 8), f"{CONV}.lora_B.weight": values(8, 2, 1, 1)},
        {f"{CONV}.lokr_w1": values(2, 2, 3, 3), f"{CONV}.lokr_w2": values(4, 4)},
        {f"{CONV}.lokr_w1": values(2, 2), f"{CONV}.lokr_w2": values(4, 3, 3, 4)},
    ],
)
def test_axes_in_another_order(files: FakeContext, tensors: Tensors) -> None:
    """They have as many values as the layer, but would be read as other weights."""
    assert "resnets.0.conv1 has" in str(refused(files, tensors))


@pytest.mark.parametrize(("shape", "kind"), [((32, 1), "8 outputs"), ((1, 8), "32 inputs")])
def test_a_magnitude_that_does_not_match(
    files: FakeContext, shape: tuple[int, int], kind: str
) -> None:
    tensors = {**pair(LINEAR, inputs=32), f"{LINEAR}.dora_scale": values(*shape)}
    assert f"has {kind} here" in str(refused(files, tensors))


def test_the_first_layer_of_an_inpainting_model(files: FakeContext) -> None:
    """It takes more channels than that of the model that the LoRA was trained on."""
    tensors = {**pair(LINEAR, inputs=tiny.WIDTH), **full("conv_in", (8, 9, 3, 3))[0]}
    applied(files, save(files.root, "x.safetensors", tensors))
    assert "conv_in" in files.warnings[0]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({f"{LINEAR}.lora_A.weight": values(2, 32)}, "lacks up"),
        ({f"{LINEAR}.alpha": torch.tensor(1.0)}, "lacks weights"),
        ({f"{LINEAR}.lokr_w1": values(2, 2)}, "lacks lokr_w2"),
        ({f"{LINEAR}.hada_w1_a": values(8, 2)}, "lacks hada_w1_b, hada_w2_a, ..."),
        ({**pair(LINEAR, inputs=32), f"{LINEAR}.diff": values(8, 32)}, "mixes kinds"),
        ({f"{LINEAR}.oft_blocks": values(2, 4, 4)}, r"not supported \(oft_blocks\)"),
        ({f"{LINEAR}.a1.weight": values(2, 4)}, r"not supported \(a1.weight\)"),
        (
            {**pair(LINEAR, inputs=32), **plain(kohya(LINEAR), (8, 32))[0]},
            "changes the layer .*to_k twice",
        ),
        ({"weight": values(2)}, "does not contain a LoRA"),
        (
            {f"{LINEAR}.lora_A.weight": values(0, 32), f"{LINEAR}.lora_B.weight": values(8, 0)},
            "empty tensor",
        ),
        ({**pair(LINEAR, inputs=32), f"{LINEAR}.alpha": values(2)}, "several alphas"),
        ({**pair(LINEAR, inputs=32), f"{BIASED}.ia3_l": values(8, 1)}, r"not supported \(ia3_l\)"),
        ({**pair(CONV), f"{LINEAR}.set_weight": values(8, 32)}, r"not supported \(set_weight\)"),
        (
            {**pair(LINEAR, inputs=32), f"{LINEAR}.lora_A.scale_weight": torch.tensor(2.0)},
            r"not supported \(scale_weight\)",
        ),
        (
            {name: t.to(torch.int8) for name, t in pair(LINEAR, inputs=32).items()},
            "lora_A.weight as I8, which is not supported",
        ),
        ({name: t.bool() for name, t in pair(LINEAR, inputs=32).items()}, "as BOOL"),
    ],
)
def test_damaged_files(files: FakeContext, tensors: Tensors, message: str) -> None:
    with pytest.raises(NodeError, match=message) as caught:
        applied(files, save(files.root, "x.safetensors", tensors))
    assert caught.value.parameter == "source"


@pytest.mark.parametrize(
    "tensors",
    [
        {**pair(LINEAR, inputs=32), f"{LINEAR}.alpha": torch.tensor(0.0)},
        {**pair(LINEAR, inputs=32), f"{LINEAR}.lora_B.weight": torch.zeros(8, 2)},
        {f"{LINEAR}.diff": torch.zeros(8, 32), f"{CONV}.diff_b": torch.zeros(8)},
        {**loha(LINEAR, (8, 32))[0], f"{LINEAR}.hada_w2_a": torch.zeros(8, 2)},
        {**lokr(LINEAR, (8, 32))[0], f"{LINEAR}.lokr_w1": torch.zeros(2, 4)},
    ],
)
def test_a_file_before_training(files: FakeContext, tensors: Tensors) -> None:
    """All its changes are 0, so it would change nothing without a word."""
    error = refused(files, tensors)
    assert "x.safetensors changes nothing" in str(error) and error.parameter == "source"
    # one layer that was trained is enough
    applied(files, save(files.root, "y.safetensors", {**tensors, **pair(BIASED)}))


@pytest.mark.parametrize("alpha", ["NaN", "Infinity", "1" + "0" * 400])
def test_an_alpha_in_the_metadata_that_is_not_finite(files: FakeContext, alpha: str) -> None:
    metadata = {"lora_adapter_metadata": f'{{"unet.lora_alpha": {alpha}}}'}
    save(files.root, "x.safetensors", pair(LINEAR, inputs=32), metadata)
    with pytest.raises(NodeError, match=r"metadata of x\.safetensors is damaged"):
        applied(files, "x.safetensors")


def test_metadata_that_is_nested_too_deeply(files: FakeContext) -> None:
    metadata = {"lora_adapter_metadata": "[" * 100_000}
    save(files.root, "x.safetensors", pair(LINEAR, inputs=32), metadata)
    with pytest.raises(NodeError, match=r"x\.safetensors is damaged"):
        applied(files, "x.safetensors")


@pytest.mark.parametrize("layer", [LINEAR, "lora_te_text_model_" + TEXT.replace(".", "_")])
def test_numbers_that_are_not_finite(files: FakeContext, layer: str) -> None:
    tensors = pair(layer, inputs=tiny.WIDTH, outputs=8 if layer == LINEAR else tiny.WIDTH)
    tensors[f"{layer}.lora_B.weight"][0, 0] = float("nan")
    file = save(files.root, "x.safetensors", tensors)
    with pytest.raises(NodeError, match=r"x.safetensors is damaged: .*lora_B") as caught:
        applied(files, file)
    assert caught.value.parameter == "source"


def test_numbers_that_overflow(files: FakeContext) -> None:
    layer = "lora_te_text_model_" + TEXT.replace(".", "_")
    tensors = pair(layer, inputs=tiny.WIDTH, outputs=tiny.WIDTH)
    tensors[f"{layer}.lora_B.weight"][0, 0] = 1e6
    save(files.root, "x.safetensors", tensors)
    model = models.load(files, "sd15", dtype="float16").model
    with pytest.raises(NodeError, match=r"x.safetensors overflows in float16: .*q_proj"):
        text.encode(lora.apply(files, model, "x.safetensors"), "a cat")


def test_several_adapters_of_peft(files: FakeContext) -> None:
    """The name of the adapter may be in the names of the tensors."""
    tensors = {
        name.replace(".weight", ".style.weight"): tensor
        for name, tensor in pair(f"base_model.model.{LINEAR}", inputs=32).items()
    }
    assert applied(files, save(files.root, "x.safetensors", tensors)).loras[0].parts == ("unet",)
    assert files.warnings == []
    others = {name.replace("style", "other"): tensor for name, tensor in tensors.items()}
    assert "twice" in str(refused(files, {**tensors, **others}))


def test_a_file_that_is_not_there(files: FakeContext) -> None:
    for name in ("style.safetensors", "style.pt"):
        with pytest.raises(NodeError, match=rf"{name} does not exist") as caught:
            applied(files, name)
        assert caught.value.parameter == "source"


def test_a_token_embedding(files: FakeContext) -> None:
    tensors = pair("lora_te_text_model_embeddings_token_embedding", inputs=tiny.WIDTH, outputs=196)
    model = applied(files, save(files.root, "x.safetensors", tensors))
    encoder: Any = load.text_encoder(model, 1)
    embedding, ids = encoder.get_input_embeddings(), torch.tensor([[3, 7]])
    a, b = tensors.values()
    with torch.no_grad():
        right = embedding(ids) + (b @ a)[ids]
        with lora_layers.applied_to_text_encoder(encoder, model, 1):
            torch.testing.assert_close(embedding(ids), right)


def test_parameters_without_effect(files: FakeContext) -> None:
    words = "lora_te_text_model_" + TEXT.replace(".", "_")
    save(files.root, "unet.safetensors", pair(LINEAR, inputs=32))
    save(files.root, "words.safetensors", pair(words, inputs=32, outputs=32))
    applied(files, "unet.safetensors", text_strength=0.5)
    applied(files, "words.safetensors", curve=((0.0, 1.0),))
    applied(files, "words.safetensors", text_strength=0.0)
    first, second, third = files.warnings
    assert "text_strength has no effect" in first and "curve has no effect" in second
    assert "on which its strength is 0" in third
