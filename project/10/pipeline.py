"""A pipeline in small: test, build, gate, push, deploy. A step that fails is the last one."""

import json
import os
import subprocess
import sys

OURS = "--label=dev.drydock.lesson=10"
SIZE = 500  # MB


def docker(*arguments: str, **environment: str) -> str:
    """Run a docker command and return what it printed; raise CalledProcessError when it fails."""
    command, env = ["docker", *arguments], {**os.environ, **environment}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=env).stdout.strip()


def test(image: str) -> str:
    """Run the tests in a container: in what will be shipped, with the tools for testing on top."""
    docker("build", "--quiet", OURS, "--target=test", f"--tag={image}-test", ".")
    return docker("run", "--rm", OURS, f"{image}-test").splitlines()[-1].partition(" in ")[0]


def build(image: str) -> str:
    """Build what will be shipped."""
    docker("build", "--quiet", OURS, "--target=final", f"--tag={image}", ".")
    return image


def gate(image: str) -> str:
    """Refuse an image that nobody should run."""
    seen = json.loads(docker("image", "inspect", image))[0]
    config = seen["Config"]
    faults = {
        "runs as root": config.get("User", "") in ("", "0", "root"),
        "has no health check": not config.get("Healthcheck"),
        "has a secret in its environment": any(
            "PASSWORD=" in one or "TOKEN=" in one for one in config["Env"]
        ),
        f"has more than {SIZE} MB": seen["Size"] > SIZE * 10**6,
    }
    found = [fault for fault, there in faults.items() if there]
    if found:
        raise ValueError(", ".join(found))
    return f"{len(faults)} rules hold"


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
    for step in (test, build, gate, push, deploy):
        try:
            result = step(reference)
        except (subprocess.CalledProcessError, ValueError) as error:
            said = getattr(error, "stdout", "") or getattr(error, "stderr", "") or str(error)
            sys.exit(f"{step.__name__:7} failed: {said.strip().splitlines()[-1].partition(' in ')[0]}")
        print(f"{step.__name__:7} {result.rpartition('/')[2]}", flush=True)
        if step is push:
            reference = result


if __name__ == "__main__":
    main(sys.argv[1])
