"""Fixtures of the kernel's tests."""

from tests.marketplace.kernel.browsers import ann, bob, web

__all__ = ["ann", "bob", "web"]
