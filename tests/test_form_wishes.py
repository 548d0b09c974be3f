"""The database, which writes the jobs of a lead, reads a form's settings as the program does, which does them."""

import json
import random
from typing import Any

import asyncpg
import pytest

from renderer.console.forms.retention import stated_days
from renderer.themes.contract.forms import FormDelivery
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import decode
from renderer.themes.repair import Repairs
from tests.factories import make_site
from tests.test_deliveries import make_lead
from tests.test_forms import make_form

SPELLINGS = {
    "email_notifications": ("email_notifications", "emailNotifications", "Email-Notifications", "email-notifications"),
    "reply": ("reply", "Reply"),
    "webhook_url": ("webhook_url", "webhookUrl", "webhook", "Webhook"),
    "whatsapp_notifications": ("whatsapp_notifications", "whatsappNotifications"),
    "whatsapp_to": ("whatsapp_to", "whatsappTo"),
}
FLAGS = (True, False, "true", "FALSE", "no", "Yes", "off", "on", 0, 1, "0", None, "kadang", [], {"a": 1})
TEXTS = {"webhook_url": ("https://shop.example/", "", None), "whatsapp_to": ("081355500101", "", None)}


def wanted(settings: dict[str, Any]) -> tuple[list[str], bool]:
    read = read_model(FormDelivery, settings, "/settings", Repairs())
    channels = {
        "email": read.email_notifications,
        "webhook": bool(read.webhook_url),
        "whatsapp": read.whatsapp_notifications or bool(read.whatsapp_to),
    }
    return [channel for channel, is_wanted in channels.items() if is_wanted], read.reply


@pytest.mark.parametrize("seed", range(3))
async def test_settings_are_read_alike_however_they_are_spelled(conn: asyncpg.Connection, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(300):
        settings = {
            chance.choice(SPELLINGS[wish]): chance.choice(TEXTS.get(wish, FLAGS))
            for wish in chance.sample(list(SPELLINGS), k=chance.randrange(6))
        }
        query = "SELECT lead_channels(said), wishes_for(said, 'reply', false) FROM snake_keys($1) AS said"
        assert tuple(await conn.fetchrow(query, json.dumps(settings))) == wanted(settings), settings


@pytest.mark.parametrize("settings", ["[]", '"https://shop.example/"', "null", "7", "{}", None])
async def test_what_is_no_settings_is_no_wish(conn: asyncpg.Connection, settings: str | None) -> None:
    assert await conn.fetchval("SELECT lead_channels(snake_keys($1))", settings) == ["email"]
    assert await conn.fetchval("SELECT webhook_url($1)", settings) is None


async def test_a_lead_goes_where_a_generator_meant_it_to(conn: asyncpg.Connection) -> None:
    site = await make_site(conn)
    wishes = {"emailNotifications": "no", "webhookUrl": "https://shop.example/", "Reply": "yes"}
    await make_form(conn, site, form_type="contact", settings=wishes)
    await make_lead(conn, site, submitter_email="sari@example.org")
    kinds = [row["kind"] for row in await conn.fetch("SELECT kind FROM outbox ORDER BY kind")]
    assert kinds == ["lead_reply", "lead_webhook"]


@pytest.mark.parametrize(
    "said",
    [
        *("30", '"30"', '" +30 "', '"30.0"', "30.0", "3e1", '"0030"', '"30\\n"', "36500"),
        *("true", "false", '"1_000"', '"１２"', '"30 hari"', '"1e2"', "30.5", '"30.5"', "0", "-1", '"-1"', "36501"),
        *("1e400", "1234567890123", "null", '""', "[30]", '{"a": 30}'),
    ],
)
async def test_a_site_keeps_its_leads_as_long_as_its_pages_say(conn: asyncpg.Connection, said: str) -> None:
    config = f'{{"privacy": {{"retention_days": {said}}}}}'
    kept = await conn.fetchval("SELECT stated_retention($1::text::jsonb)", config)
    stored, _ = decode(await conn.fetchval("SELECT $1::text::jsonb::text", config))
    assert isinstance(stored, dict)
    assert kept == stated_days(stored), said
