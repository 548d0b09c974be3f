"""Forms: a row read tolerantly into one frozen definition, and the definition drawn with what was typed into it.

Its own pages are drawn by `draw.py`, which stands above the engine's; what is received is judged by `renderer/forms`,
by the same definition.
"""

from renderer.themes.forms.bounds import MOST_WITH_FILES, FileBounds
from renderer.themes.forms.definition import (
    DEFAULT,
    FORM_KEY,
    FORMS_PATH,
    NEWSLETTER,
    USUAL,
    Form,
    FormRow,
    Question,
    default_form,
    find_form,
    read_form,
    usual_form,
)
from renderer.themes.forms.views import Fault, FormState, FormView, show_form

__all__ = [
    "DEFAULT",
    "FORMS_PATH",
    "FORM_KEY",
    "MOST_WITH_FILES",
    "NEWSLETTER",
    "USUAL",
    "Fault",
    "FileBounds",
    "Form",
    "FormRow",
    "FormState",
    "FormView",
    "Question",
    "default_form",
    "find_form",
    "read_form",
    "show_form",
    "usual_form",
]
