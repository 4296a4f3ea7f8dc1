"""Uploaded files: evidence for disputes."""

from __future__ import annotations

from payments.sandbox import identifiers, runtime
from payments.sandbox.errors import invalid
from payments.sandbox.store import Obj, Tx

LARGEST_BYTES = 5_000_000
# What Stripe takes as evidence, by the first bytes of such a file.
TYPES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}
CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


def keep(tx: Tx, name: str, content: bytes, purpose: str) -> Obj:
    kind = next((kind for kind, start in TYPES.items() if content.startswith(start)), "")
    if not kind:
        raise invalid("Evidence is a PDF, JPEG or PNG file.", param="file", code="file_type_not_supported")
    if len(content) > LARGEST_BYTES:
        raise invalid("Evidence files can have up to 5 MB.", param="file", code="file_too_large")
    identifier = identifiers.new("file_")
    file: Obj = {
        "id": identifier,
        "object": "file",
        "created": identifiers.now(),
        "expires_at": None,
        "filename": name,
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={identifier}"},
        "purpose": purpose,
        "size": len(content),
        "title": None,
        "type": kind,
        "url": f"{runtime.options().base_url}/v1/files/{identifier}/contents",
    }
    tx.run("INSERT INTO contents (id, data) VALUES (?, ?)", identifier, content)
    return tx.add("file", file)


def read(tx: Tx, identifier: str) -> tuple[Obj, bytes] | None:
    file = tx.find("file", identifier)
    row = tx.run("SELECT data FROM contents WHERE id = ?", identifier).fetchone()
    return (file, bytes(row["data"])) if file and row else None
