from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.api"
    label = "web_api"
