"""The least that the application needs; where its data is, the environment says."""

import os

SECRET_KEY = "known to everybody, for measurements on loopback only"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "channels",
    "messaging",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
ROOT_URLCONF = "peer.urls"
ASGI_APPLICATION = "peer.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(os.environ["PEER_DATA"], "db.sqlite3"),
        "CONN_MAX_AGE": None,
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ.get("PEER_REDIS", "redis://127.0.0.1:6379/0")],
            # By default a message is dropped when 100 wait, or after a minute.
            "capacity": 10_000,
            "expiry": 600,
        },
    }
}
