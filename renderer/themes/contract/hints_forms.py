"""Hints of `form_templates.fields` and `settings`."""

from collections.abc import Mapping

from renderer.themes.contract import forms
from renderer.themes.contract.hint import Hint
from renderer.themes.contract.lenient import Lenient

_QUESTIONS = (
    *("text", "email", "tel", "number", "textarea", "select", "radio", "checkbox", "multi", "date", "time", "url"),
    *("consent", "hidden"),
)

FORM_HINTS: Mapping[type[Lenient], Mapping[str, Hint]] = {
    forms.FormOption: {
        "value": Hint("What is stored.", most=200, example="manis", needed=True),
        "label": Hint("What a visitor reads; the value where there is none."),
    },
    forms.FormField: {
        "name": Hint("What its answer is stored under: a-z, 0-9 and _.", most=40, example="nomor_wa", needed=True),
        "type": Hint("What is asked for; anything else is asked as text.", choices=_QUESTIONS, example="tel", any=True),
        "label": Hint("The question; a text, or a map of languages.", most=200, example="Nomor WhatsApp", needed=True),
        "help": Hint("A sentence below it.", most=300),
        "placeholder": Hint("An example inside it; never in place of the label.", most=100),
        "required": Hint("Whether it must be answered; a consent always must."),
        "options": Hint("What select, radio and multi offer; at most 60."),
        "min": Hint("The least number.", example=1),
        "max": Hint("The largest number.", example=20),
        "min_length": Hint("The fewest characters."),
        "max_length": Hint("The most characters; 5,000 in a textarea, 200 elsewhere."),
        "value": Hint("What a hidden one says; another one begins with it."),
    },
    forms.FormFields: {"fields": Hint("The questions in their order; at most 40.")},
    forms.FormSettings: {
        "title": Hint("The form’s heading; a text, or a map of languages.", most=120, example="Pesan kopi"),
        "intro": Hint("A sentence below the heading.", most=600),
        "button": Hint("What its button says.", most=40, example="Pesan"),
        "thanks": Hint("What is said after sending.", most=600),
        "next": Hint("A page of the same site to go to instead.", example="/terima-kasih"),
    },
    forms.FormDelivery: {
        "email_notifications": Hint("Whether leads are mailed; they are, unless this is false."),
        "notify_emails": Hint(
            "Who gets them, at most 5; else the site’s contact that its owner vouched for, else the owner.",
            example="halo@kopisenja.id",
        ),
        "webhook_url": Hint("Where they are posted to, over https (Standard Webhooks).", most=1000),
        "whatsapp_notifications": Hint("Whether the site’s own WhatsApp number is told of them."),
        "whatsapp_to": Hint("Another number that is told of them.", example="081234567890"),
    },
}
