"""What the check of translations refuses (`make check`, scripts/catalogues.py)."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

import catalogues

TEXTS = [("Save", None), ("%(name)s wrote", None), (("%(count)d day", "%(count)d days"), None), ("May", "month")]


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    found = Catalog()
    for message, context in TEXTS:
        found.add(message, locations=[("here.py", 0)], context=context)
    return found


def keep(texts: Catalog, **words: str) -> None:
    """The catalogue as a translator leaves it: all of it translated but for ``words``."""
    whole = {"Save": "Guardar", "wrote": "%(name)s escribió", "one": "%(count)d día", "many": "%(count)d días"}
    whole |= {"May": "mayo", **words}
    made = catalogues.renewed("es", texts)
    for message in made:
        if isinstance(message.id, tuple | list):
            message.string = (whole["one"], whole["many"])
        elif message.id:
            message.string = whole[str(message.id).split()[-1]]
    path = catalogues.po_path("es")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(catalogues.written(made))
    path.with_suffix(".mo").write_bytes(catalogues.compiled(made))


def faults(texts: Catalog) -> list[str]:
    return list(catalogues.faults_of("es", texts))


def test_a_whole_catalogue_passes(texts: Catalog) -> None:
    keep(texts)
    assert faults(texts) == []


def test_where_one_is_meant_the_number_may_be_a_word(texts: Catalog) -> None:
    keep(texts, one="Un día")
    assert faults(texts) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"Save": ""}, "not translated: 'Save'"),
        ({"many": ""}, "not translated: ('%(count)d day', '%(count)d days')"),
        ({"wrote": "escribió"}, "placeholders or tags differ: '%(name)s wrote'"),
        ({"wrote": "%(nombre)s escribió"}, "placeholders or tags differ: '%(name)s wrote'"),
        ({"many": "%(count)s días"}, "placeholders or tags differ: ('%(count)d day', '%(count)d days')"),
        ({"Save": "<b>Guardar</b>"}, "placeholders or tags differ: 'Save'"),
    ],
)
def test_what_is_missing_or_differs_is_named(texts: Catalog, words: dict[str, str], said: str) -> None:
    keep(texts, **words)
    assert faults(texts) == [said]


def test_what_is_new_in_the_sources_is_out_of_step(texts: Catalog) -> None:
    keep(texts)
    texts.add("New", locations=[("here.py", 0)])
    assert "django.po is out of step with the sources; run make messages." in faults(texts)
    assert "not translated: 'New'" in faults(texts)


def test_a_compiled_file_of_another_day_is_out_of_step(texts: Catalog) -> None:
    keep(texts)
    before = catalogues.po_path("es").with_suffix(".mo").read_bytes()
    keep(texts, Save="Conservar")
    catalogues.po_path("es").with_suffix(".mo").write_bytes(before)
    assert faults(texts) == ["django.mo is out of step with django.po; run make messages."]


def test_fuzzy_is_not_translated(texts: Catalog) -> None:
    keep(texts)
    path = catalogues.po_path("es")
    path.write_text(path.read_text().replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'))
    assert "fuzzy: 'Save'" in faults(texts)


def test_python_is_read_by_its_syntax() -> None:
    source = """
    f"{x} {_('Inside')}"
    ngettext("one "
             "of it", "many", count) % {"a": _("Nested")}
    pgettext_lazy("month", "May"); npgettext("day", "one", "all", 2); _(variable); other("No")
    """
    found = catalogues._texts_of_python("if True:\n" + source)
    assert set(found) == {
        ("Inside", None), (("one of it", "many"), None), ("Nested", None), ("May", "month"), (("one", "all"), "day"),
    }  # fmt: skip


def test_texts_of_templates_and_python_are_found() -> None:
    found = catalogues.extracted()
    assert found.get("Skip to content") is not None  # {% translate %}
    assert found.get("%(name)s wrote to you: %(title)s") is not None  # gettext
    assert found.get("%d day") is not None  # ngettext
    assert found.get("j M Y", "date format") is not None  # pgettext
    assert found.get("Logos & marks", "category") is not None
