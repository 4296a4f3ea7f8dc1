"""What imports cannot show: foreign keys point downward, files and functions stay small, no session state."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent
# From the cellar up; an app's rows may point at rows of apps before it.
ORDER = ("kernel", "accounts", "inbox", "payments", "orders", "gigs", "pages")
LONGEST_FILE, LONGEST_FUNCTION, MEDIAN_FUNCTION = 400, 70, 12
# PostgreSQL's session state does not survive PgBouncer in transaction mode; a setting says where there is none.
SESSION_STATE: dict[str, list[str]] = {
    "pg_advisory_lock(": [],
    "LISTEN ": [],
    "SET SESSION": [],
    "PREPARE ": ["marketplace/kernel/postgresql/statements.py"],
}


def sources() -> list[Path]:
    names = subprocess.run(
        ["/usr/bin/env", "git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in names.stdout.splitlines() if (ROOT / name).exists()]


def product() -> list[Path]:
    return [path for path in sources() if "tests" not in path.parts and "migrations" not in path.parts]


def lengths() -> list[tuple[int, str]]:
    return [
        ((node.end_lineno or 0) - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}")
        for path in product()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_foreign_keys_point_downward() -> None:
    upward = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = field.related_model
            if not getattr(field, "many_to_one", False) or not isinstance(target, type):
                continue
            other = target._meta.app_label
            if other in ORDER and ORDER.index(other) > ORDER.index(label):
                upward.append(f"{model.__name__}.{field.name} -> {other}")
    assert upward == []


def test_no_file_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in sources()
        if "migrations" not in path.parts
    }
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    found = sorted(lengths())
    assert [name for length, name in found if length > LONGEST_FUNCTION] == []
    assert found[len(found) // 2][0] <= MEDIAN_FUNCTION


@pytest.mark.parametrize(("phrase", "users"), SESSION_STATE.items())
def test_no_session_state_in_postgresql(phrase: str, users: list[str]) -> None:
    assert [str(path.relative_to(ROOT)) for path in product() if phrase in path.read_text()] == users


def test_stripe_is_imported_in_one_place() -> None:
    importers = [
        path.relative_to(ROOT)
        for path in product()
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "stripe" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "stripe")
    ]
    assert {path.parts[:2] for path in importers} == {("payments", "gateway")}
