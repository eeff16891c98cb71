/**
 * <live-digit-pad>: draw the digits 0 to 9, row after row, and save them as one picture.
 *
 * Attribute `rows`: how often each digit is drawn. The picture is made in the page and
 * saved by a link; nothing is sent. Needs figure.js.
 *
 * @typedef {number[][]} Stroke points [x, y] of the pad, each a share of its side
 */
(function () {
  "use strict";
  const { dom, define, LiveFigure } = globalThis.Explorables;
  const { element, button, choice } = dom;

  const COLUMNS = 10; // the digits
  const PAD = 240; // pixels of the pad
  const CELL = 96; // pixels of a cell of the saved picture
  const SMALL = 48; // pixels of a cell of the overview
  const PENS = [["0.03", "thin"], ["0.06", "medium"], ["0.1", "thick"]]; // shares of a side
  const STEP = 1 / 32;
  const [PAPER, INK, HINT] = ["#ffffff", "#1c2733", "#8a929c"];
  const MOVES = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };

  const STYLES = `
.pad { width: min(100%, 15rem); aspect-ratio: 1; touch-action: none; cursor: crosshair; }
.column { flex: 0 1 15rem; min-width: 0; }
.sheet { flex: 1 1 20rem; min-width: 0; }
.cells { display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 2px; }
.cells button { padding: 0; min-width: 0; min-height: 0; aspect-ratio: 1; border-radius: 0; }
.cells button[aria-current] { outline: 3px solid var(--accent); outline-offset: -1px; }
.cells canvas { width: 100%; border: 0; image-rendering: auto; }
.save {
  display: inline-flex; align-items: center; min-height: 2.2rem; padding: 0.2rem 0.6rem;
  border: 2px solid var(--accent); border-radius: 0.3rem; color: var(--text);
  font-weight: 600;
}
[hidden] { display: none; }
`;

  /** Draw strokes into a square of a canvas, as ink on paper. */
  function inkStrokes(context, strokes, side, left = 0, top = 0) {
    context.strokeStyle = INK;
    context.lineCap = context.lineJoin = "round";
    for (const { points, pen } of strokes) {
      context.lineWidth = pen * side;
      context.beginPath();
      const places = points.map(([x, y]) => [left + x * side, top + y * side]);
      context.moveTo(places[0][0] + 0.01, places[0][1]); // a tap is a dot
      for (const place of places) context.lineTo(...place);
      context.stroke();
    }
  }

  /** A white square of a canvas; with nothing drawn yet, the digit that is asked for. */
  function paintCell(canvas, side, strokes, digit) {
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    context.fillStyle = PAPER;
    context.fillRect(0, 0, side, side);
    if (digit !== null && !strokes.length) {
      context.fillStyle = HINT;
      context.font = `${side / 2}px system-ui, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(String(digit), side / 2, side / 2);
    }
    inkStrokes(context, strokes, side);
    return context;
  }

  class DigitPadFigure extends LiveFigure {
    static styles = STYLES;

    /** @param {ShadowRoot} root */
    build(root) {
      const rows = Number(this.getAttribute("rows")) || 3;
      this.digits = Array.from({ length: rows * COLUMNS }, () => []); // of each its strokes
      Object.assign(this, { at: 0, pen: Number(PENS[1][0]), cursor: [0.5, 0.5], down: false });
      root.append(
        element("div", { class: "row" }, this.padPart(), this.sheetPart()),
      );
    }

    padPart() {
      this.asked = element("p", { class: "title" });
      this.pad = element("canvas", { class: "pad", tabindex: 0, role: "application" });
      this.listenToPointer();
      this.pad.addEventListener("keydown", (event) => this.onKey(event));
      for (const name of ["focus", "blur"]) {
        this.pad.addEventListener(name, () => this.paint());
      }
      const pens = choice("Pen", PENS, (value) => {
        this.pen = Number(value);
      }, PENS[1][0]);
      const help =
        "Keys: arrows move, Space lowers or lifts the pen, Enter goes on to the next " +
        "digit, Backspace takes a stroke back, Delete clears.";
      return element("div", { class: "column" }, this.asked, this.pad,
        element("div", { class: "tools" },
          button("Next digit", () => this.goOn()),
          button("Undo", () => this.undo()),
          button("Clear", () => this.clear()),
          pens),
        element("p", { class: "small" }, help));
    }

    /** All digits so far, a button each, and the link that saves them. */
    sheetPart() {
      this.cells = this.digits.map((_, at) => {
        const canvas = element("canvas", { "aria-hidden": "true" });
        const cell = button("", () => {
          this.goTo(at);
          this.pad.focus();
        });
        cell.append(canvas);
        return { cell, canvas };
      });
      this.count = element("p", { class: "numbers" });
      this.saveLink = element("a", {
        class: "save",
        download: "my_digits.png",
        href: "#",
        onclick: () => this.fillLink(),
      }, "Save my_digits.png");
      return element("div", { class: "sheet" },
        element("p", { class: "title" }, "Your sheet"),
        element("div", { class: "cells", role: "group", "aria-label": "Your sheet" },
          ...this.cells.map(({ cell }) => cell)),
        this.count, this.saveLink);
    }

    // Drawing

    /** Draw with mouse, pen or finger, every point between two frames included. */
    listenToPointer() {
      let drawing = false;
      const place = (event) => {
        const box = this.pad.getBoundingClientRect();
        return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
      };
      this.pad.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        this.pad.setPointerCapture(event.pointerId);
        drawing = true;
        this.down = false;
        this.begin(place(event));
      });
      this.pad.addEventListener("pointermove", (event) => {
        if (!drawing) return;
        const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        for (const point of between.length ? between : [event]) this.add(place(point));
        this.paint();
      });
      for (const name of ["pointerup", "pointercancel"]) {
        this.pad.addEventListener(name, () => {
          if (drawing) this.announce(this.asked.textContent + ". " + this.count.textContent);
          drawing = false;
        });
      }
    }

    /** Draw with keys. */
    onKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (move) this.moveCursor(move);
      else if (event.key === " ") this.lowerOrLift();
      else if (event.key === "Enter") this.goOn();
      else if (event.key === "Backspace") this.undo();
      else if (event.key === "Delete") this.clear();
      else return;
      event.preventDefault();
    }

    moveCursor(move) {
      const limit = (value) => Math.max(STEP, Math.min(1 - STEP, value));
      this.cursor = this.cursor.map((value, axis) => limit(value + move[axis] * STEP));
      if (this.down) this.add(this.cursor);
      this.paint();
    }

    lowerOrLift() {
      this.down = !this.down;
      if (this.down) this.begin(this.cursor);
      this.announce(this.down ? "Pen down." : `Pen up. ${this.count.textContent}`);
      this.paint();
    }

    get strokes() {
      return this.digits[this.at];
    }

    begin(point) {
      this.strokes.push({ points: [point], pen: this.pen });
      this.paint();
    }

    add(point) {
      const last = this.strokes[this.strokes.length - 1];
      if (last) last.points.push(point);
    }

    undo() {
      this.down = false;
      this.strokes.pop();
      this.paint();
      this.announce(this.count.textContent);
    }

    clear() {
      this.down = false;
      this.strokes.length = 0;
      this.paint();
      this.announce(this.count.textContent);
    }

    // The sheet

    /** The places that have no ink yet. */
    get left() {
      return this.digits.flatMap((strokes, at) => (strokes.length ? [] : [at]));
    }

    /** Go to the next empty place, from here around; with none left, to the next one. */
    goOn() {
      const count = this.digits.length;
      const ahead = this.left.map((at) => (at - this.at + count) % count).filter(Boolean);
      this.goTo((this.at + (ahead.length ? Math.min(...ahead) : 1)) % count);
    }

    goTo(at) {
      Object.assign(this, { at, down: false, cursor: [0.5, 0.5] });
      this.paint();
      this.announce(this.asked.textContent);
    }

    /** Put the sheet into the link that was clicked: dark ink on white paper. */
    fillLink() {
      const sheet = element("canvas", {
        width: COLUMNS * CELL,
        height: (this.digits.length / COLUMNS) * CELL,
      });
      const context = sheet.getContext("2d");
      context.fillStyle = PAPER;
      context.fillRect(0, 0, sheet.width, sheet.height);
      this.digits.forEach((strokes, at) => {
        const [left, top] = [(at % COLUMNS) * CELL, Math.floor(at / COLUMNS) * CELL];
        context.save();
        context.beginPath();
        context.rect(left, top, CELL, CELL);
        context.clip();
        inkStrokes(context, strokes, CELL, left, top);
        context.restore();
      });
      this.saveLink.href = sheet.toDataURL("image/png");
    }

    paint() {
      const { at, digits } = this;
      const [digit, row] = [at % COLUMNS, Math.floor(at / COLUMNS) + 1];
      this.asked.textContent = `Draw a ${digit}, row ${row} of ${digits.length / COLUMNS}`;
      this.pad.setAttribute("aria-label", `${this.asked.textContent}, with mouse, pen or ` +
        "finger. With keys: arrows move, Space lowers or lifts the pen, Enter goes on.");
      const context = paintCell(this.pad, PAD, this.strokes, null);
      if (this.shadowRoot.activeElement === this.pad) this.paintCursor(context);
      this.cells.forEach(({ cell, canvas }, place) => {
        const strokes = digits[place];
        paintCell(canvas, SMALL, strokes, place % COLUMNS);
        if (place === at) cell.setAttribute("aria-current", "true");
        else cell.removeAttribute("aria-current");
        const where = `${place % COLUMNS}, row ${Math.floor(place / COLUMNS) + 1}`;
        cell.setAttribute("aria-label", `${where}: ${strokes.length ? "drawn" : "empty"}`);
      });
      const { length } = this.left;
      this.count.textContent = length
        ? `${digits.length - length} of ${digits.length} drawn. When all are, you can save them.`
        : `All ${digits.length} are drawn.`;
      this.saveLink.hidden = length > 0;
    }

    /** Where the keys' pen stands: a ring, filled while it is down. */
    paintCursor(context) {
      context.beginPath();
      context.arc(this.cursor[0] * PAD, this.cursor[1] * PAD, 6, 0, 2 * Math.PI);
      context.strokeStyle = context.fillStyle = "#c2410c";
      context.lineWidth = 2;
      context.stroke();
      if (this.down) context.fill();
    }
  }

  define("live-digit-pad", DigitPadFigure);
})();
