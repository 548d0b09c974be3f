"""The site's own facts as every page shows them: who, where, when, how to reach."""

import json
from urllib.parse import quote

from renderer.themes.contract.content import Address, Content, Geo, Picture, Qris, SiteFacts
from renderer.themes.contract.spelling import snake
from renderer.themes.cut import cut
from renderer.themes.forms import FileBounds
from renderer.themes.found.business import business_type
from renderer.themes.pictures.focus import place_of
from renderer.themes.pictures.qris import digest as qris_digest
from renderer.themes.pictures.rules import Pictures
from renderer.themes.provenance import Provenance
from renderer.themes.repair import Repairs
from renderer.themes.source import SiteSource
from renderer.themes.text import words as catalogue
from renderer.themes.text.hours import Week, read_week
from renderer.themes.text.links import mail_link, safe_link
from renderer.themes.text.money import rupiah
from renderer.themes.text.phone import Phone, read_phone
from renderer.themes.text.picture import NOT_OURS
from renderer.themes.text.qris import QrisError, read_qris
from renderer.themes.text.typography import address_line, heading, polish, shorten
from renderer.themes.text.words import Words
from renderer.themes.views import Business, DayRow, Link, Pair, Photo, QrisView, Run, SiteView, WeekView

_MOST = 16
_UNVOUCHED = "needs provenance “owner” to be shown to the public; left out"
_MAPS = "https://www.google.com/maps/"


class Reach:
    """How to reach the site: numbers and addresses that passed, for the links that actions make."""

    def __init__(self, content: Content, name: str, words: Words, repairs: Repairs) -> None:
        contact = content.site.contact
        self.name = name
        self.words = words
        self.phone = _number(contact.phone, "/generated_content/site/contact/phone", repairs)
        given = contact.whatsapp
        number = given.number if given else None
        self.whatsapp = _number(number, "/generated_content/site/contact/whatsapp/number", repairs)
        if self.whatsapp is None and self.phone is not None and self.phone.mobile and number is None:
            self.whatsapp = self.phone
        self._text = given.text if given else None
        under = "/generated_content/site/contact"
        self.email = mail_link(contact.email) if contact.email else None
        self.email_shown = contact.email if self.email else None
        if contact.email and self.email is None:
            repairs.add(f"{under}/email", "not an e-mail address; left out")
        report_half_place(contact.geo, f"{under}/geo", repairs)
        own = safe_link(contact.map_url) if contact.map_url and contact.map_url.startswith("https:") else None
        if contact.map_url and own is None:
            repairs.add(f"{under}/map_url", "not an https address; left out")
        self.route = route_to(contact.geo, contact.address, name) or own

    def whatsapp_link(self, item: str | None = None, text: str | None = None, page: str | None = None) -> str | None:
        """`page` is the title or the address of the page that the link stands on; None: of no page in particular."""
        if self.whatsapp is None:
            return None
        if text is None:
            if item:
                text = self._text if self._text and "{item}" in self._text else self.words.plain["whatsapp_about"]
            else:
                text = self._text if self._text and "{item}" not in self._text else self.words.plain["whatsapp_plain"]
        said = text.replace("{site}", self.name).replace("{item}", item or "").replace("{page}", page or self.name)
        return self.whatsapp.whatsapp(" ".join(said.split()))


def show_site(
    source: SiteSource,
    content: Content,
    zone: str,
    name: str,
    reach: Reach,
    words: Words,
    proof: Provenance,
    repairs: Repairs,
) -> SiteView:
    """Everything that stands on every page; the parts that failed are absent."""
    facts = content.site
    contact = facts.contact
    week = read_week(facts.hours, zone, "/generated_content/site/hours", repairs)
    whatsapp = reach.whatsapp_link()
    quick = []
    if whatsapp:
        quick.append(Link(words["whatsapp"], whatsapp, "whatsapp"))
    if reach.phone:
        quick.append(Link(words["call"], reach.phone.tel, "phone"))
    if reach.route:
        quick.append(Link(words["route"], reach.route, "map"))
    payments = facts.payments
    qris = payments.qris if payments else None
    vouched = proof.vouched("/site/payments/qris")
    if not vouched and qris and (qris.payload or qris.merchant):
        repairs.add("/generated_content/site/payments/qris", _UNVOUCHED)
        qris = None
    return SiteView(
        name=name,
        tagline=polish(facts.tagline) if facts.tagline else None,
        language=words.language,
        logo=show_photo(facts.logo, source.pictures, "/generated_content/site/logo", repairs),
        whatsapp=Link(reach.whatsapp.shown, whatsapp, "whatsapp") if reach.whatsapp and whatsapp else None,
        phone=Link(reach.phone.shown, reach.phone.tel, "phone") if reach.phone else None,
        email=Link(reach.email_shown or "", reach.email, "email") if reach.email else None,
        route=Link(words["route_long"], reach.route, "map") if reach.route else None,
        address=tuple(address_line(line) for line in address_lines(contact.address)),
        landmark=polish(contact.address.landmark) if contact.address and contact.address.landmark else None,
        week=show_week(week, words, zone),
        channels=_channels(content, words, repairs),
        payments=_payments(content, words, vouched, repairs),
        payments_note=polish(payments.note) if payments and payments.note else None,
        qris=_qris(qris, repairs) if qris else None,
        credentials=_credentials(content, words, proof, repairs),
        business=_business(facts, week is not None, repairs),
        quick=tuple(quick),
        files=FileBounds(source.file_bytes) if source.file_bytes else None,
    )


