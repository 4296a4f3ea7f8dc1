"""Fixtures that every test may use: four people and a moment."""

from __future__ import annotations
