"""The book's own Sphinx extension: what `_config.yml` cannot say.

- `cleaning`: takes out what would load from another host or break accessibility;
- `marking`: gives the notebooks' plain Markdown its boxes (predict, know this);
- `listing`: the directives `course`, `exercises`, `paths` and `part`, read from the
  notebooks;
- `docstrings`: what the package's pages leave out;
- `front_page`: an index.html that is a page, not a bare redirect;
- `not_found`: the 404.html that stands in for addresses that do not exist;
- `address`: launch buttons where the book is published, and none where it is not.
"""

from __future__ import annotations

from . import address, cleaning, docstrings, front_page, listing, marking, not_found


def setup(app):
    """Register the extension's parts with Sphinx."""
    parts = (cleaning, marking, listing, docstrings, front_page, not_found, address)
    for part in parts:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
