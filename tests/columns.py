"""What a column can hold at its worst, and one row that holds it.

Rows come from programs of others, from restored dumps and by hand. What a column's own rules refuse is none of them.
"""

import json
import random
from dataclasses import dataclass

import asyncpg

CANARY = "<script>window.canary=1</script>"
PRODUCT = "9801547"
"""What 1337 * 7331 is to whoever takes a text for a template."""
TEXTS = (
    "",
    " ",
    "\u202e\u2066\u200b\u0301\ufdd1\ufffe\x01\x0b\x1b",
    f"\"'>{CANARY}<img src=x onerror=window.canary=1>",
    "javascript:window.canary=1//",
    "}</style></script></textarea></title>-->" + CANARY,
    "red;}*{position:fixed;inset:0;background:url(//evil.example/c)}/*",
    "{{ 1337 * 7331 }}{% raw %}${1337 * 7331}#{1337 * 7331}",
    "%s%n\\u0000\\ud800 %00 ../../etc/passwd",
    "https://[::1",
    "https://evil.example/x.png",
    "//evil.example\\@a:99999999/\t\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 300,
    "x" * 1_000_000,
    "a\u0301" * 400_000,
)
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e308", "-1e308", "9223372036854775807", "-9223372036854775808",
           "2147483647", "-2147483648", "32767", "-32768", "0", "-1", "99.99", "-99.99", "9.9", "999999")  # fmt: skip
TIMES = ("infinity", "-infinity", "294276-12-31 23:59:59+00", "4713-01-01 00:00:00+00 BC", "0001-01-01", "9999-12-31")
_DEEP = 3_000
_NAMES = ("id", "type", "name", "title", "message", "_about", "site", "pages", "sections", "settings", "colors", "font")
DOCUMENTS = (
    "null",
    "true",
    "7",
    '""',
    "[]",
    "{}",
    "[null]",
    "[[[]]]",
    "1e131071",
    "-1e-16000",
    "[" * _DEEP + "]" * _DEEP,
    '{"a":' * _DEEP + "1" + "}" * _DEEP,
    json.dumps(dict.fromkeys(_NAMES, "\u202e" + CANARY)),
    json.dumps(dict.fromkeys(_NAMES, "}*{position:fixed;inset:0;background:url(//evil.example/c)}")),
    json.dumps({"_about": {"files": [None, 7, {"name": CANARY}], "page": 7, "form": [], "quoted": {}, "akismet": [1]}}),
    json.dumps({"name": 1e308, "_about": 7, "message": {"a": [None, {"b": 10**300}]}, "whatsapp": [], "email": {}}),
    json.dumps(
        [{"name": 7, "type": "select", "options": 7}, {"name": "a", "type": [], "pattern": "(a+)+$"}, [], 1e308]
    ),
    json.dumps({"title": 7, "thanks": [], "notify_emails": 7, "webhook_url": {}, "reply": "x", "channels": None}),
    '{"": "\\ud83d\\ude00", "\\u0001": [1e5000], "a b": "\\u2028"}',
    json.dumps({"a" * 300_000: "b" * 300_000}),
)
NETWORKS = ("::/0", "0.0.0.0/0", "255.255.255.255", "::ffff:127.0.0.1", "fe80::1", "10.0.0.0/8")
LISTS = ("{}", "{NULL}", "{{a,b},{c,d}}", '{NULL,"","</script>"}', "[5:6]={a,b}", "{" + ",".join(["x"] * 20_000) + "}")
IDS = ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff")
BYTES = ("", "\\x00", "\\x" + "ff" * 100_000)
SPANS = ("178000000 years", "-178000000 years", "0")
LISTED = (
    ("text[", "varchar[", "character varying[", LISTS),
    ("text", "varchar", "character varying", TEXTS),
    ("jsonb", "json", "json", DOCUMENTS),
    ("timestamp", "date", "time", TIMES),
    ("integer[", "bigint[", "smallint[", ("{}", "{NULL}", "{{1,2},{3,4}}")),
    ("integer", "bigint", "smallint", NUMBERS),
    ("numeric", "double", "real", NUMBERS),
    ("inet", "inet", "inet", NETWORKS),
    ("boolean", "boolean", "boolean", ("true", "false")),
    ("uuid", "uuid", "uuid", IDS),
    ("bytea", "bytea", "bytea", BYTES),
    ("interval", "interval", "interval", SPANS),
)
_OF_TABLES = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
       CASE WHEN a.atttypid = 'varchar'::regtype AND a.atttypmod > 0 THEN a.atttypmod - 4 END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname NOT LIKE '%yoyo%'
