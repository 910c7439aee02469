"""The timeline: every step of a sampler."""

from nodeui.views.timeline.timeline import Timeline

__all__ = ["Timeline"]
