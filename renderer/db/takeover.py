"""Taking over a database that was made from the platform's first schema, with the rows in it.

The old tables are set aside into a schema of their own, the migrations make the new ones, the rows are copied, and the
old tables go. So the result is what an empty database would have become, and everything happens in one transaction:
after an error the database is as it was.

What the new schema would refuse is resolved in sql/takeover/1_resolve.sql; each value that changes is kept in
`takeover_notes` and counted in the report.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from renderer.settings import ROOT

SCRIPTS = ROOT / "sql" / "takeover"
ASIDE = "tapsite_legacy"

# Parents before children.
TABLES = (
    *("users", "system_config", "templates", "websites", "token_packages", "token_transactions", "token_purchases"),
    *("ai_generation_logs", "prompt_versions", "blog_posts", "blog_categories", "blog_tags", "blog_post_categories"),
    *("blog_post_tags", "form_submissions", "form_templates", "website_analytics_daily", "page_views"),
    *("affiliate_profiles", "affiliate_referrals", "audit_logs"),
)
VIEWS = ("user_dashboard", "daily_revenue")
FUNCTIONS = ("update_updated_at_column", "validate_token_balance")

# The ledger says what these are.
COMPUTED = {"users": {"tokens_balance", "tokens_total_earned", "tokens_total_spent"}}
# What a column that the old table lacks must be while copying.
FILLED = {
    "ai_generation_logs": {"usd_idr_rate": "16000"},
    "token_transactions": {"entry_no": "row_number() OVER (ORDER BY created_at, id)"},
    "websites": {"suspended_at": "CASE WHEN status = 'suspended' THEN updated_at AT TIME ZONE {zone} END"},
}
# Their triggers fill revisions, claims, slugs and search, and change nothing that was there.
TRIGGERED = {"websites", "blog_posts"}

Connection = psycopg.Connection[Any]


class TakeoverRefused(Exception):
    """The database holds something the take-over would harm; str() names it."""


def seed_shaped(conn: Connection) -> bool:
    """Whether `users` is there with naive times."""
    naive = conn.execute(
        "SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'users' "
        "AND column_name = 'created_at' AND data_type = 'timestamp without time zone'"
    )
    return naive.fetchone() is not None


class Takeover:
    """Used inside one transaction: `set_aside`, then the migrations, then `copy`."""

    def __init__(self, conn: Connection, zone: str, report: Callable[[str], None]) -> None:
        self.conn, self.zone, self.report = conn, zone, report

    def set_aside(self) -> None:
        """Move the old tables into their own schema. Raises TakeoverRefused before anything is changed."""
        try:
            with self.conn.transaction():
                self.conn.execute("SELECT now() AT TIME ZONE %s", [self.zone])
        except psycopg.errors.InvalidParameterValue as error:
            raise TakeoverRefused(f"{self.zone!r} is not a time zone that PostgreSQL knows.") from error
        self._refuse_dependents()
        for view in VIEWS:
            self._run("DROP VIEW IF EXISTS {}", view)
        self._run("CREATE SCHEMA {}", ASIDE)
        for table in (*self._partitions(), *TABLES):
            self._run("ALTER TABLE IF EXISTS {} SET SCHEMA {}", table, ASIDE)
        for table in TABLES:
            self._run("ALTER TABLE IF EXISTS {} DISABLE TRIGGER USER", (ASIDE, table))
        for function in FUNCTIONS:
            if self.conn.execute("SELECT to_regprocedure(%s)", [f"public.{function}()"]).fetchone() != (None,):
                self._run("ALTER FUNCTION {}() SET SCHEMA {}", function, ASIDE)

    def copy(self) -> None:
        """Bring the rows over into the migrated tables, then drop the old ones."""
        missing = [table for table in TABLES if not self._columns(ASIDE, table)]
        for table in missing:
            # Half a first schema is still one; an empty table in the place of what lacks keeps the scripts simple.
            self._run("CREATE TABLE {} (LIKE {})", (ASIDE, table), ("public", table))
        self._script("1_resolve.sql")
        with self._triggers_off(table for table in TABLES if table not in TRIGGERED):
            self._run("DELETE FROM token_packages")
            self._make_partitions()
            for table in TABLES:
                self._copy_table(table)
            self._script("2_settle.sql")
        self._compare_counts()
        self._run("DROP SCHEMA {} CASCADE", ASIDE)
        self._summarise()

    def _copy_table(self, table: str) -> None:
        old, new = self._columns(ASIDE, table), self._columns("public", table)
        for name in old.keys() - new.keys() - self._generated(table):
            kind = old[name].replace("timestamp without time zone", "timestamp with time zone")
            self._run(f"ALTER TABLE {{}} ADD COLUMN {{}} {kind}", ("public", table), name)
            new[name] = kind
            self.report(f"{table}.{name} is not the schema's own and was carried over as a plain column")
        filled = {name: rule.format(zone="%(zone)s") for name, rule in FILLED.get(table, {}).items() if name not in old}
        names = [name for name in old if name in new and name not in COMPUTED.get(table, ())]
        values = [
            sql.SQL("{} AT TIME ZONE %(zone)s").format(sql.Identifier(name))
            if old[name] == "timestamp without time zone" and new[name] == "timestamp with time zone"
            else sql.Identifier(name)
            for name in names
        ]
        query = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(
            sql.Identifier("public", table),
            sql.SQL(", ").join(map(sql.Identifier, [*names, *filled])),
            sql.SQL(", ").join([*values, *(sql.SQL(rule) for rule in filled.values())]),
            sql.Identifier(ASIDE, table),
        )
        if table == "system_config":
            # The migrations put defaults there; what was configured stands.
            query += sql.SQL(
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at"
            )
        count = self.conn.execute(query, {"zone": self.zone}).rowcount
        self.report(f"took over {count} rows of {table}")

    def _make_partitions(self) -> None:
        self.conn.execute(
            sql.SQL(
                "SELECT make_page_view_partition(month::date) FROM (SELECT DISTINCT "
                "date_trunc('month', created_at AT TIME ZONE %(zone)s AT TIME ZONE 'UTC') AS month FROM {}) AS months"
                if self._columns(ASIDE, "page_views")["created_at"] == "timestamp without time zone"
                else "SELECT make_page_view_partition(created_at::date) FROM {}"
            ).format(sql.Identifier(ASIDE, "page_views")),
            {"zone": self.zone},
        )

    def _compare_counts(self) -> None:
        """A last look before the old rows go: nothing may be fewer."""
        for table in TABLES:
            (old,) = self._row("SELECT count(*) FROM {}", (ASIDE, table))
            (new,) = self._row("SELECT count(*) FROM {}", ("public", table))
            if new < old:
                raise TakeoverRefused(f"{table} would have {new} rows instead of {old}; nothing was changed.")

    def _summarise(self) -> None:
        notes = "SELECT table_name, column_name, reason, count(*) FROM takeover_notes GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        for table, column, reason, count in self.conn.execute(notes).fetchall():
            self.report(f"{count} × {table}.{column}: {reason}")
        (adjusted,) = self._row(
            "SELECT count(*) FROM token_transactions WHERE type = 'adjustment' AND description LIKE 'Saldo awal%'"
        )
        if adjusted:
            self.report(f"{adjusted} × token_transactions: one row for a balance that the ledger did not explain")
        self.report("each changed value, as it was: SELECT * FROM takeover_notes")

    def _refuse_dependents(self) -> None:
        """Whatever else hangs on the old tables would go with them."""
        found = self.conn.execute(
            """
            SELECT 'foreign key ' || conname || ' of ' || conrelid::regclass FROM pg_constraint
            WHERE contype = 'f' AND conparentid = 0
                AND confrelid = ANY(%(tables)s::regclass[]) AND NOT conrelid = ANY(%(tables)s::regclass[])
            UNION
            SELECT 'view ' || rule.ev_class::regclass FROM pg_depend d JOIN pg_rewrite rule ON rule.oid = d.objid
            WHERE d.classid = 'pg_rewrite'::regclass AND d.refobjid = ANY(%(tables)s::regclass[])
                AND NOT rule.ev_class::regclass::text = ANY(%(views)s)
            ORDER BY 1
            """,
            {"tables": self._existing(), "views": list(VIEWS)},
        ).fetchall()
        if found:
            raise TakeoverRefused(
                "These depend on tables that are replaced; drop them and make them again afterwards: "
                + ", ".join(name for (name,) in found)
            )

    def _existing(self) -> list[str]:
        return [f"public.{table}" for table in (*TABLES, *self._partitions()) if self._columns("public", table)]

    def _partitions(self) -> list[str]:
        return [
            name
            for (name,) in self.conn.execute(
                "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
                "WHERE i.inhparent = to_regclass('public.page_views')"
            ).fetchall()
        ]

    def _columns(self, schema: str, table: str) -> dict[str, str]:
        """Name → type of the columns that can be written."""
        rows = self.conn.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
            "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' "
            "ORDER BY attnum",
            [f"{schema}.{table}"],
        ).fetchall()
        return {str(name): str(kind) for name, kind in rows}

    def _generated(self, table: str) -> set[str]:
        rows = self.conn.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attgenerated <> ''",
            [f"public.{table}"],
        ).fetchall()
        return {str(name) for (name,) in rows}

    @contextmanager
    def _triggers_off(self, tables: Iterable[str]) -> Any:
        names = list(tables)
        for table in names:
            self._run("ALTER TABLE {} DISABLE TRIGGER USER", table)
        yield
        for table in names:
            self._run("ALTER TABLE {} ENABLE TRIGGER USER", table)

    def _script(self, name: str) -> None:
        self.conn.execute((SCRIPTS / name).read_text(encoding="utf-8").encode())

    def _run(self, query: str, *names: str | tuple[str, str]) -> None:
        self.conn.execute(self._quoted(query, names))

    def _row(self, query: str, *names: str | tuple[str, str]) -> tuple[Any, ...]:
        row = self.conn.execute(self._quoted(query, names)).fetchone()
        assert row is not None  # noqa: S101 - count(*) always has one
        return tuple(row)

    @staticmethod
    def _quoted(query: str, names: Iterable[str | tuple[str, str]]) -> sql.Composed:
        quoted = [sql.Identifier(*([name] if isinstance(name, str) else name)) for name in names]
        return sql.SQL(query).format(*quoted)
