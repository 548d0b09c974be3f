"""What a hint is, and the patterns and choices that hints are made of."""

from dataclasses import dataclass
from typing import Any

DATE = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
TIME = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
PATH = "^/([A-Za-z0-9][A-Za-z0-9._~-]{0,80}(/[A-Za-z0-9][A-Za-z0-9._~-]{0,80}){0,5})?$"
HEX = "^#[0-9a-fA-F]{6}$"
FILM = (
    r"^(https://(www\.youtube\.com/watch\?v=|youtu\.be/)[A-Za-z0-9_-]{11}"
    r"|/([A-Za-z0-9_-]{1,60}/){0,4}[A-Za-z0-9_-]{1,80}\.(mp4|webm))$"
)
ID = "^[a-z][a-z0-9-]{0,39}$"

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
ACTIONS = ("whatsapp", "phone", "email", "map", "section", "page", "post", "url")
STATUSES = ("sold_out", "new", "popular", "seasonal", "by_order")
GROUNDS = ("ground", "surface", "sunk", "band")
LANGUAGES = ("id", "en")
MOTIFS = (
    *("kawung", "parang", "mega-mendung", "ceplok", "truntum", "tegel", "ombak", "daun", "tenun", "terazo"),
    *("kontur", "kertas", "lauk", "kopi", "cabai", "sapuan"),
)
CHANNELS = (
    *("gofood", "grabfood", "shopeefood", "tokopedia", "shopee", "tiktok", "instagram", "facebook", "youtube", "x"),
    *("threads", "linkedin", "telegram", "line", "lazada", "pinterest", "github", "spotify", "tripadvisor", "google"),
    *("traveloka", "airbnb", "website"),
)
PAYMENTS = (
    *("qris", "cash", "transfer", "debit", "credit", "gopay", "ovo", "dana", "shopeepay", "linkaja", "bca"),
    *("mandiri", "bri", "bni", "cod", "installment", "paypal", "wise"),
)
CREDENTIALS = ("halal", "nib", "pirt", "bpom", "sip", "str", "siup", "haki", "license")


@dataclass(frozen=True, slots=True)
class Hint:
    """`says`: what the field is for. `needed`: never empty in the closed form. `closed`: False keeps it out of there.

    `any`: what is not a choice is fine too. `least` is the smallest number of entries in the closed form, `also`
    names JSON types that are read beside a choice.
    """

    says: str
    most: int | None = None
    choices: tuple[str, ...] = ()
    like: str | None = None
    example: Any = None
    needed: bool = False
    closed: bool = True
    any: bool = False
    least: int = 0
    also: tuple[str, ...] = ()
