"""Ways to use a picture: what "Send to" offers."""

from __future__ import annotations

from nodeui.sdk import MADE, PICTURE, SendKind, SendNode

_BASE = (
    SendNode(name="model", type="model.load"),
    SendNode(name="prompt", type="text.encode"),
    SendNode(name="decode", type="latents.decode", links={"latents": ".latents"}),
    SendNode(name="save", type="image.save", links={"image": "decode.image"}),
)
"""The nodes that a new sampler needs, and those that show its pictures."""

_CANVAS = SendNode(name="canvas", type="latents.empty")

_FIT = SendNode(
    name="size",
    type="image.resize",
    links={"image": PICTURE},
    width="width",
    height="height",
    most=1024,
)
"""Brings a picture to a size that can be encoded."""

_WHOLE_RUN: dict[str, object] = {"start_step": 0, "end_step": None, "renoise_step": None}
"""A copy of a sampler that runs a part of the steps, or adds noise in the middle, runs them all
without: a run from a picture may not have these steps."""

IMAGE_TO_IMAGE = SendKind(
    name="image_to_image",
    title="Image to image",
    icon="image-edit-outline",
    nodes=(_FIT, SendNode(name="encode", type="latents.encode", links={"image": "size.image"})),
    links={"latents": "encode.latents"},
    params={**_WHOLE_RUN, "strength": 0.6},
    base=_BASE,
)

INPAINT = SendKind(
    name="inpaint",
    title="Inpainting",
    icon="draw",
    nodes=(
        _FIT,
        SendNode(name="encode", type="latents.encode", links={"image": "size.image"}),
        SendNode(name="mask", type="paint.mask", links={"image": "size.image"}, reuse=True),
    ),
    links={"latents": "encode.latents", "mask": "mask.mask"},
    params=_WHOLE_RUN,
    base=_BASE,
    change="mask",
)

_MASK = SendNode(name="mask", type="paint.mask", links={"image": PICTURE}, reuse=True)

INPAINT_CLOSE = SendKind(
    name="inpaint_close",
    title="Inpaint here",
    icon="selection-search",
    nodes=(
        _MASK,
        SendNode(
            name="close",
            type="inpaint.cut",
            links={"image": PICTURE, "mask": "mask.mask", "model": "model"},
        ),
        SendNode(name="encode", type="latents.encode", links={"image": "close.image"}),
        SendNode(
            name="paste",
            type="inpaint.paste",
            links={"image": PICTURE, "part": MADE, "place": "close.place"},
        ),
    ),
    links={"latents": "encode.latents", "mask": "close.mask"},
    params=_WHOLE_RUN,
    base=_BASE,
    shows="paste.image",
    change="mask",
)

OUTPAINT = SendKind(
    name="outpaint",
    title="Extend the picture",
    icon="arrow-expand-horizontal",
    nodes=(
        _FIT,
        SendNode(
            name="extend",
            type="image.extend",
            params={"right": 128},
            links={"image": "size.image"},
        ),
        SendNode(name="encode", type="latents.encode", links={"image": "extend.image"}),
        SendNode(
            name="blend",
            type="image.blend",
            links={"base": "extend.image", "top": MADE, "mask": "extend.mask"},
        ),
    ),
    links={"latents": "encode.latents", "mask": "extend.mask"},
    params=_WHOLE_RUN,
    base=_BASE,
    shows="blend.image",
    change="extend",
)

CONTROL_HINT = SendKind(
    name="control",
    title="Control hint",
    icon="vector-square",
    nodes=(
        SendNode(name="edges", type="control.canny", links={"image": PICTURE}),
        SendNode(name="controlnet", type="model.controlnet", params={"source": "starter/canny"}),
        SendNode(
            name="control",
            type="control.apply",
            links={
                "previous": "control",
                "controlnet": "controlnet.controlnet",
                "image": "edges.image",
            },
        ),
    ),
    links={"control": "control.control"},
    base=(*_BASE, _CANVAS),
    change="control",
)

IMAGE_PROMPT = SendKind(
    name="image_prompt",
    title="Image prompt",
    icon="image-text",
    nodes=(
        SendNode(name="adapter", type="model.ip_adapter"),
        SendNode(
            name="image-prompt",
            type="control.ip_adapter",
            links={"previous": "control", "adapter": "adapter.ip_adapter", "image": PICTURE},
        ),
    ),
    links={"control": "image-prompt.control"},
    base=(*_BASE, _CANVAS),
    change="image-prompt",
)

REFINE = SendKind(
    name="refine",
    title="Upscale and refine",
    icon="image-size-select-large",
    nodes=(
        SendNode(
            name="larger",
            type="image.resize",
            links={"image": PICTURE},
            width="width",
            height="height",
            scale=2.0,
            most=2048,
        ),
        SendNode(name="encode", type="latents.encode", links={"image": "larger.image"}),
    ),
    links={"latents": "encode.latents"},
    params={**_WHOLE_RUN, "strength": 0.35},
    base=_BASE,
)

UPSCALE = SendKind(
    name="upscale",
    title="Upscale",
    icon="arrow-expand-all",
    links={"image": PICTURE},
    copies=False,
    base=(SendNode(name="save", type="image.save", links={"image": ".image"}),),
)
