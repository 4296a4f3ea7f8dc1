"""A local stand-in for Stripe's HTTP API: its own process, its own state file, nothing shared with the application.

Start it with ``python -m payments.sandbox``; see ``README.md`` beside this file.
"""
