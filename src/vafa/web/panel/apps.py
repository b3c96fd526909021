from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.panel"
    label = "web_panel"
