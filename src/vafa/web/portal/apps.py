from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.portal"
    label = "web_portal"
