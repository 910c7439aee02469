"""Repositories are downloaded from a hub: here one on this machine, with the hub's protocol."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nodes import models
from nodes.diffusion import hub
from nodeui.sdk import Cancelled, DownloadNeeded, NodeError
from tests.nodes.fakes import FakeContext

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "someone/tiny"
LARGE = 20_000_000
LICENCE = ["diffusers", "license:openrail"]


class Hub(ThreadingHTTPServer):
    """Serves the files of a folder as the repository "someone/tiny"."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.folder = folder
        self.asked: list[str] = []
        self.gate = threading.Event()  # large files stop half way until it is set
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def hub(self) -> Hub:
        assert isinstance(self.server, Hub)
        return self.server

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        folder = self.hub.folder
        headers: dict[str, str] = {}
        if path.startswith(f"/api/models/{REPOSITORY}/tree/"):
            files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
            body = json.dumps([entry(p, folder) for p in files]).encode()
        elif path.startswith(f"/api/models/{REPOSITORY}"):
            siblings = [
                {"rfilename": p.relative_to(folder).as_posix(), "size": p.stat().st_size}
                for p in sorted(folder.rglob("*"))
                if p.is_file()
            ]
            about = {"id": REPOSITORY, "sha": COMMIT, "siblings": siblings, "tags": LICENCE}
            body = json.dumps(about).encode()
        elif path.startswith(f"/{REPOSITORY}/resolve/{COMMIT}/"):
            name = path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/")
            body = (folder / name).read_bytes()
            headers = {"ETag": f'"{hashlib.sha1(body).hexdigest()}"', "X-Repo-Commit": COMMIT}
            if with_body:
                self.hub.asked.append(name)
        else:
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            half = len(body) // 2
            self.wfile.write(body[:half])
            if len(body) > LARGE:
                self.hub.gate.wait(20)
            self.wfile.write(body[half:])

    def log_message(self, format: str, *args: object) -> None:
        pass


def entry(path: Path, folder: Path) -> dict[str, object]:
    oid = hashlib.sha1(path.read_bytes()).hexdigest()
    name = path.relative_to(folder).as_posix()
    return {"type": "file", "path": name, "size": path.stat().st_size, "oid": oid}


class Impatient(FakeContext):
    """Cancels as soon as some of a large file has come."""

    def progress(self, done: int, total: int, text: str = "") -> None:
        super().progress(done, total, text)
        if 10 <= done < total:
            raise Cancelled


@pytest.fixture
def server(tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    shutil.copytree(tiny_models / "sd15", tmp_path / "served")
    with Hub(tmp_path / "served") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", server.url)
        template = server.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
        yield server
        server.gate.set()
        for thread in threading.enumerate():  # one that was cancelled ends with its next piece
            if thread.name.startswith(hub.THREAD):
                thread.join()
        server.shutdown()


def test_a_model_is_downloaded_once(server: Hub, tmp_path: Path) -> None:
    run = FakeContext(tmp_path)
    model = models.load(run, REPOSITORY).model
    assert "unet/diffusion_pytorch_model.safetensors" in server.asked
    assert (Path(model.source) / "unet" / "config.json").is_file()
    fetched = len(server.asked)
    assert models.load(run, REPOSITORY).model == model
    assert len(server.asked) == fetched


def test_only_what_is_wanted_is_downloaded(server: Hub, tmp_path: Path) -> None:
    folder = hub.fetch(REPOSITORY, ("vae/*.json",), FakeContext(tmp_path))
    assert server.asked == ["vae/config.json"] and (folder / "vae" / "config.json").is_file()


def test_a_download_tells_how_far_it_is_and_can_be_cancelled(server: Hub, tmp_path: Path) -> None:
    server.gate.clear()
    large = server.folder / "image_encoder" / "model.safetensors"
    large.parent.mkdir()
    large.write_bytes(bytes(30_000_000))
    run = Impatient(tmp_path)
    with pytest.raises(Cancelled):
        models.load(run, REPOSITORY)
    done, total = run.steps[-1]
    assert 10 <= done < total <= 31, run.steps
    server.gate.set()
    assert models.load(FakeContext(tmp_path), REPOSITORY).model.source


def test_a_repository_that_is_not_there(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(NodeError, match=r"'a/b' is neither .* could not be downloaded: .*404"):
        models.load(FakeContext(tmp_path), "a/b")


def test_nothing_is_downloaded_before_it_is_allowed(server: Hub, tmp_path: Path) -> None:
    run = FakeContext(tmp_path, downloads=False)
    with pytest.raises(DownloadNeeded, match=r"someone/tiny.*openrail") as refused:
        models.load(run, REPOSITORY)
    download = refused.value.download
    assert server.asked == []
    assert refused.value.parameter == "source" and download.source == REPOSITORY
    assert (download.licence, download.url) == ("openrail", f"{server.url}/{REPOSITORY}")
    models.load(FakeContext(tmp_path), REPOSITORY)
    snapshot = tmp_path / "hub" / "models--someone--tiny"
    assert Path(download.folder) == snapshot
    stored = [path for path in (snapshot / "blobs").iterdir() if path.is_file()]
    names = [path for path in (snapshot / "snapshots" / COMMIT).rglob("*") if path.is_file()]
    assert len(stored) <= len(names)  # equal files are stored once
    assert download.size == sum(path.stat().st_size for path in names)
    assert models.load(run, REPOSITORY).model.source  # what is here needs no permission


def test_size_and_licence_are_unknown_without_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    with pytest.raises(DownloadNeeded, match="size unknown, licence unknown") as refused:
        hub.fetch("a/b", (), FakeContext(tmp_path, downloads=False))
    assert refused.value.download.size is None and refused.value.download.licence == ""


def test_asking_the_hub_can_be_cancelled(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = FakeContext(tmp_path, cancel_after=0, downloads=False)
    slow = threading.Event()
    monkeypatch.setattr(Handler, "do_GET", lambda self: slow.wait(20))
    with pytest.raises(Cancelled):
        hub.fetch(REPOSITORY, (), run)
    slow.set()


def test_a_repository_that_is_not_there_is_not_asked_about(server: Hub, tmp_path: Path) -> None:
    with pytest.raises(NodeError, match=r"could not be downloaded: .*404") as refused:
        hub.fetch("a/b", (), FakeContext(tmp_path, downloads=False))
    assert not isinstance(refused.value, DownloadNeeded)


@pytest.mark.parametrize("variable", ["NODEUI_OFFLINE", "HF_HUB_OFFLINE"])
def test_without_network_nothing_is_asked(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "1")
    if variable == "HF_HUB_OFFLINE":  # the client reads it when it is imported
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(NodeError, match="network access is switched off") as refused:
        models.load(FakeContext(tmp_path), REPOSITORY)
    assert not isinstance(refused.value, DownloadNeeded) and server.asked == []


@pytest.mark.parametrize(
    "source",
    [
        "../x",
        "a/...",
        "-x/y",
        "x/y-",
        ".a/b",
        "a/b.",
        "a--b/c",
        "a/b..c",
        "a/b.git",
        "ä/b",
        "./x",
        "a/" + "b" * 95,
    ],
)
def test_what_is_no_hub_id_is_refused_by_name(
    server: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the hub's client was called")

    monkeypatch.setattr("huggingface_hub.snapshot_download", asked)
    (tmp_path / "folder").mkdir()
    with pytest.raises(NodeError, match=r"does not exist. Nor is .* a valid hub id") as refused:
        models.load(FakeContext(tmp_path / "folder"), source)
    assert source in str(refused.value) and refused.value.parameter == "source"
