"""Pictures of the site's key pages, for people to look at: `make screenshots` writes them to build/screenshots.

    python tools/screenshots.py RELEASE_DIR... FOLDER

The site is served from a folder of its own that is removed afterwards. Pages that no release has are left out.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

# Eight key pages that are there in every release, each as it first opens or with a choice.
PAGES = {
    "home": "",
    "indicators": "indicators/",
    "indicator": "indicators/employment_rate/",
    "comparable": "indicators/employment_rate/?tab=comparable",
    "promises": "plan/",
    "commitment": "plan/AG11-TXT-11/",
    "funds": "funds/",
    "monitoring": "countries/monitoring/",
}
# Of a release of many places: the one that the scoreboard leads to.
OF_PLACES = {
    "scoreboard": "scoreboard/",
    "years": "indicators/employment_rate/?tab=years&by=citizen_group&place=NL",
    "places": "indicators/employment_rate/?tab=places&by=citizen_group",
    "place": "places/NL/",
}
LOOKS = (("en", 1280, "light"), ("nl", 320, "dark"))
_CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main(words: list[str]) -> int:
    """Writes the pictures; the exit code says whether there was something to show."""
    if len(words) < 2:
        sys.stderr.write(__doc__ or "")
        return 2
    *releases, target = map(Path, words)
    browser = next((found for name in _CHROMIUM if (found := shutil.which(name))), None)
    if browser is None:
        sys.stderr.write("Chromium is not there. On Debian: apt install chromium\n")
        return 1
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        server = _serve(releases, Path(folder) / "site")
        try:
            return 0 if _pictures(_address(server), browser, target) else 1
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()


def _serve(releases: list[Path], data: Path) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "zaragoza",
        "serve",
        *map(str, releases),
        "--port",
        "0",
        "--data",
        str(data),
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ.copy())  # noqa: S603 - our own words


def _address(server: subprocess.Popen[str]) -> str:
    for line in server.stdout or ():
        if line.startswith("http://"):
            return line.split()[0]
    raise SystemExit("the site did not start")


def _pictures(address: str, browser: str, target: Path) -> int:
    made = 0
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=_QUIET)
        for language, width, scheme in LOOKS:
            context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
            view = context.new_page()
            look = f"{language}-{width}-{scheme}.png"
            for start, pages in (
                (f"{address}{language}/", PAGES),
                (_of_places(view, address, language), OF_PLACES),
            ):
                for name, path in pages.items():
                    made += bool(start) and _picture(view, start + path, target / f"{name}-{look}")
            context.close()
        chromium.close()
    return made


def _of_places(view: Page, address: str, language: str) -> str:
    """Where the pages of a release of many places begin; nothing where there is none."""
    answer = view.goto(f"{address}{language}/{OF_PLACES['scoreboard']}")
    return view.url.removesuffix(OF_PLACES["scoreboard"]) if answer is not None and answer.ok else ""


def _picture(view: Page, address: str, file: Path) -> bool:
    answer = view.goto(address)
    if answer is None or not answer.ok:
        sys.stdout.write(f"no such page in these releases: {address}\n")
        return False
    view.screenshot(path=file, full_page=True)
    sys.stdout.write(f"{file}\n")
    return True


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
