"""Whether the web container answers: exit code 0 or 1. Asks as a proxy would, so that no redirect stands between."""

import http.client
import os
import sys

PORT = 8000
PATIENCE_SECONDS = 4


def host() -> str:
    """A name that Django lets in."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    return first if first not in {"", "*"} else "localhost"


def main() -> int:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", "/healthz", headers={"Host": host(), "X-Forwarded-Proto": "https"})
        # Without BEHIND_PROXY the site sends us on to https: it is alive all the same.
        return 0 if connection.getresponse().status in {200, 301} else 1
    except OSError:
        return 1
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
