"""Structure nodes whose hints come from the networks of the controlnet-aux package.

Each looks at the picture at its own `resolution` and brings the hint back to the picture's size.
Where weights are missing the node says which file is needed, who has it and where to put it.
"""

from __future__ import annotations

from typing import Annotated

from nodes import detectors
from nodes.types import Image
from nodeui.sdk import FOLDER, Context, Files, Range, node

Weights = Annotated[str, FOLDER]
Resolution = Annotated[int, Range(64, 2048, 64, unit="px")]


def _digest(network: detectors.Network, weights: str, files: Files) -> str:
    return files.digest(detectors.find_weights(network, weights, files))


@node("control.hed", title="HED edges", category="Structure", numeric=True, aliases=("soft edge",))
def hed(
    image: Image,
    ctx: Context,
    scribble: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Soft edges by holistically-nested edge detection (Xie & Tu 2015).

    Args:
        image: The picture to trace.
        scribble: Reduce the edges to few thick strokes, for scribble ControlNets.
        weights: Folder with ControlNetHED.safetensors or .pth; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.HED,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
        scribble=scribble,
    )


@hed.fingerprint
def _hed_weights(weights: str, files: Files) -> str:
    return _digest(detectors.HED, weights, files)


@node(
    "control.pidinet",
    title="PidiNet edges",
    category="Structure",
    numeric=True,
    aliases=("soft edge",),
)
def pidinet(
    image: Image,
    ctx: Context,
    scribble: bool = False,
    quantise: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Soft edges by pixel difference networks (Su et al. 2021).

    Args:
        image: The picture to trace.
        scribble: Reduce the edges to few thick strokes, for scribble ControlNets.
        quantise: Reduce the edges to three levels, which hides what they tell of textures.
        weights: Folder with table5_pidinet.safetensors or .pth; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.PIDINET,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
        scribble=scribble,
        safe=quantise,
    )


@pidinet.fingerprint
def _pidinet_weights(weights: str, files: Files) -> str:
    return _digest(detectors.PIDINET, weights, files)


@node("control.lineart", title="Line art", category="Structure", numeric=True)
def lineart(
    image: Image,
    ctx: Context,
    coarse: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Lines as an artist would draw them (Chan et al. 2022): white on black.

    Args:
        image: The picture to trace.
        coarse: Draw fewer and rougher lines.
        weights: Folder with sk_model.safetensors or .pth (coarse: sk_model2); empty for the
            usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        _lineart_network(coarse),
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
        coarse=coarse,
    )


def _lineart_network(coarse: bool) -> detectors.Network:
    return detectors.LINEART_COARSE if coarse else detectors.LINEART


@lineart.fingerprint
def _lineart_weights(coarse: bool, weights: str, files: Files) -> str:
    return _digest(_lineart_network(coarse), weights, files)


@node("control.lineart_anime", title="Line art (anime)", category="Structure", numeric=True)
def lineart_anime(
    image: Image,
    ctx: Context,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Lines of drawn pictures: white on black.

    Args:
        image: The picture to trace.
        weights: Folder with netG.safetensors or .pth; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.LINEART_ANIME,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
    )


@lineart_anime.fingerprint
def _lineart_anime_weights(weights: str, files: Files) -> str:
    return _digest(detectors.LINEART_ANIME, weights, files)


@node("control.mlsd", title="Straight lines (M-LSD)", category="Structure", numeric=True)
def mlsd(
    image: Image,
    ctx: Context,
    score: Annotated[float, Range(0, 1, 0.01)] = 0.1,
    length: Annotated[float, Range(0, 200, 0.1)] = 0.1,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Straight line segments, as of buildings and rooms (Gu et al. 2022).

    Args:
        image: The picture to trace.
        score: How sure the network must be of a segment.
        length: Segments shorter than this are dropped, in cells of two pixels.
        weights: Folder with mlsd_large_512_fp32.safetensors or .pth; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.MLSD,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        score=score,
        length=length,
    )


@mlsd.fingerprint
def _mlsd_weights(weights: str, files: Files) -> str:
    return _digest(detectors.MLSD, weights, files)


@node(
    "control.teed", title="TEED edges", category="Structure", numeric=True, aliases=("soft edge",)
)
def teed(
    image: Image,
    ctx: Context,
    levels: Annotated[int, Range(0, 10)] = 2,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Fine soft edges by a tiny network (Soria et al. 2023).

    Args:
        image: The picture to trace.
        levels: How many levels of edges there are above black; 0 leaves them smooth.
        weights: Folder with 5_model.safetensors or .pth; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.TEED,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        safe_steps=levels,
    )


@teed.fingerprint
def _teed_weights(weights: str, files: Files) -> str:
    return _digest(detectors.TEED, weights, files)


@node(
    "control.normal_bae",
    title="Normals (BAE)",
    category="Structure",
    numeric=True,
    aliases=("normal map",),
)
def normal_bae(
    image: Image,
    ctx: Context,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Which way surfaces face, as colours (Bae et al. 2021).

    Args:
        image: The picture to look at.
        weights: Folder with scannet.safetensors or .pt; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.NORMAL_BAE,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
    )


@normal_bae.fingerprint
def _normal_bae_weights(weights: str, files: Files) -> str:
    return _digest(detectors.NORMAL_BAE, weights, files)


@node("control.openpose", title="Poses (OpenPose)", category="Structure", numeric=True)
def openpose(
    image: Image,
    ctx: Context,
    hands: bool = False,
    face: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Skeletons of people (Cao et al. 2019). These networks are for non-commercial use only.

    Args:
        image: The picture to look at.
        hands: Draw fingers, too.
        face: Draw faces, too.
        weights: Folder with body_pose_model.safetensors or .pth (hands: hand_pose_model, faces:
            facenet); empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.poses(image, ctx, weights, resolution, hands, face)


@openpose.fingerprint
def _openpose_weights(weights: str, hands: bool, face: bool, files: Files) -> str:
    networks = [detectors.BODY, *[detectors.HAND] * hands, *[detectors.FACE] * face]
    return " ".join(_digest(network, weights, files) for network in networks)


@node(
    "control.midas",
    title="Depth (MiDaS)",
    category="Structure",
    numeric=True,
    aliases=("depth map",),
)
def midas(
    image: Image,
    ctx: Context,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Depth by DPT hybrid (Ranftl et al. 2021): near is white.

    Args:
        image: The picture to look at.
        weights: Folder with dpt_hybrid-midas-501f0c75.safetensors or .pt; empty for the usual
            places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.MIDAS,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
    )


@midas.fingerprint
def _midas_weights(weights: str, files: Files) -> str:
    return _digest(detectors.MIDAS, weights, files)


@node(
    "control.zoe",
    title="Depth (ZoeDepth)",
    category="Structure",
    numeric=True,
    aliases=("depth map",),
)
def zoe(
    image: Image,
    ctx: Context,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Depth by ZoeDepth (Bhat et al. 2023): near is white.

    Args:
        image: The picture to look at.
        weights: Folder with ZoeD_M12_N.safetensors or .pt; empty for the usual places.
        resolution: Length of the picture's shorter side when it is looked at.
    """
    return detectors.annotate(
        detectors.ZOE,
        image,
        ctx,
        weights,
        detect_resolution=resolution,
        image_resolution=resolution,
    )


@zoe.fingerprint
def _zoe_weights(weights: str, files: Files) -> str:
    return _digest(detectors.ZOE, weights, files)
