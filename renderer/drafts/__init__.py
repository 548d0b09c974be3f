"""Drafts of sites and posts: what is worked on beside what is live, and how the one becomes the other.

Every function takes a `Subject`, which names the owner: what is somebody else's is as if it were not there. What other
programs write to the live rows in the meantime is kept: publishing merges both sides, or says where it cannot.
Deliberately not here: who is signed in, the audit trail (the caller has both), and what a draft looks like.
"""

from renderer.drafts.kinds import POST, SITE, Subject
from renderer.drafts.merge import Difference, differences
from renderer.drafts.publishing import (
    Conflict,
    Gone,
    Keep,
    Published,
    publish,
    roll_back,
    schedule,
    set_password,
    set_status,
)
from renderer.drafts.steps import can_undo, change, changed_columns, undo
from renderer.drafts.working import (
    Draft,
    Refused,
    RevisionNote,
    Stale,
    difference,
    discard,
    open_draft,
    revisions,
    save,
)

__all__ = [
    "POST",
    "SITE",
    "Conflict",
    "Difference",
    "Draft",
    "Gone",
    "Keep",
    "Published",
    "Refused",
    "RevisionNote",
    "Stale",
    "Subject",
    "can_undo",
    "change",
    "changed_columns",
    "difference",
    "differences",
    "discard",
    "open_draft",
    "publish",
    "revisions",
    "roll_back",
    "save",
    "schedule",
    "set_password",
    "set_status",
    "undo",
]
