"""Weights in float8, in ComfyUI's scaled float8, and in GGUF files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nodes import latents, models, sample, text
from nodes.diffusion import load
from nodes.diffusion.files import checkpoint, convert
from nodes.diffusion.pipelines import parts
from nodes.diffusion.pool import pool
from nodes.types import Model, TextEncoders
from nodeui.sdk import NodeError
from tests.nodes import original_transformers as originals
from tests.nodes import originals as unets
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import QUIET

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning")  # diffusers' own

Tensors = dict[str, torch.Tensor]
E4M3, E5M2 = torch.float8_e4m3fn, torch.float8_e5m2
KIND = "flux-schnell"


@pytest.fixture(scope="module")
def made() -> Any:
    return originals.pipeline(KIND)


@pytest.fixture
def run(tmp_path: Path) -> FakeContext:
    pool.free()
    return FakeContext(tmp_path)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory, made: Any) -> TextEncoders:
    root = tmp_path_factory.mktemp("encoders")
    originals.t5_tokenizer().save_pretrained(root / "t5")
    files = originals.save_split(root, KIND, made)
    return models.text_encoders(
        FakeContext(root),
        clip_l=str(files["clip_l"]),
        t5=str(files["t5xxl"]),
        t5_tokenizer=str(root / "t5"),
    )


def model_of(run: FakeContext, encoders: TextEncoders, name: str = "m.safetensors") -> Model:
    return models.diffusion_model(run, encoders, source=name)


def weights(model: Model) -> Tensors:
    return dict(parts.network(model).state_dict())


def sampled(model: Model) -> Any:
    empty = latents.empty(model, 32, 32)
    steps = sample.denoise(model, text.encode(model, "a lighthouse"), empty, steps=2, seed=5)
    for _ in steps.keys:
        steps.step()
    return steps.result().samples


def saved_as(run: FakeContext, made: Any, name: str, change: Callable[[str, Any], Any]) -> None:
    tensors = originals.network(KIND, made)
    save_file({key: change(key, tensor) for key, tensor in tensors.items()}, run.root / name)


# --- float8 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [E4M3, E5M2])
def test_float8_weights_are_converted_on_a_cpu(
    run: FakeContext, made: Any, encoders: TextEncoders, kind: torch.dtype
):
    saved_as(run, made, "m.safetensors", lambda _, tensor: tensor.to(kind))
    found = weights(model_of(run, encoders))
    for name, tensor in made.transformer.state_dict().items():
        assert torch.equal(found[name], tensor.to(kind).float()), name
    assert "stores its weights in fp8; a CPU's are converted" in run.warnings[-1]


@QUIET
def test_float8_weights_are_kept_elsewhere(
    run: FakeContext, made: Any, encoders: TextEncoders, monkeypatch: pytest.MonkeyPatch
):
    """The bits are those of converted weights; biases in another type are not rounded."""
    saved_as(run, made, "m.safetensors", lambda n, t: t if n.endswith("bias") else t.to(E4M3))
    model = model_of(run, encoders)
    converted = sampled(model)
    pool.free()
    monkeypatch.setattr(load, "keeps", lambda file: True)
    found = parts.network(model)
    assert found.dtype == torch.float32
    layer: Any = found.get_submodule("single_transformer_blocks.0.attn.to_q")
    assert (layer.kind, layer.weight.itemsize, layer.bias.dtype) == (E4M3, 1, torch.float32)
    assert np.array_equal(sampled(model), converted)


@QUIET
@pytest.mark.parametrize("kind", ["sd3.5", "chroma", "zimage"])
def test_float8_weights_of_other_networks(
    run: FakeContext, kind: str, monkeypatch: pytest.MonkeyPatch
):
    """They ask the type of weights in places; the prompt is the same random one."""
    network = originals.network(kind, originals.pipeline(kind))
    save_file({name: tensor.to(E4M3) for name, tensor in network.items()}, run.root / "m.sft")
    found = checkpoint.read(run.root / "m.sft")
    class_: Any = type(originals.pipeline(kind).transformer)
    one, other = (
        convert.network(found, "transformer", class_, torch.float32, keep) for keep in (True, False)
    )
    assert one.dtype == torch.float32 and any(hasattr(layer, "kind") for layer in one.modules())
    with torch.no_grad():
        assert torch.equal(forward(kind, one), forward(kind, other))


def forward(kind: str, network: Any) -> torch.Tensor:
    """Evaluate a network on random latents."""
    generator = torch.Generator().manual_seed(1)

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    time = torch.tensor([0.5])
    if kind == "zimage":
        return network([noise(16, 1, 4, 4)], time, [noise(3, 32)]).sample[0]
    if kind == "sd3.5":
        width = originals.WIDTH
        return network(noise(1, 16, 4, 4), noise(1, 3, 2 * width), noise(1, 2 * width), time).sample
    ids = torch.zeros(4, 3)
    return network(
        noise(1, 4, 64), noise(1, 3, originals.WIDTH), time, img_ids=ids, txt_ids=ids[:3]
    ).sample


# --- scaled float8 --------------------------------------------------------------------------------

LAYERS = ("double_blocks.0.img_attn.qkv", "single_blocks.1.linear1", "final_layer.linear")
"""Layers that are cut into parts, and one that is not."""


def scaled_file(run: FakeContext, made: Any, notation: str) -> Tensors:
    """Save weights q of known numbers with a scale; return q * scale by the original name."""
    tensors = originals.network(KIND, made)
    metadata: dict[str, str] = {}
    products: Tensors = {}
    layers: dict[str, Any] = {}
    for number, layer in enumerate(LAYERS):
        weight = f"{layer}.weight"
        rows, columns = tensors[weight].shape
        numbers = (torch.arange(rows * columns) % 15 - 7).float().reshape(rows, columns)
        scale = torch.tensor(0.25 + number)
        if notation == "rows":
            scale = (torch.arange(rows) % 4 + 1.0).reshape(rows, 1) / 8
        products[weight] = numbers * scale  # exact: small integers times a power of two's multiple
        tensors[weight] = numbers.to(E4M3)
        if notation == "old":
            tensors[f"{layer}.scale_weight"] = scale
            tensors[f"{layer}.scale_input"] = torch.ones(())
            continue
        tensors[f"{layer}.weight_scale"] = scale
        tensors[f"{layer}.input_scale"] = torch.ones(())
        entry = {"format": "float8_e4m3fn"}
        if notation == "bytes":
            tensors[weight] = tensors[weight].view(torch.uint8)
        if notation == "tensors":
            text = json.dumps(entry).encode()
            tensors[f"{layer}.comfy_quant"] = torch.tensor(list(text), dtype=torch.uint8)
        else:
            layers[layer] = entry
    if notation == "old":
        tensors["scaled_fp8"] = torch.zeros(2, dtype=E4M3)
    if layers:
        value = {"format_version": "1.0", "layers": layers}
        metadata["_quantization_metadata"] = json.dumps(value)
    save_file(tensors, run.root / "m.safetensors", metadata)
    return products


def products_of(model: Model) -> Tensors:
    """The weights of `LAYERS`, joined as in the file."""
    found = weights(model)
    attention = ("to_q", "to_k", "to_v")
    single = [f"single_transformer_blocks.1.attn.{x}" for x in attention]
    joined = {
        LAYERS[0]: [f"transformer_blocks.0.attn.{x}" for x in attention],
        LAYERS[1]: [*single, "single_transformer_blocks.1.proj_mlp"],
        LAYERS[2]: ["proj_out"],
    }
    return {
        f"{layer}.weight": torch.cat([found[f"{name}.weight"] for name in names])
        for layer, names in joined.items()
    }


@pytest.mark.parametrize("notation", ["old", "tensors", "metadata", "bytes", "rows"])
def test_scaled_float8(run: FakeContext, made: Any, encoders: TextEncoders, notation: str):
    """The numbers are integers and the scales fractions of 8, so the products are exact."""
    wanted = scaled_file(run, made, notation)
    model = model_of(run, encoders)
    found = products_of(model)
    assert all(torch.equal(found[name], wanted[name]) for name in wanted)
    assert not any("is used without" in line for line in run.warnings)


@QUIET
@pytest.mark.parametrize("notation", ["old", "rows"])
def test_scaled_float8_is_kept_elsewhere(
    run: FakeContext,
    made: Any,
    encoders: TextEncoders,
    monkeypatch: pytest.MonkeyPatch,
    notation: str,
):
    scaled_file(run, made, notation)
    model = model_of(run, encoders)
    converted = sampled(model)
    pool.free()
    monkeypatch.setattr(load, "keeps", lambda file: True)
    layer: Any = parts.network(model).get_submodule("transformer_blocks.0.attn.to_k")
    assert (layer.kind, layer.weight.itemsize) == (E4M3, 1)
    assert np.array_equal(sampled(model), converted)


def test_scaled_text_encoders(run: FakeContext, made: Any, encoders: TextEncoders):
    tensors = originals.encoder(made, "text_encoder_2")
    name = "encoder.block.0.layer.0.SelfAttention.q"
    numbers = (torch.arange(32 * originals.WIDTH) % 9 - 4.0).reshape(32, originals.WIDTH)
    tensors |= {f"{name}.weight": numbers.to(E4M3), f"{name}.scale_weight": torch.tensor(0.5)}
    save_file(tensors, run.root / "t5.safetensors")
    folder = dict(encoders.parts)["tokenizer_t5"]
    given = models.text_encoders(run, t5="t5.safetensors", t5_tokenizer=folder)
    place = Path(dict(given.parts)["text_encoder_t5"])
    found = checkpoint.inside(place)
    assert found is not None
    module = convert.network(
        found.checkpoint, found.place, type(made.text_encoder_2), torch.float32, keep=False
    )
    assert torch.equal(module.get_parameter(f"{name}.weight"), numbers * 0.5)


@QUIET
def test_float8_unets(run: FakeContext):
    made = unets.parts("sd1")
    tensors = unets.original("sd1", made)
    half = {n: t.to(E4M3) if n.startswith("model.") else t for n, t in tensors.items()}
    save_file(half, run.root / "m.safetensors")
    found = load.unet(models.load(run, "m.safetensors").model).state_dict()
    for name, tensor in made["unet"].state_dict().items():
        assert torch.equal(found[name], tensor.to(E4M3).float())
    assert "a UNet's are converted" in run.warnings[-1]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"comfy_quant": {"format": "nvfp4"}}, "is quantised as nvfp4 "),
        ({"comfy_quant": {"format": "int8_tensorwise", "convrot": True}},
         "is quantised as int8_tensorwise with convrot"),
        ({"comfy_quant": {"format": "mxfp8"}}, "is quantised as mxfp8"),
        ({"comfy_quant": [1]}, "comfy_quant is not a JSON object"),
        ({"weight_scale": torch.ones(2, 3)}, "as float8 in blocks, 2 x 3 scales"),
        ({"weight_scale_2": torch.ones(())}, "as nvfp4"),
        ({"smooth_factor": torch.ones(2)}, "as SVDQuant"),
        ({"weight": torch.ones(64, 128, dtype=torch.int8)}, r"as whole numbers \(I8\)"),
    ],
)  # fmt: skip
def test_other_quantisations_are_refused_by_name(
    run: FakeContext, made: Any, encoders: TextEncoders, more: dict[str, Any], told: str
):
    tensors = originals.network(KIND, made)
    for name, value in more.items():
        if not isinstance(value, torch.Tensor):
            value = torch.tensor(list(json.dumps(value).encode()), dtype=torch.uint8)
        tensors[f"final_layer.linear.{name}"] = value
    save_file(tensors, run.root / "m.safetensors")
    with pytest.raises(NodeError, match=told):
        model_of(run, encoders)


# --- GGUF -----------------------------------------------------------------------------------------

Q8, Q4, Q6K = (getattr(gguf.GGMLQuantizationType, name) for name in ("Q8_0", "Q4_0", "Q6_K"))


def save_gguf(file: Path, tensors: Tensors, kinds: dict[str, Any]) -> dict[str, Any]:
    """Save tensors in a GGUF file; return the quantised ones as the gguf package reads them.

    Args:
        file: The file.
        tensors: Tensors by name.
        kinds: Types of tensors; the others are float32.
    """
    writer = gguf.GGUFWriter(file, "flux")
    numbers: dict[str, Any] = {}
    for name, tensor in tensors.items():
        kind = kinds.get(name)
        array = tensor.float().numpy()
        if kind is None:
            writer.add_tensor(name, array)
            continue
        if kind == Q6K:  # the package only reads it
            _, size = gguf.GGML_QUANT_SIZES[kind]
            blocks = tensor.numel() // 256
            data = np.random.default_rng(1).integers(0, 255, (blocks, size), np.uint8)
            data[:, -2:] = np.frombuffer(np.float16(0.01).tobytes(), np.uint8)
            data = data.reshape(tensor.shape[0], -1)
        else:
            data = gguf.quants.quantize(array, kind)
        numbers[name] = gguf.quants.dequantize(data, kind)
        writer.add_tensor(name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return numbers


@QUIET
def test_gguf(run: FakeContext, made: Any, encoders: TextEncoders):
    """The numbers are those of the gguf package; layers stay quantised."""
    tensors = originals.network(KIND, made)
    kinds = {
        "double_blocks.0.img_attn.qkv.weight": Q8,
        "single_blocks.1.linear1.weight": Q4,
        "double_blocks.0.img_mlp.2.weight": Q6K,
        "final_layer.linear.weight": gguf.GGMLQuantizationType.BF16,
    }
    numbers = save_gguf(run.root / "m.gguf", tensors, kinds)
    model = model_of(run, encoders, "m.gguf")
    network = parts.network(model)
    assert network.dtype == torch.float32
    place = {
        "double_blocks.0.img_mlp.2.weight": "transformer_blocks.0.ff.net.2",
        "double_blocks.0.img_attn.qkv.weight": "transformer_blocks.0.attn.to_q",
        "single_blocks.1.linear1.weight": "single_transformer_blocks.1.attn.to_q",
    }
    for name, path in place.items():
        layer: Any = network.get_submodule(path)
        assert layer.weight.dtype == torch.uint8
        found = layer.numbers()
        assert np.array_equal(found.numpy(), numbers[name][: len(found)])
    bias = made.transformer.state_dict()["proj_out.bias"]
    assert torch.equal(network.get_parameter("proj_out.bias"), bias)
    assert np.isfinite(sampled(model)).all()


@QUIET
def test_gguf_gives_the_picture_of_its_numbers(run: FakeContext, made: Any, encoders: TextEncoders):
    tensors = originals.network(KIND, made)
    large = [n for n, t in tensors.items() if n.endswith("weight") and t.shape[-1] % 32 == 0]
    numbers = save_gguf(run.root / "m.gguf", tensors, dict.fromkeys(large, Q8))
    save_file(
        tensors | {name: torch.from_numpy(array) for name, array in numbers.items()},
        run.root / "m.safetensors",
    )
    quantised = sampled(model_of(run, encoders, "m.gguf"))
    assert np.array_equal(quantised, sampled(model_of(run, encoders)))


def test_gguf_that_is_refused(run: FakeContext, encoders: TextEncoders):
    one = torch.ones(2, 32)
    for name, told in (
        ("input_blocks.0.0.weight", "is a GGUF file of a UNet"),
        ("enc.blk.0.attn_q.weight", "is a GGUF file of a text encoder"),
        ("something.weight", "is a GGUF file of an unknown kind"),
    ):
        save_gguf(run.root / "m.gguf", {name: one}, {})
        with pytest.raises(NodeError, match=told):
            model_of(run, encoders, "m.gguf")
