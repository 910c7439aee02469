"""Computes keys: 16 bytes that identify a node's result before it is computed.

    head(node) = type, version, parameters the value depends on, names of its inputs;
                 fingerprint of outside state, numerical environment
    key(node)  = H(head, identity of each input)

The identity of an input is the digest of its *content*: equal values lead to equal keys, however
they were computed, and an edit that does not change a value changes no downstream key. Nodes behind
a lazy input may never be computed; their identity is a structural key, made of heads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nodeui.engine.values import hash16

_encoder = msgspec.json.Encoder(order="sorted")


def head(type: str, edition: int | str, params: Mapping[str, Any], inputs: Sequence[str]) -> bytes:
    """Return the part of a key that depends on the node itself and not on its inputs, as JSON.

    Args:
        type: Id of the node type.
        edition: Version of the node type, with the source hash of a pack under development.
        params: The unlinked parameters that the value depends on, checked, defaults included.
        inputs: The names of the linked inputs, in the order of their identities in `key`.
    """
    return _encoder.encode((type, edition, params, inputs))


def outside(head: bytes, fingerprint: str, environment: str) -> bytes:
    """Return the head of a node whose value depends on more than the graph.

    Args:
        head: Head of the node from the graph alone.
        fingerprint: Result of its fingerprint function; "" if it has none.
        environment: What its numerical result depends on; "" if it is not numeric.
    """
    return head + _encoder.encode((fingerprint, environment))


def key(head: bytes, identities: Sequence[bytes]) -> bytes:
    """Return the key of a node's result, from its head and 16 bytes for each input."""
    return hash16(head + b"".join(identities))


def structural(key: bytes, output: int) -> bytes:
    """Return the identity of an output of a node with a structural key."""
    return hash16(b"output %d of " % output + key)


def first_state(type: str, edition: int | str) -> bytes:
    """Return the first key in the chain of a step-wise node's states."""
    return hash16(_encoder.encode(("steps", type, edition)))


def next_state(state: bytes, step: str) -> bytes:
    """Return the key of the state after `state` and one more step, which `step` describes."""
    return hash16(state + step.encode())
