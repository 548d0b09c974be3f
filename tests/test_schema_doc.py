"""docs/schema.md says what the database is."""

import os

import asyncpg
import pytest

from renderer.db.schema_doc import describe, read_columns, replace_generated
from renderer.settings import ROOT

DOCUMENT = ROOT / "docs" / "schema.md"
# TAPSITE_TEST_WRITE_DOCS=1 writes instead of comparing.
WRITE = "TAPSITE_TEST_WRITE_DOCS"

# Names that speak for themselves on any table.
OBVIOUS = {"id", "created_at", "updated_at", "name", "title", "description", "slug", "user_id", "website_id"}


async def test_the_document_is_what_the_database_says(conn: asyncpg.Connection) -> None:
    written = DOCUMENT.read_text("utf-8")
    current = replace_generated(written, await describe(conn))
    if os.environ.get(WRITE):
        DOCUMENT.write_text(current, "utf-8")
    else:
        assert written == current, f"{WRITE}=1 brings docs/schema.md up to date"


async def test_every_column_that_the_first_schema_did_not_have_is_explained(
    conn: asyncpg.Connection, first_schema: object
) -> None:
    first = await asyncpg.connect(first_schema.url)  # type: ignore[attr-defined]
    try:
        known = {(column.table, column.name) for column in await read_columns(first)}
    finally:
        await first.close()
    silent = [
        f"{column.table}.{column.name}"
        for column in await read_columns(conn)
        if (column.table, column.name) not in known
        and not column.about
        and not column.is_view
        and column.name not in OBVIOUS
        and "revisions" not in column.table  # columns of what they are revisions of
    ]
    assert silent == []


def test_a_document_without_its_markers_is_an_error() -> None:
    with pytest.raises(ValueError, match="lacks"):
        replace_generated("# The database", "")
