"""Asks a named PostgreSQL or Redis whether it answers. Run by `.venv`'s Python, because it needs their clients.

Prints one line: "ok", or what is wrong.
"""

import os
import sys

_PATIENCE_SECONDS = 5
_OLDEST_POSTGRES = 140_000


def ask_postgres(url: str) -> str:
    import psycopg2

    connection = psycopg2.connect(url.replace("psql://", "postgres://", 1), connect_timeout=_PATIENCE_SECONDS)
    try:
        version = connection.server_version
    finally:
        connection.close()
    return "ok" if version >= _OLDEST_POSTGRES else f"it is PostgreSQL {version // 10_000}, and 14 is the oldest"


def ask_redis(url: str) -> str:
    import redis

    client = redis.Redis.from_url(url, socket_connect_timeout=_PATIENCE_SECONDS, socket_timeout=_PATIENCE_SECONDS)
    client.ping()
    return "ok"


def main() -> int:
    question = {"DATABASE_URL": ask_postgres, "REDIS_URL": ask_redis}[sys.argv[1]]
    try:
        answer = question(os.environ[sys.argv[1]])
    except Exception as error:  # whatever a client raises is the answer
        answer = " ".join(str(error).split()) or type(error).__name__
    print(answer)
    return 0 if answer == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
