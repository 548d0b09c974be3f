"""Fixtures that every test may use: databases here, the application in tests/serving.py."""

import os
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.databases import Database, Databases, server

pytest_plugins = ["tests.serving"]


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
