from marketplace.kernel.apps import ProjectAppConfig


class GigsConfig(ProjectAppConfig):
    name = "gigs"
