"""The WSGI application, for any server: ``gunicorn wsgi:app``, ``granian --interface wsgi wsgi:app``."""

import gc
import sys

from pressroom.application import create_app
from pressroom.kit.settings import SettingsError

try:
    app = create_app()
except SettingsError as error:
    sys.exit(f"pressroom: {error}")

# What is loaded by now stays. Otherwise the collector goes through all of it in the middle of some request now and
# then, for as long as ten searches take.
gc.collect()
gc.freeze()
