"""What the first view of results costs a visitor who has nothing yet, in bytes over the line."""

from __future__ import annotations

from collections import Counter

from audit.browsing import signed_in
from audit.report import Part
from demo_pages import landing_pages

KILOBYTE = 1000
# Of the page of results, in kilobytes.
BUDGETS = {"without images": 150, "stylesheets": 30, "scripts": 60, "in all": 500}
KINDS = ("Document", "Stylesheet", "Script", "Font", "Image")

INTRO = """Bytes over the line (compressed), of a browser that keeps nothing yet, 390 pixels wide. Budgets of the
page of results: 150 kB without images, of these stylesheets 30 and scripts 60; 500 kB in all."""


def measure(address: str) -> Part:
    with signed_in(address, None) as page:
        pages = landing_pages(page)
    rows, missed = [], []
    for name, path in pages.items():
        size = _weigh(address, path)
        whole = sum(size.values())
        rows.append((name, *(f"{size[kind] / KILOBYTE:.1f}" for kind in KINDS), f"{whole / KILOBYTE:.1f}"))
        if name == "results":
            weight = {
                "without images": whole - size["Image"],
                "stylesheets": size["Stylesheet"],
                "scripts": size["Script"],
                "in all": whole,
            }
            missed += [
                f"results: {what} {weight[what] / KILOBYTE:.1f} kB of {most}"
                for what, most in BUDGETS.items()
                if weight[what] > most * KILOBYTE
            ]
    head = ("Page", "HTML", "CSS", "JavaScript", "Fonts", "Images", "In all, kB")
    return Part("Weights", INTRO, head, rows, missed)


def _weigh(address: str, path: str) -> Counter[str]:
    """Bytes by kind of resource, as the browser's network counted them."""
    with signed_in(address, None, width=390) as page:
        session = page.context.new_cdp_session(page)
        kinds: dict[str, str] = {}
        size: Counter[str] = Counter()
        session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
        session.on(
            "Network.loadingFinished",
            lambda event: size.update({kinds.get(event["requestId"], "Other"): int(event["encodedDataLength"])}),
        )
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        page.goto(path)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        return size
