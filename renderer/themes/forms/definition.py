"""A row of form_templates → Form. Anything in it may be missing, wrong or hostile: a form comes out all the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from renderer.themes.contract.forms import FormField, FormFields, FormSettings
from renderer.themes.contract.lenient import read_model
from renderer.themes.decode import clean_text, decode, is_seen
from renderer.themes.forms.rules import (
    Condition,
    Item,
    read_bounds,
    read_condition,
    read_items,
    read_pattern,
    read_span,
    version_of,
)
from renderer.themes.repair import Repair, Repairs
from renderer.themes.text.words import Words

FORMS_PATH = "/_forms/"
FORM_KEY = "[A-Za-z0-9_-]{1,64}"
"""What follows the path in the address of a form's own page."""
DEFAULT = "contact"
"""The form that every site has, unless it has one of its own of this type."""
NEWSLETTER = "newsletter"
"""The type that subscribes; every site has this one as well."""
MOST_QUESTIONS = 40
MOST_OPTIONS = 60
TYPES = frozenset(
    {
        *("text", "email", "tel", "number", "textarea", "select", "radio", "checkbox", "multi", "date", "time", "url"),
        *("money", "rating", "products", "file", "consent", "hidden"),
    }
)
CHOICES = frozenset({"select", "radio", "multi", "products"})
_SAME = {
    "string": "text", "name": "text", "phone": "tel", "whatsapp": "tel", "telephone": "tel", "telp": "tel",
    "mail": "email", "e-mail": "email", "message": "textarea", "multiline": "textarea", "paragraph": "textarea",
    "longtext": "textarea", "dropdown": "select", "choice": "radio", "checkboxes": "multi", "multiselect": "multi",
    "multi-select": "multi", "multi_select": "multi", "bool": "checkbox", "boolean": "checkbox", "switch": "checkbox",
    "order": "products", "product": "products", "items": "products", "cart": "products", "pesanan": "products",
    "stars": "rating", "upload": "file", "files": "file", "image": "file", "photo": "file", "attachment": "file",
    "agreement": "consent", "integer": "number", "rupiah": "money", "currency": "money",
    "price": "money", "link": "url", "website": "url",
}  # fmt: skip
_NAMES = {
    "name": "name", "nama": "name", "nama_lengkap": "name", "full_name": "name", "fullname": "name",
    "your_name": "name",
    "alamat": "street-address", "address": "street-address", "kota": "address-level2", "city": "address-level2",
    "kode_pos": "postal-code", "postal_code": "postal-code", "perusahaan": "organization", "company": "organization",
    "organization": "organization", "organisasi": "organization",
}  # fmt: skip
_LONGEST = {"textarea": 5_000, "email": 254, "tel": 40, "url": 2_000}
_NEXT = re.compile(r"/(?:[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*)?")


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of form_templates; JSON columns are text, None where oversized. `key` is its place in addresses, `name`
    what whoever made it calls it."""

    key: str
    form_type: str
    fields: str | None
    settings: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One field. `least` and `most` bound numbers, `shortest` and `longest` characters; `autocomplete` is a token of
    HTML's, or empty; `value` is what a hidden one says. `pattern` is RE2's, `earliest`, `latest` are as `read_span`
    gives them, `items` what may be ordered, `version` what a consent's wording is called, and `purpose` what it is for;
    `marketing`: it is about advertising."""

    name: str
    type: str
    label: str
    help: str | None = None
    placeholder: str | None = None
    required: bool = False
    options: tuple[tuple[str, str], ...] = ()
    least: float | None = None
    most: float | None = None
    shortest: int = 0
    longest: int = 200
    autocomplete: str = ""
    value: str | None = None
    pattern: str | None = None
    earliest: str | None = None
    latest: str | None = None
    when: Condition | None = None
    items: tuple[Item, ...] = ()
    version: str = ""
    purpose: str | None = None
    marketing: bool = False

    @property
    def called(self) -> str:
        """Its label as it stands before a colon."""
        return self.label.rstrip(" .:?!…*") or self.label


