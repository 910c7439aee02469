"""Writes everything into resources/starter: a stock diffusers folder, fp16 safetensors, no pickle.

    python -m training.export WORK

Parts with a checkpoint are exported from it; the others stay as committed.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import diffusers
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline
from transformers import CLIPTextModel

from training import common
from training.common import STARTER
from training.controlnet import load_controlnet
from training.depth import build_processor, load_depth
from training.fast import saved_lora
from training.hints import KINDS
from training.unet import build_scheduler, load_models, load_tokenizer
from training.vae import load_vae

LIMIT = 64_000_000  # bytes in total

MODEL_INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "_diffusers_version": diffusers.__version__,
    "feature_extractor": [None, None],
    "image_encoder": [None, None],
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderTiny"],
}

# Other schedulers read the same config if a user switches to them: latents exceed [-1, 1] and
# must not be clipped.
FOR_OTHERS = {"clip_sample": False, "set_alpha_to_one": False, "skip_prk_steps": True}


def export(work: Path, folder: Path) -> None:
    """Write all parts to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    vae: AutoencoderTiny = load_vae(work)
    unet, text, _ = load_models(work)
    encoder: CLIPTextModel = text
    nets = {which: load_controlnet(work, which, unet)[0] for which in KINDS}
    depth = load_depth(work)
    tokenizer = load_tokenizer(work)

    vae.to(torch.float16).save_pretrained(folder / "vae")
    unet.to(torch.float16).save_pretrained(folder / "unet")
    encoder.to(torch.float16).save_pretrained(folder / "text_encoder")
    for which, net in nets.items():
        net.to(torch.float16).save_pretrained(folder / f"controlnet-{which}")
    lora = saved_lora(work)
    if lora is not None:
        layers = {name: value.to(torch.float16) for name, value in lora.items()}
        StableDiffusionPipeline.save_lora_weights(folder / "lora-fast", unet_lora_layers=layers)
    depth.to(torch.float16).save_pretrained(folder / "depth-estimator")
    build_processor().save_pretrained(folder / "depth-estimator")
    if not (folder / "tokenizer").exists():
        tokenizer.save_pretrained(folder / "tokenizer")
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(work / "tokenizer" / name, folder / "tokenizer" / name)
    build_scheduler().save_pretrained(folder / "scheduler")
    config = folder / "scheduler" / "scheduler_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | FOR_OTHERS, indent=2) + "\n")
    (folder / "model_index.json").write_text(json.dumps(MODEL_INDEX, indent=2) + "\n")
    for config in folder.rglob("*.json"):  # no local paths in public files
        data = json.loads(config.read_text())
        if isinstance(data, dict) and data.pop("_name_or_path", None) is not None:
            config.write_text(json.dumps(data, indent=2) + "\n")
    size = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    print(f"{folder}: {size / 1e6:.1f} MB")
    if size > LIMIT:
        raise SystemExit(f"more than {LIMIT / 1e6:.0f} MB")


def main() -> None:
    """Export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--to", type=Path, default=STARTER)
    args = parser.parse_args()
    common.set_up()
    export(args.work, args.to)


if __name__ == "__main__":
    main()
