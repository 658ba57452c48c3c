"""The WSGI application, for any server: ``gunicorn wsgi:app``, ``granian --interface wsgi wsgi:app``."""

import sys

from pressroom.kit.settings import SettingsError
from pressroom.serving import served

try:
    app = served()
except SettingsError as error:
    sys.exit(f"pressroom: {error}")
