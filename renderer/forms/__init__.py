"""Forms: drawn on pages of their own, received, judged and stored.

What a form asks and how it looks is the theme engine's (`renderer/themes/forms`). Reading what was sent is the
console's: here it is written, and read only to be delivered (`deliveries/`). What the database does not take now waits
on disk, encrypted (keeper.py). What looks like spam is stored all the same (spam.py).
Files of visitors lie encrypted beside the spool (files.py).
"""

from renderer.forms.deliveries import kinds as delivery_kinds
from renderer.forms.handlers import keep_text, routes
from renderer.forms.keeping import lifetime
from renderer.forms.queries import keep_up
from renderer.forms.rates import forget_rates
from renderer.forms.spool import left_on_disk

__all__ = ["delivery_kinds", "forget_rates", "keep_text", "keep_up", "left_on_disk", "lifetime", "routes"]
