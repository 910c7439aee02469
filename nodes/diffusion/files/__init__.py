"""Model files in the layouts of other programs, seen as folders in the diffusers layout.

A path that leads "into" a file, such as model.safetensors/unet/config.json, names a part of it. So
the code that reads a model's folder reads such a file in the same way.
"""
