"""Makes pictures from an exported folder with the stock diffusers pipelines, and contact sheets.

python -m training.sample FOLDER OUT.png "a lake at sunset" "mountains, winter"
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    ControlNetModel,
    DDIMScheduler,
    StableDiffusionControlNetPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

from training import common


class Studio:
    """The model, loaded by the stock diffusers classes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pipe = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
        self.pipe.set_progress_bar_config(disable=True)
        self.controlled: dict[str, StableDiffusionControlNetPipeline] = {}

    @classmethod
    def fast(cls, folder: Path) -> Studio:
        """The model with the LoRA for 4 steps of DDIM without guidance."""
        studio = cls(folder)
        studio.pipe.load_lora_weights(folder / "lora-fast")
        config = dict(studio.pipe.scheduler.config)
        studio.pipe.scheduler = DDIMScheduler.from_config(config)
        return studio

    def control(self, which: str) -> StableDiffusionControlNetPipeline:
        """Return the pipeline with one ControlNet, sharing all other parts."""
        if which not in self.controlled:
            net = ControlNetModel.from_pretrained(
                self.folder / f"controlnet-{which}", dtype=torch.float32
            )
            pipe = StableDiffusionControlNetPipeline(
                **self.pipe.components, controlnet=net, requires_safety_checker=False
            )
            pipe.set_progress_bar_config(disable=True)
            self.controlled[which] = pipe
        return self.controlled[which]

    def make(
        self,
        prompts: Sequence[str],
        seeds: Sequence[int],
        hints: np.ndarray | None = None,
        which: str = "depth",
        strength: float = 1.0,
        steps: int = 20,
        guidance: float = 4.0,
        batch: int = 16,
        size: tuple[int, int] = (common.SIZE, common.SIZE),
    ) -> np.ndarray:
        """Make one picture per prompt and seed: (n, height, width, 3) uint8.

        Hints are (n, 128, 128), in [0, 1]. `size` is (height, width).
        """
        out = []
        for i in range(0, len(prompts), batch):
            part = slice(i, i + batch)
            shared = {
                "prompt": list(prompts[part]),
                "generator": [torch.Generator().manual_seed(s) for s in seeds[part]],
                "num_inference_steps": steps,
                "guidance_scale": guidance,
                "output_type": "np",
                "height": size[0],
                "width": size[1],
            }
            if hints is None:
                images = self.pipe(**shared).images
            else:
                hint = torch.from_numpy(hints[part]).float()[:, None].expand(-1, 3, -1, -1)
                images = self.control(which)(
                    **shared, image=hint, controlnet_conditioning_scale=strength
                ).images
            out.append(np.round(images * 255).astype(np.uint8))
        return np.concatenate(out)


def sheet(pictures: np.ndarray, columns: int, zoom: float = 1.0) -> Image.Image:
    """Arrange pictures (n, h, w[, 3]) side by side, `columns` per row."""
    if pictures.ndim == 3:
        pictures = np.repeat(pictures[..., None], 3, axis=-1)
    n, h, w, _ = pictures.shape
    rows = -(-n // columns)
    page = np.zeros((rows * h, columns * w, 3), np.uint8)
    for i, picture in enumerate(pictures):
        r, c = divmod(i, columns)
        page[r * h : (r + 1) * h, c * w : (c + 1) * w] = picture
    image = Image.fromarray(page)
    if zoom == 1.0:
        return image
    return image.resize(
        (int(image.width * zoom), int(image.height * zoom)), Image.Resampling.LANCZOS
    )


def main() -> None:
    """Make four pictures for each prompt, one row per prompt."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("prompts", nargs="+")
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--steps", type=int, default=20)
    args = parser.parse_args()
    common.set_up()
    prompts = [p for p in args.prompts for _ in range(4)]
    seeds = [s for _ in args.prompts for s in range(4)]
    pictures = Studio(args.folder).make(prompts, seeds, guidance=args.guidance, steps=args.steps)
    sheet(pictures, 4).save(args.out)


if __name__ == "__main__":
    main()