@dataclass(frozen=True, slots=True)
class Form:
    """A form in one language. `key` names it in addresses; `next_path` is a page of the same site, or None."""

    key: str
    form_type: str
    title: str
    intro: str | None
    questions: tuple[Question, ...]
    button: str
    thanks: str | None = None
    next_path: str | None = None
    repairs: tuple[Repair, ...] = field(default=(), compare=False)

    @property
    def action(self) -> str:
        return f"{FORMS_PATH}{self.key}"

    def first(self, *, type: str = "", autocomplete: str = "") -> Question | None:  # noqa: A002
        """The first question of a type, or with an autocomplete token."""
        return next((one for one in self.questions if type == one.type or autocomplete == one.autocomplete != ""), None)


def default_form(words: Words) -> Form:
    """Name, WhatsApp number, message; an e-mail address for who has no WhatsApp."""
    return Form(
        DEFAULT,
        DEFAULT,
        words["form_title"],
        None,
        (
            Question("name", "text", words["form_name"], required=True, autocomplete="name"),
            Question("whatsapp", "tel", words["form_whatsapp"], required=True, longest=40, autocomplete="tel"),
            Question("email", "email", words["form_email"], longest=254, autocomplete="email"),
            Question("message", "textarea", words["form_message"], required=True, longest=5_000),
        ),
        words["form_send"],
    )


def newsletter_form(words: Words) -> Form:
    """An address, and nothing else."""
    email = Question("email", "email", words["form_email"], required=True, longest=254, autocomplete="email")
    button, thanks = words["newsletter_button"], words["newsletter_thanks"]
    return Form(NEWSLETTER, NEWSLETTER, words["newsletter"], None, (email,), button, thanks)


USUAL = {DEFAULT: default_form, NEWSLETTER: newsletter_form}
"""Forms that a site has without a row, by key."""
_TITLED = frozenset({"order", "registration"})


def usual_form(form_type: str, words: Words, language: str, name: str = "") -> Form:
    """What a form of a type says where its row says nothing. A type of somebody's own is headed by its name."""
    usual = USUAL.get(form_type, default_form)(words)
    if form_type in USUAL:
        return usual
    own = said(name, language, 120) if form_type not in _TITLED and name.casefold() != form_type.casefold() else None
    title = words[f"form_title_{form_type}"] if form_type in _TITLED else own or usual.title
    return replace(usual, title=title)


def read_form(row: FormRow, words: Words, language: str) -> Form:
    """The form of a row in `language`; its own words where it says nothing. One without a usable question asks what
    the default asks."""
    repairs = Repairs()
    usual = usual_form(row.form_type, words, language, row.name)
    settings = read_model(FormSettings, _document(row.settings, "settings", repairs), "/settings", repairs)
    fields = _document(row.fields, "fields", repairs)
    if isinstance(fields, dict) and isinstance(fields.get("fields"), list | dict):
        fields = fields["fields"]
    read = read_model(FormFields, fields, "/fields", repairs, root="fields")
    questions = _questions(read.fields, words, language, repairs)
    next_path = settings.next if settings.next and _NEXT.fullmatch(settings.next) else None
    if settings.next and next_path is None:
        repairs.add("/settings/next", "not a path of the same site; left out")
    return Form(
        row.key,
        row.form_type,
        said(settings.title, language, 120) or usual.title,
        said(settings.intro, language, 600),
        questions or usual.questions,
        said(settings.button, language, 40) or usual.button,
        said(settings.thanks, language, 600) or usual.thanks,
        next_path,
        repairs.done(),
    )


def find_form(rows: Mapping[str, FormRow | None], key: str, words: Words, language: str) -> Form | None:
    """The form of a key among the rows that were found; the default where there is none. None: there is no such form,
    or it is switched off."""
    row = rows.get(key)
    if row is not None:
        return read_form(row, words, language)
    return USUAL[key](words) if key in USUAL and key not in rows else None


