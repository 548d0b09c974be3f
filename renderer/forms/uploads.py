"""Files of an answer, judged by their content."""

from collections.abc import Mapping, Sequence
from typing import Any

from renderer.forms.files import Upload, note_of, type_of
from renderer.forms.wrong import Wrong
from renderer.themes.forms import Question
from renderer.themes.text.words import Size


def read_files(
    one: Question, uploads: Mapping[str, Sequence[Upload]], taken: list[Upload], most_bytes: int
) -> list[dict[str, Any]]:
    """Notes of the files that were sent for a question; they themselves go to `taken`. Raises Wrong."""
    given = uploads.get(one.name, ())
    if not given and one.required:
        raise Wrong("form_required")
    if len(given) > int(one.most or 1):
        raise Wrong("form_too_many_files", most=int(one.most or 1))
    found = []
    for upload in given:
        if len(upload.data) > most_bytes:
            raise Wrong("form_file_too_large", most=Size(most_bytes))
        kind = type_of(upload.data)
        if kind is None:
            raise Wrong("form_bad_file")
        found.append((upload, kind))
    notes = [note_of(upload, len(taken) + number, kind) for number, (upload, kind) in enumerate(found)]
    taken += [upload for upload, _ in found]
    return notes
