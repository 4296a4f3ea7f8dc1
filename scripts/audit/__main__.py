"""python -m audit ADDRESS FILE [crawl] [weights] [lighthouse]: all three parts, or those that are named."""

from __future__ import annotations

import sys
from pathlib import Path

from audit import crawl, lighthouse, report, weights
from audit.report import Part

PARTS = {"lighthouse": lighthouse.measure, "weights": weights.measure, "crawl": crawl.measure}


def main(address: str, file: str, *named: str) -> int:
    parts: list[Part] = []
    for name in named or PARTS:
        parts.append(PARTS[name](address))
        print(report.written(parts[-1]), flush=True)
    if not named:
        Path(file).write_text(report.page(parts))
    missed = [line for part in parts for line in part.missed]
    print(*(f"MISSED: {line}" for line in missed), sep="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
