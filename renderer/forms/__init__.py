"""Forms: drawn on pages of their own, received, judged and stored.

What a form asks and how it looks is the theme engine's (`renderer/themes/forms`). Reading what was sent is the
console's: here it is written and never read. Deliberately not here yet: deliveries, files, and judging spam.
"""

from renderer.forms.handlers import routes

__all__ = ["routes"]
