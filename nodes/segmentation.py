"""Removes the background of pictures, by segmentation models in the transformers layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from nodes import imaging
from nodes.types import Image, Mask
from nodeui.sdk import MODEL_PATH, Context, Files, NodeError, node

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from nodes.imaging import Levels

    Array = NDArray[np.float32]

PER_PIXEL = (
    "beit", "data2vec-vision", "dpt", "mobilenet_v2", "mobilevit", "mobilevitv2", "segformer",
    "upernet",
)  # fmt: skip
"""Model types of transformers that return one score per class and pixel."""

PER_MASK = ("mask2former", "maskformer")
"""Those that return masks, and one score per class and mask."""

_LABELS_SHOWN = 12


class Cutout(NamedTuple):
    """The foreground of pictures.

    Attributes:
        image: The pictures, transparent outside of the foreground.
        mask: The foreground; its grey is the probability.
    """

    image: Image
    mask: Mask


@node(
    "image.remove_background",
    title="Remove background",
    category="Image",
    numeric=True,
    aliases=("segmentation", "cut out", "rembg", "matting", "foreground"),
)
def remove_background(
    image: Image, ctx: Context, source: Annotated[str, MODEL_PATH] = "", keep: str = ""
) -> Cutout:
    """Cut the foreground out of a picture, with a segmentation model.

    NodeUI ships no such model. Models of the kinds BEiT, DPT, Mask2Former, MaskFormer, MobileNetV2,
    MobileViT, SegFormer and UPerNet work; those that need code of their own are refused.

    Args:
        image: The picture.
        source: A folder with an image segmentation model in the transformers layout, such as
            SegFormer, or its hub id.
        keep: Names of the model's classes to keep, such as "person, dog". Empty keeps all but
            "background".
    """
    from nodes.diffusion.pool import within_memory

    if not source.strip():
        raise NodeError(
            "No model is chosen, and NodeUI ships none. Give the folder or the hub id of an image "
            "segmentation model in the transformers layout, such as SegFormer.",
            "source",
        )
    from nodes.diffusion import layout

    folder = layout.folder_of(source, ctx)
    alpha = within_memory(_segment)(image.levels, folder, keep, ctx)
    if not alpha.any():
        ctx.warn("The model finds no foreground in the picture.")
    return Cutout(_cut(image, alpha), Mask(alpha))


@remove_background.fingerprint
def _model(source: str, files: Files) -> str:
    from nodes.diffusion import layout

    return layout.folder_digest(source, files) if source.strip() else ""


def _cut(image: Image, alpha: Array) -> Image:
    """Return pictures with an alpha multiplied by a mask."""
    import numpy as np

    pixels = image.pixels
    own = pixels[..., 3] if pixels.shape[-1] == 4 else 1.0
    colour = np.repeat(pixels[..., :1], 3, -1) if pixels.shape[-1] < 3 else pixels[..., :3]
    return Image(np.concatenate([colour, (alpha * own)[..., None]], -1))


def _segment(levels: Levels, folder: Path, keep: str, ctx: Context) -> Array:
    """Return the probability of the foreground, (n, height, width) float32 in [0, 1]."""
    import numpy as np
    import torch
    from PIL import Image as Pillow

    from nodes.diffusion.device import device

    processor, model = _load(folder, ctx.files.digest(folder))
    kept = _kept(model.config, keep)
    found: list[Array] = []
    for done, picture in enumerate(imaging.to_bytes(imaging.from_levels(levels))):
        ctx.progress(done, len(levels))
        shown = Pillow.fromarray(_colour(picture))
        inputs = processor(images=shown, return_tensors="pt").to(device())
        with torch.inference_mode():
            shares = _shares(model(**inputs), model.config.model_type)
            inside = shares if len(shares) == 1 else shares[kept].sum(0, keepdim=True)
            inside = torch.nn.functional.interpolate(
                inside[None], picture.shape[:2], mode="bilinear", align_corners=False
            )
        found.append(inside[0, 0].clamp(0, 1).float().cpu().numpy())
    return np.stack(found) if found else np.zeros((0, *levels.shape[1:3]), np.float32)


def _colour(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture of one, three or four channels with three."""
    import numpy as np

    return np.repeat(picture[..., :1], 3, -1) if picture.shape[-1] < 3 else picture[..., :3]


