"""Windows and panels: they observe the session and own no state of the document."""
