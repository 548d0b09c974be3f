"""What is done before a new site is shown, and what of it is done by now. Pure."""

from dataclasses import dataclass

from renderer.console.editing import Facts
from renderer.console.editing.places import Places


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`path` is below the site's own screens, `word` a key of the words."""

    path: str
    word: str
    is_done: bool


def first_steps(facts: Facts, places: Places) -> list[FirstStep]:
    """In the order that they are best taken. `facts` are live at once, `places` are the draft's."""
    has_sections = any(page.sections for page in places.content.pages)
    return [
        FirstStep("facts", "first_reach", bool(facts.whatsapp or facts.phone or facts.email)),
        FirstStep("facts#hours", "first_hours", any(facts.days) or bool(facts.hours_note)),
        FirstStep("texts" if has_sections else "order#add", "first_sections", has_sections),
        FirstStep("draft#live", "first_live", False),
    ]
