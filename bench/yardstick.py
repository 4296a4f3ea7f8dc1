"""The yardstick: pgbench, writing the rows of a posting in the same database, with statements prepared."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from django.db import connection

_SCRIPT = Path(__file__).with_name("yardstick_posting.sql")


def postings_per_second(clients: int, seconds: int) -> float:
    database = connection.settings_dict
    command = [os.environ.get("PGBENCH", "pgbench"), "--no-vacuum", "--protocol=prepared", f"--file={_SCRIPT}"]
    command += [f"--client={clients}", "--jobs=2", f"--time={seconds}", f"--host={database['HOST']}"]
    command += [f"--port={database['PORT']}", f"--username={database['USER']}", database["NAME"]]
    env = {**os.environ, "PGPASSWORD": database["PASSWORD"]}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(f"pgbench failed: {done.stderr.strip()}")
    return float(found[1])
