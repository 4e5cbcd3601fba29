"""For everybody: screen readers, keyboards, small screens, light and dark, no script."""

import pytest
from axe_playwright_python.sync_playwright import Axe

WIDTHS = (320, 390, 768, 1440)


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(judge, scheme, width):
    one = judge(color_scheme=scheme, viewport={"width": width, "height": 900})
    page = one.page
    assert violations(page) == []
    # Every state that looks different.
    one.press("1", "5", "x")
    page.get_by_role("button", name="Export").click()
    for section in ("tools", "help"):
        page.locator(f"#{section} summary").click()
    assert violations(page) == []
    page.locator("#intent").click()
    one.press("b")
    assert page.locator("dialog").is_visible()
    assert violations(page) == []


def test_nothing_is_wider_than_the_screen(judge):
    one = judge()
    for section in ("tools", "help"):
        one.page.locator(f"#{section} summary").click()
    for width in WIDTHS:
        one.page.set_viewport_size({"width": width, "height": 800})
        for sample in range(6):
            wide = one.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"sample {sample + 1} at {width} px is {wide} px wide"
            one.press("ArrowRight")
        one.press(*["ArrowLeft"] * 6)


def test_pictures_stand_beside_each_other_where_there_is_room(judge):
    one = judge()
    for width, columns in ((390, 1), (768, 3), (1440, 3)):
        one.page.set_viewport_size({"width": width, "height": 900})
        boxes = [figure.bounding_box() for figure in one.page.locator("figure").all()]
        assert len({round(box["x"]) for box in boxes}) == columns


def test_every_stop_of_the_tab_key_is_seen_and_has_a_name(judge):
    one = judge()
    page = one.page
    stops = []
    while True:
        one.press("Tab")
        stop = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return null;
              const { outlineStyle, outlineWidth } = getComputedStyle(e);
              const box = e.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return {
                name: e.innerText || e.labels?.[0]?.innerText || e.id,
                outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
                free: e.contains(top) || top?.contains(e),
              };
            }"""
        )
        if stop is None or stop in stops:
            break
        assert stop["name"] and stop["outline"] and stop["free"], stop
        stops.append(stop)
    assert stops[0]["name"] == "Skip to the questions"
    assert len(stops) >= 20

    page.reload()
    one.press("Tab", "Enter", "Tab")
    assert page.evaluate("document.activeElement.dataset.answer") == "yes"


def test_the_ends_keep_the_focus_and_the_place_is_said(judge):
    one = judge()
    page = one.page
    following = page.get_by_role("button", name="Next", exact=True)
    following.focus()
    one.press(*["Enter"] * 8)
    assert one.text("progress").startswith("Sample 6 of 6")
    assert page.evaluate("document.activeElement.id") == "next"
    assert following.get_attribute("aria-disabled") == "true"
    assert page.locator("#progress").get_attribute("role") == "status"
    page.get_by_label("Go to sample").select_option("3")
    assert one.text("progress").startswith("Sample 3 of 6")


def test_the_source_shows_while_held_and_after_a_press(judge):
    one = judge()
    page = one.page
    over = page.locator(".stage img.over").first

    # The page's clock stands still, so that a slow machine makes no long press of a short one.
    page.evaluate("window.now = 0; performance.now = () => window.now")
    page.keyboard.down("x")
    assert over.is_visible()
    page.evaluate("window.now = 500")
    page.keyboard.up("x")
    assert not over.is_visible()

    one.press("x")
    assert over.is_visible()
    one.press("x")
    assert not over.is_visible()

    button = page.get_by_role("button", name="Compare with the source")
    button.focus()
    one.press("Enter")
    assert over.is_visible()
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert not over.is_visible()
    # The next sample starts with its own pictures.
    one.press("x", "ArrowRight")
    assert not over.is_visible()


def test_the_large_view_switches_in_place(judge):
    one = judge()
    page = one.page
    one.press("c")
    places = []
    for key, picture in (("a", "source"), ("b", "teacher"), ("c", "student")):
        one.press(key)
        shown = [image for image in page.locator("dialog img").all() if image.is_visible()]
        assert [image.get_attribute("data-picture") for image in shown] == [picture]
        assert page.evaluate("document.activeElement.dataset.view") == picture
        places.append(shown[0].bounding_box())
    assert places[0] == places[1] == places[2]
    one.press("1", "ArrowRight", "Escape")
    assert not page.locator("dialog").is_visible()
    assert one.pressed() == []
    assert one.text("progress").startswith("Sample 1 ")
    page.locator(".stage img[data-picture=teacher]").click()
    assert page.locator("dialog [data-view=teacher][aria-pressed=true]").is_visible()


def test_without_script_the_page_says_so(judge):
    one = judge(java_script_enabled=False)
    assert "needs JavaScript" in one.page.locator("noscript").inner_text()
