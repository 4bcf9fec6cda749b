"""The notebooks' cells run `docker` on the engine that the course uses, in every pytest run."""

import os

from drydock.engine.command import environment

os.environ.update(environment())
