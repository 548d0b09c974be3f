"""Forms: a row read tolerantly into one frozen definition, and the definition drawn with what was typed into it.

What is received is judged by `renderer/forms`, by the same definition.
"""

from renderer.themes.forms.definition import Form, FormRow, Question, default_form, read_form
from renderer.themes.forms.draw import draw_form, draw_thanks
from renderer.themes.forms.views import Fault, FormState

__all__ = [
    "Fault",
    "Form",
    "FormRow",
    "FormState",
    "Question",
    "default_form",
    "draw_form",
    "draw_thanks",
    "read_form",
]
