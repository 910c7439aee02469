"""Background removal, by tiny random models, against their own processors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from transformers import (
    Mask2FormerConfig,
    Mask2FormerForUniversalSegmentation,
    Mask2FormerImageProcessor,
    SegformerConfig,
    SegformerForSemanticSegmentation,
    SegformerImageProcessor,
    SwinConfig,
)

from nodes import imaging
from nodes.segmentation import remove_background
from nodes.types import Image
from nodeui.sdk import NodeError
from tests.nodes.fakes import FakeContext

LABELS = {0: "background", 1: "cat", 2: "sea, ocean"}


def save_segformer(folder: Path, labels: dict[int, str]) -> None:
    torch.manual_seed(0)
    config = SegformerConfig(
        num_encoder_blocks=4, depths=[1] * 4, hidden_sizes=[4, 8, 8, 8],
        num_attention_heads=[1] * 4, decoder_hidden_size=8, id2label=labels,
        label2id={label: number for number, label in labels.items()},
    )  # fmt: skip
    model = SegformerForSemanticSegmentation(config)
    torch.nn.init.normal_(model.decode_head.classifier.weight, 0, 3)
    model.save_pretrained(folder)
    size = {"height": 64, "width": 64}
    SegformerImageProcessor(size=size).save_pretrained(folder)


def save_mask2former(folder: Path) -> None:
    torch.manual_seed(0)
    stages: dict[str, Any] = {"out_features": ["stage1", "stage2", "stage3", "stage4"]}
    backbone = SwinConfig(
        image_size=64, embed_dim=8, depths=[1] * 4, num_heads=[1] * 4, window_size=2,
        **stages,
    )  # fmt: skip
    config = Mask2FormerConfig(
        backbone_config=backbone, feature_size=32, mask_feature_size=32, hidden_dim=32,
        encoder_feedforward_dim=8, encoder_layers=1, decoder_layers=2, dim_feedforward=8,
        num_attention_heads=1, num_queries=4, id2label=LABELS,
        label2id={label: number for number, label in LABELS.items()},
    )  # fmt: skip
    Mask2FormerForUniversalSegmentation(config).save_pretrained(folder)
    size = {"height": 64, "width": 64}
    Mask2FormerImageProcessor(size=size).save_pretrained(folder)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("segmentation")
    save_segformer(root / "segformer", LABELS)
    save_segformer(root / "salient", {0: "salient"})
    save_segformer(root / "places", {0: "wall", 1: "sky"})
    save_mask2former(root / "mask2former")
    return root


def picture(count: int, channels: int = 3) -> Image:
    random = np.random.default_rng(0)
    return Image(random.random((count, 48, 64, channels), np.float32))


def test_the_mask_is_what_is_not_background(models: Path) -> None:
    """The greys are the probabilities of the transformers model at the picture's size."""
    ctx, pictures = FakeContext(models), picture(2)
    cut = remove_background(pictures, ctx, "segformer")
    assert cut.mask.alpha.shape == (2, 48, 64) and cut.image.pixels.shape == (2, 48, 64, 4)
    assert np.array_equal(cut.image.pixels[..., :3], pictures.pixels)
    assert np.array_equal(cut.image.pixels[..., 3], cut.mask.alpha)
    model = SegformerForSemanticSegmentation.from_pretrained(models / "segformer")
    processor = SegformerImageProcessor.from_pretrained(models / "segformer")
    for n, shown in enumerate(imaging.to_bytes(pictures.pixels)):
        inputs = processor(images=Pillow.fromarray(shown), return_tensors="pt")
        with torch.inference_mode():
            shares = model(**inputs).logits.softmax(1)
            large = torch.nn.functional.interpolate(shares, (48, 64), mode="bilinear")
        assert np.allclose(cut.mask.alpha[n], 1 - large[0, 0].numpy(), atol=1e-5)
    assert ctx.steps == [(0, 2), (1, 2)]


def test_classes_are_kept_by_name(models: Path) -> None:
    everything, cat, sea = (
        remove_background(picture(1), FakeContext(models), "segformer", keep).mask.alpha
        for keep in ("", "Cat", "ocean")
    )
    assert np.allclose(cat + sea, everything, atol=1e-5)
    both = remove_background(picture(1), FakeContext(models), "segformer", "cat, sea").mask.alpha
    assert np.allclose(both, everything, atol=1e-6)


def test_masks_of_queries_and_single_classes(models: Path) -> None:
    for name in ("mask2former", "salient"):
        alpha = remove_background(picture(1), FakeContext(models), name).mask.alpha
        assert alpha.shape == (1, 48, 64) and 0 < alpha.max() <= 1 and alpha.min() >= 0
    whole = remove_background(picture(1), FakeContext(models), "mask2former").mask.alpha
    part = remove_background(picture(1), FakeContext(models), "mask2former", "cat").mask.alpha
    assert (part <= whole + 1e-6).all() and not np.allclose(part, whole)


def test_grey_and_transparent_pictures(models: Path) -> None:
    grey = remove_background(picture(1, 1), FakeContext(models), "segformer")
    assert grey.image.pixels.shape[-1] == 4
    clear = picture(1, 4)
    cut = remove_background(clear, FakeContext(models), "segformer")
    expected = clear.pixels[..., 3] * cut.mask.alpha
    assert np.allclose(cut.image.pixels[..., 3], expected)


@pytest.mark.parametrize(
    ("source", "keep", "message", "parameter"),
    [
        ("", "", "No model is chosen", "source"),
        ("segformer", "dog", "no class 'dog'. It has: background, cat, sea, ocean", "keep"),
        ("places", "", "no class 'background'. Name the classes to keep. It has: wall", "keep"),
        ("nowhere", "", "nowhere", "source"),
    ],
)
def test_what_cannot_be_done_is_named(
    models: Path, source: str, keep: str, message: str, parameter: str
) -> None:
    with pytest.raises(NodeError, match=message) as caught:
        remove_background(picture(1), FakeContext(models), source, keep)
    assert caught.value.parameter == parameter and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            {
                "architectures": ["BiRefNet"],
                "auto_map": {"AutoModelForImageSegmentation": "birefnet.BiRefNet"},
            },
            "BiRefNet needs code of its own",
        ),
        ({"model_type": "clip", "architectures": ["CLIPModel"]}, "CLIPModel is no segmentation"),
        ({"model_type": ["beit"]}, "it is no segmentation model"),
    ],
)
def test_other_models_are_refused_by_name(
    tmp_path: Path, config: dict[str, object], message: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(NodeError, match=message):
        remove_background(picture(1), FakeContext(tmp_path.parent), tmp_path.name)


def test_damaged_weights_are_refused(models: Path, tmp_path: Path) -> None:
    save_segformer(tmp_path / "model", LABELS)
    weights = tmp_path / "model" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:2000])
    with pytest.raises(NodeError, match="damaged"):
        remove_background(picture(1), FakeContext(tmp_path), "model")
