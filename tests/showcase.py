"""An owner whose screens have something to show: messages of every kind, and texts longer than they should be."""

import asyncio
import copy
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from renderer.cli.commands_themes import sync_theme_rows
from renderer.drafts import Subject, change, open_draft
from renderer.keys import PICTURES
from renderer.media.drawing import Order, draw
from renderer.preview.queries import make_link, revoke_link
from renderer.settings import ROOT
from renderer.themes import load_themes
from renderer.themes.pictures.own import FALLBACK_STEPS, STEPS, TALLEST
from tests.factories import insert, make_post, make_site
from tests.owners import Owner, delete_a_post
from tests.photographs import photograph
from tests.test_inbox import make_lead
from tests.uploads import picture

LONG = "Siti Nurhaliza Putri Kusumawardhani binti Raden Mas Soerjopranoto van Bommel-Hadiningrat"
CONTENT = {
    "language": "id",
    "site": {
        "name": "Warung Bu Tini",
        "tagline": "Masakan rumah di Jalan Kaliurang",
        "contact": {"whatsapp": {"number": "081355500123"}, "email": "tini@example.com"},
        "address": {"street": "Jalan Kaliurang KM 5", "city": "Sleman"},
        "hours": {"weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "open": "07:00", "close": "16:00"}]},
    },
    "pages": [
        {
            "path": "/",
            "sections": [
                {"id": "buka", "type": "hero", "title": "Makan siang seperti di rumah"},
                {
                    "id": "menu-1",
                    "type": "menu",
                    "title": "Menu",
                    "items": [
                        {"id": "gudeg", "name": "Gudeg lengkap", "price": "25rb", "status": "sold_out"},
                        {"id": "pecel", "name": "Pecel", "price": {"amount": 15000, "from": True}},
                        {"id": "teh", "name": "Es teh", "price": 4000},
                    ],
                },
            ],
        }
    ],
}
BRANCH = {
    "id": "godean",
    "name": "Warung Bu Tini Godean",
    "address": {"street": "Jalan Godean KM 4", "city": "Sleman"},
    "hours": {
        "weekly": [{"days": ["mo", "tu", "we", "th", "fr"], "open": "07:00", "close": "14:00"}],
        "exceptions": [{"from": "2027-03-09", "to": "2027-03-12", "label": "Idulfitri", "closed": True}],
    },
}
MESSAGES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("Budi Santoso", "new", {"message": "Selamat siang, bisa pesan nasi kotak 40 untuk Jumat? Diantar ke kantor."}),
    ("Maria", "new", {"message": "Ada menu tanpa pedas untuk anak-anak?"}),
    (LONG, "read", {"message": "W" * 300, "Alamat lengkap untuk pengantaran": "Jalan Panjang Sekali " * 12}),
    ("Dewi", "replied", {"message": "Terima kasih, pesanannya enak sekali.", "rating": 5, "tanggal": "2026-11-20"}),
    ("", "read", {"message": "Halo"}),
    ("SEO Expert", "spam", {"message": "We can put your website on page one of Google, guaranteed!"}),
    ("Joko", "archived", {"message": "Sudah, terima kasih."}),
)  # fmt: skip


async def furnish_shop(conn: asyncpg.Connection, owner: Owner) -> None:
    """A site with everything, and one that nothing has happened on yet."""
    owner.site_id = await make_site(
        conn,
        user_id=owner.id,
        subdomain="warung-tini",
        title="Warung Bu Tini",
        view_count=1204,
        generated_content=_content(),
    )
    await sync_theme_rows(conn, load_themes(ROOT / "themes"))
    await _draft(conn, owner)
    owner.lead_id = await _leads(conn, owner.site_id)
    await _form(conn, owner)
    await _views(conn, owner.site_id)
    await conn.execute(
        "INSERT INTO website_domains (website_id, host, verified_at, last_checked_at) "
        "VALUES ($1, 'warungbutini.id', now(), now()), ($1, 'masakan-rumah-jalan-kaliurang.co.id', NULL, NULL)",
        owner.site_id,
    )
    await _pictures(conn, owner)
    owner.post_id = await make_post(conn, owner.site_id, title=f"Menu baru untuk {LONG}")
    body = {"type": "markdown", "text": "## Sambal baru\n\n**Pedas**, tetapi ramah."}
    await make_post(conn, owner.site_id, title="Libur akhir tahun", status="draft", content=body)
    await delete_a_post(conn, owner.site_id, LONG)
    await make_site(conn, id=EMPTY, user_id=owner.id, subdomain="kosong", title=f"Toko {LONG}", status="draft")
    await conn.execute(
        "INSERT INTO unsaved_posts (website_id, user_id, typed, seen) VALUES ($1, $2, $3, '')",
        EMPTY,
        owner.id,
        json.dumps({"title": "Libur akhir tahun", "body": "Kami libur mulai"}),
    )


