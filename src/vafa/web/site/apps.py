from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.site"
    label = "web_site"
