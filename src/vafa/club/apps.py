from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.club"
    label = "club"
