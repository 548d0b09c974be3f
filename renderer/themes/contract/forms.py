"""`form_templates.fields` and `settings`: what a form asks, and what it says around its questions.

A text is either a string or a map of languages (`{"id": "Nama", "en": "Name"}`).
"""

from typing import Any, ClassVar

from pydantic import AliasChoices, Field

from renderer.themes.contract.content import Price
from renderer.themes.contract.lenient import Flag, Lenient, Listed, Number, ShortText, Whether, Whole, Word


class FormCondition(Lenient):
    field: Word = Field(default=None, validation_alias=AliasChoices("field", "question", "name"))
    is_: Listed[ShortText] = Field(
        default_factory=list, validation_alias=AliasChoices("is", "equals", "value", "values", "in", "is_")
    )


class FormOption(Lenient):
    text_means: ClassVar[str | None] = "value"
    value: ShortText = Field(default=None, validation_alias=AliasChoices("value", "id", "key"))
    label: Any = Field(default=None, validation_alias=AliasChoices("label", "text", "title", "name"))
    price: Price | None = None


class FormField(Lenient):
    text_means: ClassVar[str | None] = "label"
    name: Word = Field(default=None, validation_alias=AliasChoices("name", "id", "key"))
    type: Word = Field(default=None, validation_alias=AliasChoices("type", "kind", "input"))
    label: Any = Field(default=None, validation_alias=AliasChoices("label", "title", "question"))
    help: Any = Field(default=None, validation_alias=AliasChoices("help", "hint", "description"))
    placeholder: Any = None
    required: Whether = None
    options: Listed[FormOption] = Field(
        default_factory=list, validation_alias=AliasChoices("options", "choices", "values", "products", "items")
    )
    min: Number | None = None
    max: Number | None = None
    min_length: Whole | None = None
    max_length: Whole | None = None
    pattern: ShortText = None
    earliest: Word = None
    latest: Word = None
    show_if: FormCondition | None = Field(
        default=None, validation_alias=AliasChoices("show_if", "visible_if", "condition", "depends_on")
    )
    version: Word = None
    purpose: Any = Field(default=None, validation_alias=AliasChoices("purpose", "used_for"))
    marketing: Flag = False
    value: ShortText = Field(default=None, validation_alias=AliasChoices("value", "default"))


class FormFields(Lenient):
    """The column is a bare list; it is wrapped so that one reader serves all columns."""

    fields: Listed[FormField] = Field(default_factory=list)


class FormSettings(Lenient):
    """Of the settings, what a visitor sees."""

    title: Any = Field(default=None, validation_alias=AliasChoices("title", "heading"))
    intro: Any = Field(default=None, validation_alias=AliasChoices("intro", "description", "text"))
    button: Any = Field(default=None, validation_alias=AliasChoices("button", "submit", "submit_label", "submit_text"))
    thanks: Any = Field(
        default=None, validation_alias=AliasChoices("thanks", "thank_you", "success_message", "thank_you_text")
    )
    reply_text: Any = Field(default=None, validation_alias=AliasChoices("reply_text", "reply_message"))
    next: ShortText = Field(default=None, validation_alias=AliasChoices("next", "redirect", "next_page"))


class FormDelivery(Lenient):
    """Of the settings, where leads go: read when one is delivered, and never for a visitor."""

    email_notifications: Flag = True
    notify_emails: Listed[Word] = Field(
        default_factory=list, validation_alias=AliasChoices("notify_emails", "notify_email", "email_to", "recipients")
    )
    email_subject: ShortText = Field(default=None, validation_alias=AliasChoices("email_subject", "subject"))
    reply: Flag = False
    webhook_url: ShortText = Field(default=None, validation_alias=AliasChoices("webhook_url", "webhook"))
    whatsapp_notifications: Flag = False
    whatsapp_to: Word = None