EMPTY = UUID(int=0xE0)


def screens_of(owner: Owner) -> list[tuple[str, str]]:
    """(name, path) of what is looked at; screens that change something as they look before they do."""
    site, empty = f"/sites/{owner.site_id}", f"/sites/{EMPTY}"
    return [
        ("overview", "/"),
        ("all-leads", "/leads"),
        ("all-leads-none-found", "/leads?words=zzz&site=warung"),
        ("all-domains", "/domains"),
        ("site", site),
        ("site-first", empty),
        ("leads", f"{site}/leads"),
        ("leads-spam", f"{site}/leads?shelf=spam"),
        ("newsletter-none", f"{empty}/leads/newsletter"),
        ("leads-none-found", f"{site}/leads?words=zzz&since=2026-01-01"),
        ("texts", f"{site}/texts"),
        ("texts-empty", f"{empty}/texts"),
        ("texts-section", f"{site}/texts/section?at=/pages/0/sections/1"),
        ("texts-entry", f"{site}/texts/entry?at=/pages/0/sections/1&list=items"),
        ("texts-branch", f"{site}/texts/entry?at=/site&list=locations"),
        ("texts-branch-own", f"{site}/texts/section?at=/site&part=locations/0"),
        ("search-icon", f"{site}/search/picture?for=icon"),
        ("search-picture", f"{site}/search/picture?for=card"),
        ("texts-hero", f"{site}/texts/section?at=/pages/0/sections/0"),
        ("texts-photo", f"{site}/texts/section?at=/pages/1/sections/0"),
        ("texts-picture", f"{site}/texts/picture?at=/pages/0/sections/0&field=image"),
        ("pictures-empty", f"{empty}/pictures"),
        ("pictures", f"{site}/pictures"),
        ("picture", f"{site}/pictures/{owner.picture_id}"),
        ("prices", f"{site}/prices"),
        ("domains", f"{site}/domains"),
        ("draft", f"{site}/draft"),
        ("draft-none", f"{empty}/draft"),
        ("look", f"{site}/look"),
        ("colours", f"{site}/colours"),
        ("findable", f"{site}/search"),
        ("findable-page", f"{site}/search?page=/tentang"),
        ("order", f"{site}/order"),
        ("previews", f"{site}/previews"),
        ("previews-none", f"{empty}/previews"),
        ("posts", f"{site}/posts"),
        ("posts-empty", f"{empty}/posts"),
        ("posts-none-found", f"{site}/posts?status=scheduled&words=zzz"),
        ("posts-none-here", f"{empty}/posts?status=scheduled"),
        ("posts-deleted", f"{site}/posts/deleted"),
        ("posts-deleted-none", f"{empty}/posts/deleted"),
        ("post-new", f"{site}/posts/new"),
        ("post", f"{site}/posts/{owner.post_id}"),
        ("post-unsaved", f"{empty}/posts/new"),
        ("statistics", f"{site}/statistics"),
        ("statistics-year", f"{site}/statistics?days=365"),
        ("statistics-today", f"{site}/statistics?days=1"),
        ("statistics-filtered", f"{site}/statistics?days=30&source=Google&channel=search"),
        ("statistics-few", f"{site}/statistics?first=2025-01-01&last=2025-01-31"),
        ("statistics-none", f"{empty}/statistics"),
        ("prices-empty", f"{empty}/prices"),
        ("facts", f"{site}/facts"),
        ("leads-empty", f"{empty}/leads"),
        ("lead", f"{site}/leads/{owner.lead_id}"),
        ("forms", f"{site}/leads/forms"),
        ("form", f"{site}/leads/forms/order"),
        ("form-usual", f"{empty}/leads/forms/contact"),
    ]


