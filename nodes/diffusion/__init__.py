"""What the nodes share while they run: models, schedulers, the denoising loop.

Modules here may import torch and diffusers; declarations of nodes import from here inside of
functions only (`layout` alone is free of both).
"""
