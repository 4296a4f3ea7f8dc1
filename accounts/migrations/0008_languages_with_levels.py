"""Languages were words; now each is a code with a level. What is no language's name becomes a skill: nothing goes."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django.db import migrations

_MOST = 8


def convert(apps: Any, _editor: Any) -> None:
    english = Locale.parse("en").languages.items()
    codes = {str(name).lower(): code for code, name in english if len(code) == 2}
    for code in list(codes.values()):
        try:
            codes.setdefault(str(Locale.parse(code).get_language_name(code)).lower(), code)
        except Exception:  # noqa: S112 - CLDR has no words of it
            continue
    profiles = apps.get_model("accounts", "SellerProfile").objects
    for profile in profiles.exclude(languages=[]).iterator():
        known = dict.fromkeys(codes[word.lower()] for word in profile.languages if word.lower() in codes)
        other = [word for word in profile.languages if word.lower() not in codes]
        profile.languages = [[code, "fluent"] for code in list(known)[:_MOST]]
        profile.skills = [*profile.skills, *other]
        profile.save(update_fields=["languages", "skills"])


def back(apps: Any, _editor: Any) -> None:
    names = Locale.parse("en").languages
    for profile in apps.get_model("accounts", "SellerProfile").objects.exclude(languages=[]).iterator():
        profile.languages = [str(names.get(code, code)) for code, _level in profile.languages]
        profile.save(update_fields=["languages"])


class Migration(migrations.Migration):
    dependencies = [("accounts", "0007_leaving")]
    operations = [migrations.RunPython(convert, back)]
