"""docker-py's client, with an `exec_run` that loses nothing of what was said."""

from __future__ import annotations

from typing import Any

import docker
from docker.api.client import APIClient


class ExecAPI(APIClient):
    """docker-py's low-level client, which reads the whole output of an exec."""

    def exec_start(self, exec_id: Any, *args: Any, **kwargs: Any) -> Any:
        # docker-py asks to upgrade the connection, and then reads the socket past http.client's buffer: output that comes
        # together with the answer's header is lost (docker-py, issue 2042). Without the upgrade nothing is passed by.
        if args or any(kwargs.values()):  # detached, a terminal, a stream, a socket: docker-py's own way
            return super().exec_start(exec_id, *args, **kwargs)
        plain: Any = self
        url = plain._url("/exec/{0}/start", exec_id["Id"] if isinstance(exec_id, dict) else exec_id)
        response = plain._post_json(url, data={"Tty": False, "Detach": False}, stream=True)
        plain._raise_for_status(response)
        return b"".join(plain._multiplexed_response_stream_helper(response))


class ExecClient(docker.DockerClient):
    """docker-py's client, on top of that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.api = ExecAPI(*args, **kwargs)
