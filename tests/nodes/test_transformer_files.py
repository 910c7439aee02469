"""Files of transformer models give the bits of the same weights in the diffusers layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from nodes import latents, models, sample, text
from nodes.diffusion import load
from nodes.diffusion.files import assembly
from nodes.diffusion.pipelines import parts
from nodes.types import Latents, Model, TextEncoders, Vae
from nodeui.sdk import NodeError
from tests.nodes import original_transformers as originals
from tests.nodes.fakes import FakeContext
from tests.nodes.tiny import QUIET

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:FutureWarning")  # diffusers' own
every_kind = pytest.mark.parametrize("kind", originals.KINDS)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> FakeContext:
    root = tmp_path_factory.mktemp("transformers")
    originals.t5_tokenizer().save_pretrained(root / "t5")
    return FakeContext(root)


@pytest.fixture(autouse=True)
def vocabulary(run: FakeContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vocabulary of T5, as if it were in the hub cache."""
    monkeypatch.setattr(assembly, "T5_TOKENIZER", str(run.root / "t5"))


def saved(run: FakeContext, kind: str) -> Any:
    """Save a model as a folder, as a whole file and in parts, once; return its pipeline."""
    made = originals.pipeline(kind)
    if not (run.root / kind).exists():
        originals.save_folder(run.root / kind, made)
        save_file(originals.whole(kind, made), run.root / f"{kind}.safetensors")
        originals.save_split(run.root / f"{kind} parts", kind, made)
    return made


def sampled(model: Model) -> Latents:
    steps = sample.denoise(
        model,
        text.encode(model, "a lighthouse"),
        latents.empty(model, 64, 64),
        steps=2,
        seed=5,
    )
    for _ in steps.keys:
        steps.step()
    return steps.result()


def split(run: FakeContext, kind: str, **more: Any) -> tuple[Model, Vae]:
    """Load a model from its parts."""
    files = {file.stem: str(file) for file in (run.root / f"{kind} parts").iterdir()}
    qwen = next((file for name, file in files.items() if "qwen" in name), "")
    encoders = models.text_encoders(
        run,
        clip_l=files.get("clip_l", ""),
        clip_g=files.get("clip_g", ""),
        t5=files.get("t5xxl", ""),
        qwen=qwen,
        t5_tokenizer=str(run.root / "t5"),
    )
    model = models.diffusion_model(run, encoders, source=files["network"], **more)
    return model, models.vae(run, files["vae"], model=model)


def same(one: torch.nn.Module, other: torch.nn.Module) -> None:
    left, right = one.state_dict(), other.state_dict()
    assert left.keys() == right.keys()
    assert all(torch.equal(left[name], right[name]) for name in left)


@QUIET
@every_kind
def test_a_whole_file_gives_the_picture_of_the_folder(run: FakeContext, kind: str):
    saved(run, kind)
    of_file = models.load(run, f"{kind}.safetensors")
    of_folder = models.load(run, kind)
    expected = sampled(of_folder.model).samples
    assert expected.std() > 0.1
    assert np.array_equal(sampled(of_file.model).samples, expected)
    same(load.vae(of_file.vae), load.vae(of_folder.vae))
    assert load.vae(of_file.vae).config["scaling_factor" if kind != "qwenimage" else "z_dim"]


@QUIET
@every_kind
def test_its_parts_give_the_picture_of_the_folder(run: FakeContext, kind: str):
    saved(run, kind)
    model, vae = split(run, kind)
    folder = models.load(run, kind)
    assert np.array_equal(sampled(model).samples, sampled(folder.model).samples)
    same(parts.network(model), parts.network(folder.model))
    same(load.vae(vae), load.vae(folder.vae))
    ours, theirs = load.vae(vae).config, load.vae(folder.vae).config
    for name in ("scaling_factor", "shift_factor", "latents_mean", "latents_std"):
        assert ours.get(name) == theirs.get(name)
    assert (model.family, model.latent_channels) == (originals.family(kind), 16)


@pytest.mark.parametrize("kind", ["sd3", "flux-dev", "chroma", "zimage"])
def test_networks_named_as_in_diffusers_are_refused(run: FakeContext, kind: str):
    """Their config is not in the file; the folder that they come from has it."""
    network = originals.pipeline(kind).transformer.state_dict()
    save_file(
        {name: tensor.clone() for name, tensor in network.items()}, run.root / "n.safetensors"
    )
    with pytest.raises(NodeError, match="named as in diffusers, which is not supported"):
        models.diffusion_model(run, TextEncoders("", ()), source="n.safetensors")


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        ("flux-dev", "double_stream_modulation_img.lin.weight", "is a Flux.2 model"),
        ("chroma", "nerf_blocks.0.param_generator.weight", "is a Chroma Radiance model"),
        ("zimage", "layers.0.adaLN_modulation.1.weight", "is a Lumina 2 model"),
        ("qwenimage", "time_text_embed.addition_t_embedding.weight", "is a Qwen-Image-Layered"),
    ],
)
def test_other_networks_are_refused(run: FakeContext, kind: str, name: str, told: str):
    network = originals.network(kind, originals.pipeline(kind))
    save_file({**network, name: torch.zeros(1)}, run.root / "n.safetensors")
    with pytest.raises(NodeError, match=told):
        models.diffusion_model(run, TextEncoders("", ()), source="n.safetensors")


def test_flux_with_further_inputs_is_refused(run: FakeContext):
    network = originals.network("flux-dev", originals.pipeline("flux-dev"))
    network["img_in.weight"] = torch.zeros(originals.HEAD, 384)
    save_file(network, run.root / "n.safetensors")
    with pytest.raises(NodeError, match="is Flux Fill, which is not supported"):
        models.diffusion_model(run, TextEncoders("", ()), source="n.safetensors")


def test_stable_diffusion_3_without_t5(run: FakeContext):
    """As its pipeline, which takes zeros for the embeddings of T5."""
    made = saved(run, "sd3")
    files = run.root / "sd3 parts"
    encoders = models.text_encoders(
        run, clip_l=str(files / "clip_l.safetensors"), clip_g=str(files / "clip_g.safetensors")
    )
    model = models.diffusion_model(run, encoders, source=str(files / "network.safetensors"))
    made.text_encoder_3 = made.tokenizer_3 = None
    made.save_pretrained(run.root / "without")
    expected = models.load(run, "without").model
    assert np.array_equal(sampled(model).samples, sampled(expected).samples)


def test_encoders_that_are_not_used_are_refused(run: FakeContext):
    saved(run, "sd3")
    saved(run, "zimage")
    encoders = models.text_encoders(
        run, qwen=str(run.root / "zimage parts" / "qwen3_4b.safetensors")
    )
    with pytest.raises(NodeError, match=r"does not use qwen3_4b\.safetensors") as error:
        models.diffusion_model(
            run, encoders, source=str(run.root / "sd3 parts" / "network.safetensors")
        )
    assert error.value.parameter == "text_encoders"
    with pytest.raises(NodeError, match="does not use qwen3_4b"):
        models.load(run, "sd3.safetensors", text_encoders=encoders)
    with pytest.raises(NodeError, match="A model folder has its own text encoders"):
        models.load(run, "sd3", text_encoders=encoders)


def test_a_missing_vocabulary_of_t5_is_named(run: FakeContext, monkeypatch: pytest.MonkeyPatch):
    saved(run, "chroma")
    monkeypatch.setattr(assembly, "T5_TOKENIZER", str(run.root / "nowhere"))
    with pytest.raises(NodeError, match="The vocabulary of T5, which its files lack, is missing"):
        models.load(run, "chroma.safetensors")
