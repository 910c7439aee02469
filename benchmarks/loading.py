"""Times the loading of a whole checkpoint of Stable Diffusion 1.5, true in size, beside diffusers.

    python -m benchmarks.loading [--rounds 3]

Builds a file of 2.1 GB with random float16 weights. Measured is the time from the choice of the
file to the first step of the UNet, each in a new process whose imports are done:

- "nodeui, cold": hash unknown, which is computed on the way;
- "nodeui, warm": hash known;
- "diffusers": `from_single_file` with a local config, and the pipeline up to its first step, in
  float32, as NodeUI computes on a CPU.

The file is dropped from the system's cache before each. Also printed: the peak of memory of loading
in lengths of the weights. The ratios are medians of neighbouring runs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

NODEUI = """
import sys, time
from pathlib import Path
import benchmarks.loading as benchmark
from nodes.diffusion import load, prompts, unet_sampler
from nodeui import headless
from nodeui.engine.cache import open_cache
cache = open_cache(Path(sys.argv[2]))
graph = benchmark.graph(sys.argv[1])
benchmark.stop_at_first_step(cache.close)
headless.run(graph, targets=["decode"], cache=cache, output_dir=sys.argv[2])
raise SystemExit("no step was done")
"""

DIFFUSERS = """
import sys, torch
import benchmarks.loading as benchmark
from diffusers import StableDiffusionPipeline
benchmark.stop_at_first_step()
pipeline = StableDiffusionPipeline.from_single_file(
    sys.argv[1], config=sys.argv[2], local_files_only=True, torch_dtype=torch.float32,
    safety_checker=None, feature_extractor=None, requires_safety_checker=False,
)
pipeline.set_progress_bar_config(disable=True)
pipeline("a lighthouse", num_inference_steps=4, height=512, width=512)
raise SystemExit("no step was done")
"""


def stop_at_first_step(before: Any = None) -> None:
    """Start the clock; at the first step of a UNet, print the seconds and the peak, and end."""
    import resource
    import time

    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

    def peak() -> int:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

    began, resting = time.perf_counter(), peak()

    def step(module: Any, *args: Any, **kwargs: Any) -> None:
        print(json.dumps([time.perf_counter() - began, peak() - resting, dtype_bytes(module)]))
        sys.stdout.flush()
        if before is not None:
            before()
        os._exit(0)

    setattr(UNet2DConditionModel, "forward", step)  # noqa: B010


def dtype_bytes(module: Any) -> int:
    """Return the bytes of a network's weights."""
    return sum(tensor.numel() * tensor.element_size() for tensor in module.parameters())


def graph(source: str) -> Any:
    """Return the graph of a picture of 512 x 512 pixels."""
    from nodeui.graph.edits import AddNode, Connect
    from nodeui.graph.model import Graph
    from nodeui.graph.parts import Link, Node
    from nodeui.graph.registry import installed

    made = Graph(installed())
    edits = (
        AddNode(Node("model", "model.load", params={"source": source})),
        AddNode(Node("prompt", "text.encode", params={"text": "a lighthouse"})),
        AddNode(Node("latents", "latents.empty", params={"width": 512, "height": 512})),
        AddNode(Node("sampler", "sample.denoise", params={"steps": 4})),
        AddNode(Node("decode", "latents.decode")),
        Connect(Link("model", "model", "prompt", "model")),
        Connect(Link("model", "model", "latents", "model")),
        Connect(Link("model", "model", "sampler", "model")),
        Connect(Link("prompt", "conditioning", "sampler", "positive")),
        Connect(Link("latents", "latents", "sampler", "latents")),
        Connect(Link("sampler", "latents", "decode", "latents")),
        Connect(Link("model", "vae", "decode", "vae")),
    )
    for edit in edits:
        made.apply(edit)
    return made


def build(folder: Path) -> tuple[Path, Path]:
    """Write the checkpoint, and a folder with the configs that diffusers needs."""
    import torch
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
    from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
    from safetensors.torch import save_file
    from transformers import CLIPTextConfig, CLIPTextModel

    from tests.nodes import originals

    torch.set_default_dtype(torch.float16)
    text = CLIPTextConfig(
        vocab_size=49_408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
        num_attention_heads=12, projection_dim=768, bos_token_id=49_406, eos_token_id=49_407,
    )  # fmt: skip
    vae: dict[str, Any] = {
        "block_out_channels": [128, 256, 512, 512], "layers_per_block": 2,
        "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4,
        "scaling_factor": 0.18215,
    }  # fmt: skip
    made = {
        "unet": UNet2DConditionModel(
            sample_size=64, cross_attention_dim=768, attention_head_dim=8,
        ),
        "vae": AutoencoderKL(**vae),
        "text_encoder": CLIPTextModel(text),
    }  # fmt: skip
    torch.set_default_dtype(torch.float32)
    file = folder / "model.safetensors"
    save_file(originals.original("sd1", made), file)
    config = folder / "config"
    originals.save_folder(config, "sd1", made)
    for weights in config.rglob("*.safetensors"):
        weights.unlink()
    return file, config


def evict(file: Path) -> None:
    """Drop a file from the system's cache."""
    descriptor = os.open(file, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def measure(script: str, file: Path, *arguments: Path) -> list[float]:
    """Return seconds, bytes of memory and bytes of the UNet of one process."""
    evict(file)
    command = [sys.executable, "-c", script, str(file), *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True)
    if not run.stdout:
        raise SystemExit(run.stderr)
    return json.loads(run.stdout.splitlines()[-1])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        file, config = build(folder)
        found: dict[str, list[list[float]]] = {"cold": [], "warm": [], "diffusers": []}
        for number in range(rounds):
            found["diffusers"].append(measure(DIFFUSERS, file, config))
            found["cold"].append(measure(NODEUI, file, folder / f"cache-{number}"))
            found["warm"].append(measure(NODEUI, file, folder / f"cache-{number}"))
        print(json.dumps(_table(found), indent=2))


def _table(found: dict[str, list[list[float]]]) -> dict[str, float]:
    seconds = {name: [run[0] for run in runs] for name, runs in found.items()}
    result = {f"{name}, s": statistics.median(values) for name, values in seconds.items()}
    for name in ("cold", "warm"):
        pairs = zip(seconds[name], seconds["diffusers"], strict=True)
        result[f"{name} / diffusers"] = statistics.median(own / other for own, other in pairs)
    for name, runs in found.items():
        result[f"peak memory, {name}, in lengths of the UNet"] = statistics.median(
            run[1] / run[2] for run in runs
        )
    return {name: round(value, 3) for name, value in result.items()}


if __name__ == "__main__":
    main()
