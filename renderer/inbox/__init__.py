"""Leads as their owner reads them: lists, one lead, its status and history, erasing, and a table for spreadsheets.

Every function takes the site first; the console's connection sees one owner's rows alone besides. Deliberately not
here: receiving (`forms`), delivering, and pages, which are the console's.
"""

from renderer.inbox.export import lead_rows
from renderer.inbox.lead import STATUSES, Answer, Change, Lead, LeadLine, Status, answers_of, reply_links
from renderer.inbox.queries import (
    Found,
    Wanted,
    counts,
    erase_lead,
    find_lead,
    form_types,
    history,
    list_leads,
    open_lead,
    question_names,
    set_status,
)

__all__ = [
    "STATUSES",
    "Answer",
    "Change",
    "Found",
    "Lead",
    "LeadLine",
    "Status",
    "Wanted",
    "answers_of",
    "counts",
    "erase_lead",
    "find_lead",
    "form_types",
    "history",
    "lead_rows",
    "list_leads",
    "open_lead",
    "question_names",
    "reply_links",
    "set_status",
]
