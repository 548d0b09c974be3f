"""HEIC, as iPhones take photographs, by libheif: opened as Pillow opens what it knows itself."""

import io

from PIL import Image


def open_heif(data: bytes) -> Image.Image:
    """The primary picture, not decoded yet. Raises SyntaxError; what is read later raises ValueError and the like.

    libheif turns what `irot` and `imir` say, and pi_heif then takes the orientation out of EXIF and XMP, so that it
    is applied once.
    """
    # Here, not above: whoever draws no HEIC does without the library.
    from pi_heif import options
    from pi_heif.as_plugin import HeifImageFile

    # No threads of libheif (libde265 keeps one): each has a stack and an arena below the process's memory limit.
    options.DECODE_THREADS = 0
    options.THUMBNAILS = options.DEPTH_IMAGES = options.AUX_IMAGES = False
    opened: Image.Image = HeifImageFile(io.BytesIO(data))
    return opened
