"""Pictures to choose one from, for a place in a section that shows one."""

from aiohttp import web

from renderer.console import draw
from renderer.console.designing.desk import open_desk, places_of
from renderer.console.editing import texts
from renderer.console.editing.fields import Field
from renderer.console.handlers.sections import change_texts
from renderer.console.handlers.text_forms import form_address, part_of_form, pointer_of
from renderer.console.pictures.chosen import picture_of
from renderer.console.visit import Visit
from renderer.media.queries import list_pictures
from renderer.themes.pictures.own import own_picture

MOST_CHOICES = 60


async def show_choice(visit: Visit) -> web.StreamResponse:
    query = visit.request.query
    async with visit.db() as conn:
        desk = await open_desk(conn, visit)
    pointer, name = pointer_of(query.get("at", "")), query.get("field", "")[:80]
    part = part_of_form(query.get("part", ""))
    fields = (texts.read_fields(places, pointer, part) if (places := await places_of(desk)) else None) or []
    field = next((one for one in fields if one.name == name and one.kind == "picture"), None)
    if field is None:
        raise web.HTTPNotFound
    return await _choice(visit, pointer, part, field, texts.digest_of(fields))


async def choose_picture(visit: Visit) -> web.StreamResponse:
    form = await visit.form()
    pointer, name, chosen = pointer_of(form.text("at")), form.text("field")[:80], form.text("picture")
    part = part_of_form(form.text("part"))
    if chosen == "none":
        return await change_texts(visit, pointer, form.text("seen"), {name: ""}, part=part)
    async with visit.db() as conn:
        picture = await picture_of(conn, visit, chosen)
    wanted = {name: picture.picture.src}
    alts = {f"{name}/alt": picture.alt}
    return await change_texts(visit, pointer, form.text("seen"), wanted, alts, part=part)


async def _choice(visit: Visit, pointer: str, part: str, field: Field, digest: str) -> web.StreamResponse:
    async with visit.db() as conn:
        found = await list_pictures(conn, visit.site.id, most=MOST_CHOICES)
    own = own_picture(field.value)
    return draw.page(
        visit,
        "texts_picture.html",
        at=pointer,
        part=part,
        up=form_address(visit, pointer, part),
        field=field,
        digest=digest,
        choices=found,
        chosen=own.name if own else "",
        root=f"/sites/{visit.site.id}",
    )
