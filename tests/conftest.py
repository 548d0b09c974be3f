"""Fixtures that every test may use: databases here, the application in tests/serving.py."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import psycopg
import pytest

from tests.databases import Database, Databases, server

pytest_plugins = ["tests.browsers", "tests.serving", "tests.embedded_servers"]


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
