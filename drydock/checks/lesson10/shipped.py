"""What task 10.7 begins with: a pipeline, and the little program that it ships."""

FILES = {
    "pipeline.sh": """\
#!/bin/sh
# usage: pipeline.sh IMAGE CONTAINER, as in: pipeline.sh 127.0.0.1:5000/ferry:1.0 dd-ferry
image=$1 container=$2
label=dev.drydock.lesson=10

docker build --quiet --label $label --tag "$image" .
docker run --rm --label $label "$image" python test_ferry.py | tee test.log
docker push --quiet "$image"
docker rm --force "$container"
docker run --detach --label $label --init --name "$container" "$image"
""",
    "Dockerfile": """\
FROM python:3.13-slim
WORKDIR /app
COPY *.py ./
CMD ["python", "-c", "import time; time.sleep(86400)"]
""",
    "ferry.py": """\
SEATS = 80


def free(booked):
    return max(0, SEATS - booked)
""",
    "test_ferry.py": """\
import ferry

assert ferry.free(20) == 60, ferry.free(20)
assert ferry.free(90) == 0, ferry.free(90)
print("all tests passed")
""",
}