def _shares(answer: Any, kind: str) -> torch.Tensor:
    """Return the probability of each class in each pixel, (classes, height, width).

    A model with one class gives the probability of the foreground.
    """
    if kind in PER_MASK:
        classes = answer.class_queries_logits[0].float().softmax(-1)[:, :-1]
        masks = answer.masks_queries_logits[0].float().sigmoid()
        shares = (classes.T @ masks.flatten(1)).reshape(-1, *masks.shape[1:])
        return shares / shares.sum(0).clamp(min=1)  # the masks of some pixels overlap
    scores = answer.logits[0].float()
    return scores.sigmoid() if len(scores) == 1 else scores.softmax(0)


def _kept(config: Any, keep: str) -> list[int]:
    """Return the numbers of the classes to keep.

    Raises:
        NodeError: about `keep`: the model has no such class, or no background.
    """
    numbers: dict[str, list[int]] = {}
    for number, label in config.id2label.items():
        for name in (str(label).casefold(), *str(label).casefold().split(",")):
            numbers.setdefault(name.strip(), []).append(int(number))
    labels = list(config.id2label.values())
    known = ", ".join(map(str, labels[:_LABELS_SHOWN])) + (
        ", ..." if len(labels) > _LABELS_SHOWN else ""
    )
    names = [name.strip().casefold() for name in keep.split(",") if name.strip()]
    for name in names:
        if name not in numbers:
            raise NodeError(f"The model has no class {name!r}. It has: {known}.", "keep")
    if names:
        return sorted({number for name in names for number in numbers[name]})
    if "background" not in numbers and len(labels) > 1:
        raise NodeError(
            f"The model has no class 'background'. Name the classes to keep. It has: {known}.",
            "keep",
        )
    outside = set(numbers.get("background", ()))
    return [int(number) for number in config.id2label if int(number) not in outside]


def _load(folder: Path, digest: str) -> tuple[Any, Any]:
    """Load the processor from disk, and the model from the pool or from disk."""
    import torch
    from transformers import (
        AutoConfig,
        AutoImageProcessor,
        AutoModelForSemanticSegmentation,
        AutoModelForUniversalSegmentation,
    )

    from nodes.diffusion import layout, untrusted, weight_values
    from nodes.diffusion.device import device
    from nodes.diffusion.load import own
    from nodes.diffusion.pool import pool

    layout.check_config(folder)
    config = layout.read_json(folder / "config.json")
    kind = _checked_kind(folder, config)
    layout.read_json(folder / "preprocessor_config.json")
    weights = layout.weights(folder, layout.TRANSFORMERS_WEIGHTS)
    tensors = sum(len(untrusted.read_header(file)) for file in weights.files)
    untrusted.check_config(folder / "config.json", config, tensors)
    for file in weights.files:
        weight_values.check(file)

    def read() -> Any:
        classes = AutoModelForUniversalSegmentation, AutoModelForSemanticSegmentation
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model, report = classes[kind in PER_PIXEL].from_pretrained(
            folder,
            config=untrusted.without_code(config),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            variant=weights.variant,
            dtype=torch.float32,
            output_loading_info=True,
        )
        lacking = sorted(report["missing_keys"])
        if lacking:
            raise ValueError(f"its weights lack {lacking[0]}")
        return own(model.to(device()))

    try:
        processor = AutoImageProcessor.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
        return processor, pool.get(("segmentation", str(folder), digest, device()), read)
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, ImportError) as error:
        reason = str(error).strip().splitlines()[0]
        raise NodeError(f"{folder} cannot be used to segment: {reason}", "source") from error


def _checked_kind(folder: Path, config: dict[str, Any]) -> str:
    """Return the model type in a config.

    Raises:
        NodeError: about `source`: it is none of those that are used here.
    """
    kind = config.get("model_type")
    kind = kind if isinstance(kind, str) else ""
    if kind in PER_PIXEL or kind in PER_MASK:
        return kind
    name = _class_name(config) or kind or "it"
    if config.get("auto_map"):
        raise NodeError(
            f"{folder}: {name} needs code of its own, which comes with the model and is not run.",
            "source",
        )
    known = ", ".join((*PER_PIXEL, *PER_MASK))
    raise NodeError(
        f"{folder}: {name} is no segmentation model that can be used. Those are: {known}.",
        "source",
    )


def _class_name(config: dict[str, Any]) -> str:
    """Return the class that a config names; "" if it names none."""
    found = config.get("architectures")
    found = found[0] if isinstance(found, list) and found else ""
    return found[:60] if isinstance(found, str) else ""
