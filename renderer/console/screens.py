"""Every address of the console, and who may enter it. A handler that is not listed here is not reachable."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from aiohttp import web

from renderer.console import files, handlers
from renderer.console.visit import Visit

Answer = Callable[[Visit], Awaitable[web.StreamResponse]]


class Entry(Enum):
    """Who may enter. Anybody else meets the sign-in page, or 404 where a site is not theirs."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    OWNER = "owner of the site"  # of `{site_id}` in the path: it is `visit.site` when the handler runs


@dataclass(frozen=True, slots=True)
class Screen:
    method: str
    path: str
    entry: Entry
    answer: Answer
    is_once: bool = False
    """What comes twice is done once (`once.py`)."""

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


def get(path: str, entry: Entry, answer: Answer) -> Screen:
    return Screen("GET", path, entry, answer)


def post(path: str, entry: Entry, answer: Answer) -> Screen:
    """What changes something. Only the console's own pages can send it (`own_request.py`)."""
    return Screen("POST", path, entry, answer)


def once(path: str, answer: Answer) -> Screen:
    """The same of a site of one's own, where the form says what it saw, or would do again what it did."""
    return Screen("POST", path, Entry.OWNER, answer, is_once=True)


SCREENS = (
    get("/", Entry.SIGNED_IN, handlers.overview.show_overview),
    get("/leads", Entry.SIGNED_IN, handlers.all_leads.show_all_leads),
    get("/leads/table.csv", Entry.SIGNED_IN, handlers.all_leads.export_all_leads),
    post("/leads/status", Entry.SIGNED_IN, handlers.all_leads.change_all_leads),
    get("/domains", Entry.SIGNED_IN, handlers.domains.show_all_domains),
    get("/sites/{site_id}", Entry.OWNER, handlers.overview.show_site),
    get("/sites/{site_id}/everything.zip", Entry.OWNER, handlers.takeout.give_takeout),
    get("/sites/{site_id}/domains", Entry.OWNER, handlers.domains.show_domains),
    post("/sites/{site_id}/domains", Entry.OWNER, handlers.domains.change_domains),
    get("/sites/{site_id}/draft", Entry.OWNER, handlers.draft.show_draft),
    once("/sites/{site_id}/draft", handlers.draft.change_draft),
    post("/sites/{site_id}/status", Entry.OWNER, handlers.draft.change_status),
    post("/sites/{site_id}/password", Entry.OWNER, handlers.draft.change_site_password),
    once("/sites/{site_id}/revisions", handlers.draft.roll_back),
    get("/sites/{site_id}/previews", Entry.OWNER, handlers.previews.show_previews),
    post("/sites/{site_id}/previews", Entry.OWNER, handlers.previews.change_previews),
    get("/sites/{site_id}/order", Entry.OWNER, handlers.order.show_order),
    once("/sites/{site_id}/order", handlers.order.change_order),
    get("/sites/{site_id}/order/sample", Entry.OWNER, handlers.order.show_ordered),
    once("/sites/{site_id}/order/pages", handlers.further_pages.change_pages),
    get("/sites/{site_id}/colours", Entry.OWNER, handlers.colours.show_colours),
    once("/sites/{site_id}/colours", handlers.colours.change_colours),
    get("/sites/{site_id}/colours/sample", Entry.OWNER, handlers.colours.show_coloured),
    get("/sites/{site_id}/search", Entry.OWNER, handlers.findable.show_findable),
    once("/sites/{site_id}/search", handlers.findable.change_findable),
    get("/sites/{site_id}/search/card.png", Entry.OWNER, handlers.findable.show_share_card),
    get("/sites/{site_id}/search/picture", Entry.OWNER, handlers.emblems.show_emblem),
    once("/sites/{site_id}/search/picture", handlers.emblems.choose_emblem),
    get("/sites/{site_id}/look", Entry.OWNER, handlers.look.show_look),
    once("/sites/{site_id}/look", handlers.look.choose_look),
    get("/sites/{site_id}/look/sample", Entry.OWNER, handlers.look.show_sample),
    get("/sites/{site_id}/posts", Entry.OWNER, handlers.post_list.show_posts),
    get("/sites/{site_id}/posts/new", Entry.OWNER, handlers.posts.show_new_post),
    once("/sites/{site_id}/posts/new", handlers.posts.add_post),
    post("/sites/{site_id}/posts/paper", Entry.OWNER, handlers.posts.show_paper),
    get("/sites/{site_id}/posts/deleted", Entry.OWNER, handlers.deleted.show_deleted),
    once("/sites/{site_id}/posts/deleted", handlers.deleted.restore_post),
    get("/sites/{site_id}/posts/{post_id}", Entry.OWNER, handlers.posts.show_post),
    once("/sites/{site_id}/posts/{post_id}", handlers.posts.change_post),
    post("/sites/{site_id}/posts/{post_id}/unsaved", Entry.OWNER, handlers.unsaved.change_unsaved),
    post("/sites/{site_id}/unsaved", Entry.OWNER, handlers.unsaved.change_unsaved_form),
    get("/sites/{site_id}/texts", Entry.OWNER, handlers.texts.show_texts),
    post("/sites/{site_id}/texts/preview", Entry.OWNER, handlers.texts.open_preview),
    get("/sites/{site_id}/texts/section", Entry.OWNER, handlers.sections.show_section),
    once("/sites/{site_id}/texts/section", handlers.sections.change_section),
    get("/sites/{site_id}/texts/entry", Entry.OWNER, handlers.entries.show_new_entry),
    once("/sites/{site_id}/texts/entry", handlers.entries.add_entry),
    get("/sites/{site_id}/texts/translation", Entry.OWNER, handlers.translations.show_translation),
    once("/sites/{site_id}/texts/translation", handlers.translations.change_translation),
    get("/sites/{site_id}/texts/picture", Entry.OWNER, handlers.choices.show_choice),
    once("/sites/{site_id}/texts/picture", handlers.choices.choose_picture),
    get("/sites/{site_id}/pictures", Entry.OWNER, handlers.pictures.show_pictures),
    post("/sites/{site_id}/pictures", Entry.OWNER, handlers.pictures.add_pictures),
    get("/sites/{site_id}/pictures/{picture_id}", Entry.OWNER, handlers.pictures.show_picture),
    post("/sites/{site_id}/pictures/{picture_id}", Entry.OWNER, handlers.pictures.change_picture),
    get("/sites/{site_id}/pictures/{picture_id}/{file}", Entry.OWNER, handlers.pictures.give_file),
    get("/sites/{site_id}/statistics", Entry.OWNER, handlers.statistics.show_statistics),
    get("/sites/{site_id}/statistics.json", Entry.OWNER, handlers.statistics.tell_statistics),
    get("/sites/{site_id}/statistics/{table}.csv", Entry.OWNER, handlers.statistics.export_statistics),
    get("/sites/{site_id}/prices", Entry.OWNER, handlers.shop.show_prices),
    once("/sites/{site_id}/prices", handlers.shop.change_price),
    get("/sites/{site_id}/facts", Entry.OWNER, handlers.shop.show_facts),
    once("/sites/{site_id}/facts", handlers.shop.change_facts),
    get("/sites/{site_id}/leads", Entry.OWNER, handlers.leads.show_leads),
    get("/sites/{site_id}/leads/table.csv", Entry.OWNER, handlers.leads.export_leads),
    post("/sites/{site_id}/leads/status", Entry.OWNER, handlers.leads.change_leads),
    get("/sites/{site_id}/leads/newsletter", Entry.OWNER, handlers.newsletter.show_subscribers),
    post("/sites/{site_id}/leads/newsletter", Entry.OWNER, handlers.newsletter.remove_subscriber),
    get("/sites/{site_id}/leads/newsletter/table.csv", Entry.OWNER, handlers.newsletter.export_subscribers),
    get("/sites/{site_id}/leads/forms", Entry.OWNER, handlers.form_list.show_forms),
    post("/sites/{site_id}/leads/forms", Entry.OWNER, handlers.form_list.change_retention),
    get("/sites/{site_id}/leads/forms/{form}", Entry.OWNER, handlers.forms.show_form),
    once("/sites/{site_id}/leads/forms/{form}", handlers.forms.change_form),
    get("/sites/{site_id}/leads/{lead_id}", Entry.OWNER, handlers.lead.show_lead),
    get("/sites/{site_id}/leads/{lead_id}/files/{number}", Entry.OWNER, handlers.lead.give_file),
    post("/sites/{site_id}/leads/{lead_id}/deliver", Entry.OWNER, handlers.lead.deliver_lead),
    post("/sites/{site_id}/leads/{lead_id}/erase", Entry.OWNER, handlers.lead.erase_lead),
    get("/account", Entry.SIGNED_IN, handlers.account.show_account),
    post("/account", Entry.SIGNED_IN, handlers.account.save_account),
    post("/account/verify", Entry.SIGNED_IN, handlers.account.ask_for_verification),
    get("/account/email", Entry.SIGNED_IN, handlers.email.show_email),
    post("/account/email", Entry.SIGNED_IN, handlers.email.ask_for_email),
    get("/account/tokens", Entry.SIGNED_IN, handlers.account.show_tokens),
    get("/account/security", Entry.SIGNED_IN, handlers.security.show_security),
    post("/account/password", Entry.SIGNED_IN, handlers.security.change_password),
    post("/account/sessions", Entry.SIGNED_IN, handlers.security.end_session),
    get("/account/second-step", Entry.SIGNED_IN, handlers.security.show_second_step),
    post("/account/second-step", Entry.SIGNED_IN, handlers.security.turn_on_second_step),
    post("/account/second-step/off", Entry.SIGNED_IN, handlers.security.turn_off_second_step),
    get("/sign-in", Entry.ANYONE, handlers.sign_in.show_sign_in),
    post("/sign-in", Entry.ANYONE, handlers.sign_in.sign_in),
    post("/sign-in/code", Entry.ANYONE, handlers.sign_in.sign_in_with_code),
    post("/sign-in/link", Entry.ANYONE, handlers.links.ask_for_sign_in),
    get("/reset", Entry.ANYONE, handlers.links.show_reset),
    post("/reset", Entry.ANYONE, handlers.links.ask_for_reset),
    get("/link/{token}", Entry.ANYONE, handlers.links.show_link),
    post("/link", Entry.ANYONE, handlers.links.use_link),
    post("/sign-out", Entry.ANYONE, handlers.sign_in.sign_out),
    post("/language", Entry.ANYONE, handlers.language.choose_language),
    get("/_console/{name}", Entry.ANYONE, files.show_file),
)
