"""Pictures of the running demo for docs/screenshots: every main page, 390 and 1280 px wide, both themes.

Usage: python scripts/screenshots.py http://127.0.0.1:8000 docs/screenshots [name ...]

With names, such as set-up or error-500, only those pages are taken.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo_pages import ROLES, enter
from tests.support.browser import ARGUMENTS, executable

SIZES = {390: 1500, 1280: 1240}
QUALITY = 62


def shoot(page: Page, target: Path) -> None:
    image = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    image.save(target, "WEBP", quality=QUALITY, method=6)


def run(browser: Browser, base: str, folder: Path, names: set[str]) -> None:
    for role, find in ROLES.items():
        for width, height in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    base_url=base,
                    viewport={"width": width, "height": height},
                    color_scheme=theme,
                    timezone_id="Europe/Lisbon",
                )
                page = context.new_page()
                enter(page, role)
                for name, address in find(page).items():
                    if names and name not in names:
                        continue
                    page.goto(address)
                    page.wait_for_load_state("networkidle")
                    shoot(page, folder / f"{name}-{width}-{theme}.webp")
                context.close()


if __name__ == "__main__":
    _, base_url, output, *wanted = sys.argv
    Path(output).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        run(chromium, base_url, Path(output), set(wanted))
