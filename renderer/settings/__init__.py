"""Settings: config.toml, then the environment, then command-line flags, each stronger than the one before.

Every key is declared once, with its default (`sections.py`); `config.toml` in the root shows them all. An unknown key,
a wrong type or a secret that production needs and nobody gave raises `SettingsError`, which names the place, the key
and what was expected.
"""

from renderer.settings.neighbours import ObjectStore, Purge, Sentry
from renderer.settings.reading import SettingsError, load
from renderer.settings.whole import ENV_PREFIX, ROOT, Settings

__all__ = ["ENV_PREFIX", "ROOT", "ObjectStore", "Purge", "Sentry", "Settings", "SettingsError", "load"]