def show_photo(picture: Picture | None, pictures: Pictures, under: str, repairs: Repairs) -> Photo | None:
    """A picture of the site's own origin or an allowed host; any other address is left out and reported."""
    if picture is None or picture.src is None:
        return None
    source = pictures.vet(picture.src)
    if source is None:
        repairs.add(f"{under}/src", NOT_OURS)
        return None
    if picture.focus and (len(picture.focus) != 2 or not all(0 <= value <= 1 for value in picture.focus)):
        repairs.add(f"{under}/focus", "not two numbers from 0 to 1")
    for field, value in (("width", picture.width), ("height", picture.height)):
        if value is not None and not 0 < value < 20_000:
            repairs.add(f"{under}/{field}", "not a size in pixels; left out")
    size = [value if value and 0 < value < 20_000 else None for value in (picture.width, picture.height)]
    alt = cut(picture.alt or "", 200, under, "alt", repairs)
    sizes = pictures.sizes(source, size[0], size[1])
    return Photo(
        source,
        alt,
        sizes.width,
        sizes.height,
        place_of(picture.focus),
        sizes.srcset,
        sizes.webp,
        sizes.avif,
        sizes.small or source,
    )


def show_week(week: Week | None, words: Words, zone: str) -> WeekView | None:
    if week is None:
        return None
    first, last = week.bounds
    scale = 100 / (last - first)
    rows = tuple(
        DayRow(
            words.days[index],
            tuple(span.say(words.clock_mark) for span in spans),
            tuple(
                (round((span.open - first) * scale, 2), round((span.close - span.open) * scale, 2)) for span in spans
            ),
        )
        for index, spans in enumerate(week.days)
    )
    step = 120 if last - first <= 840 else 180
    ticks = tuple(
        (round((minute - first) * scale, 2), f"{minute // 60 % 24:02d}") for minute in range(first, last + 1, step)
    )
    said = {
        "m": words.clock_mark,
        "d": words.days,
        "t": [words[key] for key in ("now_open", "now_always", "now_closed", "now_later", "now_tomorrow")],
    }
    clock = json.dumps({**week.clock(zone), **said}, ensure_ascii=False, separators=(",", ":"))
    return WeekView(
        rows, show_runs(week, words), ticks, week.zone, polish(week.note) if week.note else None, week, clock
    )


def show_runs(week: Week, words: Words) -> tuple[Run, ...]:
    """The week in as few lines as it takes."""
    runs = []
    for begin, end, spans in week.runs():
        names = words.short_days
        name = names[begin] if begin == end else f"{names[begin]}–{names[end]}"
        if (begin, end) == (0, 6):
            name = words["hours_same"]
        runs.append(Run(name, tuple(span.say(words.clock_mark) for span in spans)))
    return tuple(runs)


def address_lines(address: Address | None) -> tuple[str, ...]:
    """As on an envelope: street; RT/RW, village; district, city; province and postal code."""
    if address is None:
        return ()
    lines = (
        (address.street,),
        (address.rt_rw, address.village),
        (address.district, address.city),
        (" ".join(part for part in (address.province, address.postal_code) if part) or None,),
    )
    return tuple(polish(", ".join(part for part in line if part)) for line in lines if any(line))


def _business(facts: SiteFacts, has_hours: bool, repairs: Repairs) -> Business:
    """What kind of business it is and where; one that names no kind is local where people can go to it."""
    address, geo = facts.contact.address or Address.empty(), facts.contact.geo
    kind = business_type(facts.business)
    if facts.business and kind is None:
        repairs.add("/generated_content/site/business", "not a type of schema.org’s LocalBusiness, nor Person")
    local = bool(facts.business or has_hours or address.street or geo)
    street = ", ".join(part for part in (address.street, address.rt_rw, address.village) if part)
    if address.district and address.city:
        street = ", ".join(part for part in (street, address.district) if part)
    locality = address.city or address.district
    currency = (facts.currency or "IDR").strip().upper()
    return Business(
        type=kind or ("LocalBusiness" if local else "Organization"),
        street=polish(street) or None,
        locality=polish(locality) if locality else None,
        region=polish(address.province) if address.province else None,
        postal_code=address.postal_code,
        latitude=geo.lat if geo and geo.lng is not None else None,
        longitude=geo.lng if geo and geo.lat is not None else None,
        currency=currency if len(currency) == 3 and currency.isascii() and currency.isalpha() else "IDR",
    )


