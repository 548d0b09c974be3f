"""Uploads are judged by their content and drawn anew; nothing of what came along goes on."""

import asyncio
import io
import struct

import pytest
from PIL import Image

from renderer.media import drawing
from renderer.media.drawing import Drawn, Order, Refused, draw
from renderer.media.studio import Busy, Studio
from renderer.themes.pictures.own import FALLBACK_STEPS, STEPS, TALLEST, OwnPicture, own_picture
from renderer.themes.pictures.rules import Pictures
from renderer.themes.text.rich import RichOptions, render_rich
from tests.heics import WHOLE, heic
from tests.photographs import photograph
from tests.uploads import bomb, picture, profiled, see_through, turned

ORDER = Order(STEPS, FALLBACK_STEPS, TALLEST)


def opened(body: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(body))
    made.load()
    return made


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF", "AVIF"])
def test_a_picture_of_every_type_comes_in_all_widths(form: str) -> None:
    drawn = draw(picture(1500, 1000, form), ORDER)
    name = f"{'0' * 32}-{drawn.width}x{drawn.height}{'a' if drawn.has_avif else ''}"
    own = OwnPicture(name, drawn.width, drawn.height, drawn.fallback)
    assert (drawn.width, drawn.height, drawn.fallback) == (1500, 1000, "jpg")
    assert sorted(name for name, _ in drawn.files) == sorted(own.files)
    for name, body in drawn.files:
        seen = opened(body)
        assert seen.format == {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}[name.partition(".")[2]]
        assert seen.width == int(name.partition(".")[0])
        red, green, blue = seen.convert("RGB").getpixel((seen.width - 5, seen.height - 5))  # type: ignore[misc]
        assert blue > 150 > max(red, green), name


def test_what_came_along_is_gone_and_the_picture_stands_upright() -> None:
    drawn = draw(turned(), ORDER)
    assert (drawn.width, drawn.height) == (600, 900)
    for _, body in drawn.files:
        seen = opened(body)
        assert b"Rahasia" not in body
        assert not seen.getexif()
        assert not {"exif", "icc_profile", "xmp", "comment"} & set(seen.info)
        # The corner that lay at the top left stands at the top right.
        red, green, _ = seen.convert("RGB").getpixel((seen.width - 8, 8))  # type: ignore[misc]
        assert green > 120 > red


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16"])
def test_every_mode_is_drawn(mode: str) -> None:
    form = "TIFF" if mode == "PA" else "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    if mode == "PA":
        mode, form = "P", "GIF"
    drawn = draw(picture(300, 200, form, mode), ORDER)
    assert opened(drawn.files[0][1]).size == (300, 200)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"msf1", b"heif"])
def test_heic_is_turned_once_and_what_came_along_is_gone(brand: bytes) -> None:
    def corners(data: bytes) -> list[str]:
        names = {(0, 0, 1): "blue", (0, 1, 1): "cyan", (1, 0, 0): "red", (1, 1, 0): "yellow"}
        drawn = draw(data, ORDER)
        assert (drawn.width, drawn.height, drawn.fallback) == (128, 128, "jpg")
        assert not any(b"Rahasia" in body for _, body in drawn.files)
        seen = opened(drawn.files[0][1]).convert("RGB")
        dots = (seen.getpixel((x, y)) for y in (8, 119) for x in (8, 119))
        return [names[tuple(int(part > 120) for part in dot)] for dot in dots]  # type: ignore[misc,union-attr]

    assert b"Rahasia" in heic()
    assert corners(heic(brand=brand)) == corners(WHOLE) == ["blue", "cyan", "red", "yellow"]
    # A quarter to the left, by the file's own word alone: EXIF says the same again, or another thing, to no effect.
    for orientation in (1, 6, 8):
        assert corners(heic(quarters=1, orientation=orientation, brand=brand)) == ["cyan", "yellow", "blue", "red"]


def test_what_is_transparent_stays_so_and_colours_follow_their_profile() -> None:
    drawn = draw(see_through(), ORDER)
    assert drawn.fallback == "png"
    for _, body in drawn.files:
        assert opened(body).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]
    # A profile of other colours than the pixels have is left aside; the picture is not lost.
    assert draw(profiled(), ORDER).width == 300


