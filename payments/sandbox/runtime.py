"""The two things that every part of the running process needs: its options and its state."""

from __future__ import annotations

from dataclasses import dataclass

from payments.sandbox.options import Options
from payments.sandbox.store import Store


@dataclass
class Runtime:
    options: Options
    store: Store


_current: list[Runtime] = []


def start(options: Options) -> Runtime:
    _current[:] = [Runtime(options, Store(options.state))]
    return _current[0]


def options() -> Options:
    return _current[0].options


def store() -> Store:
    return _current[0].store
