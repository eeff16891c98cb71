/**
 * <live-film>: grids of numbers that change step by step, and a sentence to each step.
 *
 * A JSON child holds the film, as cnn_helpers/explorables/film.py writes it: a title;
 * "sheets", the cells' texts; "frames", each a sentence and lines of grids, whose
 * "cells" is the place of a sheet. Needs figure.js.
 */
(function () {
  "use strict";
  const { dom, define, LiveFigure } = globalThis.Explorables;
  const { element, button } = dom;

  const PAUSE = 1200; // milliseconds between two steps
  const FEW_COLUMNS = 6; // leave room for larger cells

  const STYLES = `
:host {
  container-type: inline-size;
  --window: #c2410c;
  --tile0: #b9d9ea; --tile1: #fdd9a0; --tile2: #c5e5a8; --tile3: #dcd2ea;
  --plus: color-mix(in srgb, var(--warm) 20%, transparent);
  --minus: color-mix(in srgb, var(--blue) 22%, transparent);
}
:host([data-dark]) {
  --window: #fb923c;
  --tile0: #1d4a63; --tile1: #66450f; --tile2: #35541d; --tile3: #4d3d68;
}
[hidden] { display: none; }
input[type="range"] {
  flex: 1 1 7rem; min-width: 6rem; max-width: 16rem; padding: 0; border: 0;
  background: transparent; accent-color: var(--accent);
}
.sentence { min-height: 2.9em; }
.line {
  --gap: 1.4rem;
  --room: 8px;
  --fit: calc((99cqw - (var(--grids) - 1) * var(--gap)) / var(--columns) - 1.4px);
  display: flex; flex-wrap: wrap; gap: 0.3rem var(--gap); margin-top: 0.9rem;
}
.label { flex: 1 0 100%; font-weight: 600; }
.grid { min-width: 0; max-width: 100%; }
.grid p { margin: 0; white-space: nowrap; font-size: 0.9rem; }
.scroll { overflow-x: auto; padding: 4px; margin: -1px -4px; }
.sheet { position: relative; width: max-content; }
table { table-layout: fixed; font-size: 0.9rem; }
td {
  --side: clamp(14px, var(--fit), var(--largest));
  width: max(var(--side), calc(var(--letters) * 0.6em + var(--room)));
  height: max(var(--side), 1.3em);
  padding: 0;
  text-align: center;
  line-height: 1;
  overflow-wrap: normal;
}
.tile0 { background: var(--tile0); }
.tile1 { background: var(--tile1); }
.tile2 { background: var(--tile2); }
.tile3 { background: var(--tile3); }
.above { border-top: 2px solid var(--text); }
.before { border-left: 2px solid var(--text); }
.plus { background: var(--plus); }
.minus { background: var(--minus); }
.rim { border-style: dashed; color: var(--muted); }
.marked { font-weight: 700; box-shadow: inset 0 0 0 2px var(--text); }
.frame {
  position: absolute; pointer-events: none; outline: 3px solid var(--window);
}
@media (prefers-reduced-motion: no-preference) {
  .frame { transition: top 0.25s, left 0.25s; }
}
@container (max-width: 30rem) {
  .line { --gap: 0.7rem; --room: 4px; }
  table, .grid p { font-size: 0.85rem; }
}
`;

  // One grid --------------------------------------------------------------------------

  /** The element of a grid; its cells are filled by `paintGrid`. */
  function buildGrid(rows, columns, letters) {
    const cells = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => element("td", {})),
    );
    const table = element("table", {}, ...cells.map((row) => element("tr", {}, ...row)));
    table.style.setProperty("--letters", letters);
    const frame = element("div", { class: "frame", hidden: true });
    const scroll = element(
      "div",
      { class: "scroll", role: "group" },
      element("div", { class: "sheet" }, table, frame),
    );
    const title = element("p", {});
    const note = element("p", { class: "numbers" });
    const shown = element("div", { class: "grid" }, title, scroll, note);
    return { shown, title, note, cells, table, frame, scroll };
  }

  /** Fill a grid's cells, mark them, and put the frame around its window. */
  function paintGrid(view, grid, sheet) {
    view.title.textContent = grid.title;
    view.note.textContent = grid.note;
    view.note.hidden = !grid.note;
    view.table.setAttribute("aria-label", grid.title);
    view.scroll.setAttribute("aria-label", grid.title);
    const marked = new Set(grid.marked.map((place) => place.join()));
    view.cells.forEach((cells, row) =>
      cells.forEach((cell, column) => {
        cell.textContent = sheet[row][column];
        const classes = classesOf(grid, sheet, row, column);
        if (marked.has([row, column].join())) classes.push("marked");
        cell.className = classes.join(" ");
      }),
    );
    paintWindow(view, grid.window);
  }

  function paintWindow({ frame, cells }, window) {
    frame.hidden = !window;
    if (!window) return;
    const [row, column, rows, columns] = window;
    const percent = (part, whole) => `${(100 * part) / whole}%`;
    frame.style.top = percent(row, cells.length);
    frame.style.left = percent(column, cells[0].length);
    frame.style.height = percent(rows, cells.length);
    frame.style.width = percent(columns, cells[0].length);
  }

  /** @returns {string[]} the classes that say what kind of cell it is */
  function classesOf({ tiles, rim, signed }, sheet, row, column) {
    const classes = [];
    const text = sheet[row][column];
    const last = [sheet.length - 1 - rim, sheet[0].length - 1 - rim];
    if (row < rim || column < rim || row > last[0] || column > last[1]) {
      classes.push("rim");
    }
    if (signed && text && text !== "0") {
      classes.push(text.startsWith("−") ? "minus" : "plus");
    }
    if (!tiles) return classes;
    const tile = tiles[row][column];
    if (tile >= 0) classes.push(`tile${tile}`);
    if (row && tiles[row - 1][column] !== tile) classes.push("above");
    if (column && tiles[row][column - 1] !== tile) classes.push("before");
    return classes;
  }

  // The film --------------------------------------------------------------------------

  class FilmFigure extends LiveFigure {
    static styles = STYLES;

    /** @param {ShadowRoot} root */
    build(root) {
      const { title, sheets, frames } = this.data;
      Object.assign(this, { sheets, frames, place: 0 });
      this.sentence = element("p", { class: "sentence numbers" });
      this.lines = frames[0].lines.map((line, at) => this.buildLine(line, at));
      const shown = this.lines.map((line) => line.shown);
      const widest = Math.max(...this.lines.map((line) => line.widest));
      this.style.setProperty("--largest", widest > FEW_COLUMNS ? "28px" : "38px");
      root.append(
        element(
          "div",
          { role: "group", "aria-label": title },
          this.buildSteps(),
          this.sentence,
          ...shown,
        ),
      );
      new ResizeObserver(() => this.letScroll()).observe(this);
    }

    /** The label and the grids of a line, wide enough for all that the film shows. */
    buildLine(line, at) {
      const label = element("p", { class: "label numbers" });
      label.hidden = !line.label;
      const grids = line.grids.map((grid, place) => {
        const sheets = this.frames.map(
          (frame) => this.sheets[frame.lines[at].grids[place].cells],
        );
        const letters = Math.max(...sheets.flat(2).map((text) => text.length));
        return buildGrid(sheets[0].length, sheets[0][0].length, letters);
      });
      const shown = element("div", { class: "line" }, label);
      shown.append(...grids.map((view) => view.shown));
      const columns = grids.map((view) => view.cells[0].length);
      shown.style.setProperty("--grids", grids.length);
      shown.style.setProperty("--columns", columns.reduce((sum, count) => sum + count, 0));
      return { label, grids, shown, widest: Math.max(...columns) };
    }

    buildSteps() {
      this.playButton = button("Play", () => this.play());
      this.slider = element("input", {
        type: "range",
        min: 0,
        max: this.last,
        value: 0,
        "aria-label": "step",
        oninput: () => {
          this.stop();
          this.moveTo(Number(this.slider.value));
        },
      });
      this.where = element("span", { class: "where numbers" });
      return element(
        "div",
        { class: "tools" },
        button("Back", () => this.stepBy(-1)),
        button("Step", () => this.stepBy(1)),
        this.playButton,
        this.slider,
        this.where,
      );
    }

    disconnectedCallback() {
      this.stop();
      super.disconnectedCallback();
    }

    /** The place of the last frame. */
    get last() {
      return this.frames.length - 1;
    }

    paint() {
      const frame = this.frames[this.place];
      frame.lines.forEach((line, at) => {
        const view = this.lines[at];
        view.label.textContent = line.label;
        line.grids.forEach((grid, place) =>
          paintGrid(view.grids[place], grid, this.sheets[grid.cells]),
        );
      });
      this.sentence.textContent = frame.sentence;
      this.where.textContent = `step ${this.place} of ${this.last}`;
      this.slider.value = this.place;
      this.slider.setAttribute("aria-valuetext", this.where.textContent);
      this.letScroll();
    }

    /** A grid too wide for the page is scrolled by keys, too; others are no stop. */
    letScroll() {
      for (const { scroll } of this.lines.flatMap((line) => line.grids)) {
        if (scroll.scrollWidth > scroll.clientWidth) scroll.tabIndex = 0;
        else scroll.removeAttribute("tabindex");
      }
    }

    moveTo(place) {
      this.place = place;
      this.paint();
      this.announce(this.frames[place].sentence);
    }

    stepBy(by) {
      this.stop();
      const count = this.frames.length;
      this.moveTo((this.place + by + count) % count);
    }

    /** Run to the last step; under reduced motion, take one step. */
    play() {
      if (this.timer) {
        this.stop();
        return;
      }
      if (this.reducedMotion) {
        this.stepBy(1);
        return;
      }
      this.moveTo(this.place === this.last ? 0 : this.place + 1);
      if (this.place === this.last) return;
      this.timer = setInterval(() => this.playStep(), PAUSE);
      this.playButton.textContent = "Stop";
    }

    playStep() {
      this.moveTo(this.place + 1);
      if (this.place === this.last) this.stop();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
      if (this.playButton) this.playButton.textContent = "Play";
    }
  }

  define("live-film", FilmFigure);
})();
