"""The WSGI application, for any server: ``gunicorn wsgi:app``, ``granian --interface wsgi wsgi:app``."""

from pressroom.application import create_app

app = create_app()
