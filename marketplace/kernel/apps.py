from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.db import connection

from marketplace.kernel import clock

# Modules that register something when they are imported.
_REGISTERING = ("subscribers", "tasks", "outbox_handlers", "checks")


class ProjectAppConfig(AppConfig):
    """Base of every app's configuration: imports the modules in which the app registers itself."""

    default_auto_field = "django.db.models.BigAutoField"
    # Django takes the one class of an apps.py whose ``default`` is true; this base is imported into each of them.
    default = False

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        for module in _REGISTERING:
            if find_spec(f"{self.name}.{module}"):
                import_module(f"{self.name}.{module}")


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (value,) = cursor.fetchone()
    assert isinstance(value, datetime)  # noqa: S101 - the driver's tuple is untyped
    return value


class KernelConfig(ProjectAppConfig):
    name = "marketplace.kernel"
    label = "kernel"

    def ready(self) -> None:
        clock.use(_database_now)
        super().ready()
