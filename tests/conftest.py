"""Fixtures that every test may use: databases here, the application in tests/serving.py."""

import gc
import os
from collections.abc import AsyncIterator, Iterator
from fnmatch import fnmatch
from pathlib import Path

import asyncpg
import psycopg
import pytest
from hypothesis import settings

from tests.databases import Database, Databases, server

# Hypothesis' own profile for this: the same examples each time, and none of them has to be quick. A change must not be
# refused for another's luck or a busy machine; `--hypothesis-profile=default` looks for new ones.
settings.load_profile("ci")

pytest_plugins = [
    "tests.browsers",
    "tests.commands",
    "tests.serving",
    "tests.embedded_servers",
    "tests.internals",
    "tests.editors",
]


# Files about what lies above SQL: pages, protocols, screens, made of rows that any PostgreSQL gives alike. The queries
# they ask are prepared on each by test_sql.py.
ABOVE_SQL = (
    "akismet", "blog_credits", "blog_labels", "blog_ways", "bucket", "cli_content", "codings", "console_*", "deploy",
    "feed*", "form_*", "forms*", "found", "gate", "hostile_leads", "hostile_rows", "indexnow", "internal", "lingering",
    "logs", "media", "neighbours", "newsletter", "odd_machines", "odd_slugs", "one_answer", "page_cache", "pages",
    "preview_bar", "primary_host", "qris", "replies", "sharing", "shelf", "straight", "strangers", "theme_limits",
    "turns", "unsent", "webhooks",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What asks the tests' server and may turn out otherwise on another PostgreSQL is marked `database`."""
    for item in items:
        about = item.path.stem.removeprefix("test_")
        if "databases" in getattr(item, "fixturenames", ()) and not any(fnmatch(about, one) for one in ABOVE_SQL):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    # What is loaded by now stays: looking through it again for rubbish takes a fifth of the time of judging pages.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    with server() as running:
        yield running
        running.drop_template()


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    """A fresh, migrated database. KEEPDB=1 keeps it until the next run, and says its name."""
    made = databases.make()
    yield made
    _finish(databases, made)


@pytest.fixture
def empty_database(databases: Databases) -> Iterator[Database]:
    """A fresh database with nothing in it."""
    made = databases.make(migrated=False)
    yield made
    _finish(databases, made)


@pytest.fixture
def first_schema(empty_database: Database) -> Database:
    """A database as other programs made it from the platform's first schema, without rows beyond its own."""
    with psycopg.connect(empty_database.url, autocommit=True) as connection:
        connection.execute((Path(__file__).parent / "first_schema.sql").read_bytes())
    return empty_database


def _finish(databases: Databases, database: Database) -> None:
    if os.environ.get("KEEPDB"):
        print(f"\nkept: psql '{database.admin_url}'")
    else:
        databases.drop(database)


@pytest.fixture
async def conn(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection as the owner of the database, who is no superuser."""
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()
