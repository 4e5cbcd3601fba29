"""The program, the machine's browser, a report, and somebody who judges it."""

import json
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

# Nothing that a browser does on its own account: no sign-in, no updates, no look-ups.
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Data of others: markup, the frame's own marks, the other writing direction, one long word.
INTENTS = [
    "golden hour",
    '</script><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>',
    "{{data}} & <b>bold</b> 'a' \"b\" <!-- \\u003c -->",
    "ערב חורפי קר",
    "w" * 300,
    "make the sky more blue",
]


@pytest.fixture(scope="session")
def colorist():
    """Runs the program and gives its standard output."""
    program = os.environ["COLORIST_BIN"]

    def run(*arguments) -> str:
        command = [program, *map(str, arguments)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def chromium():
    """The browser's program, and what starts it: playwright itself fetches none."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert program, "set CHROMIUM to the program of a Chromium or Chrome"
    with sync_playwright() as playwright:
        yield playwright.chromium, Path(program)


@pytest.fixture(scope="session")
def browser(chromium):
    """The browser as most tests use it."""
    kind, program = chromium
    browser = kind.launch(executable_path=program, args=[*FLAGS, "--disable-gpu"])
    yield browser
    browser.close()


def png(path: Path, width: int, height: int, color) -> Path:
    """Draws a picture: color(x, y), both 0 to 1, gives red, green, blue, 0 to 255."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows.extend(color(x / (width - 1), y / (height - 1)))

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts))
    return path


@pytest.fixture(scope="session")
def report(colorist, tmp_path_factory) -> Path:
    """A report of all INTENTS on two drawn pictures, one wide and one high."""
    folder = tmp_path_factory.mktemp("report")
    rows = folder / "rows.jsonl"
    edit = {"adjust": {"temperature": 40}, "selectiveAdjust": None, "filter": ["mono_Noir", 50]}
    lines = [json.dumps({"intent": intent, **edit}) for intent in INTENTS]
    rows.write_text("\n".join(lines), encoding="utf-8")
    wide = png(folder / "wide.png", 96, 64, lambda x, y: (int(255 * x), int(255 * y), 128))
    high = png(folder / "high.png", 64, 96, lambda x, y: (200, int(255 * x), int(200 * y)))
    page = folder / "report.html"
    colorist("report", "--data", rows, "--image", wide, "--image", high, "--out", page)
    return page


class Judge:
    """Somebody in front of the page, and all that the browser did meanwhile."""

    def __init__(self, context, report: Path):
        self.page = context.new_page()
        self.trouble = []
        self.requests = []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: dialog.accept())
        self.page.goto(report.as_uri())

    def press(self, *keys: str):
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, name: str) -> str:
        return self.page.locator(f"#{name}").inner_text()

    def pressed(self) -> list[str]:
        """The answers that stand on the page, as `criterion answer`."""
        buttons = self.page.locator("fieldset button[aria-pressed=true]").all()
        return [
            button.evaluate("(b) => `${b.parentElement.dataset.criterion} ${b.dataset.answer}`")
            for button in buttons
        ]

    def export(self, path: Path, name: str = "") -> dict:
        """Exports the answers with the button, as a real download."""
        if name:
            self.page.get_by_label("Your name").fill(name)
        with self.page.expect_download() as download:
            self.page.get_by_role("button", name="Export").click()
        self.file_name = download.value.suggested_filename
        download.value.save_as(path)
        return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def judge(browser, report):
    """Opens the report in a context of its own; afterwards nothing may have gone wrong or out."""
    contexts = []
    judges = []

    def open_report(context=None, **options) -> Judge:
        if context is None:
            context = browser.new_context(**options)
            contexts.append(context)
        judges.append(Judge(context, report))
        return judges[-1]

    yield open_report
    for one in judges:
        assert one.trouble == []
        away = [url for url in one.requests if not url.startswith(("file:", "data:", "blob:"))]
        assert away == []
        files = {url for url in one.requests if url.startswith("file:")}
        assert files == {report.as_uri()}
    for context in contexts:
        context.close()
