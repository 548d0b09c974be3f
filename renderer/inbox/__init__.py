"""Leads as their owner reads them: lists, one lead, its status and history, erasing, and a table for spreadsheets.

Every function takes the site first, or the owner where it is about all of theirs; the console's connection sees one
owner's rows alone besides. Deliberately not here: receiving (`forms`), delivering, and pages, which are the console's.
"""

from renderer.inbox.export import lead_rows, rows_of_sites
from renderer.inbox.lead import STATUSES, Answer, Change, Lead, LeadLine, OfSite, Status, answers_of, reply_links
from renderer.inbox.queries import (
    Days,
    Found,
    Wanted,
    counts,
    counts_of_owner,
    erase_lead,
    find_lead,
    form_types,
    form_types_of_owner,
    history,
    list_leads,
    list_leads_of_owner,
    open_lead,
    question_names,
    set_status,
    set_status_of_owner,
)

__all__ = [
    "STATUSES",
    "Answer",
    "Change",
    "Days",
    "Found",
    "Lead",
    "LeadLine",
    "OfSite",
    "Status",
    "Wanted",
    "answers_of",
    "counts",
    "counts_of_owner",
    "erase_lead",
    "find_lead",
    "form_types",
    "form_types_of_owner",
    "history",
    "lead_rows",
    "list_leads",
    "list_leads_of_owner",
    "open_lead",
    "question_names",
    "reply_links",
    "rows_of_sites",
    "set_status",
    "set_status_of_owner",
]
