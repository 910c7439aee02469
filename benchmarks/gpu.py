"""Compares the graph with the plain diffusers pipelines on a CUDA device.

    python -m benchmarks.gpu [sd15] [sdxl] [flux] [--minutes 8] [--tiny]

Networks have the shapes of SD 1.5, SDXL and Flux and random weights, in float16 and bfloat16:

parity: latents and pixels of the graph and of the pipeline, from the same noise.
resume: a cancelled and resumed run has the same bits as an uninterrupted one.
waits: number of times that a step waits for the device, as counted by torch.
previews: previews during a run, and the time they take.
memory: the device runs out of memory; the process continues.
times: seconds from prompt to pixels, alternating; the median of the ratios of paired runs.
graphs: seconds of a step with CUDA graphs (NODEUI_CUDA_GRAPHS) and without, and their bits.
uploads: copies to the device from pinned memory, which do not wait, and from other memory.

Needs torch, diffusers, transformers, msgspec and NumPy. Without CUDA, or with --tiny, the networks
are tiny; cases that need CUDA are not run without it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import nodes
from benchmarks import gpu_models, gpu_streams
from benchmarks.gpu_table import Row, Table, check, needs_cuda
from benchmarks.pipeline import prompts, text_to_image
from nodes.diffusion import load, noise
from nodes.diffusion.device import device
from nodes.diffusion.pool import pool
from nodeui.engine.cache import open_cache
from nodeui.engine.plan import Planner
from nodeui.engine.protocol import Event, NodeFinished, Preview, Progress, Report
from nodeui.engine.runner import run, values_of
from nodeui.graph.edits import Disconnect, SetParam
from nodeui.graph.registry import Registry

DTYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16}
TOLERANCE = 0.02  # of the largest latent: kernels may differ if scalars are on another device
WAITS = {"flux": 4}  # per step: tensors that FluxPipeline copies to the device before its loop


class Bench:
    """A text-to-image graph of a model with a cache on disk, and the pipeline of that model.

    Args:
        folder: The model.
        precision: Name of its dtype.
        steps: Number of sampler steps.
        place: A folder for the cache.
    """

    def __init__(self, folder: Path, precision: str, steps: int, place: Path) -> None:
        registry = Registry(nodes.nodes, nodes.environment)
        self.name, self.folder, self.precision, self.steps = folder.name, folder, precision, steps
        self.graph = text_to_image(folder, steps, registry)
        self._planner: Planner
        self._environment, self._place = registry.environment, place
        self.fresh()
        self.set("model", "dtype", precision)
        if self.flux:  # distilled: no negative prompt
            self.graph.apply(Disconnect("sampler", "negative"))
            self.set("sampler", "guidance_scale", 3.5)

    @property
    def flux(self) -> bool:
        return self.name == "flux"

    def fresh(self) -> None:
        """Start with an empty cache."""
        self.cache = open_cache(Path(tempfile.mkdtemp(dir=self._place)))
        self._planner = Planner(self.cache, self._environment)

    def set(self, node: str, parameter: str, value: Any) -> None:
        self.graph.apply(SetParam(node, parameter, value))

    def seed(self, seed: int) -> None:
        """Set a seed, and prompts that differ from those of other seeds."""
        self.set("sampler", "seed", seed)
        for id, text in zip(("positive", "negative"), prompts(seed), strict=True):
            self.set(id, "text", text)

    def run(self, emit: Callable[[Event], None] | None = None, **options: Any) -> Report:
        """Run to the picture."""
        return run(self._plan(), self.cache, self._place, emit=emit, **options)

    def value(self, node: str, output: str) -> Any:
        """Return a value of the last run.

        Raises:
            AssertionError: the run failed; the message is its first error.
        """
        values = values_of(self._plan(), self.cache, node)
        if values is None:
            failures = self.run().failures
            raise AssertionError(failures[0].message if failures else f"{node} has no value")
        return values[output]

    def _plan(self) -> Any:
        return self._planner.plan(self.graph, ["decode"])

    def latents(self) -> NDArray[np.float32]:
        return self.value("sampler", "latents").samples

    def pixels(self) -> NDArray[np.float32]:
        return self.value("decode", "image").pixels

    def fresh_steps(self, solver: Any) -> Any:
        """Return a sampler before its first step, outside of the engine."""
        from nodes import sample

        return sample.denoise(
            self.value("model", "model"),
            self.value("positive", "conditioning"),
            self.value("empty", "latents"),
            negative=None if self.flux else self.value("negative", "conditioning"),
            steps=self.steps,
            scheduler=solver,
        )

    def pipeline(self) -> Any:
        """Return the plain pipeline; it shares only the large network with the graph."""
        import diffusers

        model = self.value("model", "model")
        diffusers.utils.logging.disable_progress_bar()
        class_ = getattr(diffusers, gpu_models.SHAPES[self.name](True).pipeline)
        if self.flux:
            from nodes.diffusion.pipelines import parts

            given: dict[str, Any] = {"transformer": parts.network(model)}
        else:
            given = {"unet": load.unet(model), "safety_checker": None}
            given |= {} if self.name == "sdxl" else {"requires_safety_checker": False}
        if self.name == "sdxl":
            del given["safety_checker"]
            given["add_watermarker"] = False
        pipe = class_.from_pretrained(
            self.folder, dtype=DTYPES[self.precision], local_files_only=True, **given
        )
        pipe.set_progress_bar_config(disable=True)
        return pipe.to(device())  # without a dtype: some layers of T5 stay in float32

    def by_pipeline(self, pipe: Any, seed: int) -> tuple[Any, NDArray[np.float32]]:
        """Return latents and pixels of the pipeline, from the first noise of the graph."""
        model = self.value("model", "model")
        side = model.size // model.latent_factor
        shape = (1, model.latent_channels, side, side)
        start = torch.tensor(noise.noise(seed, shape).samples)
        start = start.to(device(), DTYPES[self.precision])
        if self.flux:
            start = pipe._pack_latents(start, *shape)
        positive, negative = prompts(seed)
        found: dict[str, Any] = {}

        def keep(_pipe: Any, _step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
            found.update(values)
            return values

        options: dict[str, Any] = {"guidance_scale": 3.5}
        if not self.flux:
            options = {"guidance_scale": 7.5, "negative_prompt": negative}
        pixels = pipe(
            positive,
            num_inference_steps=self.steps,
            latents=start,
            height=model.size,
            width=model.size,
            output_type="np",
            callback_on_step_end=keep,
            **options,
        ).images
        return found["latents"], pixels


# --- cases --------------------------------------------------------------------------------------


def parity(bench: Bench) -> str:
    """Check that latents and pixels are those of the pipeline."""
    bench.seed(1)
    bench.run()
    pipe = bench.pipeline()
    # "auto" is another solver than the one in the folder for the UNet families
    bench.set("sampler", "scheduler", "auto" if bench.flux else SOLVERS[bench.name])
    bench.run()
    ours = torch.tensor(bench.latents())
    theirs, pixels = bench.by_pipeline(pipe, 1)
    if bench.flux:
        ours = pipe._pack_latents(ours, *ours.shape)
    theirs = theirs.float().cpu()
    check(bool(torch.isfinite(ours).all()), "latents are not finite")
    largest = float(theirs.abs().max())
    difference = float((ours - theirs).abs().max()) / largest
    seen = float(np.abs(bench.pixels() - pixels).max()) * 255
    detail = f"latents differ by {difference:.1e} of their range" if difference else "same bits"
    return check(difference <= TOLERANCE, f"{detail}; pixels by {seen:.2f} of 255")


SOLVERS = {"sd15": "ddim", "sdxl": "euler"}
RESUMED = ("euler", "dpm++2m", "ddim", "unipc", "euler-ancestral")


def resume(bench: Bench) -> str:
    """Check that a cancelled and resumed run has the same bits as an uninterrupted one."""
    solvers = RESUMED if bench.steps > 2 else RESUMED[-1:]
    if bench.flux:
        solvers = ("auto",)
    half = bench.steps // 2
    for solver in solvers:
        bench.fresh()
        bench.set("sampler", "scheduler", solver)
        bench.seed(2)
        bench.run()
        expected, whole = bench.latents(), bench.pixels()
        bench.fresh()
        stop = threading.Event()

        def cancel(event: Event, stop: threading.Event = stop) -> None:
            if isinstance(event, Progress) and event.node == "sampler" and event.done == half:
                stop.set()

        report = bench.run(cancel, cancel=stop)
        check(report.cancelled, f"{solver}: the run was not cancelled")
        report = bench.run()
        again = _sampler(report).resumed_at
        check(again == half, f"{solver}: resumed at step {again}, cancelled at {half}")
        same = np.array_equal(bench.latents(), expected) and np.array_equal(bench.pixels(), whole)
        check(same, f"{solver}: a resumed run has other bits")
    return f"cancelled at step {half}, resumed there, same bits: {', '.join(solvers)}"


def _sampler(report: Report) -> NodeFinished:
    check(not report.failures, report.failures[0].message if report.failures else "")
    return next(node for node in report.nodes if node.node == "sampler")


def waits(bench: Bench) -> str:
    """Count the synchronisations of all steps but the first, snapshots included."""
    needs_cuda()
    found = []
    solvers = ("auto",) if bench.flux else ("euler", "dpm++2m", "ddim", "euler-ancestral")
    with synchronisations() as seen:
        torch.ones(1, device="cuda").item()
    check(bool(seen), "torch does not count synchronisations")
    bench.seed(1)
    bench.run()
    for solver in solvers:
        steps = bench.fresh_steps(solver)
        steps.step()
        finish = steps.snapshot()
        torch.cuda.synchronize()
        with synchronisations() as seen:
            for _ in steps.keys[1:]:
                steps.step()
                finish()
                finish = steps.snapshot()
        each = len(seen) / (len(steps.keys) - 1)
        allowed = 1 if solver == "euler-ancestral" else WAITS.get(bench.name, 0)
        check(each <= allowed, f"{solver}: {each:.1f} per step, {allowed} allowed: {seen[:1]}")
        found.append(f"{solver} {each:.1f}")
    return f"synchronisations per step: {', '.join(found)}"


@contextmanager
def synchronisations() -> Iterator[list[str]]:
    """List the lines of code that waited for the device, from the warnings of torch."""
    places: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            yield places
        finally:
            torch.cuda.set_sync_debug_mode("default")
            places += [
                f"{Path(one.filename).name}:{one.lineno}"
                for one in caught
                if "synchroniz" in str(one.message)
            ]


def previews(bench: Bench) -> str:
    """Check the previews of a run, and measure the time that one takes."""
    bench.seed(3)
    events: list[Event] = []
    bench.run(events.append)
    pictures = [event for event in events if isinstance(event, Preview) and event.node == "sampler"]
    side = bench.value("empty", "latents").samples.shape[-1]
    sizes = {(event.width, event.height) for event in pictures}
    check(sizes == {(side, side)}, f"previews of the sizes {sizes}")
    check(len(set(pictures[-1].pixels)) > 1, "the last preview is blank")
    steps = bench.fresh_steps("auto")
    steps.step()
    steps.preview()
    start = time.perf_counter()
    steps.preview()
    took = 1e3 * (time.perf_counter() - start)
    return f"{len(pictures)} in {bench.steps} steps, {side} x {side}, {took:.1f} ms each"


def memory(bench: Bench) -> str:
    """Check that a picture far too large fails with one line and does not affect the next run."""
    needs_cuda()
    bench.fresh()
    bench.seed(4)
    bench.run()
    expected = bench.latents()
    # one feature map of the UNet, for both halves of the guidance, takes about all of the memory
    total = torch.cuda.get_device_properties(device()).total_memory
    batch = min(64, max(1, total // (2 * 320 * 1024 * 1024 * 2)))
    for name, value in (("width", 8192), ("height", 8192), ("batch", batch)):
        bench.set("empty", name, value)
    failures = bench.run().failures
    for name, value in (("width", None), ("height", None), ("batch", 1)):
        bench.set("empty", name, value)
    check(bool(failures), f"{batch} pictures of 8192 x 8192 fit into memory")
    message = failures[0].message
    check(message.startswith("Out of memory") and "\n" not in message, f"the message is: {message}")
    held = torch.cuda.memory_allocated() / total
    check(held < 0.1, f"{held:.0%} of the memory is still allocated")
    bench.fresh()
    bench.run()
    check(np.array_equal(bench.latents(), expected), "the next run has other bits")
    return (
        f"{message.split('. ')[0]}; {held:.1%} is still allocated; the next run has the same bits"
    )


def times(bench: Bench) -> str:
    """Compare the times of graph and pipeline from prompt to pixels."""
    rounds = 3 if bench.steps > 2 else 1
    bench.set("sampler", "scheduler", "auto" if bench.flux else SOLVERS[bench.name])
    bench.seed(5)
    bench.run()
    pipe = bench.pipeline()

    def graph(seed: int) -> None:
        bench.seed(seed)
        bench.run()
        bench.pixels()

    def plain(seed: int) -> None:
        bench.by_pipeline(pipe, seed)

    plain(5)
    seconds: dict[str, list[float]] = {"graph": [], "plain": []}
    for number in range(rounds):
        order = [("graph", graph), ("plain", plain)]
        for name, do in order[:: -1 if number % 2 else 1]:
            start = time.perf_counter()
            do(10 + number)
            seconds[name].append(time.perf_counter() - start)
    ratios = [ours / theirs for ours, theirs in zip(*seconds.values(), strict=True)]
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return (
        f"ratio {statistics.median(ratios):.3f} (graph {medians['graph']:.2f} s, pipeline "
        f"{medians['plain']:.2f} s, {bench.steps} steps)"
    )


# --- the table ----------------------------------------------------------------------------------


SECTIONS: dict[str, Callable[[Bench], str]] = {
    "parity": parity,
    "resume": resume,
    "waits": waits,
    "times": times,
    "graphs": gpu_streams.graphs,
}
ONCE: dict[str, Callable[[Bench], str]] = {
    "previews": previews,
    "uploads": gpu_streams.uploads,
    "memory": memory,
}


def machine() -> str:
    """Return one line that names the GPU and the versions of the packages."""
    import diffusers
    import transformers

    place = "no CUDA"
    if device().type == "cuda":
        found = torch.cuda.get_device_properties(device())
        place = f"{found.name}, {found.total_memory / 2**30:.0f} GiB"
    return (
        f"{place}; Python {sys.version.split()[0]}, torch {torch.__version__}, diffusers "
        f"{diffusers.__version__}, transformers {transformers.__version__}"
    )


def measure(names: list[str], minutes: float, tiny: bool) -> list[Row]:
    """Run all cases of some models, print a table and return its rows."""
    print(machine())
    table = Table(minutes)
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in names:
            if not table.add("build", name, lambda name=name: built(name, root, tiny)):
                continue
            for precision in DTYPES:
                # built in its first case, so that a failure to build it is a row too
                bench = cache(partial(Bench, root / name, precision, 2 if tiny else 20, root))
                once = ONCE if (name, precision) == (names[0], "float16") else {}
                for section, do in {**SECTIONS, **once}.items():
                    case = f"{name} {precision}"
                    table.add(section, case, lambda do=do, bench=bench: do(bench()))
            pool.free()
    failed = [row for row in table.rows if row.result == "FAILED"]
    print(f"{len(table.rows)} cases, {len(failed)} failed")
    return table.rows


def built(name: str, root: Path, tiny: bool) -> str:
    """Build a model and return its size in words."""
    gpu_models.build(name, root, device(), tiny)
    size = sum(file.stat().st_size for file in (root / name).rglob("*.safetensors"))
    return f"{size / 2**20:.1f} MiB of random weights"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "models", nargs="*", help=f"any of {', '.join(gpu_models.SHAPES)}; default: all"
    )
    parser.add_argument("--minutes", type=float, default=8.0)
    parser.add_argument("--tiny", action="store_true", help="use tiny networks, as without CUDA")
    options = parser.parse_args()
    if unknown := set(options.models) - set(gpu_models.SHAPES):
        parser.error(f"unknown models: {', '.join(sorted(unknown))}")
    tiny = options.tiny or device().type != "cuda"
    rows = measure(options.models or list(gpu_models.SHAPES), options.minutes, tiny)
    sys.exit(any(row.result == "FAILED" for row in rows))


if __name__ == "__main__":
    main()
