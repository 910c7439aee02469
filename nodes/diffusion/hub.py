"""Repositories of the model hub: what is in the hub's cache here, and downloads into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

from nodeui.sdk import Cancelled, Context, NodeError

ID = re.compile(r"[\w.-]+/[\w.-]+")
MODEL_FILES = [
    "*.json", "*.txt", "*.model", "*.jinja",
    # not the same weights again in one file, which many repositories have beside the folders
    "*diffusion_pytorch_model*.safetensors", "model*.safetensors", "*/model*.safetensors",
]  # fmt: skip
IGNORED = ["*.fp16.*", "*.non_ema.*", "safety_checker/*", "flax*", "onnx*", "openvino*"]

THREAD = "nodeui-download"
_POLL = 0.2  # seconds


def cached(repository: str) -> Path:
    """The folder of a repository in the hub cache.

    Raises:
        LocalEntryNotFoundError: there is none.
    """
    return _snapshot(repository, local_files_only=True)


def fetch(repository: str, wanted: Sequence[str], ctx: Context) -> Path:
    """The folder of a repository in the hub cache, once it holds what is needed.

    What was downloaded before a cancel is kept by the hub's client, which goes on from there.

    Args:
        repository: Such as "owner/name".
        wanted: Patterns of the files that are needed; empty for those of a whole model.
        ctx: Told how many megabytes have come of how many.

    Raises:
        NodeError: about `source`: it could not be downloaded.
    """
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = cached(repository)
        if all(any(folder.glob(pattern)) for pattern in wanted):
            return folder
    except LocalEntryNotFoundError:
        pass
    try:
        return _download(repository, wanted, ctx)
    except Cancelled:
        raise
    except Exception as error:  # the client raises many kinds for "no network", "no such model"
        raise NodeError(
            f"{repository!r} is neither a folder here nor in the hub cache, and it could not be "
            f"downloaded: {str(error).splitlines()[0]}",
            "source",
        ) from error


def _snapshot(repository: str, wanted: Sequence[str] = (), **options: Any) -> Path:
    from huggingface_hub import snapshot_download

    patterns = list(wanted or MODEL_FILES)
    return Path(
        snapshot_download(repository, allow_patterns=patterns, ignore_patterns=IGNORED, **options)
    )


def _download(repository: str, wanted: Sequence[str], ctx: Context) -> Path:
    """Download in a thread, so that a cancel does not wait for the network."""
    meter = _Meter()
    pool = ThreadPoolExecutor(1, thread_name_prefix=THREAD)
    try:
        work: Future[Path] = pool.submit(
            _snapshot, repository, wanted, tqdm_class=meter.bar_class()
        )
        while not wait([work], _POLL).done:
            ctx.progress(*meter.megabytes(), "MB downloaded")
        return work.result()
    finally:
        meter.stopped = True
        pool.shutdown(wait=False)


class _Meter:
    """Counts what downloads report to their progress bars, and stops them."""

    def __init__(self) -> None:
        self.stopped = False
        self.bars: list[Any] = []

    def megabytes(self) -> tuple[int, int]:
        """What has come, and what will have; (0, 0) as long as that is unknown."""
        done = max((bar.n for bar in self.bars), default=0)
        total = max((bar.total or 0 for bar in self.bars), default=0)
        return round(done / 1e6), round(total / 1e6)

    def bar_class(self) -> type:
        """A class for the client's progress bars, which shows nothing."""
        from tqdm import tqdm

        meter = self

        class Bar(tqdm):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **{**kwargs, "disable": True})
                if kwargs.get("unit") == "B":  # the others count files
                    meter.bars.append(self)

            def update(self, n: float | None = 1) -> None:
                if meter.stopped:
                    raise Cancelled
                self.n += n or 0

        return Bar
