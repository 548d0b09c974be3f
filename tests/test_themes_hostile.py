"""Whatever the four JSON columns hold, a page comes out, and it is a page."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renderer.themes import PostSource, Themes, draw_error, draw_page, draw_password, load_themes, read_site
from tests.pages import Page, source

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
ROOT = Path(__file__).parent.parent / "themes"

ATTACKS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example/x",
    "https://evil.example\\@kopi.example/",
    "{{ 7*7 }}{% for x in ().__class__.__mro__ %}{% endfor %}",
    "red;}body{background:url(https://evil.example)}",
    "url(https://evil.example/x)",
    "expression(alert(1))",
    "\\3c/style>",
    "/* */ red",
    "#fff}/*",
    "rtl \u202e override",
    "a\u0000b",
    "\ud800 lone",
    "None",
    "undefined",
    "../../etc/passwd",
    "x" * 3000,
    "0812-3456-7890",
    "9" * 40,
]

text = st.integers(0, len(ATTACKS) - 1).map(ATTACKS.__getitem__) | st.text(max_size=30)
_leaf = st.none() | st.booleans() | st.integers() | st.floats() | text


_HIDDEN: list[st.SearchStrategy[Any]] = []


@st.composite
def _hidden(draw: st.DrawFn, index: int) -> Any:
    return draw(_HIDDEN[index])


def hide(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same strategy under a short name: hypothesis warns about strategies whose names are 30 kB long."""
    _HIDDEN.append(strategy)
    return _hidden(len(_HIDDEN) - 1)


leaf = hide(_leaf)
anything = st.recursive(
    leaf,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(text | st.sampled_from(["id", "type", "text"]), inner, max_size=5)
    ),
    max_leaves=25,
)
TYPES = [
    "hero",
    "announcement",
    "features",
    "about",
    "services",
    "gallery",
    "testimonials",
    "team",
    "pricing",
    "menu",
    "products",
    "faq",
    "steps",
    "statistics",
    "logos",
    "cta",
    "contact",
    "latest_posts",
    "text",
    "channels",
    "payments",
    "locations",
    "itinerary",
    "form",
    "nonsense",
]


@pytest.fixture(scope="module")
def themes() -> Themes:
    return load_themes(ROOT)


def check(themes: Themes, **columns: Any) -> None:
    post = PostSource("satu", "<b>Satu</b>", columns.get("generated_content"), None, NOW, 0)
    site = read_site(themes, source(**columns))
    assert "/" in site.paths
    drawn = [draw_page(site, path, [post], NOW) for path in site.paths]
    drawn += [draw_error(site, 404), draw_password(site, action="/_gate", error="wrong", next_path='/"><script>')]
    for one in drawn:
        assert one is not None
        one.html.encode()
        page = Page(one.html)
        assert page.problems == []
        assert page.all("style")[0].text == site.look.css
        assert one.style_hashes == (site.look.css_hash,)
        known = {script.digest: script.text for script in site.theme.scripts.values()}
        assert page.scripts == [known[digest] for digest in one.script_hashes]
        assert "{{" not in page.all("title")[0].text or "7*7" in page.all("title")[0].text


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(anything, anything, anything, anything)
def test_random_json_in_every_column_is_a_page(
    themes: Themes, config: Any, tokens: Any, content: Any, components: Any
) -> None:
    check(
        themes,
        config=json.dumps(config),
        design_tokens=json.dumps(tokens),
        generated_content=json.dumps(content),
        components_config=json.dumps(components),
    )


