from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.shared"
    label = "web_shared"
