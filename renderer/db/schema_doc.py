"""The generated half of docs/schema.md: a diagram and the list of tables, read from a live database."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import asyncpg

BEGIN, END = "<!-- generated from the database -->", "<!-- end of what is generated -->"

# Partitions, and what tools keep for themselves, are no part of the contract.
OURS = (
    "c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition "
    "AND c.relname NOT LIKE '%yoyo%'"
)
# The documents are the same whatever server they are made on, so the order is that of bytes.
ORDER = 'COLLATE "C"'


@dataclass(frozen=True)
class Column:
    table: str
    is_view: bool
    about_table: str
    name: str
    type: str
    optional: bool
    is_key: bool
    parent: str | None
    about: str


@dataclass(frozen=True)
class Reference:
    child: str
    parent: str
    column: str
    optional: bool
    single: bool


async def read_columns(conn: asyncpg.Connection) -> list[Column]:
    """Every column of our tables and views, table by table, in their own order."""
    rows = await conn.fetch(
        f"""
        SELECT c.relname, c.relkind = 'v', coalesce(obj_description(c.oid, 'pg_class'), ''), a.attname,
            format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
            EXISTS (SELECT FROM pg_constraint p
                    WHERE p.conrelid = c.oid AND p.contype = 'p' AND a.attnum = ANY(p.conkey)),
            (SELECT confrelid::regclass::text FROM pg_constraint f
             WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum] LIMIT 1),
            coalesce(col_description(c.oid, a.attnum), '')
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE {OURS}
        ORDER BY c.relkind = 'v', c.relname {ORDER}, a.attnum
        """
    )
    return [Column(*row) for row in rows]


async def read_references(conn: asyncpg.Connection) -> list[Reference]:
    """Every foreign key between our tables."""
    rows = await conn.fetch(
        f"""
        SELECT c.relname, f.confrelid::regclass::text, a.attname, NOT a.attnotnull,
            EXISTS (SELECT FROM pg_constraint u
                    WHERE u.conrelid = c.oid AND u.contype IN ('p', 'u') AND u.conkey = f.conkey)
        FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]
        WHERE f.contype = 'f' AND {OURS}
        ORDER BY f.confrelid::regclass::text {ORDER}, c.relname {ORDER}, a.attname {ORDER}
        """
    )
    return [Reference(*row) for row in rows]


def draw_diagram(references: list[Reference]) -> str:
    """A Mermaid entity-relationship diagram; a table that nothing joins to another is not in it."""
    lines = ["```mermaid", "erDiagram"]
    for reference in references:
        left = "|o" if reference.optional else "||"
        right = "o|" if reference.single else "o{"
        lines.append(f"    {reference.parent} {left}--{right} {reference.child} : {reference.column}")
    return "\n".join([*lines, "```"])


def list_tables(columns: list[Column]) -> str:
    """One section a table or view, with a row for each column."""
    sections = []
    for table, group in groupby(columns, attrgetter("table")):
        own = list(group)
        lines = [f"### {table}{' (view)' if own[0].is_view else ''}", "", own[0].about_table, ""]
        lines += ["| column | type | | meaning |", "|---|---|---|---|"]
        for column in own:
            marks = [
                "key" if column.is_key else "",
                f"→ {column.parent}" if column.parent else "",
                "optional" if column.optional and not column.is_view else "",
            ]
            marked = ", ".join(filter(None, marks))
            lines.append(f"| {column.name} | {column.type} | {marked} | {column.about.replace('|', chr(92) + '|')} |")
        sections.append("\n".join(lines))
    return "\n\n".join(sections)


async def describe(conn: asyncpg.Connection) -> str:
    """The generated half as Markdown, without its markers."""
    diagram = draw_diagram(await read_references(conn))
    return f"## Diagram\n\n{diagram}\n\n## Tables and views\n\n{list_tables(await read_columns(conn))}"


def replace_generated(document: str, generated: str) -> str:
    """`document` with what stands between its markers replaced. Raises ValueError where a marker is missing."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks {BEGIN!r} or {END!r}")
    return f"{before}{begin}\n\n{generated}\n\n{end}{after}"
