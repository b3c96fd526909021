from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.config"
    label = "config"
