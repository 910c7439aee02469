"""Load and run the networks of the annotator nodes, from the controlnet-aux package.

Weights come from a folder or from the hub cache: safetensors if available, else PyTorch
checkpoints, from which only tensors and plain containers are read (`weights_only`).
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from nodes import imaging
from nodes.types import Image
from nodeui.sdk import Context, Files, NodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor
    from torch.nn import Module

    Bytes = NDArray[np.uint8]


class Detect(Protocol):
    """Draws the hint of one picture, both (height, width, 3) uint8.

    `resolution` is the length in pixels to which the shorter side is scaled for the network;
    further options are those of controlnet-aux's detector.
    """

    def __call__(self, picture: Bytes, resolution: int, **options: Any) -> Bytes: ...


@dataclass(frozen=True)
class Network:
    """A network of controlnet-aux.

    Attributes:
        title: User-facing name.
        file: Usual file name of its weights.
        build: Builds the network with random weights.
        detector: Wraps the network in the detector of controlnet-aux.
        repository: Hub repository that hosts the weights.
        rename: Maps the names of weights in the file to those of the network.
    """

    title: str
    file: str
    build: Callable[[], Module]
    detector: Callable[[Module], Any]
    repository: str = "lllyasviel/Annotators"
    rename: Callable[[Module, Mapping[str, Tensor]], Mapping[str, Tensor]] | None = None


# --- finding weights -----------------------------------------------------------------------------


def usual_folder() -> Path:
    """Return the user's folder of annotator weights, used if a node names no other folder."""
    from platformdirs import user_data_path

    return user_data_path("nodeui", appauthor=False) / "annotators"


def find_weights(network: Network, weights: str, files: Files) -> Path:
    """Return the file with the weights of a network.

    Args:
        network: The network.
        weights: The folder named by the node, or "" for the usual folder and the hub cache.
        files: Resolves relative paths.

    Raises:
        NodeError: about `weights`: the file is missing; the message explains how to get it.
    """
    folder = files.resolve(weights) if weights else usual_folder()
    names = (Path(network.file).with_suffix(".safetensors").name, network.file)
    for name in names:
        if (folder / name).is_file():
            return folder / name
    found = None if weights else _in_hub_cache(network.repository, names)
    if found is None:
        raise NodeError(
            f"The weights of {network.title} are missing: {network.file} is not in {folder}"
            f"{'' if weights else ' or in the hub cache'}. Download it from "
            f"https://huggingface.co/{network.repository} into that folder.",
            "weights",
        )
    return found


def digest(network: Network, weights: str, files: Files) -> str:
    """Return the content digest of a network's weights; arguments as for `find_weights`."""
    return files.digest(find_weights(network, weights, files))


def _in_hub_cache(repository: str, names: tuple[str, ...]) -> Path | None:
    from huggingface_hub import try_to_load_from_cache

    for name in names:
        path = try_to_load_from_cache(repository, name)
        if isinstance(path, str):
            return Path(path)
    return None


# --- reading weights -----------------------------------------------------------------------------


