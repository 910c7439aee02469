"""Structure nodes whose hints are drawn by the networks of the controlnet-aux package.

A node scales the picture to its `resolution`, runs its network, and scales the hint back to the
size of the picture. If weights are missing, the error names the file, its source and its folder.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from nodes import detectors
from nodes.types import Image
from nodeui.sdk import FOLDER, Context, Files, Range, node

Weights = Annotated[str, FOLDER]
Resolution = Annotated[int, Range(64, 2048, 64, unit="px")]


def _weights_of(network: detectors.Network) -> Callable[..., str]:
    """Return a fingerprint function that digests the weights of a network."""

    def digest(weights: str, files: Files) -> str:
        return detectors.digest(network, weights, files)

    return digest


@node("control.hed", title="HED edges", category="Structure", numeric=True, aliases=("soft edge",))
def hed(
    image: Image,
    ctx: Context,
    scribble: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Draw soft edges by holistically-nested edge detection (Xie & Tu 2015).

    Args:
        image: The picture to trace.
        scribble: Reduce the edges to a few thick strokes, for scribble ControlNets.
        weights: Folder that contains ControlNetHED.safetensors or .pth. Empty searches the
            default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.HED, image, ctx, weights, resolution, scribble=scribble)


hed.fingerprint(_weights_of(detectors.HED))


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
    """Draw soft edges by pixel difference networks (Su et al. 2021).

    Args:
        image: The picture to trace.
        scribble: Reduce the edges to a few thick strokes, for scribble ControlNets.
        quantise: Reduce the edges to three levels, which hides fine texture.
        weights: Folder that contains table5_pidinet.safetensors or .pth. Empty searches the
            default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(
        detectors.PIDINET, image, ctx, weights, resolution, scribble=scribble, safe=quantise
    )


pidinet.fingerprint(_weights_of(detectors.PIDINET))


@node("control.lineart", title="Line art", category="Structure", numeric=True)
def lineart(
    image: Image,
    ctx: Context,
    coarse: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Draw lines as an artist would (Chan et al. 2022): white on black.

    Args:
        image: The picture to trace.
        coarse: Draw fewer and rougher lines.
        weights: Folder that contains sk_model.safetensors or .pth (coarse: sk_model2). Empty
            searches the default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    network = _lineart_network(coarse)
    return detectors.annotate(network, image, ctx, weights, resolution, coarse=coarse)


@lineart.fingerprint
def _lineart_weights(coarse: bool, weights: str, files: Files) -> str:
    return detectors.digest(_lineart_network(coarse), weights, files)


def _lineart_network(coarse: bool) -> detectors.Network:
    return detectors.LINEART_COARSE if coarse else detectors.LINEART


@node("control.lineart_anime", title="Line art (anime)", category="Structure", numeric=True)
def lineart_anime(
    image: Image,
    ctx: Context,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Draw the lines of an anime picture: white on black.

    Args:
        image: The picture to trace.
        weights: Folder that contains netG.safetensors or .pth. Empty searches the default folder
            and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.LINEART_ANIME, image, ctx, weights, resolution)


lineart_anime.fingerprint(_weights_of(detectors.LINEART_ANIME))


@node("control.mlsd", title="Straight lines (M-LSD)", category="Structure", numeric=True)
def mlsd(
    image: Image,
    ctx: Context,
    score: Annotated[float, Range(0, 1, 0.01)] = 0.1,
    length: Annotated[float, Range(0, 200, 0.1)] = 0.1,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Draw straight line segments, such as those of buildings and rooms (Gu et al. 2022).

    Args:
        image: The picture to trace.
        score: Minimum confidence of the network in a segment.
        length: Minimum length of a segment, in cells of two pixels.
        weights: Folder that contains mlsd_large_512_fp32.safetensors or .pth. Empty searches the
            default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(
        detectors.MLSD, image, ctx, weights, resolution, score=score, length=length
    )


mlsd.fingerprint(_weights_of(detectors.MLSD))


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
    """Draw fine, soft edges by a tiny network (Soria et al. 2023).

    Args:
        image: The picture to trace.
        levels: Number of brightness levels above black. 0 keeps the edges smooth.
        weights: Folder that contains 5_model.safetensors or .pth. Empty searches the default
            folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.TEED, image, ctx, weights, resolution, safe_steps=levels)


teed.fingerprint(_weights_of(detectors.TEED))


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
    """Show the directions that surfaces face as colours (Bae et al. 2021).

    Args:
        image: The picture to analyse.
        weights: Folder that contains scannet.safetensors or .pt. Empty searches the default
            folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.NORMAL_BAE, image, ctx, weights, resolution)


normal_bae.fingerprint(_weights_of(detectors.NORMAL_BAE))


@node("control.openpose", title="Poses (OpenPose)", category="Structure", numeric=True)
def openpose(
    image: Image,
    ctx: Context,
    hands: bool = False,
    face: bool = False,
    weights: Weights = "",
    resolution: Resolution = 512,
) -> Image:
    """Draw the poses of people as skeletons (Cao et al. 2019). For non-commercial use only.

    Args:
        image: The picture to analyse.
        hands: Also draw hands and fingers.
        face: Also draw faces.
        weights: Folder that contains body_pose_model.safetensors or .pth (hands:
            hand_pose_model, faces: facenet). Empty searches the default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.poses(image, ctx, weights, resolution, hands, face)


@openpose.fingerprint
def _openpose_weights(weights: str, hands: bool, face: bool, files: Files) -> str:
    networks = [detectors.BODY, *[detectors.HAND] * hands, *[detectors.FACE] * face]
    return " ".join(detectors.digest(network, weights, files) for network in networks)


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
    """Estimate depth by DPT hybrid (Ranftl et al. 2021): near is white.

    Args:
        image: The picture to analyse.
        weights: Folder that contains dpt_hybrid-midas-501f0c75.safetensors or .pt. Empty searches
            the default folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.MIDAS, image, ctx, weights, resolution)


midas.fingerprint(_weights_of(detectors.MIDAS))


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
    """Estimate depth by ZoeDepth (Bhat et al. 2023): near is white.

    Args:
        image: The picture to analyse.
        weights: Folder that contains ZoeD_M12_N.safetensors or .pt. Empty searches the default
            folder and the hub cache.
        resolution: The picture's shorter side is scaled to this length for the network.
    """
    return detectors.annotate(detectors.ZOE, image, ctx, weights, resolution)


zoe.fingerprint(_weights_of(detectors.ZOE))
