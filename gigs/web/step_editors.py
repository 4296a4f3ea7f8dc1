"""The six steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.core.files.storage import default_storage
from django.forms import Form
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.contracts import WeeklyHours
from gigs import covers, limits
from gigs.contracts import Cover, ExtraContent, FaqEntry, PackageContent
from gigs.gallery import web as gallery
from gigs.guidance.editor import FIELDS as GUIDED
from gigs.guidance.editor import guide
from gigs.models import Category
from gigs.selectors.attributes import attributes_for
from gigs.selectors.categories import by_slug, features_of, slug_today
from gigs.web import need_forms, package_forms, selling_forms, what_forms
from gigs.web.prices import price_split
from gigs.web.row_values import extra_row, feature_rows, hours_row, package_row, question_row, questions_of
from gigs.web.rows import Rows, rows_of, taken_out
from gigs.web.step_editor import StepEditor, step
from marketplace.kernel import currencies, words
from marketplace.kernel.errors import InvalidInput


class WhatEditor(StepEditor):
    step = step("what")
    template = "gigs/editor_what.html"

    def make_forms(self) -> dict[str, Form]:
        content = self.base.content
        details = what_forms.DetailsForm(
            self.data,
            initial={
                "category": slug_today(content.category_slug),
                "title": content.title,
                "description": content.description,
                "tags": content.tags,
            },
        )
        known = attributes_for(str(details["category"].value() or ""))
        languages = {"language": content.language, "languages": content.languages}
        return {
            "details": details,
            "attributes": what_forms.AttributesForm(known, self.data, chosen=content.attributes),
            "languages": what_forms.LanguageForm(self.data, initial=languages),
        }

    def values(self) -> dict[str, Any]:
        details = self.forms["details"].cleaned_data
        attributes = cast("what_forms.AttributesForm", self.forms["attributes"]).named()
        return {
            "category_slug": details["category"],
            "title": details["title"],
            "description": details["description"],
            "tags": details["tags"],
            "attributes": attributes,
            **self.forms["languages"].cleaned_data,
        }

    def place_of(self, place: str) -> tuple[str, str | None] | None:
        return {"category_slug": ("details", "category"), "attributes": ("attributes", None)}.get(place)

    def context(self) -> Mapping[str, Any]:
        return {"words_max": limits.DESCRIPTION_WORDS_MAX, "property_fields": list(self.forms["attributes"])}


class PackagesEditor(StepEditor):
    step = step("packages")
    template = "gigs/editor_packages.html"
    lists: ClassVar[dict[str, type[Rows]]] = {
        "packages": rows_of(package_forms.PackageForm, most=limits.PACKAGES_MAX, least=1),
        "features": rows_of(package_forms.FeatureForm, most=limits.FEATURES_MAX, least=2),
        "discounts": rows_of(package_forms.DiscountForm, most=limits.DISCOUNTS_MAX),
        "extras": rows_of(package_forms.ExtraForm, most=limits.EXTRAS_MAX),
    }

    @classmethod
    def follow(cls, data: QueryDict, command: str) -> None:
        """The lines' values go with their packages."""
        gone = taken_out(command, "packages")
        if gone is None or gone >= limits.PACKAGES_MAX:
            return
        for name in [name for name in data if name.startswith("features-") and name.endswith("-value_1")]:
            start = name.removesuffix("1")
            values = [data.get(f"{start}{place}", "") for place in range(1, limits.PACKAGES_MAX + 1)]
            for place, value in enumerate([*values[:gone], *values[gone + 1 :], ""], 1):
                data[f"{start}{place}"] = value

    @cached_property
    def category(self) -> Category | None:
        return by_slug(self.base.content.category_slug)

    def make_forms(self) -> dict[str, Form]:
        asked = self.base.content.currency if self.data is None else self.data.get("currency", "")
        self.currency = currencies.chosen(asked or self.base.saved_currency or self.base.content.currency)
        saved = self.base.saved_currency
        return {"money": package_forms.CurrencyForm(self.data, current=self.currency, saved=saved)}

    def list_initial(self) -> dict[str, list[dict[str, Any]]]:
        content = self.base.content
        return {
            "packages": [package_row(package) for package in content.packages],
            "features": feature_rows(content.packages) or self._template_rows(),
            "discounts": [{"start": start, "percent": percent} for start, percent in content.quantity_discounts],
            "extras": [extra_row(extra) for extra in content.extras],
        }

    def row_options(self, name: str) -> dict[str, Any]:
        return {"currency": self.currency} if name in {"packages", "extras"} else {}

    def values(self) -> dict[str, Any]:
        rows = self.rows
        return {
            "currency": self.currency,
            "packages": tuple(
                self._package(number, form.cleaned_data)
                for number, form in enumerate(rows["packages"].forms, 1)
                if form.has_changed()
            ),
            "extras": tuple(ExtraContent(row["title"], row["price"], row["minutes"]) for row in rows["extras"].rows()),
            "quantity_discounts": tuple((row["start"], row["percent"]) for row in rows["discounts"].rows()),
        }

    @property
    def agreed_currency(self) -> str:
        return cast("package_forms.CurrencyForm", self.forms["money"]).agreed

    def _place(self, place: str) -> tuple[Form, str | None]:
        return super()._place(place.replace("quantity_discounts", "discounts"))

    def context(self) -> Mapping[str, Any]:
        for form in self.rows["packages"].forms:
            split = price_split(form["price"].value(), self.currency, self.category)
            form.split = split  # type: ignore[attr-defined]  # shown beside it
        rows = [{name: form[name].value() for name in GUIDED} for form in self.rows["packages"].forms]
        category = self.category.slug if self.category else ""
        return {
            "symbol": words.symbol(self.currency),
            "quantity_max": limits.QUANTITY_MAX,
            "guidance": guide(seller_id=self.base.seller_id, category_slug=category, currency=self.currency, rows=rows),
        }

    def _template_rows(self) -> list[dict[str, str]]:
        """The lines by which packages are compared in the category."""
        return [{"label": label} for label in (features_of(self.category) if self.category else ())]

    def _package(self, number: int, row: dict[str, Any]) -> PackageContent:
        lines = [line for line in self.rows["features"].rows() if any(line[f"value_{place}"] for place in (1, 2, 3))]
        features = tuple((line["label"], line[f"value_{number}"] or "–") for line in lines)
        return PackageContent(
            row["name"], row["price"], row["minutes"], row["revisions"], features, row["work_minutes"]
        )


