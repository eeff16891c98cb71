# How Machines Learn to See: every command of the project. `make` alone lists them.

PYTHON ?= python3
export REPO ?=
RUN := .venv/bin/python
PAGE := _build/html/index.html
export OPENBLAS_NUM_THREADS ?= 1
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help environment book test test-package test-notebooks test-book \
	test-colab test-oldest test-newest \
	test-forms epub pdf notebooks lab serve publish-as lint links audit lock clean

help:  ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 18

environment:
	@$(PYTHON) tools/make_environment.py

# Without --all, Sphinx drops the terms of unchanged pages from the search's index.
book: environment  ## build the book; says at the end which file to open
	@echo "Building the book from the notebooks' stored outputs (about a minute)"
	@.venv/bin/jupyter-book build . --all -W -n --keep-going --quiet
	@echo "The book stands: open $(CURDIR)/$(PAGE) in a browser"

test: lint test-package test-notebooks test-book  ## run everything that proves the book
	@echo "All tests passed: code style, package, notebooks, book"

lint: environment  ## check the style of the code and the workflows
	@echo "1/4 Code style, workflows"
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	@$(RUN) -m check_jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	@.venv/bin/zizmor --offline --quiet --strict-collection .github

test-package: environment  ## test cnn_helpers, the tools and the experiments' results
	@echo "2/4 Package, tools and the structure of the notebooks"
	@$(RUN) -m pytest -n 2 --dist loadfile --ignore tests/book

test-notebooks: environment  ## run every notebook and compare its outputs
	@echo "3/4 Notebooks: each is run, and what it prints is compared"
	@$(RUN) tools/test_notebooks.py

test-book: environment  ## build the book with warnings as errors, test its pages
	@echo "4/4 The built book, its links, and its pages in a browser"
	@$(RUN) -m pytest -n 2 tests/book

test-colab: environment  ## run every notebook with Colab's versions (half an hour)
	@$(RUN) tools/try_versions.py colab

test-oldest: environment  ## run notebooks and package tests with the oldest versions allowed
	@$(RUN) tools/try_versions.py oldest

test-newest: environment  ## run notebooks and package tests with the newest versions
	@$(RUN) tools/try_versions.py newest

notebooks: environment  ## run the notebooks again and store their outputs
	@$(RUN) tools/refresh_notebooks.py

lab: environment  ## open the notebooks in JupyterLab, the first one in front
	@.venv/bin/jupyter lab notebooks/01_receptive_fields.ipynb

serve: book  ## build the book and serve it on this machine
	@echo "The book is at http://localhost:8000 (Ctrl-C stops)"
	@$(RUN) -m http.server 8000 --bind 127.0.0.1 --directory _build/html

publish-as: environment  ## set the book's address: make publish-as REPO=owner/name
	@$(RUN) tools/publish_as.py "$$REPO"

epub: book  ## make the book as an EPUB, for reading devices (needs Chromium)
	@$(RUN) tools/make_epub.py

pdf: book  ## make the book as a PDF, for paper (needs Chromium; minutes)
	@$(RUN) tools/make_pdf.py

test-forms: epub pdf  ## make the EPUB and the PDF and test them
	@$(RUN) -m pytest tests/forms

links: environment  ## ask every page on other hosts that the book links to (network)
	@$(RUN) tools/check_external_links.py

audit:  ## ask whether a pinned package has a known weakness (needs the network)
	@$(PYTHON) tools/audit.py

lock: environment  ## renew requirements.txt from tools/requirements.in (needs uv)
	uv pip compile tools/requirements.in --universal --python-version 3.11 \
		--custom-compile-command "make lock" --annotation-style line -q -o requirements.txt

clean:  ## remove what was built; the environment and the caches stay
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
