"""The generated half of docs/content.md: section types and fields, from the models and their hints."""

from collections.abc import Iterable

from renderer.themes.contract import components, content, forms, tokens
from renderer.themes.contract.hint import Hint
from renderer.themes.contract.hints import HINTS
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.sections import KINDS

_COLUMNS: tuple[tuple[str, tuple[type[Lenient], ...]], ...] = (
    ("design_tokens", (tokens.DesignTokens, tokens.ColourTokens, tokens.FontTokens)),
    (
        "generated_content",
        (
            *(content.Content, content.SiteFacts, content.Contact, content.WhatsApp, content.Address, content.Geo),
            *(content.Hours, content.OpenDays, content.HoursException, content.Channel, content.Payments),
            *(content.Qris, content.Credential, content.PageContent, content.SectionContent, content.Item),
            *(content.Group, content.Fact, content.Price, content.Picture, content.Video, content.Action),
            content.Target,
            *(content.Translation, content.PageTranslation, content.Vouch),
        ),
    ),
    ("components_config", (components.Component,)),
    ("config", (components.Config, components.Privacy, components.Redirect)),
    ("form_templates", (forms.FormField, forms.FormOption, forms.FormSettings, forms.FormDelivery)),
)


def describe() -> str:
    """Markdown: what each section type draws, then every field of every column."""
    lines = ["### Section types", "", "| type | for | draws | of an item | of a group |", "|---|---|---|---|---|"]
    for name, kind in KINDS.items():
        cells = (f"`{name}`", kind.use, _names(kind.fields), _names(kind.items), _names(kind.groups))
        lines.append(f"| {' | '.join(cells)} |")
    for column, models in _COLUMNS:
        lines += ["", f"### Fields of `{column}`", "", "| field | what it is |", "|---|---|"]
        for model in models:
            for field in model.model_fields:
                lines.append(f"| `{_called(model)}.{field.rstrip('_')}` | {_said(HINTS[model][field])} |")
    return "\n".join(lines)


def _called(model: type[Lenient]) -> str:
    return {"SectionContent": "section", "PageContent": "page", "SiteFacts": "site", "ColourTokens": "color",
            "DesignTokens": "tokens", "FontTokens": "font", "Target": "to", "WhatsApp": "whatsapp"}.get(
        model.__name__, "".join(f" {mark.lower()}" if mark.isupper() else mark for mark in model.__name__).strip()
    )  # fmt: skip


def _names(fields: Iterable[str]) -> str:
    return ", ".join(f"`{field.rstrip('_')}`" for field in fields)


def _said(hint: Hint) -> str:
    parts = [hint.says]
    if hint.choices and len(hint.choices) <= 14:
        parts.append(f"{'Known' if hint.any else 'One of'}: {', '.join(hint.choices)}.")
    if hint.most:
        parts.append(f"At most {hint.most} characters.")
    if hint.example is not None:
        parts.append(f"Example: {hint.example}")
    return " ".join(parts)
