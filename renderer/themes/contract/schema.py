"""The contract as JSON Schema (draft 2020-12), in two forms.

Open: what is accepted. Lists may be maps, text may stand for objects, aliases and unknown keys are accepted and not
listed. Closed: what a language model's structured output can be held to. Every object closed, every property required
and null where there is nothing, lists only, no map with free keys; within the limits that OpenAI states for strict
schemas (root an object; no oneOf, allOf, not, if, patternProperties, default; 5,000 properties, 10 levels, 1,000 enum
values) and what others share with it. Of a translation it holds the words alone: what else could differ is not to be
translated.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from renderer.themes.contract.components import Components
from renderer.themes.contract.content import (
    Action,
    Address,
    Contact,
    Content,
    Fact,
    Group,
    Item,
    PageTranslation,
    SectionContent,
    SiteFacts,
    Translation,
    WhatsApp,
)
from renderer.themes.contract.hint import Hint
from renderer.themes.contract.hints import hint
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.sections import KINDS
from renderer.themes.contract.structure import TemplateColumns
from renderer.themes.contract.tokens import ColourTokens, DesignTokens
from renderer.themes.manifest import Manifest

Schema = dict[str, Any]
ROOTS: Mapping[str, type[Lenient]] = {
    "tokens": DesignTokens,
    "content": Content,
    "components": Components,
    "structure": TemplateColumns,
}
VOUCHED = frozenset({"testimonials", "statistics"})
_WORDS = "translation"
"""In place of a section type: everything below is of a translation."""
_WORDED: Mapping[type[Lenient], tuple[str, ...]] = {
    Translation: ("language", "site", "pages"),
    SiteFacts: ("tagline", "contact"),
    Contact: ("whatsapp", "address"),
    WhatsApp: ("text",),
    Address: ("landmark",),
    PageTranslation: ("path", "as_", "title", "description", "nav", "sections"),
    SectionContent: ("id", "label", "title", "intro", "text", "note", "items", "groups", "facts", "actions"),
    Item: ("id", "name", "text", "role", "value", "badge", "duration", "when", "place", "features", "actions"),
    Group: ("id", "name", "text", "items"),
    Fact: ("label", "value"),
    Action: ("label",),
}
"""What the closed form holds of a translation."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def export(name: str, *, strict: bool = False, manifest: Manifest | None = None) -> Schema:
    """The schema of one of `ROOTS`; `manifest` narrows it to what a theme has."""
    writer = _Writer(strict, _offers(manifest))
    root = writer.body(ROOTS[name])
    if name == "components" and not strict:
        root = root["properties"]["components"]
    return {"$schema": _DIALECT, "title": f"Tapsite {name}", **root, "$defs": writer.defs}


def _offers(manifest: Manifest | None) -> dict[tuple[str, str], tuple[str, ...]]:
    if manifest is None:
        return {}
    variants = dict.fromkeys(one for section in manifest.sections.values() for one in section.variants)
    return {
        ("FontTokens", "pairing"): tuple(manifest.pairings),
        ("DesignTokens", "scheme"): tuple(manifest.schemes),
        ("DesignTokens", "motif"): manifest.motifs,
        ("Component", "variant"): tuple(variants),
        ("Component", "type"): tuple(kind for kind in KINDS if kind in manifest.sections),
    }