def said(value: Any, language: str, most: int) -> str | None:
    """A text, or of a map of languages the one in `language`, Indonesian or the first; one line, at most so long."""
    if isinstance(value, dict):
        texts = [value.get(language), value.get(language.partition("-")[0]), value.get("id"), *list(value.values())[:9]]
        value = next((text for text in texts if isinstance(text, str) and text.strip()), None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = " ".join(clean_text(value[: 4 * most]).split())[:most].strip()
    return text if is_seen(text) else None


def _document(text: str | None, column: str, repairs: Repairs) -> Any:
    value, lost = decode(text)
    if lost:
        repairs.add(f"/{column}", lost)
    return value


def _questions(fields: Sequence[FormField], words: Words, language: str, repairs: Repairs) -> tuple[Question, ...]:
    made: list[Question] = []
    taken: set[str] = set()
    for index, one in enumerate(fields):
        place = f"/fields/{index}"
        if len(made) == MOST_QUESTIONS:
            repairs.add(place, f"more than {MOST_QUESTIONS} questions; left out")
            break
        label = said(one.label, language, 200)
        name = _name(one.name or label or "", taken)
        if label is None and one.name is None:
            repairs.add(place, "needs a label; left out")
            continue
        taken.add(name)
        question = _question(one, name, label or name.replace("_", " ").capitalize(), words, language, place, repairs)
        above = {other.name: other.type for other in made}
        made.append(replace(question, when=read_condition(one.show_if, above, place, repairs)))
    return tuple(made) if any(one.type != "hidden" for one in made) else ()


def _autocomplete(kind: str, name: str) -> str:
    """HTML's token for what a browser may fill in; of several lines only an address is (HTML, "autofill field")."""
    field_name = (
        _NAMES.get(name, "") if kind in ("text", "textarea") else kind if kind in ("email", "tel", "url") else ""
    )
    return field_name if kind != "textarea" or field_name == "street-address" else ""


def _question(
    one: FormField, name: str, label: str, words: Words, language: str, place: str, repairs: Repairs
) -> Question:
    kind = (one.type or "text").casefold()
    kind = _SAME.get(kind, kind)
    if kind not in TYPES:
        repairs.add(f"{place}/type", "not a type of question; asked as text")
        kind = "text"
    options = _options(one, language) if kind in CHOICES else ()
    if kind in CHOICES and not options:
        repairs.add(f"{place}/options", "a choice needs options; asked as text")
        kind = "text"
    items = read_items(one, options, _values(one, language), name, place, words, repairs) if kind == "products" else ()
    least, most = read_bounds(kind, one.min, one.max, place, repairs)
    if kind == "rating":
        most = min(10.0, max(3.0, one.max or 5.0))
        options = tuple((str(number), str(number)) for number in range(1, int(most) + 1))
    if kind == "file":
        most = min(5.0, max(1.0, one.max or 1.0))
    purpose = said(one.purpose, language, 300) if kind == "consent" else None
    purpose = purpose.rstrip(". ") or None if purpose else None
    marketing = kind == "consent" and one.marketing
    longest = _LONGEST.get(kind, 200)
    longest = min(longest, one.max_length) if one.max_length and one.max_length > 0 else longest
    shortest = max(0, one.min_length or 0)
    if shortest > longest:
        repairs.add(f"{place}/min_length", f"more than the {longest} characters that there may be; left out")
        shortest = 0
    return Question(
        name,
        kind,
        label,
        said(one.help, language, 300),
        said(one.placeholder, language, 100),
        _is_required(one, kind),
        options,
        least,
        most,
        shortest,
        longest,
        _autocomplete(kind, name),
        one.value,
        read_pattern(one.pattern, place, repairs) if kind in ("text", "tel", "textarea") else None,
        *read_span(kind, one.earliest, one.latest, place, repairs),
        None,
        items,
        (one.version or version_of(f"{label}\n{purpose}" if purpose else label))[:40] if kind == "consent" else "",
        purpose,
        marketing,
    )


def _is_required(one: FormField, kind: str) -> bool:
    """A consent is asked for because something hangs on it; but nothing may hang on one to advertising (UU 27/2022)."""
    if kind != "consent":
        return one.required is True
    return one.required is not False and not one.marketing


def _options(one: FormField, language: str) -> tuple[tuple[str, str], ...]:
    """(value, label), each value once."""
    found: dict[str, str] = {}
    for option, value in zip(one.options, _values(one, language), strict=False):
        if value and value not in found:
            found[value] = said(option.label, language, 200) or value
    return tuple(found.items())


def _values(one: FormField, language: str) -> list[str]:
    """What stands for each option; its label where it has nothing else."""
    return [
        " ".join(clean_text(option.value or said(option.label, language, 200) or "").split())[:200]
        for option in one.options[:MOST_OPTIONS]
    ]


def _name(text: str, taken: set[str]) -> str:
    """A name that is safe as an id and a key, and that no other question has; one of ours begins with `_`."""
    name = re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:40].strip("_")
    name = name if name and name[0].isalpha() else f"field_{name}" if name else "field"
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found
