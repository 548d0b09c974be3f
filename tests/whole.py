"""A row that holds every field of every model of the contract, and every place in it where a text may stand.

Built from the models themselves, so a new field is in it by itself.
"""

import json
import types
from collections.abc import Iterator
from functools import cache
from typing import Any, Union, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from renderer.themes.contract.components import Component, Config
from renderer.themes.contract.content import Content, Item, SectionContent
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.tokens import DesignTokens
from renderer.themes.sections import TYPES

Steps = tuple[str | int, ...]

# What stands in a field where any word would only make it fall away.
_FIT: dict[str, Any] = {
    "language": "id",
    "languages": ["id", "en"],
    "currency": "IDR",
    "provenance": "owner",
    "pointer": "/site",
    "by": "owner",
    "src": "/pictures/satu.png",
    "url": "https://example.com/a?b=c",
    "map_url": "https://maps.example.com/",
    "email": "halo@example.com",
    "phone": "022-555-0101",
    "number": "0813-5550-0101",
    "whatsapp": "0813-5550-0101",
    "price": 25_000,
    "amount": "25rb",
    "max": 30_000,
    "was": "40.000",
    "open": "07:00",
    "close": "01:00",
    "days": ["mo", "Sabtu–Minggu"],
    "from_": "2026-11-20",
    "to": "2026-12-24",
    "until": "2026-12-24",
    "path": "/",
    "page": "/",
    "section": "faq",
    "item": "satu",
    "slug": "tulisan",
    "status": "sold_out",
    "icon": "kawung",
    "timezone": "Asia/Jakarta",
    "postal_code": "40114",
    "count": 3,
    "width": 640,
    "height": 480,
    "focus": [0.2, 0.8],
    "lat": -6.9,
    "lng": 107.6,
    "highlight": True,
    "visible": True,
    "closed": False,
    "primary": "#0b6e4f",
    "accent": "oklch(0.7 0.1 60)",
    "ground": "#fff",
    "ink": "rgb(20 20 20)",
    "pairing": "cangkir",
    "radius": "md",
    "density": "airy",
    "motif": "kawung",
    "scheme": "laut",
    "mode": "auto",
    "accepted": ["cash", "bca", "Kasbon"],
}
_KINDS = ("whatsapp", "phone", "email", "map", "section", "page", "post", "url")
RICH: list[Any] = [
    "Satu baris.\n\nDua baris dengan \"kutipan\".",
    {"type": "markdown", "text": "## Judul\n\nKata **tebal**, [tautan](https://example.com/) dan\n\n- satu\n- dua"},
    {
        "type": "doc",
        "content": [
            {"type": "heading", "attrs": {"level": 2, "textAlign": "end"}, "content": [{"type": "text", "text": "J"}]},
            {
                "type": "paragraph",
                "content": [
                    {"type": "text", "text": "Kata ", "marks": [{"type": "bold"}, {"type": "highlight"}]},
                    {
                        "type": "text",
                        "text": "tautan",
                        "marks": [{"type": "link", "attrs": {"href": "https://example.com/", "title": "T"}}],
                    },
                    {"type": "hardBreak"},
                    {"type": "mention", "attrs": {"id": "a", "label": "Tini"}},
                ],
            },
            {"type": "taskList", "content": [{"type": "taskItem", "attrs": {"checked": True}, "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "Beres"}]}]}]},
            {"type": "orderedList", "attrs": {"start": 3}, "content": [{"type": "listItem", "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": "Tiga"}]}]}]},
            {"type": "codeBlock", "attrs": {"language": "python"}, "content": [{"type": "text", "text": "x = 1"}]},
            {"type": "blockquote", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "Kutip"}]}]},
            {"type": "image", "attrs": {"src": "/a.png", "alt": "Gambar", "title": "T"}},
            {"type": "youtube", "attrs": {"src": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}},
            {"type": "details", "content": [
                {"type": "detailsSummary", "content": [{"type": "text", "text": "Buka"}]},
                {"type": "detailsContent", "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "Isi"}]}]}]},
            {"type": "table", "content": [{"type": "tableRow", "content": [
                {"type": "tableHeader", "attrs": {"colspan": 1}, "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "Kepala"}]}]},
                {"type": "tableCell", "attrs": {"rowspan": 1}, "content": [
                    {"type": "paragraph", "content": [{"type": "text", "text": "Sel"}]}]}]}]},
            {"type": "unknown", "content": [{"type": "text", "text": "Tak dikenal"}]},
        ],
    },
]  # fmt: skip


def whole_row() -> dict[str, Any]:
    """Every column of a row, JSON columns as plain values; one of the caller's own."""
    row: dict[str, Any] = json.loads(_whole_row())
    return row


@cache
def _whole_row() -> str:
    Item.model_rebuild()  # its forward references
    content = build(Content)
    sections = [
        {**build(SectionContent), "id": kind, "type": kind, "text": RICH[number % len(RICH)]}
        for number, kind in enumerate(sorted(TYPES))
    ]
    content["pages"] = [
        {**content["pages"][0], "path": "/", "sections": sections},
        {**content["pages"][0], "path": "/tentang", "sections": [{**sections[0], "id": "x", "type": "text"}]},
    ]
    content["provenance"] = {"/site": "owner", "/pages": "owner"}
    row = {
        "config": build(Config),
        "design_tokens": build(DesignTokens),
        "generated_content": content,
        "components_config": [
            {**build(Component), "id": kind, "type": kind, "variant": "leaders"} for kind in sorted(TYPES)
        ]
        + [{**build(Component), "id": "x", "type": "text", "page": "/tentang"}],
        "css_variables": {"color": {"$type": "color", "primary": {"$value": "#123456"}, "accent": "{color.primary}"}},
        "available_color_schemes": [{"id": "own", "name": "Own", "color": {"primary": "#123456"}, "mode": "dark"}],
        "default_sections": ["hero", "menu"],
        **dict.fromkeys(("title", "description", "seo_title", "seo_description"), "Kata biasa"),
        "favicon_url": "/favicon.png",
        "og_image_url": "/og.png",
        "template_variant": "buku",
        "subdomain": "kopi-senja",
    }
    return json.dumps(row)


def build(model: type[BaseModel]) -> dict[str, Any]:
    """A plain object with every field of a model, under the contract's own name for it."""
    return {own_name(name, field): _value(name, field.annotation, model) for name, field in model.model_fields.items()}


def own_name(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    return str(alias.choices[0]) if isinstance(alias, AliasChoices) else alias if isinstance(alias, str) else name


def _value(name: str, annotation: Any, owner: type[BaseModel]) -> Any:
    kinds = list(_models(annotation))
    if kinds:
        inner = kinds[0]
        listed = get_origin(annotation) is list or "List" in str(annotation) or "list" in str(annotation)
        if inner.__name__ == "Action" and listed:
            return [{**build(inner), "label": kind, "to": {**build_target(kind)}} for kind in _KINDS[:3]]
        return [build(inner)] if listed else build(inner)
    if name == "url" and owner.__name__ == "Video":
        return "https://youtu.be/dQw4w9WgXcQ"
    if name in _FIT and not (name in ("to", "from_") and owner.__name__ in ("Price",)):
        return _FIT[name]
    if name == "from_":
        return True
    if name == "id":
        return "satu"
    if name == "kind":
        return "whatsapp"
    if "dict" in str(annotation):
        return {"a": {"b": "kata", "/lama": "/tentang", "purpose": "Kata"}, "/lama": "/tentang"}
    if "bool" in str(annotation):
        return True
    if "int" in str(annotation) or "float" in str(annotation):
        return 1
    if "list" in str(annotation).lower():
        return ["Satu kata", "Dua kata"]
    return "Sebuah teks"


def build_target(kind: str) -> dict[str, Any]:
    from renderer.themes.contract.content import Target

    return {**build(Target), "kind": kind}


def _models(annotation: Any) -> Iterator[type[Lenient]]:
    if isinstance(annotation, type) and issubclass(annotation, Lenient):
        yield annotation
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType, list) or origin is not None:
        for part in get_args(annotation):
            yield from _models(part)


def places(value: Any, steps: Steps = ()) -> Iterator[Steps]:
    """Where texts and numbers stand in plain JSON."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from places(item, (*steps, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from places(item, (*steps, index))
    else:
        yield steps


def kind_of(steps: Steps) -> Steps:
    """The field that a place is of, whichever of its list's entries it stands in."""
    return tuple(step if isinstance(step, str) else "*" for step in steps)


def put(row: Any, steps: Steps, value: Any) -> None:
    for step in steps[:-1]:
        row = row[step]
    row[steps[-1]] = value


def as_columns(row: dict[str, Any]) -> dict[str, Any]:
    """Columns as the engine gets them: JSON as text."""
    texts = ("config", "design_tokens", "generated_content", "components_config", "css_variables")
    return {
        name: json.dumps(value) if name in (*texts, "available_color_schemes") else value for name, value in row.items()
    }


__all__ = ["Item", "as_columns", "build", "kind_of", "places", "put", "whole_row"]