class _Writer:
    def __init__(self, strict: bool, offers: Mapping[tuple[str, str], tuple[str, ...]]) -> None:
        self.defs: dict[str, Schema] = {}
        self._strict = strict
        self._offers = offers

    def body(
        self, model: type[Lenient], fields: Iterable[str] | None = None, kind: str = "", needs: Iterable[str] = ()
    ) -> Schema:
        """An object of the model's fields. `kind`: the section type it belongs to; `needs`: fields never null."""
        properties: dict[str, Schema] = {}
        for field in fields if fields is not None else model.model_fields:
            known = hint(model, field)
            if self._strict and not known.closed:
                continue
            needed = known.needed or field in needs
            if kind == _WORDS:  # it says what differs, and nothing has to
                needed, known = field in needs, replace(known, least=0)
            properties[field.rstrip("_")] = self._field(model, field, known, kind, needed=needed)
        schema: Schema = {"type": "object", "properties": properties}
        if self._strict:
            schema |= {"required": list(properties), "additionalProperties": False}
        return schema

    def _field(self, model: type[Lenient], field: str, known: Hint, kind: str, *, needed: bool) -> Schema:
        annotation = model.model_fields[field].annotation
        choices = self._offers.get((model.__name__, field), known.choices)
        if model is SectionContent and field == "type" and kind:
            return {"type": "string", "const": kind} if not self._strict else {"type": "string", "enum": [kind]}
        schema = self._value(annotation, known, choices, kind, needed=needed)
        if model in (ColourTokens, DesignTokens) and not self._strict:
            schema = {"anyOf": [schema, {"type": "object", "required": ["$value"]}]}
        said = _say(known) if self._strict else known.says
        if said and set(schema) != {"$ref"}:
            schema = {**schema, "description": said}
        if known.example is not None and not self._strict:
            schema["examples"] = [known.example]
        return schema

    def _value(self, annotation: Any, known: Hint, choices: tuple[str, ...], kind: str, *, needed: bool) -> Schema:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        if get_origin(annotation) in (Union, UnionType):
            annotation = next(part for part in get_args(annotation) if part is not NoneType)
            return self._value(annotation, known, choices, kind, needed=needed)
        if get_origin(annotation) is list:
            return self._list(get_args(annotation)[0], known, choices, kind)
        if get_origin(annotation) is dict:
            return self._map(get_args(annotation)[1], known)
        if isinstance(annotation, type) and issubclass(annotation, Lenient):
            return self._object(annotation, kind, needed=needed)
        if annotation is Any:
            return self._rich(kind, needed=needed)
        return self._plain(annotation, known, choices, needed=needed)

    def _plain(self, annotation: Any, known: Hint, choices: tuple[str, ...], *, needed: bool) -> Schema:
        if annotation is bool:
            return {"type": "boolean"} if self._strict else {"type": ["boolean", "null"]}
        if annotation in (int, float):
            name = "integer" if annotation is int else "number"
            return {"type": name if needed and self._strict else [name, "null"]}
        if self._strict and isinstance(known.example, int):  # an amount of money
            return {"type": ["integer", "null"]}
        if choices and not known.any:
            if not self._strict:  # other spellings of the choices are read too
                return {"anyOf": [{"enum": [*choices, None]}, *({"type": name} for name in ("string", *known.also))]}
            return (
                {"type": "string", "enum": [*choices]}
                if needed
                else {"type": ["string", "null"], "enum": [*choices, None]}
            )
        schema: Schema = {"type": "string" if needed and self._strict else ["string", "null"]}
        if not self._strict:
            schema["type"] = ["string", "number", "null"]
            if known.most:
                schema["maxLength"] = known.most
        elif known.like:
            schema["pattern"] = known.like
        return schema

    def _list(self, inner: Any, known: Hint, choices: tuple[str, ...], kind: str) -> Schema:
        if get_origin(inner) is Annotated:
            inner = get_args(inner)[0]
        inner = next((part for part in get_args(inner) if part is not NoneType), inner)
        if inner is Translation and self._strict:
            entry = self._ref(inner, _WORDS)
        elif inner is SectionContent and kind != _WORDS:
            entry = self._sections()
        elif inner in (Item, Group):
            entry = self._ref(inner, kind or "locations")
        elif isinstance(inner, type) and issubclass(inner, Lenient):
            entry = self._object(inner, kind, needed=True)
        else:
            entry = self._plain(inner, known, choices, needed=True)
        if self._strict:
            least = {"minItems": known.least} if known.least else {}
            return {"type": "array", "items": entry, **least}
        entry = _or(entry, {"type": "null"})
        forms = [{"type": "array", "items": entry}, {"type": "object", "additionalProperties": entry}, {"type": "null"}]
        return {"anyOf": [*forms, *([{"type": "string"}] if inner is str else [])]}

    def _map(self, inner: Any, known: Hint) -> Schema:
        """A map with free keys; in the closed form a list whose entries carry the key as `id`."""
        model = isinstance(inner, type) and issubclass(inner, Lenient)
        entry: Schema = {} if inner is Any else {"type": "string"} if not model else self.body(inner)
        if not self._strict:
            return {"type": ["object", "null"], "additionalProperties": entry}
        named = entry.get("properties") or {"name": {"type": "string"}}
        return {"type": "array", "items": _closed({"id": {"type": "string"}, **named})}

    def _object(self, model: type[Lenient], kind: str, *, needed: bool) -> Schema:
        ref = self._ref(model, kind)
        if self._strict:
            return ref if needed else _or(ref, {"type": "null"})
        text = [{"type": ["string", "number"]}] if model.text_means else []
        return _or(ref, *text, {"type": "null"})

    def _ref(self, model: type[Lenient], kind: str) -> Schema:
        fields: tuple[str, ...] | None = None
        needs: tuple[str, ...] = ()
        name = model.__name__
        if kind == _WORDS:
            name, fields = f"Translated{name}", _WORDED[model]
            needs = ("language",) if model is Translation else ("path",) if model is PageTranslation else ()
        elif kind and model in (Item, Group, SectionContent):
            name = f"{name}_{kind}"
            fields, needs = self._narrowed(model, kind)
        if name not in self.defs:
            self.defs[name] = {}  # in place before what refers back to it
            body = self.body(model, fields, kind, needs)
            text = {"type": ["string", "number"]}
            self.defs[name] = body if self._strict or model not in (Item, Group) else _or(body, text)
        return {"$ref": f"#/$defs/{name}"}

    def _narrowed(self, model: type[Lenient], kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        known = KINDS[kind]
        if model is Item:
            return ("id", *known.items), known.needs or ("name",)
        if model is Group:
            return ("id", *known.groups, "items"), ()
        fields = ["type", "id", *known.fields]
        if self._strict and kind not in ("about", "text"):
            fields.remove("text")  # the intro says it
        lists = [name for name, inner in (("items", known.items), ("groups", known.groups)) if inner]
        vouched = ["provenance"] if kind in VOUCHED or not self._strict else []
        return (*fields, *lists, *vouched), ()

    def _sections(self) -> Schema:
        """One of the section types, told apart by `type`."""
        kinds = self._offers.get(("Component", "type"), tuple(KINDS))
        refs = {kind: self._ref(SectionContent, kind) for kind in kinds}
        if self._strict:
            return {"anyOf": list(refs.values())}
        chosen = [
            {"if": {"properties": {"type": {"const": kind}}, "required": ["type"]}, "then": ref}
            for kind, ref in refs.items()
        ]
        return {"type": "object", "allOf": chosen}

    def _rich(self, kind: str, *, needed: bool) -> Schema:
        markdown: dict[str, Schema] = {"type": {"type": "string", "enum": ["markdown"]}, "text": {"type": "string"}}
        if self._strict:
            if kind in ("", "text", _WORDS):
                return {"anyOf": [{"type": "string"}, _closed(markdown), {"type": "null"}]}
            return {"type": "string" if needed else ["string", "null"]}
        document = {"type": {"const": "doc"}, "content": {"type": "array"}}
        forms: list[Schema] = [
            {"type": ["string", "number", "null"]},
            {"type": "object", "properties": markdown, "required": ["type", "text"]},
            {"type": "object", "properties": document, "required": ["content"]},
            {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]},
            {"type": "array"},
        ]
        return {"anyOf": forms}


def _closed(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False
    }  # fmt: skip


def _or(schema: Schema, *others: Schema) -> Schema:
    return {"anyOf": [schema, *others]}


def _say(known: Hint) -> str:
    """Description with length and example: a closed form has no other place for them."""
    parts = [known.says]
    if known.most:
        parts.append(f"At most {known.most} characters.")
    if known.choices and known.any:
        parts.append(f"Known: {', '.join(known.choices)}.")
    if known.example is not None:
        parts.append(f"Example: {known.example}")
    return " ".join(part for part in parts if part)
