"""The live kernel in its page: what the page tells readers to try holds."""

from __future__ import annotations

import pytest

PAGE = "book/live/kernel.html"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def figure(visit):
    """Return a function that opens the page and gives the figure in it."""

    def open_figure(theme="light", **options):
        tab = visit(**options).open(PAGE, theme)
        figure = tab.locator("live-kernel[data-ready]")
        figure.scroll_into_view_if_needed()
        return figure

    return open_figure


def outputs(figure) -> list[float]:
    """Return the numbers of the output."""
    texts = figure.locator(".pad .cells > *").all_inner_texts()
    return [float(text.replace("−", "-")) for text in texts]


def choose(figure, **settings):
    """Choose from the menus, by their labels."""
    for label, option in settings.items():
        figure.get_by_label(label, exact=True).select_option(option)


def test_the_flip_is_noticed_as_the_page_says(figure):
    live = figure()
    flip = live.get_by_label("flip the kernel")
    before = outputs(live)
    flip.check()
    assert outputs(live) == before
    choose(live, kernel="upright")
    flipped = outputs(live)
    flip.uncheck()
    assert flipped == [-value for value in outputs(live)]
    choose(live, kernel="numbers", input="pixel")
    assert outputs(live) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    flip.check()
    assert outputs(live) == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_the_unseen_pixels_are_as_the_page_says(figure):
    live = figure()
    note = live.locator(".panel.input .note")
    choose(live, input="step", stride="3")
    assert "12 of 48 pixels are seen by no window" in note.inner_text()
    choose(live, padding="same")
    assert "no window" not in note.inner_text()
    choose(live, padding="full", dilation="2")
    assert "no window" not in note.inner_text()
    choose(live, dilation="3")
    assert "42 of 48 pixels are seen by no window" in note.inner_text()


def test_one_zero_a_side_brings_the_output_back(figure):
    live = figure()
    choose(live, dilation="3")
    assert "spans 7 rows" in live.locator(".empty").inner_text()
    choose(live, padding="number")
    assert live.get_by_label("zeros a side").input_value() == "1"
    assert len(outputs(live)) == 1
    assert live.locator(".outside").count() == 8


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("chosen", ["ones", "cat"])
def test_it_fits_a_phone(figure, theme, chosen):
    live = figure(theme, viewport=PHONE)
    choose(live, input=chosen, padding="full", dilation="3")
    assert live.page.evaluate("document.documentElement.scrollWidth") <= 390
