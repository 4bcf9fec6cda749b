"""One screen about this machine: what it allows, which engine would be used, and why."""

from __future__ import annotations

import os
import platform
import shutil

from drydock.engine import kernel, lookup, native, own, paths, probes
from drydock.errors import DrydockError
from drydock.text import _


def report() -> str:
    """Return the report as text; it starts nothing."""
    lines = [
        _("This machine: {system}, Python {python}").format(
            system=platform.platform(), python=platform.python_version()
        )
    ]
    free = shutil.disk_usage(paths.home() if paths.home().exists() else paths.COURSE).free
    lines += [
        _("Our files:    {home}, {free:.0f} GB free there").format(home=paths.home(), free=free / 1e9),
        "",
    ]
    lines += [_("Engines, in the order they are tried:")]
    setting = os.environ.get(lookup.SETTING)
    lines += [f"  {lookup.SETTING:<16} {setting or _('not set')}"]
    lines += [f"  {'docker':<16} {_own()}"]
    lines += [
        f"  {'native':<16} "
        + (_("running at {url}").format(url=native.url()) if native.running() else _("not running"))
    ]
    lines += [_line(probe) for probe in probes.native()]
    lines += [
        f"  {'microvm':<16} " + _("not part of the course yet: for people without root and without Docker"),
        "",
    ]
    if found := kernel.protections():
        lines += [_("This machine's kernel, beside namespaces and cgroups:"), *map(_line, found), ""]
    return "\n".join([*lines, _verdict(setting)])


def _line(probe: probes.Probe) -> str:
    return f"    {'yes' if probe.holds else 'no':<4} {probe.what}: {probe.found}"


def _own() -> str:
    try:
        found = own.endpoint()
    except DrydockError as error:
        return error.what
    return f"{found.url} ({found.why})" if found else _("none")


def _verdict(setting: str | None) -> str:
    if setting:
        return _("connect() would use what {setting} says.").format(setting=lookup.SETTING)
    try:
        if (found := own.endpoint()) is not None:
            return _("connect() would use docker, as {why}.").format(why=found.why)
    except DrydockError as error:
        return _("connect() would stop: {what}\nHint: {hint}").format(what=error.what, hint=error.hint)
    missing = probes.first_missing()
    if native.running() or missing is None:
        return _("connect() would use native, as there is no Docker of yours.")
    return _("connect() would stop: no engine, and native can't work: {why}.").format(why=missing.found)