def refused_of(owner: Owner) -> list[tuple[str, str, str, str]]:
    """(name, path, field, text): what a screen says of a text that it does not take, or asks about."""
    site = f"/sites/{owner.site_id}"
    return [
        ("forms-deletes", f"{site}/leads/forms", "#days", "30"),
        ("facts-wrong", f"{site}/facts", "#day-2", "pagi sampai sore"),
        ("domains-wrong", f"{site}/domains", "#host", "localhost"),
    ]


def _content() -> dict[str, Any]:
    """With a branch, and a photo on a page that no miniature shows: its host is nobody's."""
    content: dict[str, Any] = copy.deepcopy(CONTENT)
    content["site"]["locations"] = [BRANCH]
    image = {"src": f"/_media/{0:032x}-960x720/960.jpg", "focus": [0.2, 0.8]}
    story = {"id": "cerita", "type": "about", "title": "Sejak 1998", "text": "Resep nenek.", "image": image}
    content["pages"].append({"path": "/tentang", "title": "Tentang kami", "sections": [story]})
    return content


async def _draft(conn: asyncpg.Connection, owner: Owner) -> None:
    assert owner.id is not None
    assert owner.site_id is not None
    subject = Subject(owner.id, owner.site_id)
    for values in (
        {"design_tokens": '{"scheme": "sogan"}'},
        {"seo_title": "Gudeg dan pecel di Sleman", "seo_description": f"Masakan {LONG}, setiap hari kerja"},
    ):
        draft = await open_draft(conn, subject)
        assert draft is not None
        await change(conn, subject, values, seen=draft, edited_by=owner.id)
    for days in (7, 1, 30):
        link = await make_link(conn, owner.site_id, timedelta(days=days), shows="draft")
    assert link is not None
    await revoke_link(conn, owner.site_id, link.id)


async def _pictures(conn: asyncpg.Connection, owner: Owner) -> None:
    """Of several shapes; one with a name that is too long, one with a description."""
    store = owner.visitor.client.server.app[PICTURES]  # type: ignore[union-attr]
    shapes = (
        (photograph(1), "teras.jpg", "Teras warung di sore hari"),
        (picture(600, 900), f"IMG_{LONG}.JPG", ""),
        (picture(400, 400), "", ""),
    )
    for number, (body, title, alt) in enumerate(shapes):
        drawn = await asyncio.to_thread(draw, body, Order(STEPS, FALLBACK_STEPS, TALLEST))
        made = {
            "website_id": owner.site_id,
            "name": f"{number:032x}-{drawn.width}x{drawn.height}",
            "fallback": drawn.fallback,
            "bytes": 260_000 * (number + 1),
            "title": title[:120],
            "alt": alt,
        }
        owner.picture_id = await insert(conn, "pictures", made)
        for name, file in drawn.files:
            await store.put(f"{owner.site_id}/{owner.picture_id}/{name}", file)


async def _leads(conn: asyncpg.Connection, site: UUID) -> UUID:
    made = None
    for number, (name, status, data) in enumerate(MESSAGES):
        lead = await make_lead(
            conn,
            site,
            -977 * number,
            submitter_name=name or None,
            submitter_phone="+6281355500123" if name else None,
            submitter_email="tamu@example.com" if number % 2 else None,
            data={"name": name, "whatsapp": "+6281355500123", **data, "_about": {"page": "/", "form": "contact"}},
        )
        await conn.execute("UPDATE form_submissions SET status = $2 WHERE id = $1", lead, status)
        await conn.execute(
            "INSERT INTO lead_attempts (website_id, submission_id, channel, outcome, said) "
            "VALUES ($1, $2, 'email', 'delivered', NULL), ($1, $2, 'webhook', 'waiting', 'it answered 500')",
            site,
            lead,
        )
        made = made if made and number != 2 else lead
    assert made is not None
    return made


