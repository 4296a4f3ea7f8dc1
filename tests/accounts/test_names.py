"""Names and handles: what people type, at its edges."""

from __future__ import annotations

import pytest

from accounts.handles import free_handle, is_valid
from accounts.names import clean_name
from marketplace.kernel.errors import InvalidInput
from tests.accounts.conftest import make


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("  Aoife   Byrne ", "Aoife Byrne"),
        ("Zoe\u0308", "Zoë"),
        ("李小龙", "李小龙"),
        ("O'Neill-Smith Jr.", "O'Neill-Smith Jr."),
        ("A\u202ebcd", "Abcd"),
        ("Tom\x00\n Ray", "Tom Ray"),
        ("x" * 60, "x" * 60),
        ("نور", "نور"),
    ],
)
def test_a_name_is_shown_clean(raw: str, shown: str) -> None:
    assert clean_name(raw) == shown


@pytest.mark.parametrize(
    "raw", ["", "   ", "...", "\u200b\u200b", "😀", "x" * 61, "me@example.org", "http://spam.example"]
)
def test_a_name_that_cannot_be_shown_is_refused_at_its_field(raw: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        clean_name(raw)
    assert list(refusal.value.fields) == ["display_name"]


@pytest.mark.parametrize(
    ("handle", "valid"),
    [
        ("aoife", True),
        ("a-b-c", True),
        ("ab", False),
        ("-ab", False),
        ("ab-", False),
        ("Aoife", False),
        ("a" * 30, True),
        ("a" * 31, False),
        ("admin", False),
        ("a b", False),
        ("a/b", False),
    ],
)
def test_which_handles_are_valid(handle: str, valid: bool) -> None:
    assert is_valid(handle) is valid


@pytest.mark.django_db
def test_handles_are_near_the_name_and_never_taken() -> None:
    assert free_handle("Aoife Byrne") == "aoife-byrne"
    make("one@example.org", "Aoife Byrne")
    assert make("two@example.org", "Aoife Byrne").handle == "aoife-byrne-2"
    assert free_handle("Helen Sørensen") == "helen-sorensen"
    assert free_handle("Elif Aydın") == "elif-aydin"
    for name in ("李小龙", "Admin", "Al", "Ana_Maria Very Long Name Indeed That Goes On"):
        assert is_valid(free_handle(name)), name
