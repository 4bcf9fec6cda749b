"""One screen about this machine: what it allows, which engine would be used, and why."""

from __future__ import annotations

import os
import platform
import shutil

from drydock.engine import kernel, lookup, microvm, own, paths, probes
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
    for kind, tried in (("native", probes.native()), ("microvm", microvm.probes())):
        engine = lookup.running(kind, "")
        lines += [
            f"  {kind:<16} " + (_("running at {url}").format(url=engine.url) if engine else _("not running"))
        ]
        lines += [_line(probe) for probe in tried]
    lines += [f"    {'':<4} {microvm.speed()}", ""]
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
    for kind in lookup.OURS:
        if lookup.running(kind, "") is not None:
            return _("connect() would use {kind}, as it is running.").format(kind=kind)
    missing = probes.first_missing(probes.native())
    if missing is None:
        return _("connect() would use native, as there is no Docker of yours.")
    lacking = probes.first_missing(microvm.probes())
    if lacking is None:
        return _("connect() would use microvm, as there is no Docker of yours, and native can't work: {why}.").format(
            why=missing.found)  # fmt: skip
    return _("connect() would stop: no engine; native can't work: {why}; nor can microvm: {lacking}.\nHint: {remedy}.").format(
        why=missing.found, lacking=lacking.found, remedy=lacking.remedy)  # fmt: skip
