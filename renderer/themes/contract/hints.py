"""What each field of the contract is for, in words a generator reads: description, length, choices, pattern, example.

Reading does not need them, so they stand beside the models; a test holds that every field has one. `most` is where the
engine cuts, `choices` what it knows, `like` what a closed form asks for.
"""

from collections.abc import Mapping
from dataclasses import replace

from renderer.themes.contract import components, content
from renderer.themes.contract.hint import (
    ACTIONS,
    CHANNELS,
    CREDENTIALS,
    DATE,
    DAYS,
    FILM,
    GROUNDS,
    ID,
    LANGUAGES,
    MOTIFS,
    PATH,
    PAYMENTS,
    STATUSES,
    TIME,
    Hint,
)
from renderer.themes.contract.hints_forms import FORM_HINTS
from renderer.themes.contract.hints_theme import THEME_HINTS
from renderer.themes.contract.lenient import Lenient
from renderer.themes.contract.sections import KINDS
from renderer.themes.found.business import BUSINESSES

_ID = Hint("Short id, unique on its page; others refer to it.", like=ID, example="menu-1", needed=True)
_BUTTONS = Hint("Buttons; the first is the important one. An action that leads nowhere is left out.")
_IMAGE = Hint("A picture on the site’s own origin; null where there is none.")
_RICH = Hint("Text: plain with blank lines between paragraphs, or Markdown.", example="Buka sejak 1998.")

