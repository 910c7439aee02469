"""Times the executor of a ComfyUI checkout on the graph of `benchmarks.loop`.

The nodes have the shape of `workflows/live-landscape.nodeui.json` and compute nothing, so the time
from submitting an edited graph until its last node has run is the executor's own. The checkout runs
in a process of its own, on the CPU, and needs its own requirements.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.rows import Row

# ComfyUI's own modules are named `nodes` and `execution`, hence the process without our paths.
_SCRIPT = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from comfy.cli_args import args
args.cpu = True
import nodes
import execution

class Step:
    FUNCTION, CATEGORY, RETURN_TYPES, OUTPUT_NODE = "run", "bench", ("STEP",), False
    @classmethod
    def INPUT_TYPES(cls):
        inputs = {name: ("STEP",) for name in ("a", "b", "c", "d")}
        return {"required": {"value": ("STRING", {"default": ""})}, "optional": inputs}
    def run(self, value, **inputs):
        return (value + "".join(inputs.values()),)

class End(Step):
    OUTPUT_NODE = True

nodes.NODE_CLASS_MAPPINGS.update({"BenchStep": Step, "BenchEnd": End})

class Server:
    client_id = last_node_id = last_prompt_id = None
    def send_sync(self, event, data, sid=None): pass
    def queue_updated(self): pass

def graph(edited, value):
    links = {"model": [], "fast": ["model"], "prompt": ["fast"], "canvas": ["fast"],
             "sampler": ["fast", "prompt", "canvas"], "decode": ["sampler", "model"],
             "adjust": ["decode"]}
    return {
        id: {
            "class_type": "BenchEnd" if id == "adjust" else "BenchStep",
            "inputs": {"value": value if id == edited else id,
                       **{name: [above, 0] for name, above in zip("abcd", links[id])}},
        }
        for id in links
    }

executor = execution.PromptExecutor(Server())
for edited in ("prompt", "decode", "adjust"):
    taken = []
    for i in range(int(sys.argv[2]) + 3):
        prompt = graph(edited, f"{edited} {i}")
        began = time.perf_counter()
        executor.execute(prompt, f"{edited}-{i}", {}, ["adjust"])
        taken.append((time.perf_counter() - began) * 1e3)
        assert executor.success, executor.status_messages
    print("ROW", json.dumps([edited, taken[3:]]), flush=True)
"""


def loops(checkout: Path, rounds: int) -> Iterator[Row]:
    """Yield the medians of edits of three nodes; none, with a message, if the checkout fails."""
    if not (checkout / "execution.py").exists():
        print(f"comfyui: skipped, as {checkout} is not a checkout of it", file=sys.stderr)
        return
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(checkout.resolve()), str(rounds)],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        print(f"comfyui: skipped, as it cannot run: {last}", file=sys.stderr)
        return
    for line in done.stdout.splitlines():
        if line.startswith("ROW "):
            edited, taken = json.loads(line.removeprefix("ROW "))
            yield Row(f"ComfyUI's executor, an edit of {edited!r}, p50", statistics.median(taken))
