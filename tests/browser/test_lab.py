"""`make lab` as a new user meets it: JupyterLab in a browser, lesson 01, then a wrong and a right try."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect, sync_playwright

import drydock
from drydock.client import LabellingClient
from tests.harness import BUSY

pytestmark = pytest.mark.alone

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30_000  # ms; Playwright's 5 s are too few for a first start on a busy machine
PICTURES = ROOT / "build" / "pictures"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WARM = 8.0  # s


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where JupyterLab keeps its settings, the learner's work and its log."""
    return tmp_path_factory.mktemp("lab")


def configure(home: Path, plugin: str, **settings: str) -> None:
    """Set what a user sets in JupyterLab's settings editor; a page that is loaded afterwards has it."""
    file = home / "settings" / f"{plugin}.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(settings))


@pytest.fixture(scope="module")
def lab(client: LabellingClient, home: Path) -> Iterator[str]:
    """The address of a JupyterLab that `make lab` opened, without its token."""
    # All cells in the page, not only those in view, so that each can be looked at.
    configure(home, "@jupyterlab/notebook-extension/tracker", windowingMode="none")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "DRYDOCK_WORK": str(home / "work"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_TOKEN": "a-token-for-this-test",
    }
    command = ["make", "lab", f"ARGS=--no-browser --port {port} --ServerApp.port_retries=0"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        begun = time.monotonic()
        while not answers(port):
            if server.poll() is not None or time.monotonic() - begun > 60:
                pytest.fail("JupyterLab does not answer:\n" + (home / "log").read_text()[-2000:])
            time.sleep(0.1)
        print(f"make lab, warm: {time.monotonic() - begun:.1f} s")
        assert time.monotonic() - begun < WARM * BUSY
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Page]:
    """A browser at laptop width, on the page that JupyterLab opens with."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.goto(f"{lab}/?token=a-token-for-this-test")
        yield page
        browser.close()


def notebook(page: Page) -> Locator:
    """The notebook that is in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def kernel_is_up(page: Page, path: str) -> None:
    """Wait until the page has a kernel for a notebook: what is run before is lost.

    Source: Jupyter Server's REST API, /api/sessions. What the page itself shows may still be of another notebook.
    """

    def connected() -> bool:
        sessions = page.request.get(f"{page.url.partition('/lab')[0]}/api/sessions").json()
        kernels = [session["kernel"] for session in sessions if session["path"] == path]
        return any(kernel["connections"] and kernel["execution_state"] == "idle" for kernel in kernels)

    drydock.wait_until(connected, f"a kernel for {path}")


