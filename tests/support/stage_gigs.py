"""The gigs that the journeys order."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

from django.apps import apps

from gigs.contracts import ExtraContent, FaqEntry, GigContent, PackageContent
from orders.contracts import Question

_HOUR, _DAY = 60, 1_440
_BRIEF = Question("q1", "What is it about?", "long_text")
_SAMPLE = Question("q2", "A sample that you like", "file", False)


def _gig(
    category: str,
    title: str,
    *packages: PackageContent,
    extras: tuple[ExtraContent, ...] = (),
    questions: tuple[Question, ...] = (),
    checklist: tuple[str, ...] = (),
) -> GigContent:
    return GigContent(
        category_slug=category,
        title=title,
        description="You send what you have; I do exactly what the package says, and tell you at once if it is not.",
        tags=("small", "careful"),
        packages=packages,
        extras=extras,
        faq=(FaqEntry("Can I see a sample?", "Order the smallest package."),),
        questions=questions,
        checklist=checklist,
        ai_use="none",
    )


GIGS: dict[str, GigContent] = {
    "poster": _gig(
        "design",
        "Draw a concert poster for your band",
        PackageContent("Sketch", 2_000, 6 * _HOUR, 0, (("Size", "A4"), ("Print file", "–"))),
        PackageContent("Poster", 4_000, _DAY, 2, (("Size", "A3"), ("Print file", "yes"))),
        extras=(ExtraContent("A version for the web", 800, 2 * _HOUR), ExtraContent("Two hours sooner", 1_000, -120)),
        questions=(_BRIEF, _SAMPLE),
        checklist=("Poster as a PDF",),
    ),
    "slogan": _gig("writing", "Find a slogan for your market stall", PackageContent("Three", 1_800, _DAY, 1)),
    "banner": _gig("design", "Draw a poster-sized banner for your fair", PackageContent("Banner", 9_500, 3 * _DAY, 1)),
    "portrait": _gig(
        "design", "Draw a portrait from your photo as a poster", PackageContent("Portrait", 3_500, 5 * _DAY, 1)
    ),
    "texts": _gig(
        "writing",
        "Write ten product descriptions for your shop",
        PackageContent("Ten", 4_800, _DAY, 2, (("Descriptions", "10"),)),
        checklist=("A document with ten descriptions",),
    ),
    "sheet": _gig("spreadsheets", "Repair one broken spreadsheet", PackageContent("One file", 3_050, 2 * _HOUR, 1)),
    "film": replace(
        _gig("audio-video", "Cut one film of your workshop", PackageContent("One film", 6_000, 2 * _DAY, 1)),
        preview="watermarked",
        ai_use="none",
    ),
    "minute": _gig("writing", "Write a limerick while you wait", PackageContent("One limerick", 700, 1, 0)),
    "audio": _gig(
        "audio-video",
        "Clean the sound of one podcast episode",
        PackageContent("One episode", 4_333, _HOUR, 1),
        checklist=("The episode as a WAV file", "A list of what was changed"),
    ),
    "proofreading": _gig(
        "writing", "Proofread your letter of application", PackageContent("One letter", 1_500, 3 * _HOUR, 1)
    ),
    "testing": _gig(
        "writing", "Read your landing page aloud and say where I stumble", PackageContent("One", 999, 90, 0)
    ),
    "research": _gig("writing", "Find twenty sources for your essay", PackageContent("Twenty", 2_500, 2 * _HOUR, 1)),
    "pausing": _gig("writing", "Write a birthday poem for your aunt", PackageContent("One poem", 1_200, 2 * _HOUR, 1)),
    "haiku": replace(
        _gig(
            "translation",
            "Translate a haiku into Japanese",
            PackageContent("One haiku", 2_450, 2 * _HOUR, 1),
            extras=(ExtraContent("With the reading in letters", 1_150),),
        ),
        currency="JPY",
    ),
    "menu": _gig("design", "Set the menu of your café on one page", PackageContent("One page", 2_400, _DAY, 1)),
    "handbook": _gig("writing", "Write one page for your new staff", PackageContent("One page", 3_100, _DAY, 1)),
    "captions": _gig("audio-video", "Caption a talk of ten minutes", PackageContent("One talk", 1_840, 2 * _HOUR, 1)),
    "leaflet": _gig("design", "Fold one leaflet out of your notes", PackageContent("One leaflet", 2_777, _DAY, 1)),
    "changing": _gig("writing", "Write a toast for your wedding", PackageContent("One toast", 1_800, 2 * _HOUR, 1)),
    "labels": _gig("design", "Draw labels for your jam jars", PackageContent("Six labels", 2_777, 3 * _HOUR, 1)),
    "voice": _gig(
        "audio-video",
        "Speak the text of your explainer video",
        PackageContent("Two minutes", 6_490, _DAY, 1),
        checklist=("The recording as a WAV file", "One take for each sentence"),
    ),
    "map": _gig("design", "Draw a map of the way to your wedding", PackageContent("One map", 3_930, _DAY, 1)),
    "jingle": _gig("audio-video", "Compose a jingle for your podcast", PackageContent("Ten seconds", 1_820, _DAY, 1)),
    "recipe": _gig("writing", "Write up your grandmother's recipe", PackageContent("One recipe", 2_140, _DAY, 1)),
    "stamps": _gig("design", "Draw a set of stamps for your letters", PackageContent("One set", 2_100, 2 * _DAY, 1)),
}


def ship_synonyms() -> None:
    """What the migration wrote, also where a test has emptied the tables since."""
    import_module("gigs.migrations.0020_synonyms").add(apps, None)
