from marketplace.kernel.apps import ProjectAppConfig


class OrdersConfig(ProjectAppConfig):
    name = "orders"
