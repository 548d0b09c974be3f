"""What a blog tells machines (schema.org): a post, a list, and where they stand."""

from typing import Any

from renderer.themes.blog.places import BASE
from renderer.themes.blog.views import ArticleView, ListView
from renderer.themes.found.graph import filled, owner_id
from renderer.themes.found.urls import absolute
from renderer.themes.found.wording import plain
from renderer.themes.posts import moment_of
from renderer.themes.site import Site
from renderer.themes.source import PostRow

_MOST_WORDS = 20


def article_nodes(
    site: Site, post: PostRow, article: ArticleView, described: str, image: str | None
) -> list[dict[str, Any]]:
    url = absolute(site.source.base_url, article.href)
    node = {
        "@type": "BlogPosting",
        "@id": f"{url}#post",
        "url": url,
        "mainEntityOfPage": url,
        "headline": plain(article.title)[:110],
        "description": described[:300] or None,
        "datePublished": moment_of(post.visible_from, site.zone),
        "dateModified": moment_of(post.updated_at or post.visible_from, site.zone),
        "author": {"@type": "Person", "name": article.author} if article.author else {"@id": owner_id(site.source)},
        "publisher": {"@id": owner_id(site.source)},
        "isPartOf": {"@id": absolute(site.source.base_url, f"{BASE}#blog")},
        "image": image,
        "articleSection": [plain(link.label) for link in article.categories],
        "keywords": [plain(link.label) for link in article.tags][:_MOST_WORDS],
        "wordCount": post.words or None,
        "inLanguage": article.language or site.language,
        "workTranslation": [
            {"@id": f"{absolute(site.source.base_url, one.href)}#post"} for one in article.tongues if not one.current
        ],
    }
    return [filled(node), _trail(site, [(site.words["blog"], BASE), (article.title, article.href)])]


def list_nodes(site: Site, shown: ListView) -> list[dict[str, Any]]:
    base = site.source.base_url
    url = absolute(base, shown.href)
    if shown.kind in ("search", "subscribe"):
        return []
    node = {
        "@type": "Blog" if shown.kind == "index" else "CollectionPage",
        "@id": f"{url}#blog" if shown.kind == "index" else url,
        "url": url,
        "name": plain(shown.title),
        "isPartOf": {"@id": absolute(base, "/#website")},
        "publisher": {"@id": owner_id(site.source)} if shown.kind == "index" else None,
        "inLanguage": site.language,
    }
    trail = [(site.words["blog"], BASE)]
    if shown.kind != "index":
        trail.append((shown.title, shown.href))
    return [filled(node), _trail(site, trail)]


def _trail(site: Site, steps: list[tuple[str, str]]) -> dict[str, Any]:
    base = site.source.base_url
    named = [(plain(site.name), absolute(base, site.view.home))]
    named += [(plain(name) or plain(site.name), absolute(base, path)) for name, path in steps]
    items = [
        {"@type": "ListItem", "position": position, "name": name, "item": item}
        for position, (name, item) in enumerate(named, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{named[-1][1]}#breadcrumb", "itemListElement": items}