FIELDS = [
    "name",
    "title",
    "text",
    "intro",
    "label",
    "note",
    "role",
    "value",
    "quote",
    "question",
    "answer",
    "badge",
    "status",
    "icon",
    "duration",
    "when",
    "place",
    "url",
    "phone",
    "category",
]
price = hide(st.fixed_dictionaries({}, optional=dict.fromkeys(("amount", "max", "was", "from", "unit", "note"), leaf)))
target = st.fixed_dictionaries(
    {"kind": st.sampled_from(["whatsapp", "phone", "email", "map", "section", "page", "url", "post", "form"]) | text},
    optional=dict.fromkeys(("url", "path", "section", "item", "text", "slug"), text),
)
action = hide(st.fixed_dictionaries({}, optional={"label": leaf, "to": target | text}))
rich = st.recursive(
    st.fixed_dictionaries({"type": st.just("text"), "text": text}, optional={"marks": anything}),
    lambda inner: st.fixed_dictionaries(
        {
            "type": st.sampled_from(
                [
                    "doc",
                    "paragraph",
                    "heading",
                    "bulletList",
                    "orderedList",
                    "listItem",
                    "table",
                    "tableRow",
                    "tableCell",
                    "blockquote",
                    "codeBlock",
                    "image",
                    "taskList",
                    "taskItem",
                    "youtube",
                    "unknown",
                ]
            ),
            "content": st.lists(inner, max_size=3),
        },
        optional={
            "attrs": st.fixed_dictionaries(
                {}, optional=dict.fromkeys(("level", "src", "href", "start", "colspan", "textAlign"), leaf)
            )
        },
    ),
    max_leaves=10,
)
_item = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FIELDS, leaf),
        "price": price | leaf,
        "actions": st.lists(action, max_size=2) | leaf,
        "image": st.fixed_dictionaries({"src": text}) | leaf,
        "features": st.lists(leaf, max_size=3),
        "highlight": leaf,
    },
)
item = hide(_item)
_section = st.fixed_dictionaries(
    {"id": st.sampled_from(["a", "b", "main", "top", "Ä ö", "1"]) | text, "type": st.sampled_from(TYPES)},
    optional={
        **dict.fromkeys(("title", "label", "intro", "note", "count", "provenance"), leaf),
        "text": hide(rich) | leaf | st.fixed_dictionaries({"type": st.just("markdown"), "text": text}),
        "provenance": st.just("owner"),
        "items": st.lists(item, max_size=5) | st.dictionaries(text, item, max_size=3),
        "groups": st.lists(st.fixed_dictionaries({"name": leaf, "items": st.lists(item, max_size=3)}), max_size=2),
        "facts": st.lists(st.fixed_dictionaries({"label": leaf, "value": leaf}), max_size=3),
        "actions": st.lists(action, max_size=3),
        "image": st.fixed_dictionaries(
            {"src": text}, optional={"alt": text, "width": leaf, "focus": st.lists(leaf, max_size=3)}
        ),
    },
)
section = hide(_section)
content = st.fixed_dictionaries(
    {
        "pages": st.lists(
            st.fixed_dictionaries(
                {
                    "path": st.sampled_from(["/", "/a", "/b/c", "/blog", "/_x", "//"]) | text,
                    "sections": st.lists(section, max_size=5),
                }
            ),
            max_size=2,
        )
    },
    optional={
        "language": st.sampled_from(["id", "en", "xx"]) | leaf,
        "provenance": st.dictionaries(text, leaf, max_size=2),
        "site": st.fixed_dictionaries(
            {},
            optional={
                "name": leaf,
                "tagline": leaf,
                "logo": leaf | st.fixed_dictionaries({"src": text}),
                "contact": st.fixed_dictionaries(
                    {},
                    optional={
                        "whatsapp": st.sampled_from(
                            ["0813-5550-0101", {"number": "0813 5550 0101", "text": "Hai {item} {x}"}]
                        )
                        | leaf,
                        "phone": st.sampled_from(["022-555-0101"]) | leaf,
                        "email": text,
                        "address": text | st.dictionaries(st.sampled_from(["street", "city", "landmark"]), leaf),
                        "geo": st.fixed_dictionaries({"lat": leaf, "lng": leaf}),
                    },
                ),
                "hours": st.fixed_dictionaries(
                    {
                        "weekly": st.lists(
                            st.fixed_dictionaries(
                                {
                                    "days": st.lists(st.sampled_from(["mo", "su", "Senin–Kamis", "x"])),
                                    "open": st.sampled_from(["07:00", "25:00", "0"]) | leaf,
                                    "close": st.sampled_from(["01:00", "24:00"]) | leaf,
                                }
                            ),
                            max_size=3,
                        )
                    }
                ),
                "channels": st.lists(st.fixed_dictionaries({"kind": leaf, "url": text}), max_size=3),
                "payments": st.fixed_dictionaries({"accepted": st.lists(leaf, max_size=4)}),
                "locations": st.lists(item, max_size=3),
            },
        ),
    },
)


@settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
@given(
    content,
    st.lists(
        st.fixed_dictionaries(
            {"type": st.sampled_from(TYPES)},
            optional={"id": text, "variant": text, "background": text, "page": text, "from": text, "until": text},
        ),
        max_size=4,
    ),
    st.sampled_from(["default", "papan-nama", "buku", "?"]),
)
def test_nearly_right_content_is_a_page(themes: Themes, content: Any, components: Any, variant: str) -> None:
    check(
        themes,
        generated_content=json.dumps(content),
        components_config=json.dumps(components),
        template_variant=variant,
    )


@pytest.mark.parametrize(
    "column",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "1e5000",
        '{"site": {"name": 1e5000}}',
        '{"site": {"name": ' + "9" * 5000 + "}}",
        "[" * 3000 + "]" * 3000,
        '{"pages": ' + "[" * 3000 + "]" * 3000 + "}",
        '{"a":' * 3000 + "1" + "}" * 3000,
        '{"site": {"name": "\\ud800"}}',
        '{"site": {"name": "a", "name": "b"}}',
        '{"site": {"name": NaN}}',
        '{"pages": [' + ",".join(["0"] * 200_000) + "]}",
        '{"pages": [{"path": "/", "sections": ['
        + ",".join(['{"type":"faq","items":[{"question":"q","answer":"a"}]}'] * 3000)
        + "]}]}",
    ],
    ids=range(16),
)
def test_text_that_a_json_reader_chokes_on_is_a_page(themes: Themes, column: str) -> None:
    check(themes, config=column, design_tokens=column, generated_content=column, components_config=column)


def test_every_text_position_holds_an_attack_harmlessly(themes: Themes) -> None:
    for attack in ATTACKS:
        sections = [
            {
                "id": kind,
                "type": kind,
                "provenance": "owner",
                "title": attack,
                "intro": attack,
                "text": attack,
                "note": attack,
                "label": attack,
                "facts": [{"label": attack, "value": attack}],
                "actions": [{"label": attack, "to": {"kind": "url", "url": attack}}],
                "items": [
                    {
                        "name": attack,
                        "text": attack,
                        "role": attack,
                        "value": attack,
                        "price": attack,
                        "image": attack,
                        "url": attack,
                    }
                ],
            }
            for kind in TYPES
        ]
        check(
            themes,
            title=attack,
            description=attack,
            seo_title=attack[:70],
            og_image_url=attack,
            favicon_url=attack,
            design_tokens=json.dumps(
                {"color": {"primary": attack, "ground": {"$value": attack}}, "radius": attack, "font": attack}
            ),
            generated_content=json.dumps({"pages": [{"path": "/", "title": attack, "sections": sections}]}),
        )
