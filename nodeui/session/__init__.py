"""Joins graph, history and engine for each open document; notifies the views by Qt signals."""
