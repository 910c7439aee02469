"""Runs that are evaluated in one batch: their bits do not depend on their neighbours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nodeui
from nodes import guidance, latents, models, sample, text
from nodes.diffusion import together
from nodes.types import Image
from nodeui.engine.cache import open_cache
from nodeui.headless import WorkflowError
from nodeui.sdk import NodeError, Steps
from tests.nodes import tiny
from tests.nodes.fakes import FakeContext, stored
from tests.nodes.tiny import denoiser

pytestmark = tiny.QUIET


def step_all(runs: list[Steps[Any]]) -> None:
    for _ in runs[0].keys:
        type(runs[0]).step_together(runs)


def variants(run: FakeContext, name: str, **changes: Any) -> list[Steps[Any]]:
    """Runs that differ in seed, prompt and guidance; one of them is not guided."""
    model = models.load(run, name).model
    sea = text.encode(model, "sea")
    return [
        denoiser(run, name, together=3, place=0, **changes),
        denoiser(run, name, together=3, place=1, **{**changes, "seed": 9}),
        denoiser(run, name, together=3, place=2, **{**changes, "positive": sea}),
        denoiser(run, name, together=3, place=0, **{**changes, "guidance_scale": 2.5}),
        denoiser(run, name, together=3, place=1, **{**changes, "guidance_scale": 1.0}),
    ]


@pytest.mark.parametrize("name", ["sd15", "sdxl"])
@pytest.mark.parametrize("scheduler", ["euler-ancestral", "dpm++2m"])
def test_a_run_in_a_batch_has_the_bits_of_the_run_alone(
    run: FakeContext, name: str, scheduler: str
) -> None:
    runs = variants(run, name, scheduler=scheduler)
    step_all(runs)
    for joint, alone in zip(runs, variants(run, name, scheduler=scheduler), strict=True):
        alone.run()
        assert stored(alone) == stored(joint)
        np.testing.assert_array_equal(joint.result().samples, alone.result().samples)


def test_with_a_controlnet_too(run: FakeContext) -> None:
    net = models.controlnet(run, "control-a")
    control = guidance.apply(net, Image(tiny.picture(1)), end=0.6)
    runs = variants(run, "sd15", control=control)
    step_all(runs)
    for joint, alone in zip(runs, variants(run, "sd15", control=control), strict=True):
        np.testing.assert_array_equal(joint.result().samples, alone.run().samples)


def test_the_picture_is_that_of_a_single_run_up_to_rounding(run: FakeContext) -> None:
    joint, single = denoiser(run, together=4), denoiser(run)
    np.testing.assert_allclose(joint.run().samples, single.run().samples, atol=1e-3)


def test_batches_are_keyed_apart(run: FakeContext) -> None:
    keys = [denoiser(run, together=number).keys for number in (1, 2, 4)]
    keys.append(denoiser(run, together=4, place=1).keys)
    assert len({one[0] for one in keys}) == 4
    assert keys[0] == denoiser(run).keys


def test_only_alike_evaluations_share_a_batch() -> None:
    import torch

    wide, narrow = torch.zeros(2, 3), torch.zeros(1, 3)
    given = [[wide, {}], [narrow, {}], [wide, {}], [wide, {}], [wide, {}]]
    facts = ["a", "a", "a", "b", "a"]
    places = [0, 0, 1, 0, 1]
    assert together.batches(given, facts, places, 2) == [[0, 2], [1, 1], [3, 3], [4, 4]]


def test_pipeline_families_refuse(run: FakeContext) -> None:
    model = models.load(run, "sd15").model
    prompt, start = text.encode(model, "a"), latents.empty(model)
    with pytest.raises(NodeError, match="together to 1"):
        sample.denoise(replace(model, family="flux"), prompt, start, together=2)


# --- sweeps ---

WORKFLOW = Path(__file__).parents[2] / "workflows" / "landscape.nodeui.json"
SMALL = {"sampler.steps": 2, "canvas.width": 64, "canvas.height": 64}


def swept(over: dict[str, Any], number: int, folder: Path, **options: Any) -> Any:
    with open_cache(None) as cache:
        result = nodeui.sweep(
            WORKFLOW, over, set=SMALL, output_dir=folder, cache=cache, together=number, **options
        )
        values = [
            c.result.values("sampler")["latents"].samples for c in result.cells if c.result.ok
        ]
        return result, values


def test_cells_of_a_sweep_are_evaluated_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nodes.diffusion.unet_sampler import UNetSampler

    sizes: list[int] = []
    evaluate = UNetSampler._evaluate

    def counted(sampler: UNetSampler, one: Any) -> Any:
        sizes.append(len(one.sample))
        return evaluate(sampler, one)

    monkeypatch.setattr(UNetSampler, "_evaluate", counted)
    result, joint = swept({"sampler.seed": [5, 6, 7]}, 3, tmp_path / "a")
    assert result.ok and sizes == [6, 6]  # two steps, guided
    files = [cell.result.report.outputs[0].path for cell in result.cells]
    assert len(set(files)) == 3
    with open_cache(None) as cache:  # the saved workflow makes the same picture again, alone
        again = nodeui.run(files[1], output_dir=tmp_path / "b", cache=cache)
        np.testing.assert_array_equal(again.values("sampler")["latents"].samples, joint[1])
    _, single = swept({"sampler.seed": [5, 6, 7]}, 1, tmp_path / "c")
    for one, other in zip(joint, single, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)


def test_cells_of_other_lengths_are_batched_with_their_like(tmp_path: Path) -> None:
    over = {"sampler.steps": [2, 3], "sampler.seed": [1, 2]}
    result, joint = swept(over, 2, tmp_path)
    _, other = swept({"sampler.seed": [1, 2]}, 2, tmp_path / "b")
    assert result.ok
    found = {tuple(c.cell.values.values()): v for c, v in zip(result.cells, joint, strict=True)}
    np.testing.assert_array_equal(found[2, 2], other[1])


def test_a_cell_that_fails_leaves_the_others(tmp_path: Path) -> None:
    result, joint = swept({"sampler.start_step": [0, 2], "sampler.seed": [1, 2]}, 2, tmp_path)
    assert [cell.result.ok for cell in result.cells] == [True, False, True, False]
    assert len(joint) == 2


def test_a_workflow_without_such_a_sampler_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="together"):
        swept({"canvas.width": [64, 32]}, 2, tmp_path, targets=["canvas"])
    with pytest.raises(WorkflowError, match="together"):
        swept({"sampler.seed": [1, 2]}, 0, tmp_path)
