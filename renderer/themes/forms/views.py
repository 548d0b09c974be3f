"""A form as templates draw it: its questions with what was typed and what is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from renderer.themes.decode import clean_text
from renderer.themes.forms.definition import Form, Question
from renderer.themes.text.words import Words

_MODES = {
    "tel": "tel",
    "email": "email",
    "url": "url",
    "number": "decimal",
    "money": "numeric",
    "file": "image/*,.pdf,.docx,.xlsx,.pptx",
}
_INPUTS = {"tel": "tel", "email": "email", "url": "url", "date": "date", "time": "time"}
MOST_DRAWN = 20_000
"""Characters of one answer that are drawn again."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer: a key of the program's words, and what is filled into them."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def say(self, words: Words) -> str:
        values: dict[str, Any] = {**self.values}
        return words.say(self.key, **values)


@dataclass(frozen=True, slots=True)
class FormState:
    """What was typed, by question, and what is wrong with it. `notice`: a key of the words that says why nothing was
    stored though all of it may be right. `page` is the address the form stands at, `stamp` the day it was drawn,
    signed."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    notice: str | None = None
    page: str = ""
    stamp: str = ""


EMPTY = FormState()


@dataclass(frozen=True, slots=True)
class OptionView:
    id: str
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ItemView:
    """A product: `name` is that of its quantity, `amount` what it costs in whole rupiah, or empty."""

    id: str
    name: str
    label: str
    price: str
    amount: str
    quantity: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """`input` is the type of an `<input>`, `mode` its keyboard or what files it offers; `about` holds the ids that
    describe it. `must`: browsers may insist on it. `when` and `when_is` name another question and, as JSON, the answers
    to it that make this one asked. `purpose`: what a consent is for."""

    id: str
    name: str
    type: str
    input: str
    mode: str
    label: str
    help: str | None
    placeholder: str | None
    required: bool
    longest: int
    autocomplete: str
    value: str
    chosen: bool
    options: tuple[OptionView, ...]
    fault: str | None
    about: str
    must: bool
    items: tuple[ItemView, ...]
    first: str | None
    last: str | None
    most: int
    when: str | None
    when_is: str
    purpose: str | None


@dataclass(frozen=True, slots=True)
class FormView:
    """`problems` are (id of the question, its label and what is wrong), in order, for the summary above the form."""

    id: str
    action: str
    page: str
    stamp: str
    questions: tuple[QuestionView, ...]
    problems: tuple[tuple[str, str, str], ...]
    notice: str | None
    button: str
    length: int
    has_files: bool


def show_form(form: Form, words: Words, state: FormState = EMPTY, under: str = "form") -> FormView:
    """`under` begins the ids of its questions: two forms may stand on one page."""
    asked = [one for one in form.questions if one.type != "hidden"]
    questions = tuple(_show(one, words, state, under) for one in asked)
    typed = sum(min(len(text), MOST_DRAWN) for texts in state.values.values() for text in texts)
    drawn = sum(len(one.label) + sum(len(label) + 300 for _, label in one.options) + 400 for one in form.questions)
    return FormView(
        under,
        form.action,
        state.page,
        state.stamp,
        questions,
        tuple((here.id, one.called, here.fault) for one, here in zip(asked, questions, strict=True) if here.fault),
        words[state.notice] if state.notice else None,
        form.button,
        typed + drawn,
        any(one.type == "file" for one in form.questions),
    )


def _show(one: Question, words: Words, state: FormState, under: str) -> QuestionView:
    typed = [clean_text(text)[:MOST_DRAWN] for text in state.values.get(one.name, ())]
    fault = state.faults.get(one.name)
    here = f"{under}-{one.name}"
    about = (
        [f"{here}-help"] * bool(one.help)
        + [f"{here}-terms"] * (one.type == "consent")
        + [f"{here}-fault"] * bool(fault)
    )
    return QuestionView(
        id=here,
        name=one.name,
        type=one.type,
        input=_INPUTS.get(one.type, "text"),
        mode=_MODES.get(one.type, ""),
        label=one.label,
        help=one.help,
        placeholder=one.placeholder,
        required=one.required,
        longest=one.longest,
        autocomplete=one.autocomplete,
        value=typed[0] if typed else (one.value or ""),
        chosen=bool(typed),
        options=tuple(
            OptionView(f"{here}-{number}", value, _label(one, label, words), value in typed)
            for number, (value, label) in enumerate(one.options, start=1)
        ),
        fault=fault.say(words) if fault else None,
        about=" ".join(about),
        must=one.required and one.when is None,
        items=tuple(
            ItemView(
                f"{here}-{number}",
                item.field,
                item.label,
                item.said or words["form_price_later"],
                "" if item.price is None else str(item.price),
                _first(state, item.field),
            )
            for number, item in enumerate(one.items, start=1)
        ),
        first=one.earliest if one.earliest != "today" else None,
        last=one.latest if one.latest != "today" else None,
        most=int(min(max(one.most or 1, -1e9), 1e9)),
        when=one.when.name if one.when else None,
        when_is=json.dumps(one.when.values if one.when else ()),
        purpose=one.purpose or (words["form_marketing"] if one.marketing else None),
    )


def _label(one: Question, label: str, words: Words) -> str:
    return words.say("form_of", n=int(label), most=len(one.options)) if one.type == "rating" else label


def _first(state: FormState, name: str) -> str:
    return clean_text(next(iter(state.values.get(name, ())), ""))[:20]
