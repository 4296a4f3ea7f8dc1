"""Pieces of a portfolio: what may be in one, how they are arranged, and who sees them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import api as accounts
from accounts.leaving import closing
from accounts.models import User
from gigs.gallery.preparing import claim, prepared
from gigs.gallery.tidying import USED_BY
from gigs.models import Piece, PieceFile
from gigs.models.portfolio import MOST_PIECES
from gigs.portfolio import preparing, services
from gigs.portfolio.services import Content
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, InvalidInput, NotFound
from marketplace.kernel.models import StoredFile, Upload
from marketplace.kernel.uploads import places
from marketplace.kernel.uploads.places import Place
from tests.gigs.gallery.conftest import film, pdf, picture
from tests.gigs.portfolio.conftest import MakePiece, upload

pytestmark = pytest.mark.django_db


def page_of(seller: User) -> str:
    return reverse("accounts:profile", args=[seller.handle])


def test_a_piece_is_shown_once_its_files_are_ready(make_piece: MakePiece, seller: User, client: Client) -> None:
    piece = make_piece(prepared=False)
    assert not piece.is_shown
    assert client.get(reverse("gigs:piece", args=[seller.handle, piece.pk])).status_code == 404
    assert "A label for jam" not in client.get(page_of(seller)).content.decode()
    while preparing.prepare_next(piece.created_at):
        pass
    body = client.get(reverse("gigs:piece", args=[seller.handle, piece.pk])).content.decode()
    assert "Drawn by hand." in body
    assert "A label for jam" in client.get(page_of(seller)).content.decode()
    assert "A label for jam" in client.get(reverse("gigs:works", args=[seller.handle])).content.decode()


def test_nothing_of_the_original_is_kept(make_piece: MakePiece) -> None:
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00taken at home"
    make_piece(files={"a.jpg": picture(2, exif=exif), "b.pdf": pdf()})
    assert not StoredFile.objects.exists()
    for file in PieceFile.objects.all():
        with default_storage.open(f"{file.key}-640.webp") as content:
            assert b"at home" not in content.read()


@pytest.mark.parametrize(
    ("name", "content"),
    [("film.mp4", b""), ("logo.svg", b"<svg onload='alert(1)'/>"), ("note.txt", b"words"), ("fake.jpg", b"<html>")],
)
def test_what_is_no_picture_or_pdf_is_refused(
    seller: User, at: datetime, name: str, content: bytes, make_piece: MakePiece
) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_piece(files={name: content or film()})
    assert "files" in refused.value.fields
    assert not Piece.objects.exists()


def test_a_file_that_cannot_be_read_is_named_and_shows_nothing(make_piece: MakePiece, as_seller: Client) -> None:
    piece = make_piece(files={"broken.jpg": b"\xff\xd8\xff" + b"x" * 500})
    assert (piece.is_shown, piece.shown) == (False, [])
    body = as_seller.get(reverse("gigs:piece_edit", args=[piece.pk])).content.decode()
    assert "This is not a picture that we can read" in body


def test_the_seller_changes_words_order_and_files(make_piece: MakePiece, seller: User, at: datetime) -> None:
    piece = make_piece(files={"a.jpg": picture(1), "b.jpg": picture(2), "c.jpg": picture(3)})
    a, b, c = piece.files.all()
    content = Content("Another title", "", {b.pk: "A jar"}, removed=[a.pk], first=c.pk)
    services.edit(piece_id=piece.pk, seller_id=seller.pk, content=content, version=piece.version, at=at)
    piece.refresh_from_db()
    assert piece.title == "Another title"
    assert [entry["key"] for entry in piece.shown] == [c.key, b.key]
    assert piece.shown[1]["alt"] == "A jar"
    with pytest.raises(Conflict, match="another window"):
        services.edit(piece_id=piece.pk, seller_id=seller.pk, content=content, version=piece.version - 1, at=at)


def test_pieces_are_arranged(make_piece: MakePiece, seller: User, as_seller: Client) -> None:
    one, two, three = (make_piece(title=title) for title in ("One", "Two", "Three"))
    sent = {"piece": [one.pk, two.pk, three.pk], "move": f"{three.pk}:up"}
    assert as_seller.post(reverse("gigs:portfolio"), sent).status_code == 302
    assert list(Piece.objects.filter(seller=seller).values_list("title", flat=True)) == ["One", "Three", "Two"]


def test_a_portfolio_is_limited_also_by_the_database(make_piece: MakePiece, seller: User, at: datetime) -> None:
    piece = make_piece()
    Piece.objects.bulk_create(
        Piece(seller=seller, title=f"{place}", position=place, created_at=at, updated_at=at)
        for place in range(2, MOST_PIECES + 1)
    )
    with pytest.raises(Conflict, match="30 pieces"):
        make_piece()
    Piece.objects.filter(title="4").delete()
    assert make_piece().position == MOST_PIECES  # the others closed up
    assert list(Piece.objects.values_list("position", flat=True)) == list(range(1, MOST_PIECES + 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        Piece.objects.filter(pk=piece.pk).update(position=MOST_PIECES + 1)


def test_descriptions_are_kept_beside_a_wrong_title(make_piece: MakePiece, as_seller: Client) -> None:
    piece = make_piece()
    file = piece.files.get()
    sent = {"version": piece.version, "title": "", "file": file.pk, f"alt-{file.pk}": "A jar on a shelf"}
    answer = as_seller.post(reverse("gigs:piece_edit", args=[piece.pk]), sent)
    assert answer.status_code == 422
    assert "A jar on a shelf" in answer.content.decode()


def test_marks_are_kept_beside_a_wrong_title(make_piece: MakePiece, as_seller: Client) -> None:
    piece = make_piece(files={"a.jpg": picture(1), "b.jpg": picture(2), "c.jpg": picture(3)})
    a, b, c = piece.files.all()
    page, sent = reverse("gigs:piece_edit", args=[piece.pk]), {"version": piece.version, "title": ""}
    answer = as_seller.post(page, sent | {"file": [a.pk, b.pk, c.pk], "first": c.pk, "remove": [a.pk, b.pk]})
    assert answer.status_code == 422
    assert ticked(answer, "first") == [str(c.pk)]
    assert ticked(answer, "remove") == [str(a.pk), str(b.pk)]
    untouched = as_seller.get(page)
    assert (ticked(untouched, "first"), ticked(untouched, "remove")) == ([str(a.pk)], [])


def test_a_waiting_file_that_was_not_ticked_stays_so(as_seller: Client, seller: User, at: datetime) -> None:
    page = reverse("gigs:piece_new")
    place = "piece-new"
    one, other = (places.keep(Place(seller.pk, place, at), SimpleUploadedFile(f"{n}.jpg", picture(n))) for n in (1, 2))
    assert ticked(as_seller.get(page), "uploads") == [str(one), str(other)]
    sent = {"title": "", "uploads": str(one), "files": SimpleUploadedFile("new.jpg", picture(3))}
    answer = as_seller.post(page, sent)
    new = Upload.objects.get(name="new.jpg")
    assert ticked(answer, "uploads") == [str(one), str(new.pk)]


def ticked(answer: Any, name: str) -> list[str]:
    boxes = re.findall(r"<input[^>]*>", answer.content.decode())
    values = [re.search(r'value="([^"]*)"', box) for box in boxes if f'name="{name}"' in box and " checked" in box]
    return [found[1] for found in values if found]


def test_a_piece_holds_six_files(make_piece: MakePiece) -> None:
    with pytest.raises(InvalidInput, match="6 files"):
        make_piece(files={f"{number}.jpg": picture(number) for number in range(7)})


def test_a_removed_piece_is_gone(make_piece: MakePiece, seller: User, as_seller: Client) -> None:
    piece = make_piece()
    as_seller.post(reverse("gigs:piece_remove", args=[piece.pk]))
    assert not Piece.objects.exists()
    assert as_seller.get(reverse("gigs:works", args=[seller.handle])).status_code == 404


def test_public_files_are_known_to_be_in_use(make_piece: MakePiece) -> None:
    key = make_piece().files.get().key
    assert key in {used for keys in USED_BY for used in keys(key[:11])}


def test_a_page_costs_the_same_with_one_piece_and_with_many(
    make_piece: MakePiece, seller: User, client: Client, as_seller: Client
) -> None:
    make_piece()
    paths = [page_of(seller), reverse("gigs:works", args=[seller.handle]), reverse("gigs:portfolio")]

    def counts() -> list[int]:
        found = []
        for path in paths:
            as_seller.get(path)
            with CaptureQueriesContext(connection) as caught:
                assert as_seller.get(path).status_code == 200
            found.append(len(caught))
        return found

    one = counts()
    for number in range(4):
        make_piece(title=f"Piece {number}")
    assert counts() == one


@pytest.mark.parametrize("page", ["gigs:piece_edit", "gigs:piece_remove", "gigs:piece_ask"])
def test_others_do_not_reach_it(make_piece: MakePiece, as_stranger: Client, as_buyer: Client, page: str) -> None:
    piece = make_piece()
    for other in (as_stranger, as_buyer):
        assert other.post(reverse(page, args=[piece.pk]), {"title": "Mine", "version": 1}).status_code == 404
    piece.refresh_from_db()
    assert (piece.title, piece.is_shown) == ("A label for jam", True)


def test_who_sells_nothing_has_no_portfolio(as_buyer: Client) -> None:
    assert as_buyer.get(reverse("gigs:portfolio")).status_code == 404
    assert as_buyer.get(reverse("gigs:piece_new")).status_code == 404


def test_files_of_others_are_not_taken(make_piece: MakePiece, seller: User, buyer: User, at: datetime) -> None:
    theirs = upload(buyer, "theirs.jpg", picture(5), at)
    with pytest.raises((InvalidInput, NotFound, Conflict)):
        services.create(seller_id=seller.pk, content=Content("Stolen", uploads=[theirs]), at=at)
    assert not Piece.objects.exists()


def test_the_form_adds_a_piece(as_seller: Client, at: datetime) -> None:
    sent = {"title": "A poster", "words": "For a concert.", "files": SimpleUploadedFile("p.jpg", picture(4))}
    answer = as_seller.post(reverse("gigs:piece_new"), sent)
    piece = Piece.objects.get()
    assert answer["Location"] == reverse("gigs:piece_edit", args=[piece.pk])
    refused = as_seller.post(reverse("gigs:piece_new"), {"title": "", "words": "Kept words"})
    assert refused.status_code == 422
    assert "Kept words" in refused.content.decode()


def test_a_closed_or_suspended_account_shows_nothing(
    make_piece: MakePiece, seller: User, client: Client, at: datetime
) -> None:
    path = reverse("gigs:piece", args=[seller.handle, make_piece().pk])
    accounts.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=at)
    assert client.get(path).status_code == 404
    accounts.reinstate(user_id=seller.pk, by_id=None, at=at)
    assert client.get(path).status_code == 200
    closing.close(user_id=seller.pk, at=at)
    assert not Piece.objects.exists()
    assert client.get(path).status_code == 404


def test_staff_take_a_piece_down_and_put_it_back(
    make_piece: MakePiece, moderator: User, client: Client, at: datetime
) -> None:
    piece = make_piece()
    client.force_login(moderator, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("admin:gigs_piece_change", args=[piece.pk])
    assert client.get(page).status_code == 302
    User.objects.filter(pk=moderator.pk).update(is_staff=True, is_superuser=True)
    client.post(page, {"taken_down_why": "It is somebody else's work."})
    piece.refresh_from_db()
    assert not piece.is_shown
    client.post(page, {"taken_down_why": ""})
    piece.refresh_from_db()
    assert piece.is_shown


def test_a_piece_that_goes_while_its_file_is_prepared_leaves_nothing(
    make_piece: MakePiece, seller: User, at: datetime
) -> None:
    piece = make_piece(prepared=False)
    file = claim(PieceFile.objects, at)
    assert file is not None
    result = prepared(file)
    services.remove(piece_id=piece.pk, seller_id=seller.pk, at=at)
    preparing._finish(file, result)
    assert not PieceFile.objects.exists()
    assert result["key"] not in {used for keys in USED_BY for used in keys(result["key"][:11])}


def test_what_staff_took_down_leaves_its_addresses(
    make_piece: MakePiece, at: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    piece = make_piece(files={"a.jpg": picture(1), "b.pdf": pdf()})
    former = addresses(piece)
    assert len(former) > 20
    services.judge(piece_id=piece.pk, why="It is somebody else's work.", at=at)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.deliver_due(at)
    assert not any(default_storage.exists(name) for name in former)
    assert len(addresses(piece)) == len(former)
    services.judge(piece_id=piece.pk, why="", at=at)
    piece.refresh_from_db()
    assert piece.is_shown
    assert [entry["key"] for entry in piece.shown] == [file.key for file in piece.files.all()]


def test_what_is_shown_again_by_then_stays_where_it_is(make_piece: MakePiece, at: datetime) -> None:
    piece = make_piece()
    services.judge(piece_id=piece.pk, why="It is somebody else's work.", at=at)
    services.judge(piece_id=piece.pk, why="", at=at)
    former = addresses(piece)
    outbox.deliver_due(at)
    assert addresses(piece) == former


def addresses(piece: Piece) -> set[str]:
    """All public files of a piece."""
    found = set()
    for file in PieceFile.objects.filter(piece=piece):
        folder, _slash, start = file.key.rpartition("/")
        found |= {f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if name.startswith(start)}
    return found


def test_what_staff_took_down_is_called_removed_in_the_readers_language(
    make_piece: MakePiece, seller: User, at: datetime
) -> None:
    piece = make_piece()
    services.judge(piece_id=piece.pk, why="It is somebody else's work.", at=at)
    with override("es"):
        services.remove(piece_id=piece.pk, seller_id=seller.pk, at=at)
    piece.refresh_from_db()
    assert str(piece) == "Removed"
    with override("es"):
        assert str(piece) != "Removed"


def test_what_is_wrong_with_a_file_is_tied_to_its_field(as_seller: Client) -> None:
    sent = {"title": "A film", "files": SimpleUploadedFile("film.mp4", film())}
    body = as_seller.post(reverse("gigs:piece_new"), sent).content.decode()
    (field,) = re.findall(r'<input class="file-input"[^>]*>', body)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="files_helptext files_error"' in field
    assert body.count('id="files_error"') == 1


def test_pieces_are_locked_in_one_order(make_piece: MakePiece, seller: User, at: datetime) -> None:
    one, two = make_piece(title="One"), make_piece(title="Two")
    services.arrange(seller_id=seller.pk, order=[two.pk, one.pk], at=at)
    with CaptureQueriesContext(connection) as caught:
        services.arrange(seller_id=seller.pk, order=[], at=at)
    (locking,) = [query["sql"] for query in caught if "FOR UPDATE" in query["sql"]]
    assert 'ORDER BY "gigs_piece"."id" ASC FOR UPDATE' in locking
