from importlib import import_module

from marketplace.kernel.apps import ProjectAppConfig


class PagesConfig(ProjectAppConfig):
    name = "marketplace.pages"
    label = "pages"

    def ready(self) -> None:
        # Web processes enqueue through the same Celery application that the workers run.
        import_module("marketplace.celery")
        super().ready()
