"""The member's card, held before the camera of the till."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import NewPage, launch
from tests.browser.test_portal import come_in
from tests.browser.test_till import TILL, log_in
from tests.crashes.house import until
from tests.world import World

pytestmark = pytest.mark.browser

WIDTH, HEIGHT, QR = 640, 480, 320
# The code as the browser draws it on the portal's page: a byte of lightness for every pixel.
_LIGHTNESS = """
async ([svg, size]) => {
  const image = new Image();
  const text = new XMLSerializer().serializeToString(svg);
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const drawing = canvas.getContext("2d");
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, size, size);
  drawing.drawImage(image, 0, 0, size, size);
  const pixels = drawing.getImageData(0, 0, size, size).data;
  let lightness = "";
  for (let i = 0; i < pixels.length; i += 4) lightness += String.fromCharCode(pixels[i]);
  return btoa(lightness);
}
"""


def film(lightness: bytes, path: Path) -> None:
    """A short film (YUV4MPEG2) of a square picture on a grey wall."""
    left, top = (WIDTH - QR) // 2, (HEIGHT - QR) // 2
    picture = bytearray(b"\x90" * (WIDTH * HEIGHT))
    for row in range(QR):
        start = (top + row) * WIDTH + left
        picture[start : start + QR] = lightness[row * QR : (row + 1) * QR]
    frame = b"FRAME\n" + bytes(picture) + b"\x80" * (WIDTH * HEIGHT // 2)
    header = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(header + frame * 5)


@pytest.fixture
def card_film(open_page: NewPage, world: World, tmp_path: Path) -> Path:
    """A film of the card that the member shows on her phone."""
    phone = open_page()
    come_in(phone, world)
    phone.get_by_role("link", name="کارت").click()
    code = phone.locator(".qr svg")
    expect(code).to_be_visible()
    drawn = phone.evaluate(_LIGHTNESS, [code.element_handle(), QR])
    path = tmp_path / "card.y4m"
    film(base64.b64decode(drawn), path)
    return path


@pytest.fixture
def filming(chromium: Browser, card_film: Path) -> Iterator[Browser]:
    """A browser whose camera sees the film."""
    browser = launch(
        chromium.browser_type,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={card_film}",
    )
    yield browser
    browser.close()


def test_the_till_finds_the_member_by_the_camera(filming: Browser, site: str, world: World) -> None:
    page = filming.new_context(base_url=site, viewport=TILL).new_page()
    log_in(page, world)
    screen = page.locator("#who-scan video").element_handle()
    page.get_by_role("button", name="اسکن کد").first.click()
    expect(page.locator("[data-member]")).to_contain_text("مریم رضایی")
    expect(page.locator("#who-scan")).not_to_be_visible()
    expect(page.locator("#bill_amount")).to_be_focused()
    # The lamp of the camera is out.
    ended = "(video) => video.srcObject.getTracks().every((t) => t.readyState === 'ended')"
    # Not wait_for_function: it evaluates in the page again and again, which our policy refuses.
    until("the camera's lamp stays on", lambda: page.evaluate(ended, screen))
