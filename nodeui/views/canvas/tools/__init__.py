"""What a pressed mouse button does on the canvas, until it is released."""
