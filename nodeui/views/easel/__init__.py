"""The easel: paints by hand in the viewer.

state.py      settings of the hand that tools share: tool, colours, brush
subject.py    the sheet of a node: its kind, its size and the picture below, from the graph
board.py      the painting of one node: drawn, and edited through the session
steps.py      undo of the last changes;  layer_pictures.py: pictures that layers start with
looks.py      the sheet as it is seen: 8-bit pixels, and the looks of masks
hand.py       passes the pane's mouse, tablet and keys to the tool, and paints the sheet
tool.py       the base class of tools;  tools.py: their list
brush.py, shapes.py, fill.py, selection.py   the tools;  handles.py: of a selection
bars.py       the strip of tools and the bar of their settings;  popup.py, side.py: its popups
colours.py, wheel.py, layers_list.py, adjust.py   colours, layers, operations on a layer
result.py     the result of the graph beside or under the strokes;  frame.py: a dragged frame
easel.py      composes these for the viewer
"""
