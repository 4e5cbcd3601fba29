"""The shader of the documentation, in the browser's WebGL 2, beside the program's own pictures."""

import base64
import functools
import json
import math
from pathlib import Path

import pytest
from conftest import FLAGS, png

HERE = Path(__file__).parent
SHADER = HERE.parents[1] / "core/src/look/look.glsl"
AMOUNTS = ["structure", "sharpen", "bloom"]

# Without a graphics processor: Chromium's own renderer.
SOFTWARE = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="module")
def page(chromium):
    kind, program = chromium
    browser = kind.launch(executable_path=program, args=[*FLAGS, *SOFTWARE])
    yield browser.new_page()
    browser.close()


def scene(x: float, y: float) -> tuple[int, int, int]:
    """A lamp at night, a bright sky, a coarse and a fine texture."""
    lamp = 0.5 - 0.5 * math.tanh((math.hypot(1.5 * (x - 0.3), y - 0.7) - 0.05) / 0.01)
    sky = 0.5 - 0.5 * math.tanh((y - 0.35) / 0.01)
    texture = 0.06 * math.sin(x * 150) * math.sin(y * 100)
    texture += 0.08 * math.sin(x * 600) * math.sin(y * 400)
    color = [0.15 + 0.6 * x, 0.12 + 0.2 * y, 0.3 - 0.2 * x]
    bright = [c + (1 - c) * max(lamp, 0.8 * sky) + texture for c in color]
    return tuple(round(255 * min(max(c, 0.0), 1.0)) for c in bright)


def url(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


@functools.cache
def blocks(x: int, y: int) -> tuple[int, int, int]:
    return scene(x / 150, y / 100)


def coarse(x: float, y: float) -> tuple[int, int, int]:
    """The scene in blocks, which a large picture is quickly made of."""
    return blocks(int(x * 150), int(y * 100))


SMALL = (480, 320, scene)
# From a short side of 1440 on the mask is that of a reduced picture.
LARGE = (1500, 1450, coarse)


@pytest.mark.parametrize(
    ("sliders", "what"),
    [
        ({"structure": 100}, SMALL),
        ({"structure": -100}, SMALL),
        ({"sharpen": 100}, SMALL),
        ({"bloom": 100}, SMALL),
        ({"structure": 40, "sharpen": 40, "bloom": 40, "contrast": 20, "temperature": 30}, SMALL),
        ({"sharpen": 100, "structure": 50, "bloom": 50}, LARGE),
    ],
    ids=["structure", "softness", "sharpen", "bloom", "all", "large"],
)
def test_the_shader_paints_what_the_program_does(page, colorist, tmp_path, sliders, what):
    width, height, drawn = what
    picture = png(tmp_path / "in.png", width, height, drawn)
    edit, out, strip = (tmp_path / name for name in ["edit.json", "out.png", "strip.png"])
    edit.write_text(json.dumps({"adjust": sliders}), encoding="utf-8")
    colorist("render", "--edit", edit, "--image", picture, "--out", out, "--lut", strip)
    amounts = {name: sliders.get(name, 0) / 100 for name in AMOUNTS}
    shader = {"shader": SHADER.read_text(encoding="utf-8"), "amounts": amounts}
    painted = page.evaluate(
        (HERE / "shader.js").read_text(encoding="utf-8"),
        {"picture": url(picture), "strip": url(strip), **shader},
    )
    assert (painted["width"], painted["height"]) == (width, height)
    pixels = base64.b64decode(painted["pixels"])
    expected = base64.b64decode(page.evaluate(READ, url(out)))
    before = base64.b64decode(page.evaluate(READ, url(picture)))
    worst, mean = difference(pixels, expected)
    # The program dithers; that alone is a mean of a third and more, at most 1.
    assert worst <= 4 and mean <= 0.6, (worst, mean)
    assert difference(before, expected)[0] > 6


def difference(a: bytes, b: bytes) -> tuple[int, float]:
    """The greatest and the mean difference of bytes."""
    assert len(a) == len(b)
    apart = [abs(x - y) for x, y in zip(a, b)]
    return max(apart), sum(apart) / len(apart)


# The pixels of a picture file, untouched by color management.
READ = """async (url) => {
  const blob = await (await fetch(url)).blob();
  const image = await createImageBitmap(blob, { colorSpaceConversion: "none" });
  const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let i = 0; i < data.length; i += 4096) {
    text += String.fromCharCode(...data.subarray(i, i + 4096));
  }
  return btoa(text);
}"""