def run_all(page: Page, seconds: int) -> None:
    """Run all cells by the menu, and wait until each has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(notebook(page).locator(".jp-CodeCell .jp-InputPrompt").last).to_have_text(
        re.compile(r"\[\d+\]:"), timeout=seconds * 1000
    )


def after(page: Page, heading: str, number: int = 0) -> Locator:
    """The code cell that follows a heading, such as the first or the second after it."""
    title = notebook(page).locator("h1, h2", has_text=re.compile(rf"^{re.escape(heading)}"))
    cell = title.locator("xpath=ancestor::*[contains(concat(' ', @class, ' '), ' jp-Cell ')]")
    code = "xpath=following::*[contains(concat(' ', @class, ' '), ' jp-CodeCell ')]"
    return cell.locator(code).nth(number)


def type_and_run(page: Page, cell: Locator, text: str | None = None) -> None:
    cell.locator(".cm-content").click()
    if text is not None:
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(text)
    page.keyboard.press("Control+Enter")


def test_listens_on_this_machine_alone_and_asks_for_a_token(lab: str) -> None:
    port = int(lab.rpartition(":")[2])
    table = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    listening = [line.split() for line in table.splitlines() if f":{port:04X} " in line]
    assert {line[1].partition(":")[0] for line in listening if line[3] == "0A"} == {"0100007F"}
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(f"{lab}/api/contents")


def test_lesson_01_runs_in_the_browser(page: Page) -> None:
    expect(notebook(page).get_by_role("heading", name="Containers and virtual machines")).to_be_visible()
    assert (
        not notebook(page).locator(".jp-OutputArea-output").count()
    )  # nothing to read before the prediction
    kernel_is_up(page, "notebooks/01_containers_and_vms.ipynb")
    run_all(page, 120)
    outputs = notebook(page).locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="(137, True)")).to_have_count(1)
    expect(outputs.locator("img")).to_have_count(2)  # how light containers are; a virtual machine beside one
    expect(notebook(page).locator(".widget-slider, .jupyter-widget-slider").first).to_be_visible()
    expect(outputs.filter(has_text="Removed: ")).to_have_count(1)
    expect(page.locator(".Toastify__toast")).to_have_count(0)  # such as a question about news
    assert not notebook(page).locator('[data-mime-type="application/vnd.jupyter.stderr"]').count()
    notebook(page).get_by_role("heading", name="How light is light?").scroll_into_view_if_needed()
    outputs.locator("img").first.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "lesson.png")


def test_exercise_01_a_wrong_try_then_a_right_one(page: Page) -> None:
    notebook(page).get_by_role("link", name="the exercises").click()
    expect(notebook(page).get_by_role("heading", name="Exercises", level=1)).to_be_visible()
    kernel_is_up(page, "exercises/01_containers_and_vms.ipynb")
    first = after(page, "Exercises")
    type_and_run(page, first)
    expect(first.locator(".jp-OutputArea-output").first).to_contain_text("Engine: ", timeout=60_000)
    work, check = after(page, "01.1"), after(page, "01.1", 1)
    report = check.locator(".jp-OutputArea-output")

    type_and_run(page, check)
    expect(report).to_contain_text("not there", timeout=60_000)
    type_and_run(page, work, 'client.containers.run("debian:trixie-slim", name="dd-first", detach=True)')
    expect(work.locator(".jp-OutputArea-output")).to_contain_text("Container")
    type_and_run(page, check)
    expect(report).to_contain_text("exited, with exit code 0")
    check.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "not-yet.png")

    type_and_run(page, work, 'drydock.hint("01.1")')
    expect(work.locator(".jp-OutputArea-output")).to_contain_text("Hint 1 of 3")
    right = 'client.containers.get("dd-first").remove()\nclient.containers.run("debian:trixie-slim", ["sleep", "1d"], name="dd-first", detach=True)'
    type_and_run(page, work, right)
    expect(work.locator(".jp-OutputArea-output")).to_contain_text("Container")
    type_and_run(page, check)
    expect(report).to_contain_text("01.1 A container that stays: passed")
    report.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "passed.png")

    last = notebook(page).locator(".jp-CodeCell").last
    type_and_run(page, last)
    expect(last.locator(".jp-OutputArea-output")).to_contain_text("Removed: 1 containers.")


def test_exercise_04_in_the_dark(page: Page, lab: str, home: Path) -> None:
    configure(home, "@jupyterlab/apputils-extension/themes", theme="JupyterLab Dark")
    page.goto(f"{lab}/lab/tree/exercises/04_dockerfile_best_practices.ipynb")
    kernel_is_up(page, "exercises/04_dockerfile_best_practices.ipynb")
    expect(page.locator("body[data-jp-theme-light='false']")).to_have_count(1)
    first = after(page, "Exercises")
    type_and_run(page, first)
    expect(first.locator(".jp-OutputArea-output").first).to_contain_text("Engine: ", timeout=60_000)
    work, check = after(page, "04.1"), after(page, "04.1", 1)
    report = check.locator(".jp-OutputArea-output")

    type_and_run(page, check)
    expect(report).to_contain_text("not there")
    build = "import io\nfile = b'FROM debian:trixie-slim\\n{}\\n'\nclient.images.build(fileobj=io.BytesIO(file), tag=\"dd-ahoy\")[0].tags"
    type_and_run(page, work, build.format('CMD ["echo", "Ahoy,", "harbour"]'))
    expect(work.locator(".jp-OutputArea-output")).to_contain_text("dd-ahoy:latest")
    type_and_run(page, check)
    expect(report).to_contain_text("executable file not found")
    report.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "dark-not-yet.png")
    type_and_run(page, work, build.format('ENTRYPOINT ["echo", "Ahoy,"]\\nCMD ["harbour"]'))
    expect(work.locator(".jp-OutputArea-output")).to_contain_text("dd-ahoy:latest")
    type_and_run(page, check)
    expect(report).to_contain_text("04.1 A command with a default: passed")
    report.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "dark-passed.png")

    last = notebook(page).locator(".jp-CodeCell").last
    type_and_run(page, last)
    expect(last.locator(".jp-OutputArea-output")).to_contain_text(re.compile(r"Removed: .* images\."))
