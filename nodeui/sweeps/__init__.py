"""Runs a workflow for each value of one or two parameters, and composes a contact sheet."""
