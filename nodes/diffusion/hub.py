"""Repositories of the Hugging Face hub: lookup in the local cache, and downloads into it."""

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
    # leaves out single-file copies of the weights, which many repositories also contain
    "*diffusion_pytorch_model*.safetensors", "model*.safetensors", "*/model*.safetensors",
]  # fmt: skip
IGNORED = ["*.fp16.*", "*.non_ema.*", "safety_checker/*", "flax*", "onnx*", "openvino*"]

THREAD = "nodeui-download"
_POLL = 0.2  # seconds


def cached(repository: str) -> Path:
    """Return the folder of a repository in the hub cache.

    Raises:
        LocalEntryNotFoundError: the repository is not in the cache.
    """
    return _snapshot(repository, local_files_only=True)


def fetch(repository: str, wanted: Sequence[str], ctx: Context) -> Path:
    """Return the folder of a repository in the hub cache; download missing files first.

    A cancelled download resumes later, as the hub's client keeps partial files.

    Args:
        repository: Id such as "owner/name".
        wanted: Patterns of the files that are needed; empty for a whole model.
        ctx: Receives progress, in megabytes.

    Raises:
        NodeError: about `source`: the download failed.
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
            f"{repository!r} is neither a local folder nor in the hub cache, and it could not be "
            f"downloaded: {_reason(error)}",
            "source",
        ) from error


def _reason(error: Exception) -> str:
    """Return why a download failed, in a few words."""
    name, text = type(error).__name__, str(error)
    if "outgoing traffic has been disabled" in text:
        name = "OfflineModeIsEnabled"
    return _REASONS.get(name) or (text.splitlines() or [name])[0][:160]


_REASONS = {
    "RepositoryNotFoundError": "the hub has no such repository, or you have no access to it.",
    "GatedRepoError": "its owner asks you to accept conditions on its page and to log in.",
    "OfflineModeIsEnabled": "downloads are switched off (HF_HUB_OFFLINE).",
}


def _snapshot(repository: str, wanted: Sequence[str] = (), **options: Any) -> Path:
    from huggingface_hub import snapshot_download

    patterns = list(wanted or MODEL_FILES)
    return Path(
        snapshot_download(repository, allow_patterns=patterns, ignore_patterns=IGNORED, **options)
    )


def _download(repository: str, wanted: Sequence[str], ctx: Context) -> Path:
    """Download in a thread, so that cancelling does not wait for the network."""
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
    """Collects the progress of downloads from their progress bars, and stops them."""

    def __init__(self) -> None:
        self.stopped = False
        self.bars: list[Any] = []

    def megabytes(self) -> tuple[int, int]:
        """Return the megabytes downloaded and in total; (0, 0) until they are known."""
        done = max((bar.n for bar in self.bars), default=0)
        total = max((bar.total or 0 for bar in self.bars), default=0)
        return round(done / 1e6), round(total / 1e6)

    def bar_class(self) -> type:
        """Return a class of invisible progress bars for the hub's client."""
        from tqdm import tqdm

        meter = self

        class Bar(tqdm):
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **{**kwargs, "disable": True})
                if kwargs.get("unit") == "B":  # other bars count files
                    meter.bars.append(self)

            def update(self, n: float | None = 1) -> None:
                if meter.stopped:
                    raise Cancelled
                self.n += n or 0

        return Bar
