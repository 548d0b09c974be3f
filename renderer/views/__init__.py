"""Page views: who looked at what, for nobody to find out who it was.

    request → event (event.py) → queue → spool → database (recorder.py)

Told of each page by `keys.SEEN`. A visitor is a label that ends with the day (identity.py, roots.py); the address is
neither stored nor spooled nor logged. Bots, prefetches and owners' own visits are counted by reason, never as views.

Not here: sessions and days' sums, which are made from the stored views; and anything that a browser would have to run.
"""

from renderer.views.agents import warm_up
from renderer.views.places import PlacesError, check_places
from renderer.views.spool import records_set_aside
from renderer.views.upkeep import Upkeep, keep_up
from renderer.views.watch import install

__all__ = ["PlacesError", "Upkeep", "check_places", "install", "keep_up", "records_set_aside", "warm_up"]
