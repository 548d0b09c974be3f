"""Hints of `form_templates.fields` and `settings`."""

from collections.abc import Mapping

from renderer.themes.contract import forms
from renderer.themes.contract.hint import Hint
from renderer.themes.contract.lenient import Lenient

_QUESTIONS = (
    *("text", "email", "tel", "number", "textarea", "select", "radio", "checkbox", "multi", "date", "time", "url"),
    *("money", "rating", "products", "file", "consent", "hidden"),
)

FORM_HINTS: Mapping[type[Lenient], Mapping[str, Hint]] = {
    forms.FormOption: {
        "value": Hint("What is stored.", most=200, example="manis", needed=True),
        "label": Hint("What a visitor reads; the value where there is none."),
        "price": Hint("Of products: said as elsewhere; what has none can be ordered all the same.", example="25rb"),
    },
    forms.FormCondition: {
        "field": Hint("The name of a question above.", needed=True, example="pengiriman"),
        "is_": Hint("Answers to it; any of them will do. Without: any answer."),
    },
    forms.FormField: {
        "name": Hint("What its answer is stored under: a-z, 0-9 and _.", most=40, example="nomor_wa", needed=True),
        "type": Hint("What is asked for; anything else is asked as text.", choices=_QUESTIONS, example="tel", any=True),
        "label": Hint("The question; a text, or a map of languages.", most=200, example="Nomor WhatsApp", needed=True),
        "help": Hint("A sentence below it.", most=300),
        "placeholder": Hint("An example inside it; never in place of the label.", most=100),
        "required": Hint("Whether it must be answered; a consent must unless this is false, and marketing never."),
        "options": Hint("What select, radio and multi offer, and the products; at most 60."),
        "min": Hint("The least number or amount; the least quantity of a product that is ordered.", example=1),
        "max": Hint("The largest number, amount or quantity; of a rating 3 to 10, of files 1 to 5.", example=20),
        "min_length": Hint("The fewest characters."),
        "max_length": Hint("The most characters; 5,000 in a textarea, 200 elsewhere."),
        "pattern": Hint("What a text must be like, as a whole: RE2’s syntax. Say in `help` what is wanted.", most=200),
        "earliest": Hint("The first date or time that may be given; `today` of a date.", example="today"),
        "latest": Hint("The last one."),
        "show_if": Hint("Asked only where a question above has a certain answer."),
        "version": Hint("Of a consent: what its wording is called; else it is told by its text.", most=40),
        "purpose": Hint("Of a consent: what the data is used for; stands beside it.", most=300),
        "marketing": Hint("Of a consent: it is about advertising, so nobody has to give it."),
        "value": Hint("What a hidden one says; another one begins with it."),
    },
    forms.FormFields: {"fields": Hint("The questions in their order; at most 40.")},
    forms.FormSettings: {
        "title": Hint("The form’s heading; a text, or a map of languages.", most=120, example="Pesan kopi"),
        "intro": Hint("A sentence below the heading.", most=600),
        "button": Hint("What its button says.", most=40, example="Pesan"),
        "thanks": Hint("What is said after sending.", most=600),
        "reply_text": Hint("What the mail to the sender says besides, where `reply` asks for one.", most=600),
        "next": Hint("A page of the same site to go to instead.", example="/terima-kasih"),
    },
    forms.FormDelivery: {
        "email_notifications": Hint("Whether leads are mailed; they are, unless this is false."),
        "notify_emails": Hint(
            "Who gets them, at most 5; else the site’s contact that its owner vouched for, else the owner.",
            example="halo@kopisenja.id",
        ),
        "email_subject": Hint(
            "What the mail’s subject begins with, before the visitor’s name.", most=60, example="Pesanan baru"
        ),
        "reply": Hint("Whether who gave an e-mail address is told by mail that the message has come; true in JSON."),
        "webhook_url": Hint("Where they are posted to, over https (Standard Webhooks).", most=1000),
        "whatsapp_notifications": Hint("Whether the site’s own WhatsApp number is told of them."),
        "whatsapp_to": Hint("Another number that is told of them.", example="081234567890"),
    },
}
