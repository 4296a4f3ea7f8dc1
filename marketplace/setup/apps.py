from marketplace.kernel import identity
from marketplace.kernel.apps import ProjectAppConfig


class SetupConfig(ProjectAppConfig):
    name = "marketplace.setup"
    label = "setup"

    def ready(self) -> None:
        super().ready()
        from marketplace.setup import look

        identity.provide(look.identity)
