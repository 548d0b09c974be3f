"""Page views: who looked at what, for nobody to find out who it was.

    request → event (event.py) → queue → spool → database (recorder.py) → days in numbers (rollup.py)

Told of each page by `keys.SEEN`. A visitor is a label that ends with the day (identity.py, roots.py); the address is
neither stored nor spooled nor logged. Bots, prefetches and owners' own visits are counted by reason, never as views.

Links to the owner tell when they are followed (handlers.py); so do pages that were fetched ahead, once they are shown,
and all pages of a site that asks for it.
"""

from renderer.views.agents import warm_up
from renderer.views.handlers import routes
from renderer.views.places import PlacesError, check_places
from renderer.views.rollup import Rolled, roll_up_due, roll_up_range
from renderer.views.spool import records_set_aside
from renderer.views.upkeep import Upkeep, keep_up
from renderer.views.watch import install, tell, unopened_keys

__all__ = [
    "PlacesError",
    "Rolled",
    "Upkeep",
    "check_places",
    "install",
    "keep_up",
    "records_set_aside",
    "roll_up_due",
    "roll_up_range",
    "routes",
    "tell",
    "unopened_keys",
    "warm_up",
]
