from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.engage"
    label = "engage"
