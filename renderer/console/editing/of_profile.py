"""The fields of what stands on every page, part by part, and of a page itself. Pure."""

from collections.abc import Iterator

from renderer.console.editing.fields import Field, Form
from renderer.console.editing.of_section import of_action, of_item
from renderer.console.editing.vouches import VOUCHED, fact_vouched
from renderer.console.words.profile import BUSINESSES
from renderer.themes.contract.content import PageContent
from renderer.themes.contract.hint import CHANNELS, CREDENTIALS, PAYMENTS
from renderer.themes.contract.lenient import LONG
from renderer.themes.contract.sections import KINDS
from renderer.themes.text.qris import MOST as MOST_QRIS
from renderer.themes.text.words import CHANNEL_NAMES

PARTS = ("channels", "payments", "credentials", "navigation")
"""Of the profile: each a screen of its own, named by what its fields begin with. What is in none is the first screen's:
the logo, what kind of business it is, its branches."""
PLACES = tuple(dict.fromkeys((*CHANNELS, *(name for name in CHANNEL_NAMES if name != "twitter"))))
"""Of links to elsewhere: the usual first. Any other is a website with a name."""


def of_site(form: Form) -> Iterator[Field]:
    site = form.places.content.site
    yield from form.picture(site.logo, "logo", offered=True, crops=False, word="text_logo")
    yield from form.choice("business", site.business, BUSINESSES, True, word="text_business")
    yield from form.text("currency", site.currency, word="text_currency", most=3)
    for index, item in enumerate(site.locations):
        if form.has(under := f"locations/{index}"):
            yield from of_item(form, under, item, KINDS["locations"], index + 1)
    for index, one in enumerate(site.channels):
        under, entry = f"channels/{index}", index + 1
        yield from form.choice(f"{under}/kind", one.kind, PLACES, True, entry, word="channel_kind", needed=True)
        yield from form.text(
            f"{under}/url", one.url, True, entry, word="channel_url", needed=True, most=500, rule="channel"
        )
        yield from form.text(f"{under}/label", one.label, True, entry, word="channel_label", most=40)
        yield from form.text(f"{under}/text", one.text, True, entry, word="channel_text", most=80)
    yield from _of_payments(form)
    for index, stated in enumerate(site.credentials):
        under, entry = f"credentials/{index}", index + 1
        yield from form.choice(
            f"{under}/kind", stated.kind, CREDENTIALS, True, entry, word="credential_kind", needed=True
        )
        yield from form.text(f"{under}/number", stated.number, True, entry, word="credential_number", most=80)
        yield from form.text(f"{under}/label", stated.label, True, entry, word="credential_label", most=40)
        yield from form.text(f"{under}/text", stated.text, True, entry, word="credential_text", most=80)
        yield _vouched(form, under, entry)
    for index, action in enumerate(site.navigation):
        yield from of_action(form, f"navigation/{index}", action, index + 1)


def _of_payments(form: Form) -> Iterator[Field]:
    given = form.places.content.site.payments
    accepted = given.accepted if given else []
    others = [one for one in accepted if one not in PAYMENTS]
    options = tuple(dict.fromkeys((*accepted, *PAYMENTS, *others)))
    yield Field("payments/accepted", "pay_accepted", "many", "\n".join(accepted), LONG, options=options)
    yield from form.text("payments/note", given.note if given else None, True, word="pay_note", most=1_000)
    qris = given.qris if given else None
    yield from form.text(
        "payments/qris/payload", qris.payload if qris else None, True, word="pay_qris", most=MOST_QRIS, rule="qris"
    )
    yield from form.text("payments/qris/merchant", qris.merchant if qris else None, True, word="pay_merchant", most=60)
    yield _vouched(form, "payments/qris", word="pay_vouched")


def _vouched(form: Form, under: str, entry: int = 0, word: str = "credential_vouched") -> Field:
    owners = "owner" if fact_vouched(form.places, f"{form.pointer}/{under}") else ""
    return Field(f"{under}/{VOUCHED}", word, "tick", owners, 10, entry)


def of_page(form: Form, page: PageContent) -> Iterator[Field]:
    """What a page is called, and what it is about."""
    yield from form.text("title", page.title, True, word="findable_title", most=120)
    yield from form.text("description", page.description, True, word="findable_description", most=160)
    yield from form.text("nav", page.nav, True, word="findable_nav", most=24)
