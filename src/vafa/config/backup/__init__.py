"""Backups: one file with everything that a club needs to live again on another machine."""