def read_weights(path: Path) -> Mapping[str, Tensor]:
    """Return the tensors in a file, by name.

    Raises:
        NodeError: about `weights`: the file is damaged, or holds more than tensors.
    """
    import pickle

    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        content: Any = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise NodeError(
            f"{path} is damaged, or is a pickle that contains more than tensors; such files can "
            "run hidden programs and are refused. Convert it to "
            f"{path.stem}.safetensors on a machine where you trust it.",
            "weights",
        ) from error
    except (SafetensorError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise NodeError(f"{path} is damaged: {error}", "weights") from error
    for wrapper in ("state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict):
        raise NodeError(f"{path} contains no named weights.", "weights")
    return {str(name).removeprefix("module."): tensor for name, tensor in content.items()}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Suppress what controlnet-aux prints and warns about on import and construction."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def load(network: Network, weights: str, files: Files) -> Any:
    """Return a network with its weights, on the device, from the pool or from disk.

    Raises:
        NodeError: about `weights`: they are missing, damaged, or belong to another network.
    """
    from nodes.diffusion.device import device
    from nodes.diffusion.load import own
    from nodes.diffusion.pool import pool

    path = find_weights(network, weights, files)

    def read() -> Module:
        tensors = read_weights(path)
        module = network.build()
        try:
            renamed = network.rename(module, tensors) if network.rename else tensors
            result: Any = module.load_state_dict(renamed)
        except (KeyError, RuntimeError) as error:
            raise NodeError(
                f"{path} does not contain the weights of {network.title}: {error}", "weights"
            ) from error
        # ZoeDepth loads non-strictly; newer timm computes these buffers itself
        lacking = [name for name in result.missing_keys if "relative_position_index" not in name]
        if lacking:
            raise NodeError(
                f"{path} lacks weights of {network.title}, such as {lacking[0]}.", "weights"
            )
        check_finite(path, renamed)
        return own(module.float().to(device()))

    with quiet():
        return pool.get((network.title, str(path), files.digest(path), device()), read)


def check_finite(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Check the values of weights.

    Raises:
        NodeError: about `weights`: one contains NaN or infinite values.
    """
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise NodeError(
                f"{path} is damaged: its weight {name} contains NaN or infinite values. Copy or "
                "download it again.",
                "weights",
            )


# --- running -----------------------------------------------------------------------------------


def annotate(
    network: Network, image: Image, ctx: Context, weights: str, resolution: int, **options: Any
) -> Image:
    """Draw hints with one network.

    Args:
        network: The network.
        image: The pictures.
        ctx: Finds the weights and receives progress, in pictures.
        weights: As for `find_weights`.
        resolution: Length in pixels to which the shorter side is scaled for the network.
        options: Options of controlnet-aux's detector.

    Returns:
        One hint per picture, of the same size.
    """
    from nodes.diffusion.pool import within_memory

    @within_memory
    def hints() -> Image:
        detect: Detect = network.detector(load(network, weights, ctx.files))
        return draw(image, ctx, lambda picture: detect(picture, resolution, **options))

    return hints()


def poses(
    image: Image, ctx: Context, weights: str, resolution: int, hands: bool, face: bool
) -> Image:
    """Draw skeletons with OpenPose; only the networks that are needed are loaded."""
    from nodes.diffusion.pool import within_memory

    @within_memory
    def hints() -> Image:
        parts = [
            network.detector(load(network, weights, ctx.files)) if wanted else None
            for network, wanted in ((BODY, True), (HAND, hands), (FACE, face))
        ]
        with quiet():
            from controlnet_aux import OpenposeDetector

        detector: Any = OpenposeDetector(*parts)
        options = {"include_hand": hands, "include_face": face, "output_type": "np"}
        size = (resolution, resolution)
        return draw(image, ctx, lambda picture: detector(picture, *size, **options))

    return hints()


def draw(image: Image, ctx: Context, detect: Callable[[Bytes], Bytes]) -> Image:
    """Draw hints and scale them to the size of the pictures."""
    import cv2
    import numpy as np

    done = 0

    def one(picture: Bytes) -> Bytes:
        nonlocal done
        ctx.progress(done, len(image.levels))
        done += 1
        height, width = picture.shape[:2]
        with quiet():
            hint = detect(picture)
        kind = cv2.INTER_AREA if hint.shape[0] > height else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(hint, (width, height), interpolation=kind), np.uint8)

    return Image(imaging.from_levels(imaging.draw_hints(image.levels, one)))


# --- the networks ----------------------------------------------------------------------------


def _hed() -> Module:
    from controlnet_aux.hed import ControlNetHED_Apache2

    return ControlNetHED_Apache2()


def _pidinet() -> Module:
    from controlnet_aux.pidi.model import pidinet

    return pidinet()


def _lineart() -> Module:
    from controlnet_aux.lineart import Generator

    return Generator(3, 1, 3)


def _lineart_anime() -> Module:
    import functools

    from controlnet_aux.lineart_anime import UnetGenerator
    from torch.nn import InstanceNorm2d

    norm: Any = functools.partial(InstanceNorm2d, affine=False, track_running_stats=False)
    return UnetGenerator(3, 1, 8, 64, norm_layer=norm, use_dropout=False)


def _mlsd() -> Module:
    from controlnet_aux.mlsd.models.mbv2_mlsd_large import MobileV2_MLSD_Large

    return MobileV2_MLSD_Large()


def _teed() -> Module:
    from controlnet_aux.teed.ted import TED

    return TED()


def _normal_bae() -> Module:
    from types import SimpleNamespace

    from controlnet_aux.normalbae.nets.NNET import NNET

    return NNET(
        SimpleNamespace(
            mode="client", architecture="BN", pretrained="scannet",
            sampling_ratio=0.4, importance_ratio=0.7,
        )
    )  # fmt: skip


def _body() -> Module:
    from controlnet_aux.open_pose.model import bodypose_model

    return bodypose_model()


def _hand() -> Module:
    from controlnet_aux.open_pose.model import handpose_model

    return handpose_model()


def _face() -> Module:
    from controlnet_aux.open_pose.face import FaceNet

    return FaceNet()


def _part_names(module: Module, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    from controlnet_aux.open_pose.util import transfer

    return transfer(module, tensors)


def _midas() -> Module:
    from controlnet_aux.midas.midas.dpt_depth import DPTDepthModel

    return DPTDepthModel(backbone="vitb_rn50_384", non_negative=True)


def _zoe() -> Module:
    from controlnet_aux.zoe.zoedepth.models.zoedepth.zoedepth_v1 import ZoeDepth
    from controlnet_aux.zoe.zoedepth.utils.config import get_config

    return ZoeDepth.build_from_config(get_config("zoedepth", "infer"))


def _wrapper(
    name: str,
    arguments: int = 1,
    sizes: tuple[str, ...] = ("detect_resolution", "image_resolution"),
) -> Callable[[Module], Detect]:
    """Return a function that wraps a network in the detector of controlnet-aux with this name.

    Args:
        name: Class of the detector.
        arguments: How many networks its constructor takes; it gets the same one for each.
        sizes: The arguments of the detector that take the resolution.
    """

    def wrap(module: Module) -> Detect:
        import controlnet_aux

        detector: Any = getattr(controlnet_aux, name)(*[module] * arguments)

        def detect(picture: Bytes, resolution: int, **options: Any) -> Bytes:
            options |= dict.fromkeys(sizes, resolution)
            return detector(picture, output_type="np", **options)

        return detect

    return wrap


def _straight_lines(module: Module) -> Detect:
    """Work like controlnet-aux's MLSDdetector, but raise failures, which that reads as no lines."""

    def detect(picture: Bytes, resolution: int, **options: Any) -> Bytes:
        import cv2
        import numpy as np
        import torch
        from controlnet_aux.mlsd.utils import pred_lines
        from controlnet_aux.util import resize_image

        picture = resize_image(picture, resolution)
        hint = np.zeros_like(picture)
        try:
            with torch.no_grad():
                lines = pred_lines(
                    picture, module, [*picture.shape[:2]], options["score"], options["length"]
                )
        except IndexError:  # raised when there are none
            return hint
        for x0, y0, x1, y1 in lines.astype(int).tolist():
            cv2.line(hint, (x0, y0), (x1, y1), (255, 255, 255), 1)
        return hint

    return detect


def _pose_part(name: str) -> Callable[[Module], Any]:
    """Return a function that wraps a network in OpenPose's class for a part of the body.

    The constructor of that class is bypassed, as it would unpickle a checkpoint.
    """

    def wrap(module: Module) -> Any:
        import importlib

        kind = getattr(importlib.import_module(f"controlnet_aux.open_pose.{name.lower()}"), name)
        part = kind.__new__(kind)
        part.model = module
        if name == "Face":
            from controlnet_aux.open_pose.face import params

            part.inference_size = params["inference_img_size"]
            part.sigma = params["gaussian_sigma"]
            part.threshold = params["heatmap_peak_thresh"]
        return part

    return wrap


HED = Network("HED", "ControlNetHED.pth", _hed, _wrapper("HEDdetector"))
PIDINET = Network("PidiNet", "table5_pidinet.pth", _pidinet, _wrapper("PidiNetDetector"))
LINEART = Network("Lineart", "sk_model.pth", _lineart, _wrapper("LineartDetector", 2))
LINEART_COARSE = Network(
    "Lineart (coarse)", "sk_model2.pth", _lineart, _wrapper("LineartDetector", 2)
)
LINEART_ANIME = Network(
    "Lineart anime", "netG.pth", _lineart_anime, _wrapper("LineartAnimeDetector")
)
MLSD = Network("M-LSD", "mlsd_large_512_fp32.pth", _mlsd, _straight_lines)
TEED = Network(
    "TEED",
    "5_model.pth",
    _teed,
    _wrapper("TEEDdetector", sizes=("detect_resolution",)),
    "fal-ai/teed",
)
NORMAL_BAE = Network("NormalBae", "scannet.pt", _normal_bae, _wrapper("NormalBaeDetector"))
BODY = Network("OpenPose", "body_pose_model.pth", _body, _pose_part("Body"), rename=_part_names)
HAND = Network(
    "OpenPose (hands)", "hand_pose_model.pth", _hand, _pose_part("Hand"), rename=_part_names
)
FACE = Network("OpenPose (face)", "facenet.pth", _face, _pose_part("Face"))
MIDAS = Network("MiDaS", "dpt_hybrid-midas-501f0c75.pt", _midas, _wrapper("MidasDetector"))
ZOE = Network("ZoeDepth", "ZoeD_M12_N.pt", _zoe, _wrapper("ZoeDetector"))
