"""The window of the editor: the one package that imports the canvas and all panels."""
