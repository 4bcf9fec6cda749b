"""Gunicorn's settings: as many workers as the container's quota is good for."""

import os

import quota

wsgi_app = "tides:app"
bind = "0.0.0.0:8000"
workers = int(os.environ.get("WEB_CONCURRENCY") or quota.workers())
worker_class = "uvicorn_worker.UvicornWorker"
worker_tmp_dir = "/dev/shm"  # each worker's sign of life; on a disk, writing it could block
graceful_timeout = 5  # s for requests that run at SIGTERM; docker stop waits 10 s
control_socket_disable = True
