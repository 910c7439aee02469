"""The easel: paints by hand in the viewer.

state.py     settings of the hand that tools share: tool, colours, brush
subject.py   the sheet of a node: its kind, its size and the picture below, from the graph
board.py     the painting of one node: drawn, and edited through the session
tool.py      the base class of tools;  brush.py and others: the tools
looks.py     the sheet as it is seen: 8-bit pixels, and the looks of masks
hand.py      passes the pane's mouse, tablet and keys to the tool, and paints the sheet
bars.py      the strip of tools and the bar of their settings
easel.py     composes these for the viewer
"""
