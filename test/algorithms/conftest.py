"""A QGIS without a screen, with the provider."""

from qgis_fixtures import *  # noqa: F403 - fixtures for every test of this room
