"""Sets SQLite up as Boardwalk does."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created


def set_up(sender, connection, **kwargs):
    with connection.cursor() as cursor:
        cursor.execute("pragma journal_mode = wal")
        cursor.execute("pragma synchronous = full")


class MessagingConfig(AppConfig):
    name = "messaging"

    def ready(self):
        connection_created.connect(set_up)
