from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.web.till"
    label = "web_till"
