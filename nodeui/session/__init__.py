"""Joins graph, history and engine for one open document, and tells the views by Qt signals."""
