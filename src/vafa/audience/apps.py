from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.audience"
    label = "audience"
