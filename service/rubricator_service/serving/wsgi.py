"""The application as WSGI servers load it: ``rubricator_service.serving.wsgi:app()``, with settings from outside."""

from flask import Flask

from rubricator.log import configure_logging
from rubricator.settings import load_settings
from rubricator_service import create_app


def app() -> Flask:
    """Read rubricator.toml and RUBRICATOR_*, and make the application."""
    settings = load_settings()
    configure_logging(settings)
    return create_app(settings)
