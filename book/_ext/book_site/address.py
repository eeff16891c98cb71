"""The book's public address, from `_config.yml`: launch buttons, or none.

`repository.url` in `_config.yml` is the one place where the address stands; empty, the
book has not been published, and no page points at a repository that does not exist.
`make publish-as REPO=owner/name` sets it.
"""

from __future__ import annotations

from pathlib import Path

import yaml

HOST = "https://github.com/"
BRANCH = "main"
UNPUBLISHED = (
    "The book has no public address: its pages have no buttons for Colab and Binder "
    "(make publish-as REPO=owner/name gives it one)"
)


def read_repository(root: Path) -> str:
    """Return "owner/name" of the published repository, or "" where there is none."""
    text = (root / "_config.yml").read_text(encoding="utf-8")
    repository = yaml.safe_load(text).get("repository") or {}
    return (repository.get("url") or "").removeprefix(HOST).rstrip("/")


def site_address(repository: str) -> str:
    """Return where GitHub Pages serves a repository's site.

    >>> site_address("Owner/name")
    'https://owner.github.io/name/'
    >>> site_address("owner/owner.github.io")
    'https://owner.github.io/'
    """
    owner, name = repository.split("/")
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def give_theme_the_address(app, config) -> None:
    """Set the theme's buttons, which `html_theme_options` in `_config.yml` hides."""
    root = Path(app.srcdir)
    repository = read_repository(root)
    if not repository:
        return
    text = (root / "_config.yml").read_text(encoding="utf-8")
    config.html_theme_options |= {
        "repository_url": HOST + repository,
        "repository_branch": BRANCH,
        "use_repository_button": True,
        "launch_buttons": yaml.safe_load(text).get("launch_buttons") or {},
    }
    config.html_baseurl = config.html_baseurl or site_address(repository)


def say_so(app) -> None:
    """Print one line where pages have no buttons, in a quiet build too."""
    if app.builder.format == "html" and not read_repository(Path(app.srcdir)):
        print(UNPUBLISHED, flush=True)


def setup(app) -> None:
    """Connect to the build's beginning."""
    app.connect("config-inited", give_theme_the_address)
    app.connect("builder-inited", say_so)
