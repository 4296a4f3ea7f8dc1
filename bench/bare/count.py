"""How many queries the bare pages take, request by request (``python -m bench.bare.count``), in JSON."""

from __future__ import annotations

import json
import os
import re
from typing import Any

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from bench.bare import stage

    call_command("migrate", run_syncdb=True, verbosity=0)
    stage.fill(gigs=2_000)
    client = Client()
    client.cookies["sessionid"] = stage.sessions(1)[0]
    cards, card_queries = _ask(Client().get, "/cards/c1/")
    page, first = _ask(client.get, "/gigs/1/")
    key = re.findall(r'name="key" value="([^"]+)"', page.content.decode())[0]
    placed, second = _ask(client.post, "/gigs/1/order/", {"key": key})
    _, third = _ask(client.get, placed["Location"])
    shown = cards.content.decode().count('class="card"')
    print(json.dumps({"order": [first, second, third], "cards": [card_queries], "shown": shown}))


def _ask(send: Any, *given: Any) -> tuple[Any, int]:
    from django.db import connection

    count = [0]

    def counted(execute: Any, *arguments: Any) -> Any:
        count[0] += 1
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        return send(*given), count[0]


if __name__ == "__main__":
    main()
