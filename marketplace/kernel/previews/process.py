"""Starts the process that opens one file from a stranger, and reads what it says."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from marketplace.kernel.previews import limits

logger = logging.getLogger(__name__)


def read(
    source: Path, folder: Path, *, kind: str, name: str, watermark: str = "", options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Its answer: ``content`` and ``left_out``, or ``why`` there is nothing. What it made lies in ``folder``.

    ``options`` are those of the reader of this ``kind``. Where the process ends badly, that is its answer.
    """
    job = {
        "source": str(source), "folder": str(folder), "kind": kind, "watermark": watermark,
        "ending": Path(name).suffix[1:].lower(), "options": dict(options or {}),
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-s", "-m", "marketplace.kernel.previews.worker"],
        cwd=settings.BASE_DIR, env={"PATH": os.defpath, "LANG": "C.UTF-8"}, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
    )  # fmt: skip
    try:
        _out, said = process.communicate(json.dumps(job), timeout=limits.WALL_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {"why": "too_large"}
    if process.returncode:
        # Killed by a limit, or aborted where memory ended.
        logger.info("reading %s ended with %s: %s", source.name, process.returncode, said[-500:])
        return {"why": "too_large" if process.returncode < 0 else "broken"}
    return _answer(folder)


def _answer(folder: Path) -> dict[str, Any]:
    path = folder / "result.json"
    if not path.is_file() or path.stat().st_size > limits.RESULT_BYTES:
        return {"why": "too_large"}
    answer = json.loads(path.read_text())
    return answer if isinstance(answer, dict) else {"why": "broken"}
