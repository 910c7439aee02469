"""Models that are sampled by the pipelines of diffusers themselves, one step at a time.

To add a family, add its line to `families.FAMILIES` and a tiny model of it to the tests.
"""
