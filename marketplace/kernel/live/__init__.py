"""A live line to people's open pages: hints that something is new, which the pages then ask for as usual.

A hint carries nothing but the page on which the new shows, may be lost, and may come twice: pages also ask from time to
time. So the line needs no database and no session (docs/adr/0032-live-hints.md).
"""
