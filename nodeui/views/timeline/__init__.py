"""The timeline: the steps of a sampler."""

from nodeui.views.timeline.timeline import Timeline, branch_texts

__all__ = ["Timeline", "branch_texts"]
