"""Following the course: next page, what is needed first, search, lists, wrong turns."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import threading

import html_pages
import pytest
from book_site import chapters as book_chapters
from html_pages import listed_pages
from test_accessibility import DESKTOP, PHONE, axe_faults, sideways
from test_course import CHAPTERS, write_notebook

# Terms of the glossary, and the chapter whose subject each of them is.
TERMS = {
    "receptive field": "01_receptive_fields",
    "complex cell": "02_simple_and_complex_cells",
    "neocognitron": "03_neocognitron",
    "cross-correlation": "06_convolution_by_hand",
    "dilation": "07_padding_stride_dilation",
    "dead unit": "09_activation",
    "max-pooling": "10_pooling",
    "backpropagation": "13_backpropagation",
    "early stopping": "14_training_in_numpy",
    "confusion matrix": "19_full_mnist_models",
    "saliency": "20_inside_the_network",
}


# From page to page.


def test_every_page_leads_to_the_one_before_and_the_one_after(site):
    names, found, wanted = listed_pages(), [], []
    for place, name in enumerate(names):
        page = html_pages.Page(site / name)
        for link, near in (("a.left-prev", place - 1), ("a.right-next", place + 1)):
            there = [
                (page.path.parent / a["href"]).resolve() for a in page.soup.select(link)
            ]
            found.append((name, link, there))
            outside = not 0 <= near < len(names)
            wanted.append((name, link, [] if outside else [site / names[near]]))
    assert found == wanted


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_every_chapter_links_to_what_it_needs_first(site, chapter):
    page = html_pages.Page(site / f"{chapter.docname}.html")
    section = page.soup.select_one("section#what-you-need-first")
    links = [a["href"] for a in section.find_all("a", href=True)]
    before = [other.name for other in CHAPTERS[: CHAPTERS.index(chapter)]]
    linked = [name for name in before if any(name in link for link in links)]
    assert linked or not before
    assert section.select_one("p.know-this")


# The list of exercises.


def test_the_exercises_of_a_chapter_are_read_from_its_notebook(tmp_path):
    path = write_notebook(
        tmp_path / "07_padding.ipynb",
        "# A promise",
        "## Exercises\n\n### Exercise 1: say `it` [twice]\n\nA story. Write `one(x)`:"
        " how long ([Doe](https://a.org))?\n\n<details><summary>S</summary>\n\n"
        "```python\n# Exercise 9: in a comment\n```\n\n</details>\n\n"
        "### Exercise 2: another\n\nText.",
        "## Summary\n\nNo `two(x)`.",
    )
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stub = 'def two(x):\n    """Return it twice.\n\n    More."""\n\n\ncheck("two", two)'
    notebook["cells"].insert(2, {"cell_type": "code", "source": [stub]})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    first, second = book_chapters.read_chapter(path).exercises
    assert first.title == "Exercise 1: say `it` [twice]"
    assert first.anchor == "exercise-1-say-it-twice"
    assert first.asks == "A story."
    assert (second.title, second.asks) == ("Exercise 2: another", "Return it twice.")


def test_without_a_docstring_the_sentence_that_names_the_function_is_taken(tmp_path):
    path = write_notebook(
        tmp_path / "07_padding.ipynb",
        "### Exercise 1: it\n\nA story ([Doe](https://a.org)). Write `one(x)`: how\n"
        "long, [Roe](https://b.org)? More.<details><summary>S</summary>one</details>",
    )
    notebook = json.loads(path.read_text(encoding="utf-8"))
    stub = 'def one(x):\n    raise NotImplementedError\n\n\ncheck("one", one)'
    notebook["cells"].append({"cell_type": "code", "source": [stub]})
    path.write_text(json.dumps(notebook), encoding="utf-8")
    (exercise,) = book_chapters.read_chapter(path).exercises
    assert exercise.asks == "Write `one(x)`: how long, Roe?"


def test_the_page_of_exercises_leads_to_every_exercise(site, pages):
    page = pages[site / "book/exercises.html"]
    listed = page.soup.select("ul.exercises > li")
    stand = []
    for chapter in CHAPTERS:
        for heading in pages[site / f"{chapter.docname}.html"].soup.find_all("h3"):
            words = heading.get_text(" ", strip=True).removesuffix("#").strip()
            if words.startswith("Exercise "):
                address = f"../{chapter.docname}.html#{heading.parent['id']}"
                stand.append((address, words))
    found = [
        (item.find("a")["href"], item.find("a").get_text(" ", strip=True))
        for item in listed
    ]
    assert found == stand
    assert len(found) >= 3 * len(CHAPTERS)
    count = page.soup.select_one(".exercise-count").get_text()
    numbers = {chapter.number for chapter in CHAPTERS}
    assert count == f"The {len(numbers)} chapters have {len(found)} exercises."


def test_every_exercise_says_in_a_line_what_it_asks_for(site):
    page = html_pages.Page(site / "book/exercises.html")
    for item in page.soup.select("ul.exercises > li"):
        asked = item.find_all("p")[1].get_text(" ", strip=True)
        assert 15 <= len(asked) <= 200, asked
        assert asked[-1] in ".?", asked


# The list of corrections.


def test_every_correction_of_a_chapter_stands_in_the_list(site, pages):
    page = pages[site / "book/corrections.html"]
    linked = {a["href"] for a in page.soup.select("table.ledger a[href]")}
    missing, count = [], 0
    for chapter in CHAPTERS:
        there = pages[site / f"{chapter.docname}.html"]
        shown = there.soup.select("section#what-the-articles-got-wrong > section")
        count += len(shown)
        missing += [
            f"{chapter.name}: {section['id']}"
            for section in shown
            if f"../{chapter.docname}.html#{section['id']}" not in linked
        ]
    assert count >= 2 * len(CHAPTERS)
    assert not missing


# Search.


def test_the_search_index_holds_every_term_of_the_glossary(site):
    text = (site / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text[text.index("(") + 1 : text.rindex(")")])
    glossary = html_pages.Page(site / "book/glossary.html")
    terms = {
        dt.get_text(" ", strip=True).removesuffix("#").strip().replace("’", "'")
        for dt in glossary.soup.select("dl.glossary dt[id]")
    }
    assert len(terms) > 100
    glossary_number = index["docnames"].index("book/glossary")
    held = {
        term
        for term, places in index["indexentries"].items()
        if any(place[0] == glossary_number for place in places)
    }
    assert {term.lower() for term in terms} == held
    assert terms >= set(TERMS)


def test_a_search_finds_ten_terms_in_the_glossary_and_in_their_chapters(visit):
    visitor = visit()
    missed = []
    for term, chapter in TERMS.items():
        tab = visitor.open(f"search.html?q={term}")
        tab.wait_for_function(
            "/found/.test(document.querySelector('#search-results p')?.textContent)"
        )
        found = tab.eval_on_selector_all(
            "#search-results li > a", "links => links.map(a => a.getAttribute('href'))"
        )
        anchor = f"book/glossary.html#term-{term.replace(' ', '-')}"
        if found[:1] != [anchor]:
            missed.append(f"{term}: first comes {found[:1]}")
        if not any(f"notebooks/{chapter}.html" in address for address in found):
            missed.append(f"{term}: not in {chapter}")
    assert not missed
    assert not visitor.foreign
    assert not visitor.errors


def test_a_search_for_what_is_not_there_says_so(visit):
    tab = visit().open("search.html?q=xylophone")
    tab.wait_for_selector("#search-results >> text=did not match any documents")
    assert tab.locator("#search-results li > a").count() == 0


# Wrong addresses.


@pytest.fixture(scope="module")
def host(site, tmp_path_factory):
    """Serve the site at /repository/, with 404.html for what does not exist."""
    folder = tmp_path_factory.mktemp("host")
    wanted = ["404.html", "search.html", "searchindex.js", "_static", "book"]
    for name in wanted:
        source, target = site / name, folder / "repository" / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)

    class Host(http.server.SimpleHTTPRequestHandler):
        def send_error(self, code, message=None, explain=None):
            body = (site / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    handler = functools.partial(Host, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "prefilled"),
    [
        (
            "repository/notebooks/06_convolution_with_hands.html",
            "convolution with hands",
        ),
        ("repository/a/b/c/", ""),
        ("repository/typo", "typo"),
        ("repository/book/%22%3E%3Cimg%20src=x%3E.html", "img src x"),
        ("repository/eyes/caf%E9.html", ""),  # Latin-1, not UTF-8
    ],
)
def test_a_wrong_address_leads_back_into_the_book(visit, host, address, prefilled):
    visitor = visit(home=host)
    answer = visitor.tab.goto(host + address)
    assert answer.status == 404
    tab = visitor.tab
    tab.wait_for_selector("html[data-site='/repository/']")
    assert tab.locator("main img").count() == 0  # an address never becomes HTML
    assert tab.get_by_role("searchbox").input_value() == prefilled
    tab.get_by_role("link", name="Glossary").click()
    tab.wait_for_url(f"{host}repository/book/glossary.html")
    assert tab.locator("h1").inner_text().startswith("Glossary")
    assert not visitor.foreign


def test_a_wrong_address_offers_the_search(visit, host):
    tab = visit(home=host).tab
    tab.goto(f"{host}repository/notebooks/stride.html")
    tab.wait_for_selector("html[data-site='/repository/']")
    tab.get_by_role("button", name="Search").click()
    tab.wait_for_url(f"{host}repository/search.html?q=stride")
    tab.wait_for_selector("#search-results li")


def test_the_page_for_wrong_addresses_lists_the_contents(site, pages):
    page = pages[site / "404.html"]
    listed = [address for address in page.links if "/api/" not in address]
    assert listed == [name for name in listed_pages() if "/api/" not in name]
    assert page.soup.find("base")["href"] == "/"
    assert all(address.startswith("data:") for address in page.loaded)


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everyone_can_read_the_page_for_wrong_addresses(visit, viewport, scheme):
    visitor = visit(viewport=viewport, color_scheme=scheme)
    tab = visitor.open("404.html")
    tab.wait_for_selector("html[data-site='/']")
    assert not axe_faults(tab)
    assert not sideways(tab)
    assert not visitor.errors


def test_the_page_for_wrong_addresses_opens_from_disk(visit, site):
    visitor = visit(home=site.as_uri() + "/")
    visitor.open("404.html").get_by_role("link", name="The front page").click()
    visitor.tab.wait_for_url("**/book/intro.html")
    assert not visitor.errors
