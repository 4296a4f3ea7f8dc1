"""The editor as one thing: all forms together, from a gig's content and back to it."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.forms import Form
from django.http import QueryDict

from accounts.contracts import WeeklyHours
from gigs import covers, limits
from gigs.contracts import Cover, ExtraContent, FaqEntry, GigContent, PackageContent
from gigs.web import gig_forms
from gigs.web.fields import split_minutes
from gigs.web.rows import Rows, rows_of
from marketplace.kernel import currencies
from marketplace.kernel.errors import InvalidInput
from orders.contracts import Question

LISTS: dict[str, type[Rows]] = {
    "packages": rows_of(gig_forms.PackageForm, most=limits.PACKAGES_MAX, least=1),
    "features": rows_of(gig_forms.FeatureForm, most=limits.FEATURES_MAX, least=2),
    "extras": rows_of(gig_forms.ExtraForm, most=limits.EXTRAS_MAX),
    "faq": rows_of(gig_forms.FaqForm, most=limits.FAQ_MAX),
    "questions": rows_of(gig_forms.QuestionForm, most=limits.QUESTIONS_MAX),
}


class Editor:
    """Unbound with ``content``; bound with ``data`` (and ``files``)."""

    def __init__(
        self,
        *,
        content: GigContent | None = None,
        data: QueryDict | None = None,
        files: Any = None,
        cover_key: str = "",
        time_zone: str = "UTC",
        saved_currency: str = "",
    ) -> None:
        """``saved_currency``: of the prices that the gig has, empty where it has none."""
        start = _initial(content) if content and data is None else {}
        zone = {"time_zone": time_zone, **start.get("hours", {})}
        asked = data.get("currency", "") if data is not None else content.currency if content else ""
        self.currency = currencies.chosen(asked or saved_currency)
        self.money = gig_forms.CurrencyForm(data, current=self.currency, saved=saved_currency)
        self.details = gig_forms.DetailsForm(data, initial=start.get("details"))
        self.hours = gig_forms.HoursForm(data, initial=zone)
        self.use = gig_forms.UseForm(data, initial=start.get("use"))
        self.cover = gig_forms.CoverForm(data, files, initial={"cover_key": cover_key})
        self.lists = {
            name: made(data, prefix=name, initial=start.get(name), form_kwargs=self._options(made.form))
            for name, made in LISTS.items()
        }
        self.cover_key = cover_key
        if data is not None:
            self._keep_cover()

    def __getattr__(self, name: str) -> Rows:
        """``editor.packages`` and the other lists, for templates."""
        try:
            return self.__dict__["lists"][name]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def cover_image(self) -> Cover | None:
        return covers.cover_of(self.cover_key)

    @property
    def all_forms(self) -> list[Form]:
        return [
            self.details,
            self.cover,
            self.money,
            self.hours,
            self.use,
            *(form for rows in self.lists.values() for form in rows.forms),
        ]

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """(id of the input, its label, what is wrong) over all forms, in page order."""
        found = [
            ("", "", str(error)) for rows in self.lists.values() if rows.is_bound for error in rows.non_form_errors()
        ]
        for form in self.all_forms:
            found += [("", "", str(error)) for error in form.non_field_errors()]
            found += [
                (bound.id_for_label or bound.auto_id, str(bound.label), str(bound.errors[0]))
                for bound in form
                if bound.errors
            ]
        return found

    def is_valid(self) -> bool:
        forms = [form.is_valid() for form in (self.details, self.hours, self.cover, self.money, self.use)]
        lists = [rows.is_valid() for rows in self.lists.values()]
        return all(forms + lists)  # every part was asked, so that all errors show at once

    def content(self) -> GigContent:
        """Only after ``is_valid``."""
        details = self.details.cleaned_data
        return GigContent(
            category_slug=details["category"],
            title=details["title"],
            description=details["description"],
            tags=details["tags"],
            packages=tuple(self._package(number, row) for number, row in enumerate(self.packages.rows(), 1)),
            extras=tuple(ExtraContent(row["title"], row["price"], row["minutes"]) for row in self.extras.rows()),
            faq=tuple(FaqEntry(row["question"], row["answer"]) for row in self.faq.rows()),
            questions=_questions(self.questions.rows()),
            checklist=details["checklist"],
            hours=self._hours(),
            currency=self.currency,
            asks_first=details["asks_first"],
            **self.use.cleaned_data,
        )

    def refuse(self, error: InvalidInput) -> None:
        """Shows a domain refusal at the place it names."""
        for place, message in (error.fields or {"": error.message}).items():
            form, name = self._place(place)
            form.add_error(name, message)

    def _place(self, place: str) -> tuple[Form, str | None]:
        if place in self.details.fields:
            return self.details, place
        for form in (self.money, self.use):
            if place in form.fields:
                return form, place
        if place == "cover":
            return self.cover, "cover"
        if place == "hours":
            return self.hours, "keeps"
        prefix, _dash, number = place.partition("-")
        filled = self.lists[prefix].filled() or self.lists[prefix].forms if prefix in self.lists else []
        position = int(number) if number.isdigit() else 0
        return (filled[position], None) if position < len(filled) else (self.details, None)

    def _options(self, form: type[Form]) -> dict[str, str]:
        return {"currency": self.currency} if issubclass(form, gig_forms.PricedForm) else {}

    def _package(self, number: int, row: dict[str, Any]) -> PackageContent:
        features = tuple((line["label"], line[f"value_{number}"] or "–") for line in self.features.rows())
        return PackageContent(
            row["name"], row["price"], row["minutes"], row["revisions"], features, row["work_minutes"]
        )

    def _hours(self) -> WeeklyHours | None:
        if self.hours.cleaned_data["keeps"] != "hours":
            return None
        return WeeklyHours(self.hours.cleaned_data["time_zone"], self.hours.spans())

    def _keep_cover(self) -> None:
        """Stores a good upload at once, so that an error elsewhere does not cost the buyer the picture again."""
        if not self.cover.is_valid():
            return
        key = self.cover.cleaned_data["cover_key"]
        if key and default_storage.exists(f"{key}-320.webp"):
            self.cover_key = key
        upload = self.cover.cleaned_data["cover"]
        if upload is None:
            return
        try:
            self.cover_key = covers.store(upload)
        except InvalidInput as error:
            self.cover.add_error("cover", error.message)


def _questions(rows: list[dict[str, Any]]) -> tuple[Question, ...]:
    """Keys stay with their questions; a new one gets the first free."""
    used = {row["key"] for row in rows if row["key"]}
    free = (key for key in (f"q{number}" for number in range(1, 100)) if key not in used)
    result: dict[str, Question] = {}
    for row in rows:
        key = row["key"] if row["key"] and row["key"] not in result else next(free)
        result[key] = Question(**{**row, "key": key})
    return tuple(result.values())


def _initial(content: GigContent) -> dict[str, Any]:
    return {
        "details": {
            "category": content.category_slug,
            "title": content.title,
            "description": content.description,
            "tags": content.tags,
            "checklist": content.checklist,
            "asks_first": content.asks_first,
        },
        "use": {name: getattr(content, name) for name in gig_forms.UseForm.base_fields},
        "hours": _hours_initial(content.hours),
        "packages": [_package_initial(package) for package in content.packages],
        "features": _features_initial(content.packages),
        "extras": [_extra_initial(extra) for extra in content.extras],
        "faq": [{"question": entry.question, "answer": entry.answer} for entry in content.faq],
        "questions": [_question_initial(question) for question in content.questions],
    }


def _package_initial(package: PackageContent) -> dict[str, Any]:
    promise, unit = split_minutes(package.promised_minutes)
    return {
        "name": package.name,
        "price": package.price_minor or None,
        "promise": promise,
        "unit": unit,
        "revisions": package.revisions,
        "work_minutes": package.work_minutes,
    }


def _features_initial(packages: tuple[PackageContent, ...]) -> list[dict[str, str]]:
    labels = dict.fromkeys(label for package in packages for label, _value in package.features)
    values = [dict(package.features) for package in packages]
    return [
        {"label": label, **{f"value_{number}": row.get(label, "") for number, row in enumerate(values, 1)}}
        for label in labels
    ]


def _extra_initial(extra: ExtraContent) -> dict[str, Any]:
    time, unit = split_minutes(abs(extra.extra_minutes)) if extra.extra_minutes else (0, "hours")
    effect = "less" if extra.extra_minutes < 0 else "more"
    return {"title": extra.title, "price": extra.price_minor or None, "effect": effect, "time": time, "unit": unit}


def _question_initial(question: Question) -> dict[str, Any]:
    return {
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "required": question.required,
        "choices": question.choices,
        "help": question.help,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "unit": question.unit,
    }


def _hours_initial(hours: WeeklyHours | None) -> dict[str, Any]:
    if hours is None:
        return {"keeps": "always"}
    days = {f"day_{weekday}": [span for span in hours.spans if span[0] == weekday] for weekday in range(7)}
    return {"keeps": "hours", "time_zone": hours.time_zone, **days}
