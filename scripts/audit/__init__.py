"""The pages of the running demo: how fast, how readable, how heavy, and whether within the budgets.

``python -m audit http://localhost:8000 docs/quality.md`` (``make audit``) measures and writes the tables; it ends
with 1 where a budget is missed.
"""
