"""A seller takes their gigs out as a file, changes a price in it, sends it back and sees it on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.people import Person
from tests.support.stage_gigs import GIGS


def test_a_seller_changes_a_price_in_a_spreadsheet(person: Callable[..., Person], tmp_path: Path) -> None:
    seller = person("cleo")
    title = GIGS["stamps"].title
    file = _exports(seller, tmp_path)
    text = file.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert [(row["title"], row["publish"], row["package_1_price"]) for row in rows] == [(title, "yes", "21.00")]
    rows[0]["package_1_price"] = "24,50"
    rows.append({**rows[0], "id": "", "title": "Draw a set of stamps for a café", "package_1_price": "cheap"})
    _saves_as_excel_does(file, rows)

    seller.page.get_by_label("CSV file").set_input_files(file)
    seller.press("Check the file")
    expect(seller.heading).to_have_text("This will happen", timeout=40_000)  # by itself, as the rows are tried
    seller.sees("Windows-1252 with semicolons", "1 changed", "1 row is wrong and is left out")
    seller.sees("Price of One set €21.00 → €24.50", "package_1_price: Write an amount")
    with seller.page.expect_download() as report:
        seller.follow("Report as CSV")
    assert "Write an amount" in Path(report.value.path()).read_text(encoding="utf-8-sig")
    seller.press("Import 1 gig")
    expect(seller.heading).to_have_text("Imported", timeout=40_000)
    seller.sees("1 gig written.")

    seller.follow("See your gigs")
    seller.sees("€25.24")  # with the buyer's fee
    seller.follow("View")
    expect(seller.heading).to_have_text(title)
    seller.page.go_back()
    seller.follow("Edit")
    seller.follow("Versions")
    seller.sees("Price of One set €21.00 → €24.50")
    seller.follow("Look at version 1")
    seller.confirm("Bring it back")
    seller.is_told("Version 1 is back, as version 3.")
    seller.sees("Price of One set €24.50 → €21.00")


def _exports(seller: Person, folder: Path) -> Path:
    seller.follow_in_menu("Your gigs")
    seller.follow("Many at once, by CSV")
    with seller.page.expect_download() as download:
        seller.follow("Export your gigs")
    file = folder / "gigs.csv"
    download.value.save_as(file)
    return file


def _saves_as_excel_does(file: Path, rows: list[dict[str, str]]) -> None:
    """In many a country: semicolons, and the characters of Windows."""
    with file.open("w", encoding="cp1252", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
