"""Estimates depth from a picture, by depth estimation models in the transformers layout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodes import imaging
from nodes.places import STARTER
from nodeui.sdk import Context, Files, NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Levels

    Array = NDArray[np.float32]

METRIC = ("depth_pro", "glpn", "tipsv2_dpt", "zoedepth")
"""Model types of transformers whose processed output is distance; others return inverse depth."""


def folder_of(source: str, ctx: Context) -> Path:
    """Return the folder of an estimator: the shipped one for "starter", else as for models.

    Raises:
        NodeError: about `source`: the folder is missing.
    """
    from nodes.diffusion import layout

    return _shipped(source, ctx.files) or layout.folder_of(source, ctx)


def _shipped(source: str, files: Files) -> Path | None:
    """Return the folder of the shipped estimator if `source` names it, else None."""
    shipped = STARTER / "depth-estimator"
    if source != "starter" or files.resolve(source).is_dir():
        return None
    if not shipped.is_dir():
        raise NodeError(f"The shipped depth estimator is missing from {shipped}.", "source")
    return shipped


def fingerprint(source: str, files: Files) -> str:
    """Return the content digest of the estimator's folder."""
    from nodes.diffusion import layout

    shipped = _shipped(source, files)
    return files.digest(shipped) if shipped else layout.folder_digest(source, files)


def estimate(levels: Levels, source: str, ctx: Context) -> Array:
    """Estimate the inverse depth of each picture, stretched to [0, 1].

    Args:
        levels: The pictures.
        source: As for `folder_of`.
        ctx: Finds files and receives progress, in pictures.

    Returns:
        (n, height, width, 3) float32: near is 1, far is 0; all 0 if the depth is constant.

    Raises:
        NodeError: about `source`: it cannot be loaded, or is not a depth estimation model.
    """
    from nodes.diffusion.pool import within_memory

    return within_memory(_estimate)(levels, folder_of(source, ctx), ctx)


def _estimate(levels: Levels, folder: Path, ctx: Context) -> Array:
    import torch
    from PIL import Image

    from nodes.diffusion import layout
    from nodes.diffusion.device import device

    layout.check_config(folder)
    processor, model = _load(folder, ctx.files.digest(folder))
    config = model.config
    metric = config.model_type in METRIC or getattr(config, "depth_estimation_type", "") == "metric"
    done = 0

    def draw(picture: NDArray[np.uint8]) -> Array:
        nonlocal done
        ctx.progress(done, len(levels))
        done += 1
        inputs = processor(images=Image.fromarray(picture), return_tensors="pt").to(device())
        with torch.inference_mode():
            # the second argument is the source's or the target's size, depending on the model
            (answer,) = processor.post_process_depth_estimation(
                model(**inputs), [picture.shape[:2]]
            )
        depth = answer["predicted_depth"].float().cpu().numpy()
        return stretched(1 / depth.clip(1e-3) if metric else depth)

    return imaging.from_levels(imaging.draw_hints(levels, draw))


def stretched(depth: Array) -> Array:
    """Stretch values linearly to [0, 1]; all 0 if they are equal."""
    import numpy as np

    low, high = depth.min(), depth.max()
    if low == high:
        return np.zeros_like(depth)
    return (depth - low) / (high - low)


def _load(folder: Path, digest: str) -> tuple[Any, Any]:
    """Load the processor from disk, and the model from the pool or from disk."""
    import torch
    from transformers import AutoConfig, AutoImageProcessor, AutoModelForDepthEstimation

    from nodes.diffusion import layout, untrusted, weight_values
    from nodes.diffusion.device import device
    from nodes.diffusion.load import own
    from nodes.diffusion.pool import pool

    config = layout.read_json(folder / "config.json")
    layout.read_json(folder / "preprocessor_config.json")
    weights = layout.weights(folder, layout.TRANSFORMERS_WEIGHTS)
    tensors = sum(len(untrusted.read_header(file)) for file in weights.files)
    untrusted.check_config(folder / "config.json", config, tensors)
    for file in weights.files:
        weight_values.check(file)

    def read() -> Any:
        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        model, report = AutoModelForDepthEstimation.from_pretrained(
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
        return processor, pool.get(("depth", str(folder), digest, device()), read)
    except torch.OutOfMemoryError:
        raise
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        reason = str(error).splitlines()[0]
        raise NodeError(f"{folder} cannot be used to estimate depth: {reason}", "source") from error