def test_what_is_no_picture_is_refused_with_a_reason() -> None:
    whole = picture()
    cases = {
        b"<svg xmlns='http://www.w3.org/2000/svg'/>": "svg",
        b"\xef\xbb\xbf  <?xml version='1.0'?><svg/>": "svg",
        b"%PDF-1.7": "type",
        b"<html>": "type",
        b"BM" + b"\0" * 60: "type",
        b"": "type",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic": "heic",
        WHOLE[: len(WHOLE) // 2]: "heic",
        WHOLE[:200]: "heic",
        WHOLE.replace(b"hvc1", b"av01"): "heic",
        WHOLE[:400] + b"\xff" * 6_000: "heic",
        heic((9_000, 8_000)): "heic",
        heic((60_000, 60_000)): "dimensions",
        bomb(): "dimensions",
        picture(20_001, 1): "dimensions",
        whole[: len(whole) // 2]: "broken",
        b"\xff\xd8\xff" + b"x" * 500: "broken",
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + b"\xff" * 20: "broken",
        b"GIF89a" + b"\xff" * 40: "broken",
        b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\xff" * 40: "broken",
        b"\0\0\0\x1cftypavif" + b"\xff" * 60: "broken",
        picture(form="AVIF").replace(b"pitm", b"xxxx"): "broken",
    }
    for data, why in cases.items():
        with pytest.raises(Refused) as refused:
            draw(data, ORDER)
        assert refused.value.why == why, data[:20]


def test_avif_is_made_where_it_is_smaller_and_time_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def size(drawn: Drawn, kind: str) -> int:
        return sum(len(body) for name, body in drawn.files if name.endswith(kind))

    drawn = draw(photograph(3), ORDER)
    own = OwnPicture(f"{'0' * 32}-960x720a", 960, 720, "jpg")
    assert sorted(name for name, _ in drawn.files) == sorted(own.files)
    assert 0 < size(drawn, ".avif") <= size(drawn, ".webp") * drawing.AVIF_GAIN
    for gone, value in (("AVIF_GAIN", 0.1), ("AVIF_BEFORE", 0.0), ("_CAN_AVIF", False)):
        with monkeypatch.context() as patch:
            patch.setattr(drawing, gone, value)
            plain = draw(photograph(3), ORDER)
            assert not plain.has_avif, gone
            assert plain.files == tuple(one for one in drawn.files if not one[0].endswith(".avif"))


async def test_the_studio_draws_in_a_process_and_refuses_a_crowd() -> None:
    studio = Studio(most_waiting=1)
    first, second, third = await asyncio.gather(
        *(studio.draw(picture(1000, 700)) for _ in range(3)), return_exceptions=True
    )
    assert isinstance(third, Busy)
    assert not isinstance(first, BaseException)
    assert first == second
    with pytest.raises(Refused, match="svg"):
        await studio.draw(b"<svg/>")
    assert (await studio.draw(heic())).width == 128
    with pytest.raises(Refused, match="dimensions"):
        await studio.draw(heic((60_000, 60_000)))
    with pytest.raises(Refused, match="too_hard"):
        await Studio(seconds=0.01).draw(picture())


def test_an_address_says_its_sizes_to_whoever_draws_it() -> None:
    name = f"{'a' * 32}-1500x1000"
    own = own_picture(f"/_media/{name}/1280.jpg")
    assert own == OwnPicture(name, 1500, 1000, "jpg")
    assert own.webp.split(", ")[-1] == f"/_media/{name}/1500.webp 1500w"
    for wrong in (
        "",
        f"/_media/{name}/1281.jpg",
        f"/_media/{name}/1280.webp",
        f"/_media/{'a' * 32}-9999x1/1280.jpg",
        f"/_media/{name}/1280.jpg?x",
        f"/_media/{name.upper()}/1280.jpg",
        f"/_media/x/{name}/1280.jpg",
    ):
        assert own_picture(wrong) is None, wrong
    pictures = Pictures("https://kopi.example")
    options = RichOptions(2, pictures.vet, pictures.sizes)
    drawn = render_rich({"type": "markdown", "text": f"![Kopi]({own.src})"}, options)
    assert drawn is not None
    assert '<picture><source type="image/webp"' in drawn
    assert 'width="1500" height="1000"' in drawn
    # With AVIF, that comes first: a browser takes the first one that it reads.
    light = own_picture(f"/_media/{name}a/1280.jpg")
    assert light is not None
    assert light.avif == light.webp.replace(".webp", ".avif")
    drawn = render_rich({"type": "markdown", "text": f"![Kopi]({light.src})"}, options)
    assert drawn is not None
    assert f'<picture><source type="image/avif" srcset="/_media/{name}a/320.avif 320w, ' in drawn
    assert drawn.index("image/avif") < drawn.index("image/webp") < drawn.index("<img")
    # Where one file is asked for, as in feeds, it is the one that everybody reads.
    plain = render_rich({"type": "markdown", "text": f"![Kopi]({own.src})"}, RichOptions(2, pictures.vet))
    assert plain is not None
    assert "<picture" not in plain
