from django.apps import AppConfig


class Config(AppConfig):
    name = "vafa.ledger"
    label = "ledger"
