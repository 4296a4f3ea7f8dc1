from marketplace.kernel.apps import ProjectAppConfig


class DemoConfig(ProjectAppConfig):
    name = "marketplace.demo"
    label = "demo"
