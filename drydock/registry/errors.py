"""Why a registry refused, in words a learner can act on."""

from __future__ import annotations

from drydock.errors import DrydockError
from drydock.text import _


def login_refused(address: str, said: str) -> DrydockError:
    """Return the error for a registry that wants a user and a password, or others."""
    return DrydockError(
        _("The registry at {address} refuses the login: {why}").format(address=address, why=said),
        _("Nothing was read or written there. Your images are as they were."),
        _("give the user and the password of this registry: a login is for one address, port included."),
    )


def not_trusted(address: str, said: str) -> DrydockError:
    """Return the error for a certificate that nobody vouches for, or that is for another name."""
    return DrydockError(
        _("The certificate of the registry at {address} is not trusted: {why}").format(
            address=address, why=said
        ),
        _("Nothing was sent, no password either."),
        _("get the authority's certificate from who runs the registry: `ca` here; for a daemon the file /etc/docker/certs.d/{address}/ca.crt. Don't turn the check off.").format(address=address),
    )  # fmt: skip
