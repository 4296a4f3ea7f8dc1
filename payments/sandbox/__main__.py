from __future__ import annotations

import sqlite3

from payments.sandbox import options, server

if __name__ == "__main__":
    chosen = options.parse()
    try:
        server.serve(chosen)
    except (OSError, sqlite3.Error) as error:
        raise SystemExit(
            f"The Stripe sandbox cannot start on {chosen.host}:{chosen.port} with its state in {chosen.state}: {error}"
        ) from None
