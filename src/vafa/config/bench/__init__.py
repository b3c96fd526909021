"""Measures Vafa against the limits of the machine and database that it runs on."""
