"""What the money core must reach, measured against PostgreSQL itself in the same run. ``make bench-money`` runs it."""
