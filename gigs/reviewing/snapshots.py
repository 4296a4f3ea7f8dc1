"""What a seller wants a gig to be, put on top of what it is by now."""

from __future__ import annotations

from dataclasses import fields, replace

from gigs.contracts import GigContent


def merged(base: GigContent, wanted: GigContent, live: GigContent) -> GigContent:
    """``live`` with what ``wanted`` changed of ``base``: what was set meanwhile by other ways stays."""
    changed = {
        field.name: getattr(wanted, field.name)
        for field in fields(GigContent)
        if getattr(wanted, field.name) != getattr(base, field.name)
    }
    return replace(live, **changed)
