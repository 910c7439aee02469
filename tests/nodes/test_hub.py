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
from nodeui.sdk import Cancelled, NodeError
from tests.nodes.fakes import FakeContext

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "someone/tiny"
LARGE = 20_000_000


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
            body = json.dumps({"id": REPOSITORY, "sha": COMMIT}).encode()
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
