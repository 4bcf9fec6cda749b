"""A pipeline in small: test, build, scan, push, deploy. A step that fails is the last one."""

import json
import os
import subprocess
import sys

import drydock
from drydock import scanning

OURS = "--label=dev.drydock.lesson=10"


def docker(*arguments: str, **environment: str) -> str:
    """Run a docker command and return what it printed; raise CalledProcessError when it fails."""
    command, env = ["docker", *arguments], {**os.environ, **environment}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.strip()


def test(image: str) -> str:
    """Run the tests in a container: in what will be shipped, with the tools for testing on top."""
    docker("build", "--quiet", OURS, "--target=test", f"--tag={image}-test", ".")
    docker("run", "--rm", OURS, f"{image}-test")
    return "passed"


def build(image: str) -> str:
    """Build what will be shipped."""
    docker("build", "--quiet", OURS, "--target=final", f"--tag={image}", ".")
    return image


def scan(image: str) -> str:
    """Refuse an image with a package that something is known against."""
    verdict = scanning.audit(drydock.connect("10", quiet=True).images.get(image))
    if verdict.code:
        raise ValueError(verdict.text.splitlines()[0])
    return "nothing known"


def push(image: str) -> str:
    """Send the image to its registry, and return the one name that can't be moved: repository@digest."""
    docker("--config", os.environ["CI_DOCKER_CONFIG"], "push", "--quiet", image)
    names = json.loads(docker("image", "inspect", "--format={{json .RepoDigests}}", image))
    repository = image.rpartition(":")[0]
    return next(name for name in names if name.startswith(f"{repository}@"))


def deploy(reference: str) -> str:
    """Let Compose replace what runs by exactly this image, and wait until it is healthy."""
    docker(
        "compose", "--file=compose.yaml", "up", "--detach", "--wait", "--no-build", HARBOUR_IMAGE=reference
    )
    return reference


def main(image: str) -> None:
    """Take the steps for `image`, such as registry.example/harbour:1.4.2."""
    reference = image
    for step in (test, build, scan, push, deploy):
        try:
            result = step(reference)
        except (subprocess.CalledProcessError, ValueError) as error:
            said = getattr(error, "stdout", "") or getattr(error, "stderr", "") or str(error)
            sys.exit(f"{step.__name__:7} failed: {said.strip().splitlines()[-1].partition(', ')[0]}")
        print(f"{step.__name__:7} {result.rpartition('/')[2]}", flush=True)
        if step is push:
            reference = result


if __name__ == "__main__":
    main(sys.argv[1])
