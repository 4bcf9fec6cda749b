"""In every pytest run: `docker` in the notebooks is ours, and a learner's own work/ and progress stay as they are."""

import atexit
import os
import shutil
import tempfile

from drydock.engine import paths
from drydock.engine.command import environment

# Below the course: the engine sees these folders too, so that they can be mounted into containers.
WORK = tempfile.mkdtemp(prefix=".drydock-work-", dir=paths.COURSE)
atexit.register(shutil.rmtree, WORK, ignore_errors=True)
PROGRESS = tempfile.mkdtemp(prefix="drydock-progress-")
atexit.register(shutil.rmtree, PROGRESS, ignore_errors=True)
os.environ.update(environment(), DRYDOCK_WORK=WORK, DRYDOCK_PROGRESS=f"{PROGRESS}/progress.db")
