"""Paintings: documents of strokes and shapes as plain data, and their rasteriser.

A painting is a tuple of lines of text, which is also its form in workflow files, in edits and in
messages. The first line is `HEADER`; each further line is a layer or a mark:

    painting 1
    layer id=a name=Sky colour=#3366ff opacity=0.8 mode=multiply
    brush layer=a colour=#ff8800 size=0.02 points=gICABoCAgAY
    rectangle layer=a colour=#ffffff erase=1 points=gICABoCAgAaAgAE

Marks are in the order in which they were painted, so a stroke is one more line at the end.

    points.py       codes points as text
    marks.py        layers and marks, and their lines
    document.py     checks paintings; the changes that add or remove lines
    layering.py     the changes of layers
    blending.py     blend modes of the W3C
    coverage.py     antialiased coverage of shapes
    brush.py        the pen: coverage of a brush stroke, one piece at a time
    sheet.py        the pixels of the layers
    adjusting.py    grow, shrink, feather, invert
    warping.py      affine maps of pixels
    extent.py       the pixels that a mark changes and reads
    rasteriser.py   draws a painting, and redraws only what a change touches
    tiles.py        pixels before a change, for its undo

Node packs may use these modules. They know neither Qt nor the graph, and import NumPy when they
draw or decode.
"""
