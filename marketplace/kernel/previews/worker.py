"""Opens one file from a stranger: a process of its own with hard limits, which knows nothing worth stealing.

Run as ``python -m marketplace.kernel.previews.worker`` with a job as JSON on its standard input; writes
``result.json`` and pictures into the job's folder. What it writes is checked again by who started it.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from marketplace.kernel.previews import kinds, limits
from marketplace.kernel.previews.readers.result import Job, NoPreview, Result

_READERS = {
    kinds.IMAGE: "pictures",
    kinds.PDF: "pages",
    kinds.TEXT: "texts",
    kinds.TABLE: "tables",
    kinds.DOCUMENT: "documents",
    kinds.RENDITIONS: "renditions",
    kinds.FILM: "films",
    kinds.SHEET: "sheets",
}


def main() -> None:
    told = json.load(sys.stdin)
    job = Job(
        Path(told["source"]), Path(told["folder"]), told["kind"], told["ending"], told["watermark"], told["options"]
    )
    _confine(limits.FILM_BYTES if job.kind == kinds.FILM else limits.WRITTEN_BYTES)
    answer = _read(job)
    (job.folder / "result.json").write_text(json.dumps(answer))


def _confine(written_bytes: int) -> None:
    for what, most in (
        (resource.RLIMIT_AS, limits.MEMORY_BYTES),
        (resource.RLIMIT_CPU, limits.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, written_bytes),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _read(job: Job) -> dict[str, object]:
    # Imported under the limits, and only what this kind of file needs.
    read: Callable[[Job], Result] = import_module(f"marketplace.kernel.previews.readers.{_READERS[job.kind]}").read
    try:
        result = read(job)
    except NoPreview as error:
        return {"why": str(error)}
    except MemoryError:
        return {"why": "too_large"}
    return {"content": result.content, "left_out": result.left_out}


if __name__ == "__main__":
    main()