HINTS: Mapping[type[Lenient], Mapping[str, Hint]] = {
    content.Target: {
        "kind": Hint("Where the button leads.", choices=ACTIONS, needed=True),
        "url": Hint("For url: an https address, mailto: or tel:.", example="https://example.com/"),
        "path": Hint("For page: the path of a page of this site.", like=PATH, example="/tentang"),
        "section": Hint("For section: the id of a section.", example="menu-1"),
        "item": Hint("For whatsapp: id or name of the item the message asks for.", example="kopi"),
        "text": Hint("For whatsapp: the message; {site}, {item} and {page} are filled in.", most=500),
        "slug": Hint("For post: the slug of a post.", example="kabar-panen"),
    },
    content.Action: {
        "label": Hint("What the button says, one to four words.", most=48, example="Pesan lewat WhatsApp", needed=True),
        "to": Hint("Where it leads.", needed=True),
    },
    content.Price: {
        "amount": Hint("Whole rupiah; text such as “25rb”, “Rp 25.000,-”, “1,5jt” is read too.", example=25000),
        "max": Hint("The upper end of a range, above the amount.", example=40000),
        "was": Hint("The price before, above the amount; shown struck out.", example=30000),
        "from_": Hint("True where the amount is the lowest of several."),
        "unit": Hint("What the price is for, without “per”.", most=30, example="porsi"),
        "note": Hint("What the price does not say, or the price in words.", most=80, example="Sudah termasuk pajak"),
    },
    content.Picture: {
        "src": Hint("Path on the site’s own origin.", example="/_media/depan.webp", needed=True),
        "alt": Hint("What the picture shows, for those who cannot see it.", most=200),
        "width": Hint("Pixels.", closed=False, example=1200),
        "height": Hint("Pixels.", closed=False, example=900),
        "focus": Hint("The point to keep when cropping: two numbers 0…1, from left, top.", closed=False),
    },
    content.Video: {
        "url": Hint(
            "A YouTube address, or an mp4 on the site’s own origin; null rather than invented.",
            like=FILM,
            example="https://youtu.be/aqz-KE-bpKQ",
            needed=True,
        ),
        "start": Hint("Second it begins at.", closed=False, example=65),
        "duration": Hint("How long it takes.", most=20, example="3:20"),
    },
    content.Fact: {
        "label": Hint("What is stated, one to three words.", most=60, example="Kursi", needed=True),
        "value": Hint("The statement.", most=160, example="28, sebelas di teras", needed=True),
    },
    content.Item: {
        "id": Hint("Short id; WhatsApp messages may name the item by it.", like=ID, example="kopi", needed=True),
        "name": Hint("Name, title or question.", most=160, example="Kopi susu gula aren"),
        "label": Hint("A day or a time beside the name.", most=40, closed=False),
        "text": replace(_RICH, says="One or two sentences; an answer, a quotation. Plain text or Markdown."),
        "role": Hint("What the person does.", most=120, example="Perias"),
        "value": Hint("The number, with its unit.", most=24, example="1.200 cangkir"),
        "price": Hint("Price; null where there is none to say."),
        "status": Hint("State of the item; null is available.", choices=STATUSES),
        "badge": Hint("One word beside the name.", most=28, example="pedas"),
        "icon": Hint(
            "The motif drawn where there is no picture; other names are kept for later.", choices=MOTIFS, any=True
        ),
        "category": Hint("Items of one category stand together; groups say the same.", closed=False),
        "duration": Hint("How long it takes.", most=40, example="45 menit"),
        "when": Hint("Day or time of a stop.", most=40, example="Hari 1"),
        "place": Hint("Where it is.", most=80, example="Labuan Bajo"),
        "features": Hint("What is included: up to 20 short points.", most=140),
        "highlight": Hint("True for the one that is recommended."),
        "image": _IMAGE,
        "actions": Hint("Up to two buttons of this item."),
        "action": Hint("One button of this item.", closed=False),
        "url": Hint(
            "Where it leads, when it has no button: an https address or a path of this site; null otherwise.",
            example="https://www.tokopedia.com/…",
        ),
        "phone": Hint("Telephone number of this person or place.", example="0813-5550-0101"),
        "address": Hint("Address of this place."),
        "geo": Hint("Where the way to this place leads; null rather than guessed."),
        "hours": Hint("Opening hours of this place, where they are its own."),
    },
    content.Group: {
        "id": Hint("Short id.", like=ID, example="kopi", needed=True),
        "name": Hint("Heading of the group.", most=120, example="Seduh manual", needed=True),
        "text": Hint("One sentence under the heading."),
        "items": Hint("Its items; a group without any is left out.", least=1),
    },
    content.SectionContent: {
        "id": _ID,
        "type": Hint("What the section is.", choices=tuple(KINDS), needed=True),
        "label": Hint("One or two words above the heading.", most=60, example="Cerita"),
        "title": Hint("Heading of the section; of a hero 20 to 60 characters.", most=160, example="Yang kami seduh"),
        "intro": Hint("One or two sentences under the heading.", example="Semua kopi bisa diganti susu oat."),
        "text": _RICH,
        "note": Hint("Small print under the section.", example="Harga sudah termasuk pajak."),
        "items": Hint("Its entries, in order."),
        "groups": Hint("Its entries under headings of their own, where there are many."),
        "facts": Hint("Up to eight short facts."),
        "actions": replace(_BUTTONS, says="Up to three buttons; the first is the important one."),
        "action": Hint("One more button of this section.", closed=False),
        "image": _IMAGE,
        "video": Hint("The film; the image stands in for it until it is asked for."),
        "form": Hint("Type or id of the form; contact is the usual one.", example="contact"),
        "count": Hint("How many posts, 1 to 12.", example=3),
        "provenance": Hint(
            "“owner” only where the owner said every word of it; testimonials and statistics stay hidden otherwise.",
            choices=("owner", "generated"),
        ),
    },
    content.PageContent: {
        "path": Hint("“/” is the home page; /blog and what begins with _ are taken.", like=PATH, needed=True),
        "title": Hint("Title of the page, also for search engines.", most=120, example="Tentang kami"),
        "description": Hint("For search engines, one or two sentences.", most=160),
        "nav": Hint("What the navigation calls the page, one or two words.", most=24),
        "sections": Hint("Its sections, in order.", least=1),
    },
    content.Address: {
        "street": Hint("Street and number.", example="Jl. Cihapit No. 27"),
        "rt_rw": Hint("Neighbourhood.", example="RT 03/RW 05"),
        "village": Hint("Kelurahan or village.", example="Cihapit"),
        "district": Hint("Kecamatan.", example="Bandung Wetan"),
        "city": Hint("City or regency.", example="Kota Bandung"),
        "province": Hint("Province.", example="Jawa Barat"),
        "postal_code": Hint("Five digits.", example="40114"),
        "landmark": Hint("What people ask for on the way.", example="Seberang pasar"),
    },
    content.Geo: {
        "lat": Hint("Latitude, -90 to 90.", example=-6.9, needed=True),
        "lng": Hint("Longitude, -180 to 180.", example=107.6, needed=True),
    },
    content.WhatsApp: {
        "number": Hint(
            "A real mobile number; placeholders are hidden. Null rather than invented.", example="0813-5550-0101"
        ),
        "text": Hint("First message; {site}, {item} and {page} are filled in.", most=500, example="Halo {site}"),
    },
    content.Contact: {
        "whatsapp": Hint("WhatsApp; null rather than invented."),
        "phone": Hint("Telephone; null rather than invented.", example="022-555-0101"),
        "email": Hint("E-mail address.", example="halo@example.com"),
        "address": Hint("Where it is."),
        "geo": Hint("Where the map leads; null rather than guessed."),
        "map_url": Hint("https address of a map.", closed=False),
    },
    content.OpenDays: {
        "days": Hint(
            "Days with these hours; days that are never named are closed.", choices=DAYS, needed=True, least=1
        ),
        "open": Hint("Opening time.", like=TIME, example="17:00", needed=True),
        "close": Hint("Closing time; before the opening time means after midnight.", like=TIME, needed=True),
        "closed": Hint("Closed on these days.", closed=False),
        "time": Hint("Hours in one text.", closed=False, example="08:00–12:00, 13:00–17:00"),
    },
    content.HoursException: {
        "from_": Hint("First day.", like=DATE, example="2027-03-10", needed=True),
        "to": Hint("Last day; null: the first.", like=DATE),
        "label": Hint("Why.", example="Libur Idulfitri"),
        "open": Hint("Opening time on these days.", like=TIME),
        "close": Hint("Closing time on these days.", like=TIME),
        "closed": Hint("True: closed on these days."),
    },
    content.Hours: {
        "weekly": Hint("The usual week; a break is two entries for one day.", needed=True, least=1),
        "exceptions": Hint("Days with other hours."),
        "note": Hint("What the times do not say."),
    },
    content.Channel: {
        "kind": Hint("Which place.", choices=CHANNELS, any=True, needed=True),
        "url": Hint("https address of the profile or shop.", example="https://www.instagram.com/…", needed=True),
        "label": Hint("Its name, where the kind does not say it.", most=40),
        "text": Hint("What is there, in a few words.", most=80, example="Pesan antar"),
    },
    content.Qris: {
        "payload": Hint(
            "The content of the owner’s own QR code, 000201 to its checksum, not a character changed; "
            "null rather than invented.",
            most=512,
        ),
        "merchant": Hint("In whose name, where there is no payload; null rather than invented.", most=60),
    },
    content.Payments: {
        "accepted": Hint("Ways to pay.", choices=PAYMENTS, any=True),
        "qris": Hint("The owner’s QRIS; needs provenance “owner”."),
        "note": Hint("What else to know about paying."),
    },
    content.Credential: {
        "kind": Hint("Which licence.", choices=CREDENTIALS, any=True, needed=True),
        "number": Hint("Its number, as the owner stated it.", most=80, needed=True),
        "label": Hint("Its name, where the kind does not say it.", most=40),
        "text": Hint("What it says, where it has no number.", most=80, closed=False),
    },
    content.SiteFacts: {
        "name": Hint("Name of the business or person.", most=80, example="Kopi Senja", needed=True),
        "tagline": Hint("What it is, in one line.", example="Kedai kecil di Cihapit"),
        "logo": _IMAGE,
        "business": Hint("What schema.org calls it.", choices=BUSINESSES, example="CafeOrCoffeeShop"),
        "contact": Hint("How to reach it.", needed=True),
        "locations": Hint("Branches, where there are several."),
        "hours": Hint("Opening hours; null rather than guessed."),
        "channels": Hint("Profiles and shops elsewhere; only real ones."),
        "payments": Hint("How to pay."),
        "credentials": Hint("Licences and certificates; need provenance “owner”."),
        "currency": Hint("IDR.", closed=False),
        "navigation": Hint("Links of the navigation, where the derived ones do not do.", closed=False),
    },
    content.PageTranslation: {
        "path": Hint("The page’s path in the site’s own language.", like=PATH, needed=True),
        "as_": Hint("Its address in this language.", like=PATH, example="/about"),
        "title": Hint("Title of the page.", most=120),
        "description": Hint("For search engines.", most=160),
        "nav": Hint("What the navigation calls the page.", most=24),
        "sections": Hint("By id: the texts that differ."),
    },
    content.Vouch: {
        "pointer": Hint(
            "JSON Pointer below generated_content; it counts for everything below it.",
            example="/site/credentials/0",
            needed=True,
        ),
        "by": Hint("“owner” only where the owner really said it.", choices=("owner", "generated"), needed=True),
    },
    content.Translation: {
        "language": Hint("Its language.", example="en", needed=True),
        "site": Hint("Facts that differ."),
        "pages": Hint("Pages that differ."),
    },
    content.Content: {
        "language": Hint("Language of the texts.", choices=LANGUAGES, needed=True),
        "languages": Hint("All languages there are texts in.", choices=LANGUAGES, closed=False),
        "site": Hint("Facts that stand on every page.", needed=True),
        "pages": Hint("Home first.", least=1),
        "translations": Hint("Texts in other languages, by language; empty where there is one language."),
        "provenance": Hint("Who vouches for what; empty where nobody does. A map by pointer is read too."),
    },
    components.Component: {
        "id": replace(_ID, says="Id of the section in generated_content."),
        "type": Hint("Type of the section.", choices=tuple(KINDS), needed=True),
        "variant": Hint("One of the theme’s variants for this type; null is its default."),
        "page": Hint("Path of the page it stands on.", like=PATH, example="/", needed=True),
        "visible": Hint("False hides it."),
        "background": Hint("Ground; null lets the theme choose. At most one band a page.", choices=GROUNDS),
        "from_": Hint("First day an announcement shows.", like=DATE, example="2027-03-01"),
        "until": Hint("Last day an announcement shows.", like=DATE, example="2027-03-12"),
    },
    components.Components: {"components": Hint("What stands where, in order.")},
    components.Redirect: {
        "from_": Hint("The old path.", example="/lama", needed=True),
        "to": Hint("A path of the same site.", example="/baru", needed=True),
    },
    components.Privacy: {
        "controller": Hint("Who answers for personal data.", example="Kopi Senja", needed=True),
        "contact": Hint("E-mail address or number for questions about it.", needed=True),
        "address": Hint("Address of the controller."),
        "retention_days": Hint("Days that data is kept, 1 to 36,500; then leads are deleted.", example=365),
        "purposes": Hint("What data is used for."),
    },
    components.Config: {
        "timezone": Hint("IANA name.", example="Asia/Jakarta"),
        "robots": Hint("noindex keeps the site out of search engines."),
        "indexnow": Hint("false: search engines are not told of changes."),
        "feeds": Hint("excerpt: feeds have the beginning of each post, and not the whole text.", example="full"),
        "redirects": Hint("Former paths to new ones, of the same site."),
        "privacy": Hint("controller, contact, retention_days: makes the privacy page."),
        "analytics": Hint(
            "mode: server counts what is answered; beacon what browsers show, for a site behind a cache of others; off."
            " dnt: false tells visitors apart who send DNT; never those who send Sec-GPC."
        ),
    },
    **FORM_HINTS,
    **THEME_HINTS,
}


def hint(model: type[Lenient], field: str) -> Hint:
    """The hint of a field, or one that says nothing."""
    return HINTS.get(model, {}).get(field) or Hint("")
