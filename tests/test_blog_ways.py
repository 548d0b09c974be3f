"""Ways through a blog: its archive by year and month, back to all of it, and on through a search."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from tests.factories import make_post, make_site
from tests.judge import Page
from tests.visitor import Visitor

HOST = "kopi.sites.test"
BASE = "http://kopi.sites.test:8080"
ARCHIVE = "/blog/arsip/"


@pytest.fixture
async def site(conn: asyncpg.Connection) -> UUID:
    """A blog of twelve posts: two of January 2019 (one by the zone of the site alone), the rest of August 2021."""
    site = await make_site(conn, subdomain="kopi", title="Kopi Senja")
    moments = [datetime(2019, 1, 31, 5, tzinfo=UTC), datetime(2018, 12, 31, 20, tzinfo=UTC)]
    moments += [datetime(2021, 8, day, 5, tzinfo=UTC) for day in range(1, 11)]
    for number, moment in enumerate(moments):
        await make_post(conn, site, slug=f"p{number}", published_at=moment)
    return site


async def ways(visitor: Visitor, path: str) -> tuple[list[str], list[str]]:
    """Addresses of the archive that a page leads to, and which of them it is."""
    answer = await visitor.get(HOST, path)
    assert answer.status == 200, path
    page = Page(answer.text, BASE)
    assert page.problems == []
    links = [link for link in page.all("a") if link.attrs["href"].startswith(ARCHIVE)]
    return (
        [link.attrs["href"].removeprefix(ARCHIVE) for link in links],
        [link.text for link in links if link.attrs.get("aria-current") == "page"],
    )


async def test_the_index_leads_to_years_and_a_year_to_its_months(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    for path in ("/blog", "/blog/halaman/2"):
        assert await ways(visitor, path) == (["2021", "2019"], [])
    assert await ways(visitor, ARCHIVE + "2021") == (["2021/08"], [])
    assert await ways(visitor, ARCHIVE + "2019/01") == (["2019", "2019/01"], ["Januari"])
    await conn.execute('UPDATE websites SET config = \'{"timezone": "Asia/Makassar"}\' WHERE id = $1', site)
    await conn.execute("UPDATE blog_posts SET published_at = '2019-02-28 16:30+00' WHERE slug = 'p1'")
    assert await ways(visitor, ARCHIVE + "2019") == (["2019/01", "2019/03"], [])


async def test_a_way_leads_to_what_visitors_of_this_site_may_see(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    other = await make_site(conn, subdomain="roti")
    await make_post(conn, other, slug="tetangga", published_at=datetime(2020, 5, 5, tzinfo=UTC))
    await make_post(conn, site, slug="draf", status="draft", published_at=datetime(2020, 5, 5, tzinfo=UTC))
    await make_post(
        conn,
        site,
        slug="kelak",
        published_at=datetime(2021, 9, 5, tzinfo=UTC),
        scheduled_at=datetime(3000, 1, 1, tzinfo=UTC),
    )
    assert await ways(visitor, "/blog") == (["2021", "2019"], [])
    assert await ways(visitor, ARCHIVE + "2021/08") == (["2021", "2021/08"], ["Agustus"])
    await conn.execute("DELETE FROM blog_posts WHERE slug IN ('p0', 'p1')")
    assert await ways(visitor, "/blog") == ([], []), "what is all on one page needs no archive"


@pytest.mark.parametrize("path", ["/blog/arsip/2021", "/blog/cari", "/blog/cari?q=nihil", "/blog/langganan"])
async def test_whoever_is_in_a_corner_of_the_blog_finds_back_to_all_of_it(
    visitor: Visitor, site: UUID, path: str
) -> None:
    page = Page((await visitor.get(HOST, path)).text, BASE)
    assert "Semua tulisan" in [link.text for link in page.all("a") if link.attrs["href"] == "/blog"]


async def test_a_search_goes_on_by_rank_and_a_list_by_time(
    conn: asyncpg.Connection, visitor: Visitor, site: UUID
) -> None:
    await conn.execute("UPDATE blog_posts SET title = 'Gayo'")
    for path, words in (("/blog", "Lebih lama →"), ("/blog/cari?q=gayo", "Berikutnya →")):
        page = Page((await visitor.get(HOST, path)).text, BASE)
        assert [link.text for link in page.all("a") if link.attrs.get("rel") == "next"] == [words]
