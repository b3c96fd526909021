"""E-mail through a club's own SMTP account."""
