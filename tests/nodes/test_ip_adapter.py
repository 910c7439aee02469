"""Image prompts: the same bits as `load_ip_adapter` and `ip_adapter_image` of diffusers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.image_processor import IPAdapterMaskProcessor
from diffusers.models.embeddings import (
    ImageProjection,
    IPAdapterFullImageProjection,
)
from PIL import Image as PIL
from safetensors.torch import save_file
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from nodes import imaging, ip_adapter, latents, models, sample, text
from nodes.diffusion import load
from nodes.types import Control, Image, Latents, Mask, RegionMethod
from nodeui.sdk import NodeError, Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, restore, states_of, stored

pytestmark = [tiny.QUIET, pytest.mark.filterwarnings("ignore::FutureWarning")]

VISION = 24  # width of what the image encoder sees in a patch
SEEN = 16  # width of its embedding of the whole picture


def _projection(kind: str, width: int) -> dict[str, torch.Tensor]:
    """A random image projection, named as in the published files."""
    if kind == "plain":
        state = ImageProjection(SEEN, width, 4).state_dict()
        return {name.replace("image_embeds", "proj"): value for name, value in state.items()}
    state = IPAdapterFullImageProjection(VISION, width).state_dict()
    names = {"ff.net.0.proj": "proj.0", "ff.net.2": "proj.2", "norm": "proj.3"}
    return {
        next(name.replace(a, b) for a, b in names.items() if name.startswith(a)): value
        for name, value in state.items()
    }


def build(folder: Path, unet: Path, kind: str, seed: int) -> str:
    """An IP-Adapter for the UNet in a folder; the name of its file."""
    torch.manual_seed(seed)
    network: Any = UNet2DConditionModel.from_pretrained(unet)
    width = network.config.cross_attention_dim
    tensors = {f"image_proj.{name}": value for name, value in _projection(kind, width).items()}
    crossing = [name for name in network.attn_processors if name.endswith("attn2.processor")]
    for number, name in enumerate(crossing):
        hidden = network.get_submodule(name.removesuffix(".processor")).to_q.in_features
        for part in ("to_k_ip", "to_v_ip"):
            weight = torch.randn(hidden, width) / width**0.5
            tensors[f"ip_adapter.{2 * number + 1}.{part}.weight"] = weight
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{kind}-{seed}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, folder / name)
    if not (folder / "image_encoder").exists():
        config = CLIPVisionConfig(
            hidden_size=VISION,
            intermediate_size=32,
            projection_dim=SEEN,
            num_hidden_layers=3,
            num_attention_heads=2,
            image_size=32,
            patch_size=8,
        )
        CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
    return name


FILES = {
    "sd15": [("plain", 1), ("plain", 2), ("full-face", 3)],
    "sdxl": [("plain", 4)],
}


@pytest.fixture(scope="module")
def prompts(run: FakeContext, tiny_models: Path) -> FakeContext:
    """The context, with IP-Adapters for the models beside them."""
    for model, files in FILES.items():
        for kind, seed in files:
            build(tiny_models / f"ip-{model}", tiny_models / model / "unet", kind, seed)
    return run


def shown(seed: int) -> Image:
    """A picture that is no square, of 8-bit values."""
    pixels = tiny.picture(seed, side=48)[:, :40]
    return Image(imaging.from_levels(imaging.to_bytes(pixels)))


def prompt(run: FakeContext, file: str, seed: int, model: str = "sd15", **changes: Any) -> Control:
    adapter = ip_adapter.load(run, f"ip-{model}", f"{file}.safetensors")
    return ip_adapter.apply(adapter, shown(seed), **changes)


def denoiser(run: FakeContext, name: str = "sd15", **changes: Any) -> Steps[Latents]:
    model = models.load(run, name).model
    values: dict[str, Any] = {
        "positive": text.encode(model, "a cat"),
        "negative": text.encode(model, "dog"),
        "latents": latents.empty(model),
        "steps": 4,
        "seed": 5,
        "scheduler": "ddim",
        **changes,
    }
    return sample.denoise(model, **values)


def theirs(
    folder: Path,
    files: list[str],
    seeds: list[int],
    scales: list[float],
    scale_at: Any = None,
    **arguments: Any,
) -> np.ndarray:
    """The latents of the stock pipeline; `scale_at` returns the scales after each step."""
    kind = StableDiffusionXLPipeline if folder.name == "sdxl" else StableDiffusionPipeline
    pipe: Any = kind.from_pretrained(folder)
    pipe.scheduler = diffusers.DDIMScheduler.from_config(pipe.scheduler.config)
    adapters = folder.parent / f"ip-{folder.name}"
    names = [f"{file}.safetensors" for file in files]
    pipe.load_ip_adapter(str(adapters), subfolder="", weight_name=names)
    tiny.reown(pipe)
    pipe.set_ip_adapter_scale(scales)
    pipe.set_progress_bar_config(disable=True)

    def after(_pipe: Any, index: int, _t: Any, values: dict[str, Any]) -> dict[str, Any]:
        if scale_at:
            pipe.set_ip_adapter_scale(scale_at(index + 1))
        return values

    pictures = [PIL.fromarray(imaging.to_bytes(shown(seed).pixels)[0]) for seed in seeds]
    return pipe(
        "a cat",
        negative_prompt="dog",
        num_inference_steps=4,
        generator=[torch.Generator().manual_seed(5)],
        ip_adapter_image=pictures,
        callback_on_step_end=after,
        output_type="latent",
        **{"guidance_scale": 7.5, **arguments},
    ).images.numpy()


@pytest.mark.parametrize(
    ("name", "file", "guidance"),
    [("sd15", "plain-1", 7.5), ("sd15", "full-face-3", 7.5), ("sd15", "plain-1", 1.0),
     ("sdxl", "plain-4", 7.5)],
)  # fmt: skip
def test_the_bits_of_the_pipeline(
    prompts: FakeContext, tiny_models: Path, name: str, file: str, guidance: float
) -> None:
    control = prompt(prompts, file, 1, name, scale=0.6)
    ours = denoiser(prompts, name, control=control, guidance_scale=guidance).run().samples
    expected = theirs(tiny_models / name, [file], [1], [0.6], guidance_scale=guidance)
    np.testing.assert_array_equal(ours, expected)
    assert not np.array_equal(ours, denoiser(prompts, name, guidance_scale=guidance).run().samples)


def test_two_that_act_together(prompts: FakeContext, tiny_models: Path) -> None:
    first = prompt(prompts, "plain-1", 1, scale=0.5)
    both = prompt(prompts, "full-face-3", 2, scale=0.8, previous=first)
    expected = theirs(tiny_models / "sd15", ["plain-1", "full-face-3"], [1, 2], [0.5, 0.8])
    np.testing.assert_array_equal(denoiser(prompts, control=both).run().samples, expected)


def grey(seed: int, side: int = tiny.SIDE) -> Mask:
    """A smooth mask of 8-bit values."""
    alpha = tiny.picture(seed, side=side)[..., 0]
    return Mask(imaging.from_levels(imaging.to_bytes(alpha)))


@pytest.mark.parametrize(("name", "file"), [("sd15", "plain-1"), ("sdxl", "plain-4")])
def test_a_mask_has_the_bits_of_the_pipeline(
    prompts: FakeContext, tiny_models: Path, name: str, file: str
) -> None:
    """As IPAdapterMaskProcessor makes it without cutting it to black and white."""
    mask = grey(8)
    processor = IPAdapterMaskProcessor(do_binarize=False)
    theirs_mask = processor.preprocess(
        [PIL.fromarray(imaging.to_bytes(mask.alpha[0]))], tiny.SIDE, tiny.SIDE
    )
    control = prompt(prompts, file, 1, name, scale=0.6, mask=mask)
    ours = denoiser(prompts, name, control=control).run().samples
    expected = theirs(
        tiny_models / name,
        [file],
        [1],
        [0.6],
        cross_attention_kwargs={"ip_adapter_masks": [theirs_mask]},
    )
    np.testing.assert_array_equal(ours, expected)
    plain = denoiser(prompts, name, control=prompt(prompts, file, 1, name, scale=0.6))
    assert not np.array_equal(ours, plain.run().samples)


def test_only_one_of_two_has_a_mask(prompts: FakeContext) -> None:
    """The other one acts as without, and white is no mask."""
    white = Mask(np.ones((1, 48, 48), np.float32))
    first = prompt(prompts, "plain-1", 1, mask=grey(8))
    both = prompt(prompts, "full-face-3", 2, previous=first)
    same = prompt(prompts, "full-face-3", 2, previous=first, mask=white)
    one, two = (denoiser(prompts, control=control) for control in (both, same))
    assert list(one.keys) == list(two.keys)
    found = one.run().samples
    assert np.isfinite(found).all()
    swapped = prompt(
        prompts, "full-face-3", 2, mask=grey(8), previous=prompt(prompts, "plain-1", 1)
    )
    assert not np.array_equal(found, denoiser(prompts, control=swapped).run().samples)


def test_several_pictures_share_the_scale_inside_a_mask(prompts: FakeContext) -> None:
    adapter = ip_adapter.load(prompts, "ip-sd15", "plain-1.safetensors")
    twice = Image(np.repeat(shown(1).pixels, 2, 0))
    one, two = (
        denoiser(prompts, control=ip_adapter.apply(adapter, image, mask=grey(8))).run().samples
        for image in (shown(1), twice)
    )
    np.testing.assert_allclose(one, two, atol=1e-4)


def test_masks_of_single_pictures_and_batches(prompts: FakeContext) -> None:
    """Each picture of a batch has its mask, whatever the size of the latents."""
    model = models.load(prompts, "sd15").model
    masks = Mask(np.concatenate([grey(8).alpha, grey(9).alpha]))
    empty = latents.empty(model, 28, 36, batch=2)
    for mask in (grey(8), masks):
        control = prompt(prompts, "plain-1", 1, mask=mask)
        for number in (1, 2):
            found = denoiser(prompts, control=control, latents=empty, together=number).run()
            assert np.isfinite(found.samples).all()
    ctx = FakeContext(prompts.root)
    nothing = Mask(np.zeros((1, 8, 8), np.float32))
    off = ip_adapter.apply(
        ip_adapter.load(prompts, "ip-sd15", "plain-1.safetensors"), shown(1), mask=nothing, ctx=ctx
    )
    assert ctx.warnings == ["The mask is empty, so this image prompt has no effect."]
    assert list(denoiser(prompts, control=off).keys) == list(denoiser(prompts).keys)


def test_image_prompts_in_regions(prompts: FakeContext) -> None:
    """Regions that fill the picture with one prompt are that prompt, also with a mask."""
    model = models.load(prompts, "sd15").model
    control = prompt(prompts, "plain-1", 1, mask=grey(8))
    cat = text.encode(model, "a cat")
    plain = denoiser(prompts, control=control).run().samples
    methods: tuple[RegionMethod, ...] = ("predictions", "attention")
    for method in methods:
        within = text.region(cat, cat, grey(9), method=method)
        found = denoiser(prompts, positive=within, control=control).run().samples
        np.testing.assert_allclose(found, plain, atol=1e-4)


def test_a_scale_over_the_run(prompts: FakeContext, tiny_models: Path) -> None:
    """From 1 to 0 at the end of the third of four steps; the pipeline is told after each step."""
    scales = [1.0, 1 - 1 / 3, 1 - 2 / 3, 0.0]
    control = prompt(prompts, "plain-1", 1, curve=((0.0, 1.0), (0.75, 0.0)))
    line = denoiser(prompts, control=control)
    assert line.curves()["plain-1 scale"] == pytest.approx(scales)
    ours = line.curves()["plain-1 scale"]
    expected = theirs(
        tiny_models / "sd15", ["plain-1"], [1], [ours[0]], lambda i: [ours[i] if i < 4 else 0.0]
    )
    np.testing.assert_array_equal(line.run().samples, expected)


def test_where_it_is_off_it_is_not_there(prompts: FakeContext) -> None:
    """Keys, bits and the shared network are those of a run without."""
    plain = denoiser(prompts)
    late = prompt(prompts, "plain-1", 1, curve=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)))
    switched = denoiser(prompts, control=late)
    assert switched.keys[:2] == plain.keys[:2] and switched.keys[2] != plain.keys[2]
    for _ in range(2):
        plain.step()
        switched.step()
    assert stored(switched) == stored(plain)
    expected = denoiser(prompts).run().samples
    switched.step()
    for _ in range(2):
        plain.step()
    np.testing.assert_array_equal(plain.result().samples, expected)
    unet: Any = load.unet(models.load(prompts, "sd15").model)
    assert unet.encoder_hid_proj is None and unet.config.encoder_hid_dim_type is None

    other = prompt(prompts, "plain-2", 2, previous=late, curve=((0.0, 0.0), (1.0, 0.0)))
    assert list(denoiser(prompts, control=other).keys) == list(switched.keys)
    [(source, off)] = ip_adapter.apply.passes
    assert source == "previous" and off(scale=0.0, curve=()) and not off(scale=0.1, curve=())


@pytest.mark.parametrize("scheduler", ["dpm++2m", "euler-ancestral"])
def test_it_resumes(prompts: FakeContext, scheduler: str) -> None:
    control = prompt(prompts, "plain-1", 1, curve=((0.0, 0.2), (1.0, 1.0)))
    fresh = denoiser(prompts, control=control, scheduler=scheduler)
    expected = fresh.run().samples
    for done in range(1, 4):
        first = denoiser(prompts, control=control, scheduler=scheduler)
        rest = denoiser(prompts, control=control, scheduler=scheduler)
        restore(rest, states_of(first, done))
        for _ in range(4 - done):
            rest.step()
        np.testing.assert_array_equal(rest.result().samples, expected)


def test_what_does_not_fit(prompts: FakeContext, tiny_models: Path) -> None:
    with pytest.raises(NodeError, match="another kind of model") as caught:
        denoiser(prompts, "sdxl", control=prompt(prompts, "plain-1", 1))
    assert caught.value.parameter == "control"

    def refused(message: str, parameter: str, **changes: str) -> None:
        values = {"source": "ip-sd15", "name": "plain-1.safetensors", **changes}
        with pytest.raises(NodeError, match=message) as caught:
            ip_adapter.load(prompts, **values)
        assert caught.value.parameter == parameter

    refused("full-face-3.safetensors, plain-1.safetensors", "name", name="other.safetensors")
    refused(
        "leads out of the folder", "name", name="../sd15/unet/diffusion_pytorch_model.safetensors"
    )
    refused("leads out of the folder", "encoder", encoder="/etc")
    refused("not a safetensors file", "name", name="plain.bin")
    refused("does not contain an IP-Adapter", "name", name="image_encoder/model.safetensors",
            encoder="image_encoder")  # fmt: skip
    refused("config.json is missing", "source", encoder="encoder")
    faces = {"image_proj.norm.weight": torch.ones(4), "ip_adapter.1.to_k_ip.weight": torch.ones(4)}
    save_file(faces, tiny_models / "ip-sd15" / "faceid.safetensors")
    refused("face embeddings", "name", name="faceid.safetensors")
    (tiny_models / "ip-sd15" / "faceid.safetensors").unlink()
