"""Write 404.html, the page that a host shows for an address that does not exist.

The host sends it for any address, such as `/repository/notebooks/07_typo.html`, so
neither its depth nor the site's own folder is known when it is written. It therefore
brings its own style, and all its links are relative to a `<base>` that a script sets:
of the folders in the address, the deepest one that holds the site's index. No script,
no search; then the base is the root of the host.
"""

from __future__ import annotations

import html
from pathlib import Path

import yaml

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<base href="/">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>No page at this address: {title}</title>
<style>
:root {{ color-scheme: light dark; --paper: #fbfaf7; --ink: #26241f; --soft: #5c5950;
  --line: #dcd8cc; --blue: #005f96; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: #16181b; --ink: #dedbd3;
  --soft: #aaa79e; --line: #3a3e44; --blue: #7cc4ee; }} }}
body {{ margin: 0; background: var(--paper); color: var(--ink);
  font: 1.05rem/1.6 system-ui, sans-serif; }}
main {{ max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }}
h1 {{ font-size: 1.9rem; line-height: 1.25; margin: 1.5rem 0 1rem; }}
h2 {{ font-size: 1.15rem; margin: 2rem 0 0.5rem; }}
a {{ color: var(--blue); }}
a:focus-visible, input:focus-visible, button:focus-visible {{
  outline: 3px solid var(--blue); outline-offset: 2px; }}
code {{ overflow-wrap: anywhere; }}
.book {{ color: var(--soft); margin: 0; }}
form {{ display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: end;
  margin-bottom: 2rem; }}
label {{ flex: 1 1 15rem; }}
input, button {{ font: inherit; padding: 0.45rem 0.7rem; color: inherit;
  background: transparent; border: 1px solid var(--soft); border-radius: 4px; }}
input {{ display: block; width: 100%; box-sizing: border-box; }}
ul {{ list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }}
li {{ border-bottom: 1px solid var(--line); }}
li a {{ display: block; padding: 0.4rem 0; }}
</style>
</head>
<body>
<main>
<p class="book">{title}</p>
<h1>There is no page at this address</h1>
<p id="asked">A letter may be missing, or the page has moved since the link was
written. Search for it, or choose from the list.</p>
<form action="search.html" method="get" role="search">
<label>What are you looking for?
<input type="search" name="q" autocomplete="off"></label>
<button>Search</button>
</form>
{lists}
</main>
<script>
"use strict";
(() => {{
  const base = document.querySelector("base");
  if (location.protocol === "file:") {{
    base.remove();
    return;
  }}
  let words = "";
  try {{
    words = decodeURI(location.pathname).split("/").pop().replace(/\\.html?$/, "");
  }} catch (error) {{
    // not UTF-8, such as caf%E9.html: nothing is proposed for the search
  }}
  if (!/^(404|index)?$/.test(words)) {{
    document.querySelector("input").value = words.replace(/[\\W_\\d]+/g, " ").trim();
  }}
  // the deepest folder of the address that holds the site's search index
  async function findSite() {{
    for (let folder = location.pathname; folder; ) {{
      folder = folder.slice(0, folder.lastIndexOf("/") + 1);
      try {{
        const answer = await fetch(folder + "searchindex.js", {{ method: "HEAD" }});
        if (answer.ok) return folder;
      }} catch (error) {{
        return "/";
      }}
      folder = folder.slice(0, -1);
    }}
    return "/";
  }}
  findSite().then((folder) => {{
    base.href = folder;
    document.documentElement.dataset.site = folder;
  }});
}})();
</script>
</body>
</html>
"""


def _list(entries: list[tuple[str, str]]) -> str:
    """Return a list of links of pairs of address and words."""
    items = [
        f'<li><a href="{html.escape(address)}">{html.escape(words)}</a></li>'
        for address, words in entries
    ]
    return "<ul>\n" + "\n".join(items) + "\n</ul>"


def page(root: Path, title: str, first: str) -> str:
    """Return the page of the book in `root`, whose front page is `first`.html."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    lists = _list([(f"{first}.html", "The front page")])
    for part in toc["parts"]:
        entries = [
            (f"{entry['file']}.html", entry["title"])
            for entry in part["chapters"]
            if "title" in entry
        ]
        lists += f"\n<h2>{html.escape(part['caption'])}</h2>\n{_list(entries)}"
    return PAGE.format(title=html.escape(title), lists=lists)


def write_not_found(app, exception) -> None:
    """Write the page at the root of the site."""
    if exception or app.builder.name != "html":
        return
    text = page(Path(app.srcdir), app.config.html_title, app.config.root_doc)
    Path(app.outdir, "404.html").write_text(text, encoding="utf-8")


def setup(app) -> None:
    """Write the page after everything else."""
    app.connect("build-finished", write_not_found)
