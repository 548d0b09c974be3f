"""Stand-ins for photographs, drawn: light falling over rounded things, out of focus and grainy. The same each time."""

import random
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIZE = (960, 720)
COUNT = 12
_GRADES = (
    ((58, 42, 34), (214, 168, 120)), ((24, 52, 58), (178, 206, 196)), ((70, 58, 28), (236, 214, 160)),
    ((36, 34, 52), (190, 170, 196)), ((44, 62, 40), (206, 214, 164)), ((66, 30, 28), (232, 176, 150)),
)  # fmt: skip
_IN_ITEMS = ("gallery", "products", "team")
_OF_SECTION = ("hero", "about")


def photograph(number: int) -> bytes:
    """One JPEG of 960×720."""
    rng = random.Random(f"photograph {number}")
    dark, light = _GRADES[number % len(_GRADES)]
    scene = Image.new("L", SIZE, 70)
    draw = ImageDraw.Draw(scene)
    horizon = rng.randint(300, 520)
    draw.rectangle((0, horizon, *SIZE), fill=rng.randint(90, 130))
    for _ in range(rng.randint(5, 9)):
        x, y, size = rng.randint(0, SIZE[0]), rng.randint(horizon - 160, SIZE[1]), rng.randint(60, 260)
        tone = rng.randint(40, 220)
        draw.ellipse((x - size, y - size // 2 + 40, x + size, y + size // 2 + 60), fill=max(10, tone - 60))
        draw.ellipse((x - size, y - size, x + size, y + size // 2), fill=tone)
        draw.ellipse((x - size // 2, y - size * 0.8, x + size // 4, y - size // 4), fill=min(255, tone + 30))
    scene = scene.filter(ImageFilter.GaussianBlur(rng.choice((3, 6, 10))))
    fall = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180))).resize(SIZE)
    scene = Image.blend(scene, fall, 0.3)
    grain = Image.frombytes("L", (240, 180), rng.randbytes(240 * 180)).resize(SIZE)
    scene = ImageChops.add(scene, grain.point(lambda value: value // 14), 1, -8)
    scene = ImageOps.autocontrast(scene, cutoff=1)
    ramp = [[round(a + (b - a) * value / 255) for value in range(256)] for a, b in zip(dark, light, strict=True)]
    graded = Image.merge("RGB", [scene.point(curve) for curve in ramp])
    out = BytesIO()
    graded.save(out, "JPEG", quality=72)
    return out.getvalue()


def files() -> dict[str, bytes]:
    """Path on a site's own origin → JPEG."""
    return {f"/foto/{number}.jpg": photograph(number) for number in range(COUNT)}


def with_photographs(content: dict[str, Any]) -> dict[str, Any]:
    """generated_content in which whatever can show a picture has one."""
    taken = iter(range(10_000))

    def picture() -> dict[str, Any]:
        number = next(taken) % COUNT
        return {"src": f"/foto/{number}.jpg", "alt": "Foto contoh", "width": SIZE[0], "height": SIZE[1]}

    def section(one: dict[str, Any]) -> dict[str, Any]:
        if one["type"] in _OF_SECTION:
            one = {**one, "image": picture()}
        if one["type"] in _IN_ITEMS:
            one = {**one, "items": [{**item, "image": picture()} for item in one.get("items", ())]}
            groups = [
                {**group, "items": [{**item, "image": picture()} for item in group["items"]]}
                for group in one.get("groups", ())
            ]
            one = {**one, "groups": groups} if groups else one
        return one

    pages = [{**page, "sections": [section(one) for one in page["sections"]]} for page in content["pages"]]
    return {**content, "pages": pages}
