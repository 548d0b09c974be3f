"""How long a site keeps what is sent to it, as its settings say it: `config.privacy.retention_days`. Pure."""

from typing import Any

from renderer.drafts.merge import Unmergeable
from renderer.themes.contract.components import Config
from renderer.themes.contract.lenient import read_model
from renderer.themes.contract.spelling import snake
from renderer.themes.repair import Repairs

Document = dict[str, Any]
LEAST, MOST = 7, 36_500
"""Days: fewer would delete messages that are still being delivered."""


def stated_days(config: Document) -> int | None:
    """As visitors are told; None: nothing is said."""
    privacy = read_model(Config, config, "/config", Repairs()).privacy
    return privacy.retention_days if privacy else None


def state_days(config: Document, days: int | None) -> Document:
    """A copy that says so, all else as it was. Raises Unmergeable where it would be read otherwise."""
    key = _last(config, "privacy") or "privacy"
    stated = config.get(key)
    privacy = (
        {name: one for name, one in stated.items() if snake(name) != "retention_days"}
        if isinstance(stated, dict)
        else {}
    )
    if days is not None:
        privacy["retention_days"] = days
    made = {**config, key: privacy}
    if not privacy:
        del made[key]
    if stated_days(made) != days:
        raise Unmergeable("the privacy page is said in another way")
    return made


def read_days(text: str) -> int | None:
    """Days as they are typed; None: nothing is. Raises ValueError."""
    digits = text.strip()
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 5 and LEAST <= int(digits) <= MOST):
        raise ValueError("no number of days")
    return int(digits)


def _last(document: Document, name: str) -> str | None:
    return next((key for key in reversed(document) if snake(key) == name and document[key] is not None), None)
