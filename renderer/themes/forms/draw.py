"""The pages that a form has of its own: the form, and the thanks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from renderer.themes.draw import nav_of, render
from renderer.themes.drawn import Drawn
from renderer.themes.forms.definition import Form
from renderer.themes.forms.reply import reply_time
from renderer.themes.forms.said import answers_said
from renderer.themes.forms.views import EMPTY, FormState, show_form
from renderer.themes.head import bare_head
from renderer.themes.site import Site
from renderer.themes.views import Link

MOST_CHAT = 1_000
"""Characters of the answers in a prefilled message."""


def draw_form(site: Site, form: Form, state: FormState = EMPTY) -> Drawn:
    """The form on a page of its own, in the language of what stands round `state.page`."""
    site = site.speaking_at(state.page or "/")
    view = show_form(form, site.words, state)
    title = f"{site.words['form_problem']}: {form.title}" if view.problems or view.notice else form.title
    return render(
        site,
        "form.html",
        bare_head(site, title),
        form=view,
        title=form.title,
        intro=form.intro,
        nav=nav_of(site, ""),
        tongues=(),
        year=None,
    )


def draw_thanks(
    site: Site, form: Form, *, reference: str | None, page: str, data: Mapping[str, Any], now: datetime
) -> Drawn:
    """What a visitor sees after sending. `reference` is what both sides can name it by, `data` what was sent."""
    site = site.speaking_at(page or "/")
    words = site.words
    chat, week = site.view.whatsapp, site.view.week
    if chat is not None and reference:
        text = words.plain.say("form_chat_text", reference=reference)
        text += "".join(f"\n{label}: {said}" for label, said in answers_said(form, data, words.plain))[:MOST_CHAT]
        chat = Link(words["form_chat"], _with_text(chat.href, text), "whatsapp")
    return render(
        site,
        "thanks.html",
        bare_head(site, words["form_thanks"]),
        title=words["form_thanks"],
        text=form.thanks or words["form_thanks_text"],
        reference=reference,
        chat=chat if reference else None,
        answers=answers_said(form, data, words) if reference else (),
        reply=reply_time(week.week, now.astimezone(ZoneInfo(site.zone)), words) if week and reference else None,
        back=page if site.at(page) else site.view.home,
        nav=nav_of(site, ""),
        tongues=(),
        year=None,
    )


def draw_question(site: Site, *, text: str, button: str = "", action: str = "", title: str = "newsletter") -> Drawn:
    """A page with one sentence and, where there is something to decide, one button that posts to `action`. `title`,
    `text` and `button` are keys of the words."""
    words = site.words
    return render(
        site,
        "question.html",
        bare_head(site, words[title]),
        title=words[title],
        text=words[text],
        button=words[button] if button else "",
        action=action,
        nav=nav_of(site, ""),
        tongues=(),
        year=None,
    )


def _with_text(href: str, text: str) -> str:
    return f"{href.partition('?')[0]}?text={quote(text, safe='')}"
