from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.insight"
    label = "insight"
