"""Vafa: the software behind a customer club."""
