"""Text that PostgreSQL can store: one NUL or lone surrogate would make a whole batch fail."""

import re

_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def storable(text: str | None, most: int) -> str | None:
    """At most `most` characters that a varchar takes; None for nothing at all.

    Control characters, and what is no UTF-8 in a request and comes as a surrogate (PEP 383), become U+FFFD.
    """
    if not text:
        return None
    return _UNWANTED.sub("\ufffd", text[:most])
