from marketplace.kernel.apps import ProjectAppConfig


class PaymentsConfig(ProjectAppConfig):
    name = "payments"
