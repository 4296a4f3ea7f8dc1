from marketplace.kernel.apps import ProjectAppConfig


class AccountsConfig(ProjectAppConfig):
    name = "accounts"
