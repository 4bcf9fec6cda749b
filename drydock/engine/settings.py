"""This machine's own certificates, proxies and package settings, for containers of the private engine.

They are mounted when a container or a build step starts, and never written into an image: a directory
under /dev, which is a tmpfs of each container, and environment variables of the process alone (bundle.jq).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

SYSTEM_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OWN_CERTIFICATES = Path("/usr/local/share/ca-certificates")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
PIP_KEYS = ("index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "retries")
# uv does not read pip's configuration; these variables say the same to it. Source: uv reference, "Environment variables".
UV_KEYS = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "trusted-host": "UV_INSECURE_HOST"}
INSIDE = "/dev/drydock"


def collect(folder: Path) -> None:
    """Write this machine's settings into `folder`: `env.json` and the files it names; empty where it has none."""
    folder.mkdir(parents=True, exist_ok=True)
    env = {key: value for name in PROXIES for key in (name, name.lower()) if (value := os.environ.get(key))}
    bundle = Path(os.environ.get("SSL_CERT_FILE") or SYSTEM_CERTIFICATES)
    if bundle.is_file() and (any(OWN_CERTIFICATES.rglob("*.crt")) or bundle != SYSTEM_CERTIFICATES):
        (folder / "ca.crt").write_bytes(bundle.read_bytes())
        for name in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            env[name] = f"{INSIDE}/ca.crt"
    if pip := _pip():
        (folder / "pip.conf").write_text(
            "[global]\n" + "".join(f"{key} = {value}\n" for key, value in pip.items())
        )
        env["PIP_CONFIG_FILE"] = f"{INSIDE}/pip.conf"
        env |= {uv: " ".join(pip[key].split()) for key, uv in UV_KEYS.items() if key in pip}
    env |= {uv: value for uv in UV_KEYS.values() if (value := os.environ.get(uv))}
    if lines := apt():
        (folder / "apt.conf").write_text(lines)
        env["APT_CONFIG"] = f"{INSIDE}/apt.conf"
    (folder / "env.json").write_text(json.dumps(env, indent=1, sort_keys=True))


def registries() -> dict[str, Any]:
    """Return the registry settings that this machine's administrator gave Docker."""
    file = Path("/etc/docker/daemon.json")
    known = json.loads(file.read_text()) if file.is_file() else {}
    return {key: known[key] for key in ("registry-mirrors", "insecure-registries") if key in known}


def _pip() -> dict[str, str]:
    # Run as root pip would warn about its cache; it is only asked for its settings here.
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
    ).stdout
    found = re.findall(r"^[^.\n]+\.([\w-]+)='(.*)'$", listed, re.M)
    return {key: value.replace("\\n", "\n    ") for key, value in found if key in PIP_KEYS}


def apt() -> str:
    """Return what apt is told here about proxies and how to fetch, as lines of its configuration."""
    try:
        dump = subprocess.run(["apt-config", "dump"], capture_output=True, text=True).stdout
    except FileNotFoundError:
        return ""
    wanted = re.compile(
        r"^Acquire::(?:https?::(?:Proxy|Verify)|Check-Valid-Until|ForceIPv4|Retries)\S* .*;$", re.M | re.I
    )
    return "".join(line + "\n" for line in wanted.findall(dump))
