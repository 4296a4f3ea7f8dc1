from marketplace.kernel.apps import ProjectAppConfig


class InboxConfig(ProjectAppConfig):
    name = "inbox"
