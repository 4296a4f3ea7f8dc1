"""Files that one person gets: named, and kept by no cache."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from marketplace.kernel import downloads


def test_a_table_opens_in_a_spreadsheet_and_no_cache_keeps_it():
    answer = downloads.private_table([["Día", "Importe"], ["2026-11-27", "1204.00"]], "a.csv")
    assert answer.content == b"\xef\xbb\xbfD\xc3\xada,Importe\r\n2026-11-27,1204.00\r\n"
    assert (answer["Content-Type"], answer["Cache-Control"]) == (downloads.CSV, "private, no-store")
    assert answer["Content-Disposition"] == 'attachment; filename="a.csv"'


def test_what_is_sent_line_by_line_has_the_same_headers():
    answer = downloads.private_lines(iter(["a,b\r\n", "c,d\r\n"]), "a.csv")
    assert b"".join(answer) == b"a,b\r\nc,d\r\n"
    assert answer.headers == downloads.private_table([], "a.csv").headers


def test_nobody_writes_these_headers_again():
    root = Path(settings.BASE_DIR)
    apps = ("marketplace", "accounts", "inbox", "payments", "orders", "gigs")
    found = {
        path.relative_to(root).as_posix()
        for app in apps
        for path in (root / app).rglob("*.py")
        if "text/csv;" in (source := path.read_text()) or "attachment; filename=" in source
    }
    assert found == {"marketplace/kernel/downloads.py", "payments/sandbox/pages/assets.py"}  # the latter is Stripe's
