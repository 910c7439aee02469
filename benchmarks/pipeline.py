"""Compares a graph with the plain diffusers pipeline: time and peak memory, same model and steps.

    python -m benchmarks.pipeline [FOLDER] [--steps 20] [--rounds 7] [--scheduler euler] [--wide]

Time: both in one process, alternating, from prompt to pixels; the result is the median ratio of
neighbouring runs. Memory: the peak resident size of each in a process of its own.

The graph adds a few milliseconds per run, whatever the model. `--wide` replaces the UNet by a
random one of twice the width, for pictures of twice the side. It takes seconds per picture, like
a model of real size on a graphics card.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.places import STARTER
from nodeui.engine.cache import open_cache
from nodeui.engine.plan import Planner
from nodeui.engine.runner import run as run_plan
from nodeui.engine.runner import values_of
from nodeui.graph.edits import AddNode, Connect, SetParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Link, Node
from nodeui.graph.registry import Registry, installed

Run = Callable[[int], NDArray[np.float32]]


def prompts(seed: int) -> tuple[str, str]:
    """Return a positive and a negative prompt that are new for each seed, to avoid the cache."""
    return f"a quiet lake below mountains, morning {seed}", f"blurry {seed}"


def widened(folder: Path, target: Path) -> Path:
    """Copy a model to `target` and give it a wide random UNet."""
    from diffusers import UNet2DConditionModel

    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("unet", "controlnet-*"))
    loaded: Any = UNet2DConditionModel.load_config(folder / "unet")
    config = dict(loaded)
    config["block_out_channels"] = [2 * width for width in config["block_out_channels"]]
    config["sample_size"] *= 2
    network: Any = UNet2DConditionModel.from_config(config)
    network.save_pretrained(target / "unet")
    return target


def text_to_image(folder: Path, steps: int, registry: Registry | None = None) -> Graph:
    """Return a graph from two prompts to a decoded picture, by default of the installed nodes."""
    graph = Graph(registry or installed())
    for id, type, params in (
        ("model", "model.load", {"source": str(folder)}),
        ("positive", "text.encode", {}),
        ("negative", "text.encode", {}),
        ("empty", "latents.empty", {}),
        ("sampler", "sample.denoise", {"steps": steps}),
        ("decode", "latents.decode", {}),
    ):
        graph.apply(AddNode(Node(id, type, params=params)))
    for source, output, target, input in (
        *(("model", "model", id, "model") for id in ("positive", "negative", "empty", "sampler")),
        ("positive", "conditioning", "sampler", "positive"),
        ("negative", "conditioning", "sampler", "negative"),
        ("empty", "latents", "sampler", "latents"),
        ("sampler", "latents", "decode", "latents"),
        ("model", "vae", "decode", "vae"),
    ):
        graph.apply(Connect(Link(source, output, target, input)))
    return graph


def by_graph(folder: Path, steps: int, scheduler: str) -> Run:
    """Return a function from a seed to pixels that runs a graph and stores every step."""
    graph = text_to_image(folder, steps)
    graph.apply(SetParam("sampler", "scheduler", scheduler))
    cache = open_cache(Path(tempfile.mkdtemp()))
    planner = Planner(cache, installed().environment)

    def run(seed: int) -> NDArray[np.float32]:
        graph.apply(SetParam("sampler", "seed", seed))
        for id, text in zip(("positive", "negative"), prompts(seed), strict=True):
            graph.apply(SetParam(id, "text", text))
        plan = planner.plan(graph, ["decode"])
        run_plan(plan, cache, Path(tempfile.gettempdir()))
        values = values_of(plan, cache, "decode")
        assert values is not None
        return values["image"].pixels

    return run


def by_pipeline(folder: Path, steps: int, scheduler: str) -> Run:
    """Return a function from a seed to pixels that runs the diffusers pipeline."""
    import diffusers
    import torch

    from nodes.diffusion.load import own
    from nodes.diffusion.schedulers import SCHEDULERS

    pipe: Any = diffusers.DiffusionPipeline.from_pretrained(folder, dtype=torch.float32)
    kind = SCHEDULERS[scheduler]
    class_ = getattr(diffusers, kind.class_name)
    pipe.scheduler = class_.from_config(pipe.scheduler.config, **kind.config)
    pipe.set_progress_bar_config(disable=True)
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            own(part)

    def run(seed: int) -> NDArray[np.float32]:
        positive, negative = prompts(seed)
        return pipe(
            positive,
            negative_prompt=negative,
            num_inference_steps=steps,
            guidance_scale=7.5,
            generator=torch.Generator().manual_seed(seed),
            output_type="np",
        ).images

    return run


SIDES = {"graph": by_graph, "pipeline": by_pipeline}


def compare_times(folder: Path, steps: int, scheduler: str, rounds: int) -> dict[str, Any]:
    """Return the median seconds of both, the median ratio, and whether the pictures are equal."""
    runs = {name: make(folder, steps, scheduler) for name, make in SIDES.items()}
    graph, pipeline = (run(0) for run in runs.values())
    same = np.array_equal(graph, pipeline)  # warms up, too
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for i in range(rounds):
        for name in sorted(runs, reverse=bool(i % 2)):
            start = time.perf_counter()
            runs[name](i + 1)  # a seed that was not run before
            seconds[name].append(time.perf_counter() - start)
    ratios = [a / b for a, b in zip(seconds["graph"], seconds["pipeline"], strict=True)]
    medians = {name: round(statistics.median(values), 4) for name, values in seconds.items()}
    return {"seconds": medians, "time_ratio": round(statistics.median(ratios), 4), "equal": same}


def peak_memory(name: str, folder: Path, steps: int, scheduler: str) -> int:
    """Return the peak resident size of a process that makes one picture, in bytes."""
    arguments = [str(folder), "--steps", str(steps), "--scheduler", scheduler, "--peak-of", name]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.pipeline", *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


def own_peak() -> int:
    """Return the peak resident size of this process, in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?", default=STARTER)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--scheduler", default="euler")
    parser.add_argument("--wide", action="store_true", help="with a wide random UNet")
    parser.add_argument("--peak-of", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder: Path = options.folder.resolve()
    if not (folder / "model_index.json").exists():
        parser.error(f"{folder} is not a model folder")
    if options.peak_of:
        SIDES[options.peak_of](folder, options.steps, options.scheduler)(0)
        print(own_peak())
        return
    if options.wide:
        with tempfile.TemporaryDirectory() as place:
            compare(widened(folder, Path(place) / "model"), options)
    else:
        compare(folder, options)


def compare(folder: Path, options: argparse.Namespace) -> None:
    """Measure both and print the report."""
    setting = (folder, options.steps, options.scheduler)
    # memory first: on Linux a new process starts with the peak of its parent
    peaks = {name: peak_memory(name, *setting) for name in SIDES}
    report = {
        **compare_times(*setting, options.rounds),
        "peak_bytes": peaks,
        "memory_ratio": round(peaks["graph"] / peaks["pipeline"], 4),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
