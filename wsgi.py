"""Any WSGI server: `wsgi:app` with the settings of the environment."""

from gateway.web import from_environment

app = from_environment()
