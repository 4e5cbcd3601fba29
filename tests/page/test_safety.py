"""What the page must never do: run the data, talk to the network, lose answers silently."""

import json

from conftest import FLAGS, INTENTS


def test_intents_are_text_and_nothing_else(judge):
    one = judge()
    images = one.page.locator("img").count()
    for _ in INTENTS:
        assert one.page.locator("#intent").evaluate("(e) => e.children.length") == 0
        assert one.text("intent") in INTENTS
        assert one.page.locator("img").count() == images
        one.press("ArrowRight")
    assert one.page.evaluate("window.hacked") is None
    assert one.page.locator("script").count() == 2


def test_pictures_are_there_and_differ(judge):
    one = judge()
    one.page.wait_for_function(
        "[...document.images].every((image) => image.complete && image.naturalWidth > 0)"
    )
    shown = one.page.locator(".stage img:not(.over)")
    sources = shown.evaluate_all("(images) => images.map((image) => image.src)")
    assert len(set(sources)) == 3


def test_the_policy_refuses_scripts_and_the_network(judge):
    one = judge()
    refused = one.page.evaluate(
        """async () => {
          const found = [];
          document.addEventListener("securitypolicyviolation", (event) => {
            found.push(event.effectiveDirective);
          });
          const script = document.createElement("script");
          script.textContent = "window.hacked = 1";
          document.body.append(script);
          const image = "<img src='data:,' onerror='window.hacked = 1'>";
          document.body.insertAdjacentHTML("beforeend", image);
          await fetch("https://example.com/").catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 50));
          return found.sort();
        }"""
    )
    assert refused == ["connect-src", "script-src-attr", "script-src-elem"]
    assert one.page.evaluate("window.hacked") is None
    # What the browser says about it is the point of this test.
    one.trouble.clear()


def test_a_browser_that_keeps_nothing(judge, chromium, tmp_path):
    kind, program = chromium
    # What a person sets who blocks all cookies: then `localStorage` itself throws.
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    profile = tmp_path / "profile" / "Default"
    profile.mkdir(parents=True)
    (profile / "Preferences").write_text(json.dumps(settings), encoding="utf-8")
    context = kind.launch_persistent_context(
        profile.parent, executable_path=program, args=[*FLAGS, "--disable-gpu"]
    )
    one = judge(context)
    denied = "try { localStorage.length; false } catch { true }"
    assert one.page.evaluate(denied)
    assert "keeps nothing" in one.text("warning")
    one.press("1", "5", "ArrowRight", "ArrowLeft")
    assert one.pressed() == ["relevant yes", "mimics no"]
    file = one.export(tmp_path / "answers.json", "Ada")
    assert len(file["answers"]) == 1
    context.close()


def test_damaged_answers_in_the_browser_are_no_obstacle(judge):
    one = judge()
    one.press("1")
    one.page.evaluate("localStorage.setItem(Object.keys(localStorage)[0], '{\"format\":1')")
    one.page.reload()
    assert one.pressed() == []
    one.press("2")
    assert one.pressed() == ["relevant no"]
    assert not one.page.locator("#warning").is_visible()


def test_two_tabs_do_not_overwrite_each_other(judge):
    first = judge()
    second = judge(first.page.context)
    first.press("1")
    second.page.locator("[data-criterion=relevant] [aria-pressed=true]").wait_for()
    second.press("5")
    first.page.locator("[data-criterion=mimics] [aria-pressed=true]").wait_for()
    first.page.reload()
    assert first.pressed() == ["relevant yes", "mimics no"]
