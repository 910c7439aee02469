"""Makes model files whose headers look like those of real ones."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path

Shape = tuple[int, ...]

_BYTES = {"F32": 4, "F16": 2, "BF16": 2, "F8_E4M3": 1}


def write(
    path: Path,
    shapes: Mapping[str, Shape],
    metadata: Mapping[str, str] | None = None,
    dtype: str = "F16",
) -> Path:
    """Write a safetensors file with zeros of these shapes."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, shape in shapes.items():
        size = _BYTES[dtype]
        for side in shape:
            size *= side
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        file.truncate(8 + len(text) + end)
    return path


def gguf(path: Path, architecture: str, file_type: int = 2) -> Path:
    """Write the beginning of a GGUF file."""

    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    content = struct.pack("<4sIQQ", b"GGUF", 3, 0, 2)
    content += text("general.architecture") + struct.pack("<I", 8) + text(architecture)
    content += text("general.file_type") + struct.pack("<II", 4, file_type)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


UNET = {
    "model.diffusion_model.input_blocks.0.0.weight": (4, 4, 3, 3),
    "model.diffusion_model.input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight": (4, 768),
}
VAE = {
    "first_stage_model.encoder.conv_in.weight": (4, 3, 3, 3),
    "first_stage_model.decoder.conv_in.weight": (4, 4, 3, 3),
}
CLIP = {"cond_stage_model.transformer.text_model.embeddings.token_embedding.weight": (8, 768)}
LORA = {
    "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": (
        4,
        2048,
    ),
    "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight": (8, 4),
}
