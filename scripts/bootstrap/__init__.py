"""Brings the project up on a bare machine: standard library only, because it runs before anything is installed."""
