"""PostgreSQL: the pool, the embedded server, migrations and the named queries.

Deliberately no ORM and no query outside sql/: whoever wants to know what the program asks reads that folder.
"""
