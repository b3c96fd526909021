from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.config"
    label = "config"

    def ready(self) -> None:
        """Let each room's facets be known to segments, and who else forgets people: here all rooms
        are in sight."""
        # Models may be imported only now.
        from vafa.config import erasing, facets  # noqa: PLC0415

        facets.register_all()
        erasing.register_all()
