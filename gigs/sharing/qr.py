"""An address as a QR code, to print or to scan from a screen."""

from __future__ import annotations

from io import BytesIO

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage
from qrcode.image.svg import SvgPathImage

_BOX = 12  # pixels of the smallest square
_QUIET = 4  # squares of white around it, as the standard asks


def svg(address: str) -> bytes:
    """Black on white, whatever the theme: cameras need the contrast."""
    return _bytes(_code(address).make_image(SvgPathImage))


def png(address: str) -> bytes:
    return _bytes(_code(address).make_image(PilImage))


def _code(address: str) -> qrcode.QRCode:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=_BOX, border=_QUIET)
    code.add_data(address)
    return code


def _bytes(image: PilImage | SvgPathImage) -> bytes:
    buffer = BytesIO()
    image.save(buffer)
    return buffer.getvalue()
