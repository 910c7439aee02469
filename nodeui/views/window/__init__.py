"""The main window: the one place that knows the canvas and all panels."""
