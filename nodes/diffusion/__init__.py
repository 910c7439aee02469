"""What the nodes share while they run: models, schedulers, the denoising loop.

Modules here may import torch and diffusers; declarations of nodes import from here inside of
functions only (`layout` and `hub` alone are free of both).
"""

import os

# How long torch's threads (libgomp) spin while they wait for each other, before they sleep. Left
# alone they spin for milliseconds, which is deadly as soon as another program wants the cores: on
# two busy cores a picture of the starter model took 47 s instead of 2. Read when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
