"""What make assets builds: all of it is compared, and the check leaves the folder as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from bootstrap.commands.development import out_of_step

MADE = {"css/site.css": "a", "js/site.js": "b", "js/vendor/editor.js": "c", "fonts/inter.woff2": "d"}


def write(static: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)


def there(static: Path) -> dict[str, str]:
    return {file.relative_to(static).as_posix(): file.read_text() for file in static.rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("committed", "changed"),
    [
        ({}, []),
        ({"js/vendor/editor.js": "old"}, ["js/vendor/editor.js"]),
        ({"fonts/inter.woff2": "old", "css/site.css": "old"}, ["css/site.css", "fonts/inter.woff2"]),
        ({"fonts/dropped.woff2": "x"}, ["fonts/dropped.woff2"]),
        ({"js/money.js": "ours, not built"}, []),
    ],
)
def test_every_built_file_is_compared(tmp_path: Path, committed: dict[str, str], changed: list[str]) -> None:
    write(tmp_path, MADE | committed)
    assert out_of_step(tmp_path, lambda: write(tmp_path, MADE)) == changed
    assert there(tmp_path) == MADE | committed


def test_what_is_not_committed_is_named_and_taken_away(tmp_path: Path) -> None:
    write(tmp_path, {"css/site.css": "a"})
    assert out_of_step(tmp_path, lambda: write(tmp_path, MADE)) == sorted(MADE.keys() - {"css/site.css"})
    assert there(tmp_path) == {"css/site.css": "a"}


def test_a_build_that_fails_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, MADE)

    def fails() -> None:
        (tmp_path / "css" / "site.css").write_text("half")
        raise RuntimeError("npm failed")

    with pytest.raises(RuntimeError):
        out_of_step(tmp_path, fails)
    assert there(tmp_path) == MADE
