from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.config"
    label = "config"

    def ready(self) -> None:
        """Let each room's facets be known to segments: here all rooms are in sight."""
        # Models may be imported only now.
        from vafa.config.facets import register_all  # noqa: PLC0415

        register_all()
