"""Documents arrive at the worker as they are, and a stroke more is a short message."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nodeui.engine.changed_documents import Receiver, Sender
from nodeui.engine.protocol import Cancel, ShowValue, decode_requests, encode
from nodeui.graph.document import Document, dump
from nodeui.graph.edits import AddNode, SpliceParam
from nodeui.graph.model import Graph
from nodeui.graph.parts import Node
from nodeui.painting.document import adding
from tests.painting.marks import mark, painting


def request(document: bytes) -> ShowValue:
    return ShowValue(number=1, document=document, folder="", output_dir="", node="a")


TEXTS = st.lists(st.sampled_from([b"a", b"b", b"stroke,"]), max_size=30).map(b"".join)


@given(st.lists(TEXTS, max_size=6))
def test_documents_arrive_as_they_are(documents: list[bytes]):
    sender, receiver = Sender(), Receiver()
    for document in documents:
        frame = encode([sender.shortened(request(document))])
        (arrived,) = map(receiver.whole, decode_requests(frame))
        assert arrived == request(document)


def test_a_stroke_more_is_a_short_message():
    stroke = mark("brush", (0.1, 0.1), (0.2, 0.3))
    graph = Graph({})
    lines = painting(*[stroke] * 5000)
    graph.apply(AddNode(Node("easel", "far.away", params={"strokes": lines})))
    graph.apply(AddNode(Node("other", "far.away")))
    sender = Sender()
    sender.shortened(request(dump(Document(graph))))
    graph.apply(SpliceParam("easel", "strokes", *adding(lines, stroke)))
    message = encode([sender.shortened(request(dump(Document(graph))))])
    assert len(message) < 250


def test_other_requests_stay():
    assert Sender().shortened(Cancel(run=3)) == Receiver().whole(Cancel(run=3)) == Cancel(run=3)
