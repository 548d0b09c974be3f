"""A lead as a letter to the owner, text and HTML: first who, how to answer and what was said, then the rest.

No picture, no style sheet and nothing that is asked of a server: a letter tells nobody that it was read.
"""

from collections.abc import Iterable
from uuid import UUID

from markupsafe import Markup, escape

from renderer.forms.deliveries.gathered import Gathered
from renderer.forms.deliveries.lead import Lead
from renderer.outbound import Letter
from renderer.outbox import Job

Pairs = list[tuple[str, str | None]]
MOST_SHORT = 200
"""Characters of one lead among many."""
MOST_SUBJECT = 60
"""Characters that a subject may begin with: behind them stands who it is from."""
_KINDS = frozenset({"order", "registration"})
"""Types of forms whose leads are no mere messages."""
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
_RULE = Markup('<hr style="margin:16px 0;border:0;border-top:1px solid #d5d5d5">')
_SMALL = Markup('<p style="margin:24px 0 0;color:#595959;font-size:14px">{text}</p>')


def write_lead(lead: Lead, job: UUID, recipients: tuple[str, ...], desk: str | None = None) -> Letter:
    """The letter of a lead. Its id is the job's: a second attempt of the same job is the same letter. `desk`: where its
    owner reads it."""
    words, name = lead.words, lead.name
    subject = _subject(lead)
    first = [(words["form_name"], name), (words["lead_number"], _number(lead)), (words["form_message"], lead.message)]
    rest = [(words["lead_email"], lead.email), *lead.answers]
    links = [
        (words["lead_chat"], lead.chat_link),
        (words["lead_reply"], lead.reply_link),
        (words["lead_desk"], desk),
    ]
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


def write_gathered(gathered: Gathered, job: Job, recipients: tuple[str, ...], desk: str | None = None) -> Letter:
    """One letter for many leads, each in short. Another attempt may tell of more, so it is another letter."""
    lead = gathered.listed[0]
    words, own = lead.words, _own_subject(lead)
    count = words.say("leads_many", n=gathered.number)
    subject = f"{own}: {count}" if own else count
    said, more = [words["leads_gathered"]], gathered.number - len(gathered.listed)
    each = [[(words["form_name"], one.name), *_short(one)] for one in gathered.listed]
    links = [[(words["lead_chat"], one.chat_link), (words["lead_reply"], one.reply_link)] for one in gathered.listed]
    last = [words.say("leads_more", n=more)] if more else []
    everything = (words["leads_desk"], desk)
    text = [
        *said,
        *(
            "\n".join(_pair(*pair) for pair in (*pairs, *ways) if pair[1])
            for pairs, ways in zip(each, links, strict=True)
        ),
        *last,
        *([_pair(*everything)] if everything[1] else []),
    ]
    body = Markup("").join(
        [
            *(_PARAGRAPH.format(text=one) for one in said),
            *(
                _RULE + Markup("").join([_pairs(pairs), _buttons(ways[:1] if ways[0][1] else ways)])
                for pairs, ways in zip(each, links, strict=True)
            ),
            _RULE,
            *(_PARAGRAPH.format(text=one) for one in last),
            _buttons([everything]),
        ]
    )
    return Letter(
        f"{job.id.hex}.{job.attempts}.{gathered.number}",
        lead.site.name,
        recipients,
        f"{subject} – {lead.site.name}",
        "\n\n".join(text) + "\n",
        str(_PAGE.format(language=words.language, title=subject, body=body)),
        headers={"X-Tapsite-Leads": str(gathered.number)},
    )


def _short(lead: Lead) -> Pairs:
    """What is said of one among many."""
    words = lead.words
    said = lead.message or "; ".join(f"{label}: {text}" for label, text in lead.answers)
    line = " ".join(said[: 4 * MOST_SHORT].split())
    return [
        (words["lead_number"], _number(lead)),
        (words["lead_email"], lead.email),
        (words["form_message"], line if len(line) <= MOST_SHORT else line[: MOST_SHORT - 1] + "…"),
        (words["lead_reference"], f"{lead.reference}, {lead.when}"),
    ]


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
    own, name = _own_subject(lead), lead.name
    if own:
        return f"{own}: {name}" if name else own
    if lead.is_of_its_own:
        return f"{lead.form_title}: {name}" if name else lead.form_title
    kind = f"_{lead.form_type}" if lead.form_type in _KINDS else ""
    return lead.words.say(f"lead_from{kind}", name=name) if name else lead.words[f"lead_new{kind}"]


def _own_subject(lead: Lead) -> str:
    return " ".join((lead.settings.email_subject or "")[:MOST_SUBJECT].split())


def _as_text(first: Pairs, links: Pairs, rest: Pairs, sent: str) -> str:
    blocks = ["\n".join(_pair(*pair) for pair in group if pair[1]) for group in (first, links, rest)]
    return "\n\n".join([*filter(None, blocks), f"-- \n{sent}"]) + "\n"


def _pair(label: str, text: str | None) -> str:
    return f"{label}:\n{text}" if "\n" in (text or "") else f"{label}: {text}"


def _as_html(language: str, title: str, first: Pairs, links: Pairs, rest: Pairs, sent: str) -> str:
    body = Markup("").join([_pairs(first), _buttons(links), _pairs(rest), _SMALL.format(text=sent)])
    return str(_PAGE.format(language=language, title=title, body=body))


def _pairs(pairs: Pairs) -> Markup:
    return Markup("").join(_PAIR.format(label=label, text=_lines(text)) for label, text in pairs if text)


def _buttons(links: Pairs) -> Markup:
    return Markup("").join(_BUTTON.format(href=href, label=label) for label, href in links if href)


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _number(lead: Lead) -> str | None:
    return lead.phone.shown if lead.phone else lead.number
