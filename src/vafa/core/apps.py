from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.core"
    label = "core"
