"""Themes that not every site may have: what stands in for them, and that it is said."""

import json
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from renderer.themes import Repair, ThemeError, Themes, load_themes, read_site
from tests.factories import make_site, make_user
from tests.pages import draw, source
from tests.theme_copies import copy_theme
from tests.visitor import Visitor

OWNER, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture(scope="module")
def themes(tmp_path_factory: pytest.TempPathFactory) -> Themes:
    root = tmp_path_factory.mktemp("themes")
    copy_theme(root)
    copy_theme(root, "mewah", min_subscription_tier='"pro"', base='"pilar"')
    copy_theme(root, "puncak", min_subscription_tier='"business"', base='"pilar"')
    copy_theme(root, "milikku", owners=f'["{OWNER}"]', base='"pilar"')
    return load_themes(root)


@pytest.mark.parametrize("tier", ["free", "pro", "business", None, "emas"])
def test_a_site_below_the_tier_of_its_theme_is_drawn_with_the_base(themes: Themes, tier: str | None) -> None:
    held = {"pro": 1, "business": 2}.get(tier or "", 0)
    for wanted, least in (("pilar", 0), ("mewah", 1), ("puncak", 2)):
        site = read_site(themes, source(template_id=wanted, tier=tier))
        assert site.theme.id == (wanted if held >= least else "pilar")
        named = {1: "pro", 2: "business"}.get(least)
        said = (Repair("/template_id", f"needs the tier {named}; drawn with pilar"),)
        assert site.repairs == (() if held >= least else said)


def test_what_the_row_of_the_theme_says_of_families_is_not_asked_of_its_base(themes: Themes) -> None:
    own = json.dumps({"font": {"pairing": "hanya-mewah"}})
    site = read_site(themes, source(template_id="mewah", tier="free", css_variables=own))
    assert [repair.pointer for repair in site.repairs] == ["/template_id"]
    draw(site)


def test_a_private_theme_is_drawn_for_its_owner_alone(themes: Themes) -> None:
    assert read_site(themes, source(template_id="milikku", owner=OWNER)).theme.id == "milikku"
    site = read_site(themes, source(template_id="milikku", owner=OTHER))
    assert site.theme.id == "pilar"
    assert site.repairs == (Repair("/template_id", "belongs to another owner; drawn with pilar"),)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ({"min_subscription_tier": '"pro"'}, "base is missing"),
        ({"owners": f'["{OWNER}"]'}, "base is missing"),
        ({"base": '"hilang"'}, "no theme here"),
        ({"min_subscription_tier": '"pro"', "base": '"mewah"'}, "not free"),
        ({"min_subscription_tier": '"emas"', "base": '"pilar"'}, "min_subscription_tier"),
        ({"owners": '["siapa"]', "base": '"pilar"'}, "owners"),
    ],
)
def test_a_theme_that_is_not_for_everybody_needs_a_base_that_is(
    tmp_path: Path, lines: dict[str, str], says: str
) -> None:
    copy_theme(tmp_path)
    copy_theme(tmp_path, "mewah", **lines)
    with pytest.raises(ThemeError, match=says):
        load_themes(tmp_path)


async def test_a_site_follows_its_owners_tier_from_one_request_to_the_next(
    conn: asyncpg.Connection, visitor: Visitor
) -> None:
    owner = await make_user(conn, subscription_tier="pro")
    await make_site(conn, subdomain="kopi", user_id=owner, template_id="mewah")
    assert "/_theme/mewah/" in (await visitor.get("kopi.sites.test")).text
    await conn.execute("UPDATE users SET subscription_tier = 'free' WHERE id = $1", owner)
    page = await visitor.get("kopi.sites.test")
    assert page.status == 200
    assert "/_theme/mewah/" not in page.text
    assert "/_theme/pilar/" in page.text


async def test_a_private_theme_is_served_to_its_owners_sites_alone(conn: asyncpg.Connection, visitor: Visitor) -> None:
    await make_user(conn, id=OWNER)
    await make_site(conn, subdomain="punyaku", user_id=OWNER, template_id="milikku")
    await make_site(conn, subdomain="tetangga", template_id="milikku")
    assert "/_theme/milikku/" in (await visitor.get("punyaku.sites.test")).text
    assert "/_theme/milikku/" not in (await visitor.get("tetangga.sites.test")).text
