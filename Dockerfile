# syntax=docker/dockerfile:1
# Two stages: what is needed to install stays behind in the first.

FROM python:3.13-slim-bookworm AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: --no-deps -r /tmp/runtime.txt

FROM python:3.13-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=marketplace.settings.production \
    DATA_DIR=/data \
    MALLOC_ARENA_MAX=1 \
    STATIC_ROOT=/app/staticfiles
# pg_dump and psql of the server's release, for backup and restore: the distribution's own are older.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin artisan \
    && install --directory --owner artisan --group artisan /data /app/staticfiles
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The key only satisfies the settings while files are copied; it is in no layer and signs nothing.
RUN SECRET_KEY=building-only python manage.py collectstatic --no-input
USER artisan
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/container_health.py"]
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--no-access-log", "marketplace.wsgi:application"]