class NeedsEditor(StepEditor):
    step = step("needs")
    template = "gigs/editor_needs.html"
    lists: ClassVar[dict[str, type[Rows]]] = {
        "questions": rows_of(need_forms.QuestionForm, most=limits.QUESTIONS_MAX),
    }

    def make_forms(self) -> dict[str, Form]:
        initial = {"checklist": self.base.content.checklist}
        return {"delivery": need_forms.ChecklistForm(self.data, initial=initial)}

    def list_initial(self) -> dict[str, list[dict[str, Any]]]:
        return {"questions": [question_row(question) for question in self.base.content.questions]}

    def values(self) -> dict[str, Any]:
        questions = questions_of(self.rows["questions"].rows())
        return {"questions": questions, **self.forms["delivery"].cleaned_data}


class AnswersEditor(StepEditor):
    step = step("answers")
    template = "gigs/editor_answers.html"
    lists: ClassVar[dict[str, type[Rows]]] = {"faq": rows_of(need_forms.FaqForm, most=limits.FAQ_MAX)}

    def make_forms(self) -> dict[str, Form]:
        initial = {name: getattr(self.base.content, name) for name in need_forms.UseForm.base_fields}
        return {"use": need_forms.UseForm(self.data, initial=initial)}

    def list_initial(self) -> dict[str, list[dict[str, Any]]]:
        return {"faq": [{"question": entry.question, "answer": entry.answer} for entry in self.base.content.faq]}

    def values(self) -> dict[str, Any]:
        faq = tuple(FaqEntry(row["question"], row["answer"]) for row in self.rows["faq"].rows())
        return {"faq": faq, **self.forms["use"].cleaned_data}


class PicturesEditor(StepEditor):
    """The cover, beside the gallery, which is arranged at once and by itself (``gigs/gallery/web.py``).

    A good upload is stored at once, so that an error elsewhere does not cost it again: ``cover_key`` is one that is
    not saved yet. What the gallery shows first is no choice of this form, so that it undoes nothing there.
    """

    step = step("pictures")
    template = "gigs/editor_pictures.html"

    def make_forms(self) -> dict[str, Form]:
        self.cover_key = ""
        form = selling_forms.CoverForm(self.data, self.files)
        if self.data is not None and form.is_valid():
            self._keep(form)
        return {"cover": form}

    def values(self) -> dict[str, Any]:
        return {}

    @property
    def chosen_cover(self) -> str:
        return self.cover_key if self.cover_key != self.base.cover else ""

    @property
    def cover_image(self) -> Cover | None:
        return covers.cover_of(self.cover_key or self.base.cover)

    def context(self) -> Mapping[str, Any]:
        known = gallery.context_of(self.base.gig_id, self.base.seller_id, self.base.now)
        return {**known, "shows_cover": (self.cover_key or self.base.cover) != known["gallery"].gig.cover}

    def _keep(self, form: Form) -> None:
        key = form.cleaned_data["cover_key"]
        if key.startswith(f"{covers.FOLDER}/") and default_storage.exists(f"{key}-320.webp"):
            self.cover_key = key
        upload = form.cleaned_data["cover"]
        if upload is None:
            return
        try:
            self.cover_key = covers.store(upload)
        except InvalidInput as error:
            form.add_error("cover", error.message)


class SellingEditor(StepEditor):
    step = step("selling")
    template = "gigs/editor_selling.html"

    def make_forms(self) -> dict[str, Form]:
        content, now = self.base.content, self.base.now
        away = content.away_until if content.away_until and content.away_until > now else None
        initial = {
            "asks_first": content.asks_first,
            "queue_limit": content.queue_limit,
            "away_until": timezone.localtime(away).date() if away else None,
            "is_private": content.is_private,
        }
        zone = {"time_zone": self.base.time_zone, **hours_row(content.hours)}
        return {
            "hours": selling_forms.HoursForm(self.data, initial=zone),
            "selling": selling_forms.SellingForm(self.data, initial=initial, away_until=away, now=now),
        }

    def values(self) -> dict[str, Any]:
        return {"hours": self._hours(), **self.forms["selling"].cleaned_data}

    def place_of(self, place: str) -> tuple[str, str | None] | None:
        return ("hours", "keeps") if place == "hours" else None

    def _hours(self) -> WeeklyHours | None:
        form = cast("selling_forms.HoursForm", self.forms["hours"])
        if form.cleaned_data["keeps"] != "hours":
            return None
        return WeeklyHours(form.cleaned_data["time_zone"], form.spans())


EDITORS: dict[str, type[StepEditor]] = {
    made.step.slug: made
    for made in (WhatEditor, PackagesEditor, NeedsEditor, AnswersEditor, PicturesEditor, SellingEditor)
}
