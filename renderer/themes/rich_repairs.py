"""Rich text of a row, with what it loses among the repairs, each at its place in the document."""

from typing import Any

from markupsafe import Markup

from renderer.themes.repair import Repairs, pointer
from renderer.themes.text.losses import Losses
from renderer.themes.text.rich import RichOptions, reachable, render_rich


def show_rich(value: Any, options: RichOptions, under: str, repairs: Repairs) -> Markup | None:
    """`value`, which stands at `under`, as HTML; None when it shows nothing."""
    losses = Losses()
    html = render_rich(value, options, losses)
    if losses:
        for steps, message in losses.told(value):
            repairs.add(pointer(*steps, under=under), message)
    return reachable(html) if html is not None else None
