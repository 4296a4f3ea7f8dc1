from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from gigs.bulk import carrying_out, services, writing
from gigs.models import GigImport, GigImportRow
from marketplace.kernel import tables
from marketplace.kernel.uploads.places import Place

Table = list[dict[str, str]]
Begin = Callable[..., GigImport]


def exported(seller: User, delimiter: str = ",") -> Table:
    """A seller's gigs as their spreadsheet program shows them."""
    return parsed("".join(writing.gigs_of(seller.pk, delimiter)), delimiter)


def parsed(text: str, delimiter: str = ",") -> Table:
    assert text.startswith(tables.BOM)
    return list(
        csv.DictReader(io.StringIO(text.removeprefix(tables.BOM), newline=""), delimiter=delimiter, strict=True)
    )


def as_file(table: Table, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """As a spreadsheet program saves it."""
    text = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in table for name in row))
    writer = csv.DictWriter(text, names, delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue().encode(encoding)


def carried_on(job: GigImport, at: datetime) -> GigImport:
    """As the workers do, slice after slice, until nothing is left."""
    while carrying_out.go_on(job.pk, at):
        pass
    job.refresh_from_db()
    return job


@pytest.fixture
def begin(seller: User, at: datetime) -> Begin:
    """An import of a table (or bytes), checked."""

    def make(content: Table | bytes, *, by: User | None = None, check: bool = True, **how: Any) -> GigImport:
        owner = by or seller
        data = content if isinstance(content, bytes) else as_file(content, **how)
        files = Place(owner.pk, "gig-import", at).gather([SimpleUploadedFile("gigs.csv", data)], [])
        pk = services.begin(seller_id=owner.pk, upload_ids=files, language="en", at=at)
        job = GigImport.objects.get(pk=pk)
        return carried_on(job, at) if check else job

    return make


def confirm(job: GigImport, at: datetime) -> GigImport:
    services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    return carried_on(job, at)


def plans(job: GigImport) -> list[str]:
    return list(job.rows.order_by("number").values_list("plan", flat=True))


def row(job: GigImport, number: int = 2) -> GigImportRow:
    return job.rows.get(number=number)
