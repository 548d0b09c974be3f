"""The durable outbox: jobs that were written with what they are about, done by any worker, each at least once.

A room that has work outside the database (IndexNow, webhooks, e-mail) describes it as a `Kind`; `Dispatcher` claims,
groups, times, retries and settles. Jobs are inserted in the transaction of their cause, by a trigger or a query of that
room, so there is none without the other; who has just committed some may `wake` the dispatcher. Deliberately not here:
what is sent to whom.
"""

from renderer.outbox.dispatcher import Dispatcher
from renderer.outbox.jobs import SCHEDULE, Job, Kind, Outcome, done, failed, later, skipped

__all__ = ["SCHEDULE", "Dispatcher", "Job", "Kind", "Outcome", "done", "failed", "later", "skipped"]
