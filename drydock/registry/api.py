"""A registry, asked over HTTP.

Source: OCI Distribution Specification 1.1; CNCF Distribution 2.8, the registry's configuration.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any

from drydock.errors import DrydockError
from drydock.registry.errors import login_refused, not_trusted
from drydock.text import _

PATIENCE = 10  # s
KINDS = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
DIGEST = "Docker-Content-Digest"


@dataclass(frozen=True)
class Answer:
    """What the registry said: the status, the headers, the body."""

    status: int
    headers: Message
    body: bytes


class Registry:
    """The registry at `address`, such as "127.0.0.1:5000"; with `ca`, a certificate as PEM text, over TLS."""

    def __init__(self, address: str, *, ca: str = "", user: str = "", password: str = "") -> None:
        self.address = address
        self._url = f"{'https' if ca else 'http'}://{address}/v2/"
        self._tls = ssl.create_default_context(cadata=ca) if ca else None
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {pair}"} if user else {}

    def ask(self, path: str = "", method: str = "GET") -> Answer:
        """Return the answer to a request below /v2/, whatever its status, but for a refused login.

        Raises DrydockError when nobody answers, the certificate is not trusted, or the login is refused.
        """
        try:
            answer = self._request(path, method)
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, ssl.SSLCertVerificationError):
                raise not_trusted(self.address, reason.verify_message) from None
            raise DrydockError(
                _("The registry at {address} does not answer: {why}").format(
                    address=self.address, why=reason
                ),
                _("Nothing was asked of it, and nothing was changed."),
                _("does its container run, and is this its port? A server that speaks TLS alone needs `ca`."),
            ) from None
        if answer.status == http.HTTPStatus.UNAUTHORIZED:
            raise login_refused(self.address, f"{answer.status} Unauthorized")
        return answer

    def ready(self) -> bool:
        """Tell whether somebody answers, be it with a refusal."""
        try:
            return self._request("", "GET").status < http.HTTPStatus.INTERNAL_SERVER_ERROR
        except (OSError, http.client.HTTPException):
            return False

    def _request(self, path: str, method: str) -> Answer:
        headers = {"Accept": ", ".join(KINDS), **self._headers}
        request = urllib.request.Request(self._url + path, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE, context=self._tls) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def repositories(self) -> list[str]:
        """Return the names of the repositories, sorted; one whose last tag has gone stays listed."""
        return sorted(self._json("_catalog").get("repositories") or [])

    def tags(self, repository: str) -> list[str]:
        """Return a repository's tags, sorted; none when it is not there."""
        return sorted(self._json(f"{repository}/tags/list").get("tags") or [])

    def digest(self, repository: str, reference: str) -> str | None:
        """Return the digest that a tag (or a digest) names now; None when there is no such manifest."""
        answer = self.ask(f"{repository}/manifests/{reference}", "HEAD")
        return answer.headers.get(DIGEST) if answer.status == http.HTTPStatus.OK else None

    def delete(self, repository: str, digest: str) -> bool:
        """Delete a manifest, with all tags that name it; return whether it was there. Its layers stay until a collection."""
        return self.ask(f"{repository}/manifests/{digest}", "DELETE").status == http.HTTPStatus.ACCEPTED

    def _json(self, path: str) -> dict[str, Any]:
        answer = self.ask(path)
        read = json.loads(answer.body) if answer.status == http.HTTPStatus.OK else {}
        return read if isinstance(read, dict) else {}
