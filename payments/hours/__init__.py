"""What an hour of work brings, from what a seller notes for themselves; and whether it is always the same work."""
