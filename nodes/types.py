"""The socket types of the node library.

Arrays are read-only NumPy arrays on the CPU, so they can be cached, hashed and shown without
torch. Code that runs on a device moves them there itself (`nodes.diffusion.device`). Pictures and
masks that were read from a file are held as its integers, but nodes read floats. Latents and
embeddings are float32 whatever the model's dtype: float16 and bfloat16 survive the round trip.
Models are light handles (a path and the hash of the weights); values never contain weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from weakref import WeakKeyDictionary, ref

from nodes import imaging
from nodes.imaging import Fit
from nodeui.sdk import Curve, value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nodes.imaging import Levels

    Array = NDArray[np.float32]


@value("image", picture=lambda image: image.levels)
@dataclass(frozen=True, eq=False)
class Image:
    """Pictures of one size.

    Attributes:
        levels: (n, height, width, 3 or 4), sRGB, alpha not premultiplied: float32 in [0, 1], or
            integers, as in a file: uint8 (k is k / 255) or uint16 (k is k / 65535).
    """

    levels: Levels

    def __post_init__(self) -> None:
        _to_float32(self)

    @property
    def pixels(self) -> Array:
        """The pictures as float32 in [0, 1], read-only if they are held as integers.

        Integers are converted at each access, unless the last result is still in use.
        """
        return _floats(self, self.levels)


@value("mask", picture=lambda mask: mask.levels[..., None])
@dataclass(frozen=True, eq=False)
class Mask:
    """Masks, which limit an effect to a part of the picture.

    Attributes:
        levels: (n, height, width) float32 in [0, 1], or the integers of a file as in `Image`; the
            highest value is inside.
    """

    levels: Levels

    def __post_init__(self) -> None:
        _to_float32(self)

    @property
    def alpha(self) -> Array:
        """The masks as float32 in [0, 1], as `Image.pixels`; 1 is inside."""
        return _floats(self, self.levels)


@value("regions", picture=lambda regions: regions.picture())
@dataclass(frozen=True, eq=False)
class Regions:
    """Named areas of a picture, which exclude each other.

    Attributes:
        names: Names of the regions, all different.
        colours: Their colours, "#rrggbb".
        masks: (regions, height, width) float32 in [0, 1]; their sum is at most 1.
    """

    names: tuple[str, ...]
    colours: tuple[str, ...]
    masks: Array

    def picture(self) -> Array:
        """Return the regions in their colours on black, (height, width, 3)."""
        import numpy as np

        picture = np.zeros((*self.masks.shape[1:], 3), np.float32)
        for colour, mask in zip(self.colours, self.masks, strict=True):
            picture += mask[..., None] * imaging.parse_colour(colour, "painting")
        return picture.clip(0, 1)


@value("layers")
@dataclass(frozen=True, eq=False)
class Layers:
    """A painting with its layers, to be saved as such.

    Attributes:
        painting: The lines of the painting.
        size: Width and height in pixels.
        below: The picture below, or None.
        paper: "#rrggbb" of the paper where there is no picture.
        inputs: Numbers of the linked pictures.
        images: The linked pictures, in the order of their numbers.
    """

    painting: tuple[str, ...]
    size: tuple[int, int]
    below: Image | None
    paper: str
    inputs: tuple[int, ...]
    images: tuple[Image, ...]


@value("cutout")
@dataclass(frozen=True, eq=False)
class Cutout:
    """The place of a part that was cut out of a picture.

    Attributes:
        left: Left edge of the part in the picture, in pixels.
        top: Upper edge of the part.
        size: Width and height of the picture.
        mask: (1 or n, height, width) float32 in [0, 1]: what may change, at the scale of the
            picture, of the size of the part.
    """

    left: int
    top: int
    size: tuple[int, int]
    mask: Array


_in_use: WeakKeyDictionary[Image | Mask, ref[Array]] = WeakKeyDictionary()
"""The floats of integers, while somebody holds them."""


def _to_float32(value: Image | Mask) -> None:
    """Convert arrays of other types than the declared ones, such as float64, when they are made."""
    import numpy as np

    levels: Any = value.levels
    if isinstance(levels, np.ndarray) and levels.dtype.name not in _HELD:
        object.__setattr__(value, "levels", levels.astype(np.float32))


_HELD = ("float32", "uint8", "uint16")


def _floats(value: Image | Mask, levels: Levels) -> Array:
    if imaging.white(levels) == 1:
        return imaging.from_levels(levels)
    known = _in_use.get(value)
    floats = known() if known is not None else None
    if floats is None:
        floats = imaging.from_levels(levels)
        floats.flags.writeable = False
        _in_use[value] = ref(floats)
    return floats


@value("latents")
@dataclass(frozen=True, eq=False)
class Latents:
    """Pictures in a model's latent space, in the scale that its network expects.

    Attributes:
        samples: (n, channels, height / f, width / f) float32, f being the VAE's factor.
        empty: The samples are zeros that only set the size; sampling starts from pure noise.
    """

    samples: Array
    empty: bool = False


@value("noise")
@dataclass(frozen=True, eq=False)
class Noise:
    """The initial noise of a sampler, and the generators that draw further noise.

    Attributes:
        samples: (n, channels, height / f, width / f) float32, unit normal.
        states: (n, k) uint8, the state of one torch CPU generator per picture, after the draw.
        seed: The seed that it was drawn with; None for a mixture.
    """

    samples: Array
    states: NDArray[np.uint8]
    seed: int | None = None


@value("conditioning")
@dataclass(frozen=True, eq=False)
class Conditioning:
    """An encoded prompt, or several that follow each other over the run.

    Attributes:
        embeds: (1, tokens, width) float32; for Stable Diffusion, tokens is a multiple of the
            encoder's window (77).
        pooled: (1, width) float32 for models that need it (SDXL, SD3, Flux), else None.
        text: The prompt, for display.
        changes: Prompts that take over from this one during the run, and prompts of parts of the
            picture; each acts on all before it.
        extras: Further arrays for the model's family, by the names of its pipeline's arguments,
            such as (1, tokens) attention masks.
    """

    embeds: Array
    pooled: Array | None
    text: str
    changes: tuple[Blend | Region, ...] = ()
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, eq=False)
class Blend:
    """A prompt that takes over from those before it.

    Attributes:
        conditioning: The prompt, which may itself be a schedule of several.
        share: Its share of the embeddings over the run, in [0, 1]; the prompts before it have the
            rest.
        first: Solver step before which its share is 0.
        period: Its share is 0 in steps that do not leave `turn` when divided by this.
        turn: See `period`.
    """

    conditioning: Conditioning
    share: Curve
    first: int = 0
    period: int = 1
    turn: int = 0


RegionMethod = Literal["predictions", "attention"]


@dataclass(frozen=True, eq=False)
class Region:
    """A prompt that acts in a part of the picture, over the prompts before it; see docs/regions.md.

    Attributes:
        conditioning: The prompt, which may be a schedule of several, without regions.
        mask: (n, height, width) float32 in [0, 1]; 1 is inside.
        weight: Its weight inside the mask.
        start: Fraction of the run before which it is off.
        end: Fraction of the run after which it is off.
        curve: Its weight over the run, which replaces `weight` unless empty.
        method: "predictions" evaluates the network for the prompt and composes the predictions;
            "attention" lets the pixels inside attend to the prompt.
        fit: How a mask of other proportions than the picture is fitted.
    """

    conditioning: Conditioning
    mask: Array
    weight: float
    start: float
    end: float
    curve: Curve
    method: RegionMethod
    fit: Fit


@dataclass(frozen=True)
class Lora:
    """A change to a model's weights (Hu et al. 2021): a handle.

    Attributes:
        source: Absolute path of its safetensors file.
        digest: Hash of the file.
        parts: The networks that it changes: "unet", "text_encoder", "text_encoder_2".
        strength: Weight of the change of the UNet over the run, 1 as trained.
        text_strength: Weight of the change of the text encoders.
    """

    source: str
    digest: str
    parts: tuple[str, ...]
    strength: Curve
    text_strength: float


@dataclass(frozen=True)
class Embedding:
    """Learned vectors that a prompt names (Gal et al. 2023): a handle.

    Attributes:
        name: Its name in prompts, without "embedding:".
        source: Absolute path of its safetensors file.
        digest: Hash of the file.
    """

    name: str
    source: str
    digest: str


@value("model")
@dataclass(frozen=True)
class Model:
    """A diffusion model with its text encoders: a handle, not the weights.

    Attributes:
        source: Absolute folder in the diffusers layout.
        digest: Hash of its files.
        family: "sd" (SD 1.x, SD 2.x and models of their shape), "sdxl", or one of
            `nodes.diffusion.pipelines.families.FAMILIES`.
        dtype: "auto" (float32 on a CPU, else float16), "auto-bfloat16" (else bfloat16),
            "float32", "float16" or "bfloat16".
        latent_channels: Channels of its latents.
        latent_factor: Pixels per latent, along each side.
        size: The training size: pixels along each side.
        loras: LoRAs to apply, in this order.
        parts: The folders of parts that do not lie in `source`: (name, folder), such as
            ("text_encoder", "/models/clip_l.safetensors/text_encoder_clip_l"). With any, the model
            has no other text encoders and tokenizers.
        embeddings: Textual inversion embeddings that prompts can name.
    """

    source: str
    digest: str
    family: str
    dtype: str
    latent_channels: int
    latent_factor: int
    size: int
    loras: tuple[Lora, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    embeddings: tuple[Embedding, ...] = ()

    def place(self, part: str) -> Path:
        """Return the folder of a part, such as "text_encoder"."""
        return Path(dict(self.parts).get(part, Path(self.source) / part))

    def warm_up(self) -> None:
        """Load the networks, and do a step of a small picture."""
        from nodes.diffusion import warm_up

        warm_up.model(self)


@value("text_encoders")
@dataclass(frozen=True)
class TextEncoders:
    """Text encoders that were chosen one by one: a handle.

    Attributes:
        digest: Hash of their files.
        parts: The folder of each encoder, and of its tokenizer: (name, folder). The names are those
            of `nodes.diffusion.files.encoders.slug`, such as "text_encoder_clip_l" and
            "tokenizer_clip_l".
    """

    digest: str
    parts: tuple[tuple[str, str], ...]


@value("vae")
@dataclass(frozen=True)
class Vae:
    """An image autoencoder: a handle.

    Attributes:
        source: Absolute folder with its config.json and weights.
        digest: Hash of its files.
        dtype: As in `Model`.
        latent_channels: Channels of its latents.
        latent_factor: Pixels per latent, along each side.
    """

    source: str
    digest: str
    dtype: str
    latent_channels: int
    latent_factor: int

    def warm_up(self) -> None:
        """Load the network."""
        from nodes.diffusion import warm_up

        warm_up.vae(self)


@value("controlnet")
@dataclass(frozen=True)
class ControlNet:
    """A ControlNet: a handle.

    Attributes:
        source: Absolute folder with its config.json and weights.
        digest: Hash of its files.
        dtype: As in `Model`.
    """

    source: str
    digest: str
    dtype: str


@dataclass(frozen=True, eq=False)
class ControlUnit:
    """One ControlNet with its hint, applied over a part of the run.

    Attributes:
        controlnet: The ControlNet.
        hint: (n, height, width, 3) float32 in [0, 1].
        strength: Conditioning scale, 1 as trained.
        start: Fraction of the run before which it is off.
        end: Fraction of the run after which it is off.
        curve: Conditioning scale over the run, which replaces `strength` unless empty.
        fit: How hints of other proportions than the picture are fitted: "cover", "contain" or
            "stretch".
        mask: (n, height, width) float32 in [0, 1], the part of the picture that it acts on; None
            for all of it. Fitted as the hints are.
    """

    controlnet: ControlNet
    hint: Array
    strength: float
    start: float
    end: float
    curve: Curve = ()
    fit: Fit = "cover"
    mask: Array | None = None


@value("ip_adapter")
@dataclass(frozen=True)
class IpAdapter:
    """An IP-Adapter (Ye et al. 2023) with its image encoder: a handle.

    Attributes:
        source: Absolute path of its safetensors file.
        encoder: Absolute folder of the image encoder (CLIPVisionModelWithProjection).
        digest: Hash of both.
        width: Width of the text embeddings of compatible models.
        pooled: True if it reads one embedding per picture; "plus" kinds read one per patch.
    """

    source: str
    encoder: str
    digest: str
    width: int
    pooled: bool


@dataclass(frozen=True, eq=False)
class ImagePrompt:
    """Pictures that an IP-Adapter shows to the model as a prompt.

    Attributes:
        adapter: The IP-Adapter.
        pixels: (n, height, width, 3) float32 in [0, 1]; the n pictures act together.
        scale: Weight over the run, 1 as trained.
        mask: (n, height, width) float32 in [0, 1], the part of the picture that they act on; None
            for all of it.
        fit: How a mask of other proportions than the picture is fitted.
    """

    adapter: IpAdapter
    pixels: Array
    scale: Curve
    mask: Array | None = None
    fit: Fit = "cover"


@value("control")
@dataclass(frozen=True, eq=False)
class Control:
    """The controls of a sampler, in addition to its prompts.

    Attributes:
        units: ControlNets; their residuals add up in this order.
        images: Pictures as prompts.
    """

    units: tuple[ControlUnit, ...] = ()
    images: tuple[ImagePrompt, ...] = ()


@value("guidance")
@dataclass(frozen=True)
class Guidance:
    """Classifier-free guidance (Ho & Salimans 2022).

    Attributes:
        scale: Guidance scale over the run. At 1 the negative prompt is not evaluated, in most
            pipeline families also below 1 (`Family.unguided`).
        rescale: Share of the rescaling of Lin et al. 2023 (section 3.4), in [0, 1].
    """

    scale: Curve
    rescale: float


@value("scheduler")
@dataclass(frozen=True)
class Scheduler:
    """A noise schedule and a solver.

    Attributes:
        name: One of `nodes.diffusion.schedulers.SCHEDULERS`.
        sigmas: "default", "karras", "exponential" or "beta".
        eta: Amount of noise that DDIM and TCD add back at each step, in [0, 1].
        config: Further entries of the diffusers scheduler's config, such as
            "rescale_betas_zero_snr".
        late_start: How lms and pndm begin in the middle of the run: at a "lower order", or as
            "diffusers", which assumes steps before it.
    """

    name: str
    sigmas: str
    eta: float
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    late_start: str = "lower order"


@dataclass(frozen=True)
class SavedFile:
    """A file written by a node.

    Attributes:
        path: Relative to the output folder, with forward slashes.
        sha256: Of its content, hexadecimal.
        size: Of its content, in bytes.
    """

    path: str
    sha256: str
    size: int


@value("files", picture=lambda saved: tuple(Path(file.path) for file in saved.files))
@dataclass(frozen=True)
class SavedFiles:
    """The files written by a node, in the order of its pictures."""

    files: tuple[SavedFile, ...]
