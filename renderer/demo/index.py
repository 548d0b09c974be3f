"""The index page of the demo: a card a site, each a small composition in the site's own colours and motif."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import jinja2
from markupsafe import Markup

from renderer.demo.cards import IndexSite
from renderer.themes import Drawn

_PAGE = Path(__file__).parent / "page"
_ENVIRONMENT = jinja2.Environment(
    autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_TEMPLATE = _ENVIRONMENT.from_string((_PAGE / "index.html").read_text("utf-8"))
_CSS = " ".join((_PAGE / "index.css").read_text("utf-8").split())
_SHADES = (
    "ground",
    "surface",
    "line",
    "ink",
    "muted",
    "brand",
    "on-brand",
    "motif-ground",
    "motif-1",
    "motif-2",
    "motif-3",
)
_CORNERS = {"none": 0, "sm": 3, "md": 6, "lg": 12, "full": 18}


def draw_index(sites: Sequence[IndexSite], base_url_of: Callable[[IndexSite], str]) -> Drawn:
    """The whole document. `base_url_of` gives a site's origin without trailing slash: `http://kopi-senja.localhost:8080`.

    Everything of a site is escaped; of its look only settled colours (hex), numbers and a motif of ours get through.
    """
    css = _CSS + "".join(_colours(place, site) for place, site in enumerate(sites))
    cards = [{"place": place, "site": site, "url": base_url_of(site)} for place, site in enumerate(sites)]
    # The hash in the policy is of these very characters, so nothing may escape them; hex and numbers need none.
    html = _TEMPLATE.render(cards=cards, css=Markup(css))  # noqa: S704 - a style sheet of ours
    return Drawn(html, (b64encode(sha256(css.encode()).digest()).decode(),))


def _colours(place: int, site: IndexSite) -> str:
    look = site.look
    family = "Georgia,serif" if look.pairing.heading_generic == "serif" else "system-ui,sans-serif"
    first = look.dark if look.mode == "dark" else look.light
    rule = f".k{place}{{{_variables(first)}--r:{_CORNERS.get(look.radius, 6)}px;--f:{family}}}"
    if look.mode == "auto":
        rule += f"@media(prefers-color-scheme:dark){{.k{place}{{{_variables(look.dark)}}}}}"
    return rule


def _variables(shades: Mapping[str, str]) -> str:
    return "".join(f"--{name}:{shades[name]};" for name in _SHADES)