async def _form(conn: asyncpg.Connection, owner: Owner) -> None:
    """For orders, in two languages, told to the owner and to two others, of whom one has agreed."""
    others = ("kasir@example.org", f"{'sangat.' * 8}panjang@example.org")
    settings = {
        "title": {"id": "Pesan nasi kotak", "en": "Order lunch boxes"},
        "thanks": "Kami kabari sore ini.",
        "notify_emails": [owner.email, *others],
        "email_subject": "Pesanan baru",
        "webhook_url": "https://kasir.example.org/pesanan",
        "reply": True,
    }
    row = {"website_id": owner.site_id, "name": "Pesanan", "form_type": "order", "fields": "[]", "settings": settings}
    await insert(conn, "form_templates", row)
    for address, agreed in zip(others, (True, False), strict=True):
        await conn.execute(
            "INSERT INTO lead_recipients (website_id, email, owner_id, confirmed_at) VALUES "
            "($1, $2, $3, CASE WHEN $4 THEN now() END)",
            owner.site_id,
            address,
            owner.id,
            agreed,
        )


async def _views(conn: asyncpg.Connection, site: UUID) -> None:
    await conn.execute(
        "INSERT INTO website_analytics_daily (website_id, date, page_views, unique_visitors, sessions, "
        "avg_session_duration_seconds, bounce_rate) SELECT $1, (now() AT TIME ZONE 'Asia/Jakarta')::date - g, "
        "40 + (g * 37) % 61, 20 + g % 17, 25 + g % 13, 95, 41 FROM generate_series(0, 200) g",
        site,
    )
    await conn.execute(
        "INSERT INTO website_analytics_daily (website_id, date, page_views, unique_visitors, sessions) "
        "VALUES ($1, '2025-01-09', 7, 5, 6)",
        site,
    )
    today = "(now() AT TIME ZONE 'Asia/Jakarta')::date"
    for path, views in (("/", 811), ("/menu", 302), ("/" + "sangat-panjang-" * 20, 12)):
        await conn.execute(
            f"INSERT INTO website_pages_daily VALUES ($1, {today}, $2, $3, $3, $3)",
            site,
            path,
            views,
        )
    await conn.execute(
        f"INSERT INTO website_contacts_daily VALUES ($1, {today}, '/menu', 'search', 'Google', 'mobile', 'ID', 9)", site
    )
    # Single views of yesterday, half of them from a search, and of today up to now.
    await conn.execute("INSERT INTO referrer_sources VALUES ('www.google.co.id', 'search', 'Google', false)")
    await conn.execute(
        "INSERT INTO page_views (website_id, page_path, visitor_hash, created_at, referrer, device_type, country) "
        "SELECT $1, (ARRAY['/', '/menu'])[1 + n % 2], 'v' || n || at::date, at, "
        "CASE WHEN n % 2 = 0 AND day = 1 THEN 'https://www.google.co.id/' END, "
        "CASE WHEN n % 3 > 0 THEN 'mobile' ELSE 'desktop' END, 'ID' "
        f"FROM generate_series(0, 1) AS day, generate_series(0, 39) AS n, LATERAL (SELECT ({today} - day)::timestamp "
        "AT TIME ZONE 'Asia/Jakarta' + make_interval(hours => 6 + n % 16) AS at) AS seen "
        "WHERE at < now() - interval '6 minutes'",
        site,
    )
    for channel, name, views in (("search", "Google", 400), ("direct", "", 300), ("social", "Instagram", 77)):
        await conn.execute(
            f"INSERT INTO website_referrers_daily VALUES ($1, {today}, $2, $3, '', $4, $4, $4)",
            site,
            channel,
            name,
            views,
        )
