"""Stripe's API description beside the repository (``../shared/stripe``), asked whether a message keeps to it."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import stripe
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

SPEC = Path(__file__).resolve().parents[3] / "shared" / "stripe" / "openapi-subset.json"
BASE = "urn:stripe"


def present() -> bool:
    return SPEC.exists()


@functools.cache
def spec() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(SPEC.read_text())
    return found


@functools.cache
def _registry() -> Registry[Any]:
    resource: Resource[Any] = DRAFT202012.create_resource(spec())
    found: Registry[Any] = Registry().with_resource(BASE, resource)
    return found


def problems(schema: Mapping[str, Any], value: Any) -> list[str]:
    """What is wrong with ``value``; references in ``schema`` point into the description."""
    text = json.dumps(schema).replace('"#/', f'"{BASE}#/')
    validator = Draft202012Validator(json.loads(text), registry=_registry())
    return [f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message[:200]}"
            for error in validator.iter_errors(value)]  # fmt: skip


def operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The template and the description of an operation. Raises LookupError where Stripe's subset has none."""
    for template, methods in spec()["paths"].items():
        pattern = "^" + re.sub(r"\{[^}]+\}", "[^/]+", template) + "$"
        if method.lower() in methods and re.match(pattern, path):
            return template, methods[method.lower()]
    raise LookupError(f"{method} {path}")


def request_problems(method: str, path: str, params: dict[str, Any]) -> list[str]:
    _, described = operation(method, path)
    if method == "GET":
        known = {parameter["name"]: parameter["schema"] for parameter in described.get("parameters", [])}
        unknown = [f"unknown query parameter {name}" for name in params if name not in known]
        return unknown + [text for name in params if name in known for text in problems(known[name], params[name])]
    content = next(iter(described["requestBody"]["content"].values()), None) if "requestBody" in described else None
    return problems(content["schema"], params) if content else []


def response_problems(method: str, path: str, status: int, body: Any) -> list[str]:
    _, described = operation(method, path)
    answer = described["responses"]["200" if status == 200 else "default"]
    return problems(next(iter(answer["content"].values()))["schema"], body) + unknown_members(body)


def unknown_members(body: Any) -> list[str]:
    """Members of Stripe's objects that the description does not know, at any depth."""
    if isinstance(body, list):
        return [text for item in body for text in unknown_members(item)]
    if not isinstance(body, dict):
        return []
    found = [text for value in body.values() for text in unknown_members(value)]
    schema = spec()["components"]["schemas"].get(str(body.get("object")))
    # Thin events carry more than the common part that the description has of them.
    if schema and body["object"] != "v2.core.event":
        found += [f"{body['object']} has no member {name}" for name in body if name not in schema["properties"]]
    return found


@dataclass
class Recorder(stripe.RequestsClient):
    """An HTTP client for ``StripeClient`` that keeps what was answered."""

    seen: list[tuple[str, str, int, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    # The package's own client narrows its base class in the same way.
    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        body, status, answer_headers = super().request(method, url, headers or {}, post_data)
        path = re.sub(r"^https?://[^/]+", "", url).partition("?")[0]
        self.seen.append((method.upper(), path, status, json.loads(body)))
        return body, status, answer_headers
