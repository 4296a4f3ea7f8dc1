"""Django's PostgreSQL backend, which puts the statements that write one row together once. See ADR 20."""