ORDER BY c.relname, a.attnum
"""


@dataclass(frozen=True)
class Column:
    table: str
    name: str
    type: str
    length: int | None

    @property
    def place(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def values(self) -> tuple[str | None, ...]:
        """All that it is tried with, as text; NULL at the end. Empty for types that only the database writes."""
        for *names, values in LISTED:
            if self.type.startswith(tuple(names)):  # type: ignore[arg-type]
                texts = values if self.length is None else tuple(text[: self.length] for text in values)
                return (*texts, None)
        return ()


async def columns_of(conn: asyncpg.Connection) -> list[Column]:
    return [Column(*row) for row in await conn.fetch(_OF_TABLES)]


def tried(columns: list[Column], seed: int) -> list[tuple[Column, str | None]]:
    """One value for each column, another with each seed until all have had their turn."""
    chosen = []
    for column in columns:
        values = list(dict.fromkeys(column.values))
        random.Random(column.place).shuffle(values)
        if values:
            chosen.append((column, values[seed % len(values)]))
    return chosen


def pairs(columns: list[Column], seed: int, number: int) -> list[list[tuple[Column, str | None]]]:
    """So many times two columns with a value each; every other time both are of one table."""
    chance, usable = random.Random(seed), [column for column in columns if column.values]
    made = []
    for place in range(number):
        first = chance.choice(usable)
        near = [other for other in usable if other != first and (place % 2 or other.table == first.table)]
        made.append([(column, chance.choice(column.values)) for column in (first, chance.choice(near or usable))])
    return made


@dataclass
class Rows:
    """The rows of a table that a condition names, and how they were. `conn` is a superuser's, who alone may write past
    the triggers; the condition asks for nothing that is ever spoiled."""

    conn: asyncpg.Connection
    table: str
    condition: str

    async def keep(self) -> bool:
        """Whether there is a row to spoil."""
        await self.conn.execute(f"DROP TABLE IF EXISTS kept_{self.table}")
        kept = f"CREATE TEMP TABLE kept_{self.table} AS SELECT * FROM {self.table} WHERE {self.condition}"
        return str(await self.conn.execute(kept)) != "SELECT 0"

    async def spoil(self, column: Column, value: str | None) -> bool:
        """Make one row hold the value; False where the column's own rules refuse it, which no trigger may. What
        triggers set otherwise is written past them, as a restored dump is."""
        name, one = f'"{column.name}"', f"SELECT tableoid, ctid FROM {self.table} WHERE {self.condition} LIMIT 1"
        change = f"UPDATE {self.table} SET {name} = $1::text::{column.type} WHERE (tableoid, ctid) = ({one})"
        same = f"{name}::text IS NOT DISTINCT FROM $1::text::{column.type}::text"
        held = f"SELECT EXISTS (SELECT FROM {self.table} WHERE {self.condition} AND {same})"
        refused: asyncpg.PostgresError | None = None
        for role in ("origin", "replica"):
            try:
                async with self.conn.transaction():
                    await self.conn.execute(f"SET LOCAL session_replication_role = {role}")
                    await self.conn.execute(change, value)
                    await self.conn.execute("INSERT INTO change_log (tag) VALUES ('platform')")
            except asyncpg.ForeignKeyViolationError:
                return False
            except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as fault:
                refused = refused or fault
                continue
            if refused:
                raise AssertionError(f"a trigger refuses {column.place} = {value!r:.60}") from refused
            if await self.conn.fetchval(held, value):
                return True
        return False

    async def bring_back(self) -> None:
        async with self.conn.transaction():
            await self.conn.execute("SET LOCAL session_replication_role = replica")
            await self.conn.execute(f"DELETE FROM {self.table} WHERE {self.condition}")
            await self.conn.execute(f"INSERT INTO {self.table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{self.table}")
            await self.conn.execute("INSERT INTO change_log (tag) VALUES ('platform')")
