"""What an owner changes from behind the counter, live at once: a price, "sold out", the facts, the opening hours.

The document stays as its writer spelled it but for the place that changed, so drafts that were begun before merge with
it. Deliberately not here: texts and sections (drafts), and pages.
"""

from renderer.console.editing.facts import DAYS, MOST_HOLIDAYS, Facts, FactsWrong, Holiday, read_facts, write_facts
from renderer.console.editing.prices import MOST_PRICE, Moved, Priced, price_list, set_price, set_sold_out
from renderer.console.editing.queries import Unreadable, change_content, read_content

__all__ = [
    "DAYS",
    "MOST_HOLIDAYS",
    "MOST_PRICE",
    "Facts",
    "FactsWrong",
    "Holiday",
    "Moved",
    "Priced",
    "Unreadable",
    "change_content",
    "price_list",
    "read_content",
    "read_facts",
    "set_price",
    "set_sold_out",
    "write_facts",
]