def _number(text: str | None, under: str, repairs: Repairs) -> Phone | None:
    phone = read_phone(text)
    if text and phone is None:
        repairs.add(under, "not a telephone number, or a placeholder; hidden")
    return phone


def report_half_place(geo: Geo | None, under: str, repairs: Repairs) -> None:
    if geo and (geo.lat is None) != (geo.lng is None):
        repairs.add(under, "needs lat and lng; left out")


def route_to(geo: Geo | None, address: Address | None, name: str) -> str | None:
    """The way to a place on a map, or a search for it by its name and address; None without either."""
    if geo and geo.lat is not None and geo.lng is not None:
        return f"{_MAPS}dir/?api=1&destination={geo.lat:.6f}%2C{geo.lng:.6f}"
    lines = address_lines(address)
    return f"{_MAPS}search/?api=1&query={quote(', '.join((name, *lines))[:300], safe='')}" if lines else None


def _channels(content: Content, words: Words, repairs: Repairs) -> tuple[Link, ...]:
    links: list[Link] = []
    for index, channel in enumerate(content.site.channels):
        under = f"/generated_content/site/channels/{index}"
        link = safe_link(channel.url)
        kind = channel.kind or ""
        label = channel.label or words.known(catalogue.CHANNEL_NAMES, kind) or kind.replace("_", " ").title()
        if not link or not label:
            repairs.add(under, "needs a kind and a safe url; left out")
        elif len(links) == _MOST:
            repairs.add(under, f"more than {_MOST} channels; left out")
        else:
            said = polish(cut(channel.text, 80, under, "text", repairs)) if channel.text else None
            links.append(
                Link(heading(cut(label, 40, under, "label", repairs)), link, "channel", note=said, way=_way(kind))
            )
    return tuple(links)


def _way(kind: str) -> str:
    """The channel as it is counted; names that nobody knows are one."""
    key = snake(kind)
    return key if key in catalogue.CHANNEL_NAMES else "channel"


def _payments(content: Content, words: Words, qris_vouched: bool, repairs: Repairs) -> tuple[str, ...]:
    if content.site.payments is None:
        return ()
    names: dict[str, None] = {}
    for index, key in enumerate(content.site.payments.accepted):
        place = f"/generated_content/site/payments/accepted/{index}"
        name = words.known(catalogue.PAYMENT_NAMES, key) or shorten(key, 30)
        if name == "QRIS" and not qris_vouched:
            repairs.add(place, _UNVOUCHED)
        elif len(names) == _MOST:
            repairs.add(place, f"more than {_MOST} payments; left out")
        else:
            names[name] = None
    return tuple(names)


def _qris(given: Qris, repairs: Repairs) -> QrisView | None:
    """The owner's code as it is, or only the name where it has none that holds."""
    under = "/generated_content/site/payments/qris"
    code = None
    try:
        code = read_qris(given.payload) if given.payload else None
    except QrisError as error:
        repairs.add(f"{under}/payload", f"{error}; left out")
    if code is None:
        return QrisView(polish(cut(given.merchant, 60, under, "merchant", repairs))) if given.merchant else None
    if given.merchant and given.merchant.casefold().split() != code.merchant.casefold().split():
        repairs.add(f"{under}/merchant", f"the code itself says “{code.merchant}”, which is shown")
    amount = rupiah(code.amount) if code.amount is not None else None
    return QrisView(code.merchant, code, qris_digest(code), amount)


def _credentials(content: Content, words: Words, proof: Provenance, repairs: Repairs) -> tuple[Pair, ...]:
    shown: list[Pair] = []
    for index, credential in enumerate(content.site.credentials):
        under = f"/generated_content/site/credentials/{index}"
        value = credential.number or credential.text
        kind = credential.kind or ""
        label = credential.label or words.known(catalogue.CREDENTIAL_NAMES, kind) or kind.upper()
        place = repairs.spelled(under).removeprefix("/generated_content")
        if not value or not label:
            repairs.add(under, "needs a kind and a number; left out")
        elif not proof.vouched(place, f"/site/credentials/{kind}"):
            repairs.add(under, _UNVOUCHED)
        elif len(shown) == _MOST:
            repairs.add(under, f"more than {_MOST} credentials; left out")
        else:
            shown.append(Pair(cut(label, 40, under, "label", repairs), cut(value, 80, under, "number", repairs)))
    return tuple(shown)
