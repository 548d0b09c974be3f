"""A lead as a letter to the owner, text and HTML: first who, how to answer and what was said, then the rest.

No picture, no style sheet and nothing that is asked of a server: a letter tells nobody that it was read.
"""

from collections.abc import Iterable
from uuid import UUID

from markupsafe import Markup, escape

from renderer.forms.deliveries.lead import Lead
from renderer.outbound import Letter

MOST_SUBJECT = 60
"""Characters that a subject may begin with: behind them stands who it is from."""
_PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
    '<body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,sans-serif;color:#1c1c1c;background:#ffffff">'
    # A visitor may write a word of any length: on a telephone it would make all of the letter as wide.
    '<div style="max-width:560px;margin:0 auto;overflow-wrap:anywhere;word-break:break-word">{body}</div></body></html>'
)
_BUTTON = Markup(
    '<a href="{href}" style="display:inline-block;margin:0 8px 8px 0;padding:12px 16px;border:1px solid #1c1c1c;'
    'border-radius:6px;color:#1c1c1c;text-decoration:none">{label}</a>'
)
_PAIR = Markup('<p style="margin:0 0 12px"><span style="color:#595959">{label}</span><br>{text}</p>')
_PARAGRAPH = Markup('<p style="margin:0 0 16px">{text}</p>')
_SMALL = Markup('<p style="margin:24px 0 0;color:#595959;font-size:14px">{text}</p>')


def write_lead(lead: Lead, job: UUID, recipients: tuple[str, ...]) -> Letter:
    """The letter of a lead. Its id is the job's: a second attempt of the same job is the same letter."""
    words, name = lead.words, lead.name
    subject = _subject(lead)
    first = [(words["form_name"], name), (words["lead_number"], _number(lead)), (words["form_message"], lead.message)]
    rest = [(words["lead_email"], lead.email), *lead.answers]
    links = [(words["lead_chat"], lead.chat_link), (words["lead_reply"], lead.reply_link)]
    sent = words.say("lead_sent", when=lead.when, form=lead.form_title, site=lead.site.name, reference=lead.reference)
    return Letter(
        f"{job.hex}.{lead.id.hex}",
        lead.site.name,
        recipients,
        f"{subject} – {lead.site.name}",
        _as_text(first, links, rest, sent),
        _as_html(lead.words.language, subject, first, links, rest, sent),
        lead.reply_to,
        {"X-Tapsite-Lead": str(lead.id)},
    )


def write_notice(
    language: str, subject: str, paragraphs: Iterable[str], links: Iterable[tuple[str, str]] = ()
) -> tuple[str, str]:
    """Text and HTML of a short letter: paragraphs, then links as buttons."""
    said, ways = list(paragraphs), list(links)
    text = "\n\n".join([*said, *(f"{label}:\n{href}" for label, href in ways)]) + "\n"
    body = Markup("").join(
        [
            *(_PARAGRAPH.format(text=_lines(one)) for one in said),
            *(_BUTTON.format(href=href, label=label) for label, href in ways),
        ]
    )
    return text, str(_PAGE.format(language=language, title=subject, body=body))


def _subject(lead: Lead) -> str:
    """Whom it is from, behind what the form's settings have it begin with; mail programs sort by that."""
    own, name = " ".join((lead.settings.email_subject or "")[:MOST_SUBJECT].split()), lead.name
    if own:
        return f"{own}: {name}" if name else own
    return lead.words.say("lead_from", name=name) if name else lead.words["lead_new"]


Pairs = list[tuple[str, str | None]]


def _as_text(first: Pairs, links: Pairs, rest: Pairs, sent: str) -> str:
    blocks = ["\n".join(_pair(*pair) for pair in group if pair[1]) for group in (first, links, rest)]
    return "\n\n".join([*filter(None, blocks), f"-- \n{sent}"]) + "\n"


def _pair(label: str, text: str | None) -> str:
    return f"{label}:\n{text}" if "\n" in (text or "") else f"{label}: {text}"


def _as_html(language: str, title: str, first: Pairs, links: Pairs, rest: Pairs, sent: str) -> str:
    pairs = [[_PAIR.format(label=label, text=_lines(text)) for label, text in group if text] for group in (first, rest)]
    buttons = [_BUTTON.format(href=href, label=label) for label, href in links if href]
    body = Markup("").join([*pairs[0], *buttons, *pairs[1], _SMALL.format(text=sent)])
    return str(_PAGE.format(language=language, title=title, body=body))


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _number(lead: Lead) -> str | None:
    return lead.phone.shown if lead.phone else lead.number
