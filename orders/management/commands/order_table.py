from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders import tables

_PAGE = Path("docs/orders.md")


class Command(BaseCommand):
    help = "Writes the table and the diagram of docs/orders.md from orders/states.py; --check only compares."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where the page is out of step")

    def handle(self, *args: Any, **options: Any) -> None:
        page = settings.BASE_DIR / _PAGE
        before = page.read_text()
        after = before
        for name, content in (("table", tables.markdown()), ("diagram", f"```mermaid\n{tables.diagram()}\n```")):
            after = _put(after, name, content)
        if not options["check"]:
            page.write_text(after)
        elif after != before:
            raise CommandError(f"{_PAGE} is out of step with orders/states.py: run manage.py order_table")


def _put(text: str, name: str, content: str) -> str:
    begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    head, _, rest = text.partition(begin)
    _, marker, tail = rest.partition(end)
    if not marker:
        raise CommandError(f"{_PAGE} has no place for the {name}")
    return f"{head}{begin}{content}{end}{tail}"
