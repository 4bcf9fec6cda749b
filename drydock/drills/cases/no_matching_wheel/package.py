"""A package with a module in C: its source, and a build of it that needs neither a network nor setuptools."""

from __future__ import annotations

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "{scene.package}"
version = "{version}"
"""
SOURCE = """\
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *{scene.word}(PyObject *module, PyObject *number)
{{
    long n = PyLong_AsLong(number);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return PyLong_FromLong((n * {scene.factor} + {scene.begin}) % 10007);
}}

static PyMethodDef methods[] = {{{{"{scene.word}", {scene.word}, METH_O, "Return an answer."}}, {{0}}}};
static struct PyModuleDef module = {{PyModuleDef_HEAD_INIT, "{scene.package}", NULL, 0, methods}};

PyMODINIT_FUNC PyInit_{scene.package}(void) {{ return PyModule_Create(&module); }}
"""
BACKEND = '''\
"""Make a wheel with gcc: what setuptools does for others. pip calls build_wheel (PEP 517)."""
import pathlib
import subprocess
import sys
import sysconfig
import tomllib
import zipfile


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    about = tomllib.loads(pathlib.Path("pyproject.toml").read_text())["project"]
    name, version = about["name"], about["version"]
    library = name + sysconfig.get_config_var("EXT_SUFFIX")
    headers = sysconfig.get_config_var("INCLUDEPY")
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-I", headers, f"{name}.c", "-o", library], check=True)
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    tag = f"{python}-{python}-{sysconfig.get_platform().replace('-', '_')}"
    info, wheel = f"{name}-{version}.dist-info", f"{name}-{version}-{tag}.whl"
    texts = {
        "METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        "WHEEL": f"Wheel-Version: 1.0\\nGenerator: backend\\nRoot-Is-Purelib: false\\nTag: {tag}\\n",
        "RECORD": f"{library},,\\n" + "".join(f"{info}/{each},,\\n" for each in ("METADATA", "WHEEL", "RECORD")),
    }
    with zipfile.ZipFile(pathlib.Path(wheel_directory, wheel), "w") as archive:
        archive.write(library)
        for each, text in texts.items():
            archive.writestr(f"{info}/{each}", text)
    return wheel
'''
