"""Model families that are sampled by their own diffusers pipeline, one step at a time.

To add a family, add an entry to `families.FAMILIES` and a tiny model of it to the tests.
"""
