"""A database backend for Django: PostgreSQL with a pool whose connections are only looked at."""
