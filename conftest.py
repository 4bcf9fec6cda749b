"""In every pytest run: `docker` in the notebooks is ours, and a learner's own work/ stays as it is."""

import os
import tempfile

from drydock.engine.command import environment

os.environ.update(environment(), DRYDOCK_WORK=tempfile.mkdtemp(prefix="drydock-work-"))
