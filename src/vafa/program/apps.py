from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.program"
    label = "program"
