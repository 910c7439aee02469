"""The timeline: the steps of a sampler."""

from nodeui.views.timeline.timeline import Timeline

__all__ = ["Timeline"]
