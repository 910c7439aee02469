"""Repositories of the Hugging Face hub: lookup in the local cache, and downloads into it."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, TypeVar

from nodeui.sdk import Cancelled, Context, Download, DownloadNeeded, NodeError

T = TypeVar("T")

_RESEMBLES_ID = re.compile(r"[\w.-]+/[\w.-]+")
_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_ID = re.compile(rf"{_PART}/{_PART}")
_LONGEST_ID = 96
MODEL_FILES = [
    "*.json", "*.txt", "*.model", "*.jinja",
    # leaves out single-file copies of the weights, which many repositories also contain
    "*diffusion_pytorch_model*.safetensors", "model*.safetensors", "*/model*.safetensors",
]  # fmt: skip
IGNORED = ["*.fp16.*", "*.non_ema.*", "safety_checker/*", "flax*", "onnx*", "openvino*"]

THREAD = "nodeui-download"
_POLL = 0.2  # seconds
_PATIENCE = 10.0  # seconds that the hub has to describe a repository


def is_id(source: str) -> bool:
    """True if a source is a valid hub id by the rules of the hub's client."""
    return (
        _ID.fullmatch(source) is not None
        and len(source) <= _LONGEST_ID
        and "--" not in source
        and ".." not in source
        and not source.endswith((".git", ".ipynb"))
    )


def resembles_id(source: str) -> bool:
    """True if a source has the form "owner/name" but is not a valid hub id."""
    return _RESEMBLES_ID.fullmatch(source) is not None and not is_id(source)


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
        ctx: Allows the download, and receives its progress in megabytes.

    Raises:
        DownloadNeeded: about `source`: it has to be downloaded, which was not allowed.
        NodeError: about `source`: the network is switched off, or the download failed.
    """
    from huggingface_hub import constants
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = cached(repository)
        if all(any(folder.glob(pattern)) for pattern in wanted):
            return folder
    except LocalEntryNotFoundError:
        pass
    if os.environ.get("NODEUI_OFFLINE", "0") not in ("", "0") or constants.HF_HUB_OFFLINE:
        raise NodeError(
            f"{repository!r} is neither a local folder nor in the hub cache, and network access "
            "is switched off.",
            "source",
        )
    try:
        if not ctx.may_download(repository):
            raise DownloadNeeded(_describe(repository, wanted, ctx), "source")
        return _download(repository, wanted, ctx)
    except (Cancelled, DownloadNeeded):
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


def _describe(repository: str, wanted: Sequence[str], ctx: Context) -> Download:
    """Ask the hub about a download; without an answer, size and licence are unknown.

    Raises:
        HfHubHTTPError: the hub has no such repository, or does not show it.
    """
    from huggingface_hub import HfApi, constants
    from huggingface_hub.errors import HfHubHTTPError
    from huggingface_hub.utils import filter_repo_objects

    name = f"models--{repository.replace('/', '--')}"
    folder = str(Path(constants.HF_HUB_CACHE).absolute() / name)
    url = f"{constants.ENDPOINT}/{repository}"
    api = HfApi(endpoint=constants.ENDPOINT)

    def ask() -> Any:
        return api.model_info(repository, files_metadata=True, timeout=_PATIENCE)

    try:
        info = _in_thread(ask, ctx.check, _PATIENCE)
    except Cancelled:
        raise
    except Exception as error:  # the client raises many kinds for "no network"
        if isinstance(error, HfHubHTTPError) and error.response.status_code in (401, 403, 404):
            raise
        return Download(repository, url, folder)
    files = filter_repo_objects(
        info.siblings or [],
        allow_patterns=list(wanted or MODEL_FILES),
        ignore_patterns=IGNORED,
        key=lambda file: file.rfilename,
    )
    sizes = [file.size for file in files]
    known = sizes and all(isinstance(size, int) for size in sizes)
    tags = (str(tag).partition("license:") for tag in info.tags or ())
    licence = next((name for start, _, name in tags if name and not start), "")
    return Download(repository, url, folder, sum(sizes) if known else None, licence)


def _download(repository: str, wanted: Sequence[str], ctx: Context) -> Path:
    meter = _Meter()
    try:
        return _in_thread(
            lambda: _snapshot(repository, wanted, tqdm_class=meter.bar_class()),
            lambda: ctx.progress(*meter.megabytes(), "MB downloaded"),
        )
    finally:
        meter.stopped = True


def _in_thread(work: Callable[[], T], poll: Callable[[], None], patience: float | None = None) -> T:
    """Call a function in a thread, so that cancelling does not wait for the network.

    Args:
        work: The function.
        poll: Called several times a second; may raise `Cancelled`.
        patience: Seconds until `TimeoutError`; None for no limit.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix=THREAD)
    started = time.monotonic()
    try:
        future: Future[T] = pool.submit(work)
        while not wait([future], _POLL).done:
            poll()
            if patience is not None and time.monotonic() - started > patience:
                raise TimeoutError
        return future.result()
    finally:
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
