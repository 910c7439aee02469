"""Code that nodes share at run time: models, schedulers, the denoising loop.

Modules in this package may import torch and diffusers, so node modules import them inside
functions only. Exceptions: `layout`, `hub`, `lora_files`, `lora_names` and `pipelines.families`
import neither.
"""

import os

# How long torch's threads (libgomp) spin before they sleep when they wait for each other. By
# default they spin for milliseconds, which ruins performance as soon as another program needs the
# cores: on two busy cores a picture of the starter model took 47 s instead of 2 s. The variable is
# read when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
