"""From a file to gigs: what is tried, what is said, what is written, and what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import api as accounts
from accounts.models import User
from gigs import api
from gigs.bulk import carrying_out, services, writing
from gigs.models import Attribute, AttributeValue, Category, Gig, GigImport, GigImportRow, GigVersion
from gigs.selectors.owned import content_of
from gigs.services.editing import settled
from marketplace.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from marketplace.kernel.transitions import IllegalTransition
from marketplace.kernel.uploads.places import Place
from tests.gigs.bulk.conftest import Begin, as_file, carried_on, confirm, exported, parsed, plans, row
from tests.gigs.conftest import CONTENT, DAYTIME, MakeGig
from tests.support.racing import meet

pytestmark = pytest.mark.django_db


def nothing_changed(act: Callable[[], Any]) -> Any:
    """Runs it and asserts that every gig is as it was."""
    before = [(gig.pk, gig.version, gig.state, content_of(gig)) for gig in Gig.objects.order_by("pk")]
    result = act()
    assert [(gig.pk, gig.version, gig.state, content_of(gig)) for gig in Gig.objects.order_by("pk")] == before
    return result


# The round


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8-sig", ","), ("utf-8", ";"), ("utf-16", "\t"), ("cp1252", ";")],
)
def test_an_export_imported_again_changes_nothing(
    make_gig: MakeGig, seller: User, begin: Begin, encoding: str, delimiter: str
) -> None:
    style = Attribute.objects.create(category=Category.objects.get(slug="writing"), slug="style", name="Style")
    AttributeValue.objects.create(attribute=style, slug="dry", name="Dry")
    make_gig(hours=DAYTIME, attributes=("style:dry",), description="=1+1\n+ 2 “quoted”, 3; é\t4" * 9)
    make_gig(published=False, packages=(), extras=(), questions=(), faq=(), tags=("a,b", "@c"), queue_limit=4)
    paused = make_gig(quantity_discounts=((5, 10),), languages=("en", "de"), asks_first=True, is_private=True)
    api.pause(gig_id=paused.pk, seller_id=seller.pk, at=paused.created_at)
    job = nothing_changed(lambda: begin(exported(seller), encoding=encoding, delimiter=delimiter))
    assert plans(job) == ["unchanged"] * 3
    assert (job.state, job.delimiter) == ("done", delimiter)
    assert not GigVersion.objects.exists()


def test_the_archive_and_the_gigs_of_others_are_not_exported(
    make_gig: MakeGig, seller: User, stranger: User, at: datetime
) -> None:
    kept, archived = make_gig(), make_gig()
    make_gig(by=stranger)
    api.archive(gig_id=archived.pk, seller_id=seller.pk, at=at)
    assert [(line["id"], line["publish"]) for line in exported(seller)] == [(str(kept.pk), "yes")]


def test_the_export_asks_as_often_for_many_as_for_one(
    make_gig: MakeGig, seller: User, django_assert_num_queries: Any
) -> None:
    for count in (1, 4):
        while Gig.objects.count() < count:
            make_gig()
        with django_assert_num_queries(9):  # three of them for changes that wait
            assert len(exported(seller)) == count


def test_prices_alone_are_changed(gig: Gig, begin: Begin, at: datetime) -> None:
    job = nothing_changed(lambda: begin([{"id": str(gig.pk), "package_1_price": "20"}]))
    assert (job.state, plans(job), row(job).changes) == ("ready", ["changed"], ["Price of Ten €15.00 → €20.00"])
    assert confirm(job, at).state == "done"
    gig.refresh_from_db()
    first = replace(CONTENT.packages[0], price_minor=2000)
    assert content_of(gig) == replace(CONTENT, currency="EUR", packages=(first, *CONTENT.packages[1:]))
    assert (gig.version, GigVersion.objects.get().number, row(job).done_at) == (2, 1, at)


def test_the_template_makes_two_drafts(seller: User, categories: None, begin: Begin, at: datetime) -> None:
    job = begin(parsed("".join(writing.template())))
    assert (plans(job), Gig.objects.count()) == (["new", "new"], 0)
    confirm(job, at)
    made = Gig.objects.order_by("pk")
    assert [(gig.state, gig.seller_id) for gig in made] == [("draft", seller.pk)] * 2
    assert [replace(content_of(gig), hours=None) for gig in made] == [settled(one, "EUR") for one in writing.examples()]


def test_a_new_gig_goes_live_where_the_row_says_so(seller: User, gig: Gig, begin: Begin, at: datetime) -> None:
    line = {**exported(seller)[0], "id": "", "title": "Write 50 other descriptions"}
    job = begin([line, {**line, "publish": "no"}])
    assert [one.changes for one in job.rows.order_by("number")] == [["A new gig, live at once"], ["A new draft"]]
    confirm(job, at)
    live, draft = Gig.objects.exclude(pk=gig.pk).order_by("pk")
    assert (live.state, draft.state, live.cover_is_drawn) == ("active", "draft", True)
    assert row(job).gig_id == live.pk


def test_publish_moves_gigs_and_an_empty_cell_leaves_them(make_gig: MakeGig, begin: Begin, at: datetime) -> None:
    live, draft, other = make_gig(), make_gig(published=False), make_gig()
    job = begin(
        [{"id": str(gig.pk), "publish": said} for gig, said in ((live, "no"), (draft, "Yes"), (other, ""))],
    )
    assert (plans(job), row(job, 3).changes) == (["changed", "changed", "unchanged"], ["Goes live"])
    confirm(job, at)
    assert [Gig.objects.get(pk=gig.pk).state for gig in (live, draft, other)] == ["paused", "active", "active"]


# What is wrong


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"id": "999999"}, "id", "no gig with this number"),
        ({"id": "9" * 40}, "id", "no gig with this number"),
        ({"id": "=1"}, "id", "no gig with this number"),
        ({"title": "short"}, "title", "8 to 80"),
        ({"category": "alchemy"}, "category", "from the list"),
        ({"attributes": "style:none"}, "attributes", "properties of this category"),
        ({"package_2_price": "0"}, "package_2", "between"),
        ({"package_2_price": "12.345"}, "package_2_price", "Write an amount"),
        ({"package_3_name": ""}, "package_3", "name"),
        ({"extra_1_price": "999999999"}, "extra_1", "between"),
        ({"question_3_choices": "one"}, "question_3", "2 to 12"),
        ({"question_1_kind": "riddle"}, "question_1", "kind of answer"),
        ({"faq_1_answer": ""}, "faq_1", "both needed"),
        ({"licence": "mine"}, "licence", "what buyers may do"),
        ({"currency": "XXX"}, "currency", "EUR"),
        ({"publish": "maybe"}, "publish", "yes or no"),
        ({"description": "Short."}, "description", ""),
    ],
)
def test_a_row_that_is_wrong_is_named_and_left_out(
    gig: Gig, seller: User, begin: Begin, at: datetime, changes: dict[str, str], column: str, words: str
) -> None:
    line = exported(seller)[0]
    extra = {"id": "", "title": "Write 50 other descriptions", "publish": "no"}
    if column == "description":
        changes = {**changes, "id": "", "publish": "yes"}
    job = nothing_changed(lambda: begin([{**line, **changes}, {**line, **extra}]))
    assert plans(job) == ["wrong", "new"]
    assert (row(job).problems[0][0], row(job).document) == (column, None)
    assert words in row(job).problems[0][1]
    confirm(job, at)
    assert Gig.objects.count() == 2
    gig.refresh_from_db()
    assert gig.version == 1


def test_somebody_elses_gig_is_none_of_the_sellers(make_gig: MakeGig, stranger: User, begin: Begin) -> None:
    theirs = make_gig(by=stranger)
    job = nothing_changed(lambda: begin([{"id": str(theirs.pk), "title": "Taken over by another"}]))
    assert (plans(job), row(job).gig, job.state) == (["wrong"], None, "done")


def test_the_same_gig_twice_and_one_of_the_archive(make_gig: MakeGig, seller: User, begin: Begin, at: datetime) -> None:
    gig, archived = make_gig(), make_gig()
    api.archive(gig_id=archived.pk, seller_id=seller.pk, at=at)
    job = begin([{"id": str(pk), "queue_limit": "3"} for pk in (gig.pk, gig.pk, archived.pk)])
    assert plans(job) == ["changed", "wrong", "wrong"]
    assert row(job, 3).problems == [["id", "Row 2 is about the same gig."]]
    assert "archive" in row(job, 4).problems[0][1]


def test_rows_with_too_few_or_too_many_cells(gig: Gig, begin: Begin) -> None:
    job = nothing_changed(lambda: begin(f"id,title,tags\n{gig.pk},Just a title\n{gig.pk},Just a title,a,b\n".encode()))
    assert plans(job) == ["wrong", "wrong"]
    assert row(job).problems == [["", "This row has 2 cells, the first row 3. Often a quotation mark is missing."]]


def test_columns_that_nobody_knows_are_named(gig: Gig, begin: Begin) -> None:
    job = begin([{"id": str(gig.pk), "picture_url": "http://169.254.169.254/", "queue_limit": "3"}])
    assert (job.unknown, plans(job)) == (["picture_url"], ["changed"])


def test_a_file_that_cannot_be_read_is_refused_with_its_reason(seller: User, begin: Begin) -> None:
    job = begin(b"PK\x03\x04 this is a workbook")
    assert (job.state, job.rows.count()) == ("refused", 0)
    assert "Save as" in job.problem


def test_more_rows_than_the_site_takes_are_not_begun(begin: Begin, seller: User, settings: Any) -> None:
    settings.GIG_IMPORT_ROWS = 3
    job = begin(b"title\n" + b"Write four descriptions\n" * 4)
    assert (job.state, job.rows.count()) == ("refused", 0)
    assert "more than 3 gigs" in job.problem


def test_a_million_lines_are_refused_in_words(begin: Begin, seller: User) -> None:
    job = begin(b"title,tags\n" + b"Write some descriptions,a\n" * 1_000_000)
    assert job.state == "refused"
    assert "more than 2000 gigs" in job.problem
    assert not GigImportRow.objects.exists()


def test_a_file_that_is_too_large_is_not_taken(begin: Begin, seller: User, settings: Any) -> None:
    settings.GIG_IMPORT_BYTES = 1_000_000
    with pytest.raises(InvalidInput, match="larger than 1 MB"):
        begin(b"title\n" + b"x" * 1_000_000)
    assert not GigImport.objects.exists()


def test_a_file_that_is_gone_is_said(begin: Begin, gig: Gig, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}], check=False)
    storages["private"].delete(str(job.file.file.name))
    assert carried_on(job, at).problem == "The file is not there any more. Choose it again."


def test_a_row_that_breaks_the_program_holds_up_nobody(
    make_gig: MakeGig, begin: Begin, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    gigs = [make_gig(), make_gig()]
    job = begin([{"id": str(gig.pk), "queue_limit": "3"} for gig in gigs])
    write = carrying_out._write

    def break_once(job: GigImport, one: GigImportRow, at: datetime) -> int:
        write(job, one, at)
        if one.number == 2:
            raise ZeroDivisionError
        return one.gig_id or 0

    monkeypatch.setattr(carrying_out, "_write", break_once)
    assert confirm(job, at).state == "done"
    assert "our side" in row(job).failure
    assert [Gig.objects.get(pk=gig.pk).queue_limit for gig in gigs] == [None, 3]


# Between the check and the yes


def test_a_gig_that_was_changed_since_the_check_is_left(gig: Gig, begin: Begin, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "tags": "from the file"}])
    api.edit_gig(gig_id=gig.pk, seller_id=gig.seller_id, content=replace(CONTENT, tags=("by hand",)), at=at)
    confirm(job, at)
    gig.refresh_from_db()
    assert (gig.tags, gig.version) == (["by hand"], 2)
    assert "changed in another window" in row(job).failure
    assert GigImport.objects.get().state == "done"


def test_nothing_happens_without_a_yes(gig: Gig, begin: Begin, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    nothing_changed(lambda: carried_on(job, at + timedelta(days=1)))
    assert row(job).done_at is None


def test_a_second_yes_changes_nothing(gig: Gig, begin: Begin, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    confirm(job, at)
    nothing_changed(lambda: confirm(job, at + timedelta(hours=1)))
    assert GigImport.objects.get().started_at == at


def test_a_yes_before_the_check_is_refused(gig: Gig, begin: Begin, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}], check=False)
    with pytest.raises(IllegalTransition):
        services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)


@pytest.mark.parametrize("state", ["checking", "ready", "running"])
def test_cancelled_at_any_time(gig: Gig, begin: Begin, at: datetime, state: str) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}], check=state != "checking")
    if state == "running":
        services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    for _twice in range(2):
        services.cancel(import_id=job.pk, seller_id=job.seller_id, at=at)
    job = nothing_changed(lambda: carried_on(job, at))
    assert (job.state, job.ended_at) == ("cancelled", at)
    begin([{"id": str(gig.pk), "queue_limit": "4"}])


def test_what_was_done_before_a_cancel_stays(
    make_gig: MakeGig, begin: Begin, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    gigs = [make_gig() for _number in range(3)]
    job = begin([{"id": str(gig.pk), "queue_limit": "3"} for gig in gigs])
    services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    monkeypatch.setattr(carrying_out, "SLICE_SECONDS", 0.0)
    assert carrying_out.go_on(job.pk, at)
    services.cancel(import_id=job.pk, seller_id=job.seller_id, at=at)
    assert not carrying_out.go_on(job.pk, at)
    assert [Gig.objects.get(pk=gig.pk).queue_limit for gig in gigs] == [3, None, None]


def test_a_suspended_seller_imports_nothing(gig: Gig, begin: Begin, at: datetime) -> None:
    staff = User.objects.create_superuser("op@example.org", password="x" * 12, display_name="Op")
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    services.confirm(import_id=job.pk, seller_id=job.seller_id, at=at)
    accounts.suspend(user_id=job.seller_id, by_id=staff.pk, reason="Sells the work of others.", at=at)
    assert carried_on(job, at).state == "cancelled"
    gig.refresh_from_db()
    assert gig.queue_limit is None


# Who may


def test_only_sellers_import(buyer: User, begin: Begin) -> None:
    with pytest.raises(NotAllowed):
        begin(b"title\nWrite a text", by=buyer)


def test_nobody_touches_the_import_of_another(gig: Gig, begin: Begin, stranger: User, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    for act in (services.confirm, services.cancel):
        with pytest.raises(NotFound):
            act(import_id=job.pk, seller_id=stranger.pk, at=at)
    job.refresh_from_db()
    assert job.state == "ready"


def test_one_at_a_time(gig: Gig, begin: Begin, stranger: User, at: datetime) -> None:
    job = begin([{"id": str(gig.pk), "queue_limit": "3"}])
    with pytest.raises(Conflict):
        begin([{"id": str(gig.pk), "queue_limit": "4"}])
    assert list(GigImport.objects.all()) == [job]
    begin(b"title\nWrite a text", by=stranger)
    confirm(job, at)
    begin([{"id": str(gig.pk), "queue_limit": "4"}])


@pytest.mark.parametrize("count", [0, 2])
def test_one_file_it_is(seller: User, at: datetime, count: int) -> None:
    files = Place(seller.pk, "gig-import", at).gather([SimpleUploadedFile(f"{n}.csv", b"a") for n in range(count)], [])
    with pytest.raises(InvalidInput):
        services.begin(seller_id=seller.pk, upload_ids=files, language="en", at=at)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment(gig: Gig, seller: User, at: datetime) -> None:
    def go(number: int) -> Callable[[], object]:
        upload = SimpleUploadedFile(f"{number}.csv", as_file([{"id": str(gig.pk), "queue_limit": "3"}]))
        files = Place(seller.pk, "gig-import", at).gather([upload], [])
        return lambda: services.begin(seller_id=seller.pk, upload_ids=files, language="en", at=at)

    results = meet(*[go(number) for number in range(4)])
    assert sum(isinstance(result, DomainError) for result in results) == 3
    assert GigImport.objects.count() == 1
