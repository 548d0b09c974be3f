"""What operators do with a whole site: take it out of sight and bring it back, hand it over, erase it.

Each leaves a row in the audit trail, which outlives the site, as what was paid does.
"""

from renderer.sites.export import write_export
from renderer.sites.standing import NotSuspended, erase, find_site_named, restore, suspend

__all__ = ["NotSuspended", "erase", "find_site_named", "restore", "suspend", "write_export"]
