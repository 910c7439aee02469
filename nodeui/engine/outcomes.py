"""Outcomes of resolving one node, and the reasons shown to the user."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from nodeui.engine.cache import Digests
from nodeui.graph.wording import one_line, tr
from nodeui.sdk import Download, DownloadNeeded, NodeError

LONGEST_DETAILS = 100_000

Outlook: TypeAlias = Literal["cached", "runs", "waits", "skipped", "asks"]


class Decision(msgspec.Struct, frozen=True):
    """The planned treatment of a node, as far as it is known before the run.

    Attributes:
        outlook: "cached": its value is known. "runs": it is computed. "waits": it depends on a
            node that runs, and may turn out to be cached. "skipped": it is muted, cannot run, or
            needs a skipped node. "asks": only a process with the code of a node pack can decide.
        text: The reason in English, with a placeholder such as {0} for each of `values`.
        parameter: The parameter or input that the reason refers to, if any.
        values: Fill the placeholders.
    """

    outlook: Outlook
    text: str = ""
    parameter: str | None = None
    values: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The translated reason: "strength changed from 0.5 to 0.7"."""
        return tr(self.text, *self.values)


CACHED = Decision("cached")


class Failure(msgspec.Struct, frozen=True):
    """An error of one node.

    Attributes:
        message: Shown to the user, as `wording.one_line`.
        parameter: The parameter or input at fault, if known.
        details: The traceback of an unexpected error, or the notes of a node's own error; begins
            with the whole message if that was shortened. At most `LONGEST_DETAILS` characters.
        download: The download that the node needs to be allowed, if that is the error.
    """

    message: str
    parameter: str | None = None
    details: str = ""
    download: Download | None = None

    def __post_init__(self) -> None:
        whole, line = self.message, one_line(self.message)
        if line != whole:
            msgspec.structs.force_setattr(self, "message", line)
            msgspec.structs.force_setattr(self, "details", f"{whole}\n{self.details}".strip())
        if len(self.details) > LONGEST_DETAILS:
            msgspec.structs.force_setattr(self, "details", self.details[:LONGEST_DETAILS])

    @staticmethod
    def of(error: NodeError) -> Failure:
        """Return the failure that a node reported itself."""
        details = "\n".join(getattr(error, "__notes__", ()))
        download = error.download if isinstance(error, DownloadNeeded) else None
        return Failure(str(error), error.parameter, details, download)


class Done(msgspec.Struct, frozen=True, gc=False):
    """The node has a result.

    Attributes:
        digests: Of its outputs.
    """

    digests: Digests


class Blocked(msgspec.Struct, frozen=True):
    """The node cannot be resolved: it failed, it needs a blocked node, or it is muted.

    Attributes:
        failures: Its own errors.
        cause: The blocked node that it needs, else "".
    """

    failures: tuple[Failure, ...] = ()
    cause: str = ""

    @property
    def decision(self) -> Decision:
        """The outlook "skipped" with its reason."""
        if self.failures:
            first = self.failures[0]
            return Decision("skipped", first.message, first.parameter)
        if self.cause:
            return Decision("skipped", "needs {0}", values=(self.cause,))
        return Decision("skipped", "muted")


class Waiting(msgspec.Struct, frozen=True):
    """The node can be resolved only after a run.

    Attributes:
        decision: The outlook "runs" or "waits" with its reason.
    """

    decision: Decision

    @staticmethod
    def on(node: str, outlook: Outlook = "waits") -> Waiting:
        """Return the outcome of a node that depends on another one that waits or runs."""
        return Waiting(Decision(outlook, "depends on {0}", values=(node,)))

    @property
    def asks(self) -> bool:
        """True if the outlook is "asks"."""
        return self.decision.outlook == "asks"


ASKS = Waiting(Decision("asks", "its node pack decides, in the worker"))


class Needs(msgspec.Struct, frozen=True):
    """The node needs values that are known but no longer stored.

    Attributes:
        nodes: Have to be computed again first.
    """

    nodes: tuple[str, ...]


class NodePlan(msgspec.Struct, frozen=True, gc=False):
    """The plan of one node, as data.

    Attributes:
        decision: None if the run does not need the node, or it passes its input on.
        wrong: It cannot run because of a mistake in the node itself.
        digests: Of its values, as far as they are known.
        warnings: Stored with its cached result.
    """

    decision: Decision | None
    wrong: bool = False
    digests: Digests | None = None
    warnings: tuple[str, ...] = ()


Outcome: TypeAlias = Done | Blocked | Waiting | Needs
