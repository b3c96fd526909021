from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.commerce"
    label = "commerce"
