"""Sweeps: a workflow run over the values of one or two of its parameters."""
