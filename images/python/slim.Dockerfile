# Stand-in for python:3.13-slim: Debian's Python 3.13 in the official image's layout.
# A virtual environment at /usr/local has python, pip and site-packages where the official image has them.
FROM debian:trixie-slim
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 PYTHON_VERSION=3.13.5
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates netbase tzdata python3 python3-venv \
 && python3 -m venv /usr/local \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/archives/*.deb
CMD ["python3"]
