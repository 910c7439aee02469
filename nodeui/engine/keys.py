"""Keys: 16 bytes that name a node's result before it is computed.

    head(node) = type, version, parameters that matter, names of its inputs;
                 fingerprint of outside state, numerical environment
    key(node)  = H(head, identity of each input)

The identity of an input is the digest of its *content*: two ways to one value lead to one key,
and an edit that does not change a value changes no key below it. Only what is behind a lazy
input may never be computed; its identity is its structural key, made of heads alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nodeui.engine.values import hash16

_encoder = msgspec.json.Encoder(order="sorted")


def head(type: str, edition: int | str, params: Mapping[str, Any], inputs: Sequence[str]) -> bytes:
    """Says what a node is by itself, without what its inputs are, as JSON.

    Args:
        type: Id of the node type.
        edition: Version of the node type, with the source hash of a pack under development.
        params: The parameters that its value depends on and that are not linked, all checked,
            defaults included.
        inputs: The names of the linked inputs, in the order in which `key` gets their identities.
    """
    return _encoder.encode((type, edition, params, inputs))


def outside(head: bytes, fingerprint: str, environment: str) -> bytes:
    """The head of a node whose value depends on more than the graph.

    Args:
        head: What the node is by itself.
        fingerprint: What its fingerprint function says; "" when it has none.
        environment: What its numerical result depends on; "" when it is not numeric.
    """
    return head + _encoder.encode((fingerprint, environment))


def key(head: bytes, identities: Sequence[bytes]) -> bytes:
    """Names the result of a node, from its head and 16 bytes for each of its inputs."""
    return hash16(head + b"".join(identities))


def structural(key: bytes, output: int) -> bytes:
    """The identity of an output of which only the node's structural key is known."""
    return hash16(b"output %d of " % output + key)


def first_state(type: str, edition: int | str) -> bytes:
    """What the chain of a step-wise node's keys begins with."""
    return hash16(_encoder.encode(("steps", type, edition)))


def next_state(state: bytes, step: str) -> bytes:
    """The key of a step-wise node's state after one more step, which `step` describes."""
    return hash16(state + step.encode())
