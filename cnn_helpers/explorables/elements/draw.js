/**
 * <live-draw>: draw a digit, and see what every layer of a network makes of it.
 *
 * The network is the JSON inside the element or, on a page of the book, the book's own
 * (`Explorables.bookModel`). Attributes: `image`, the number of a test image to begin
 * with; `maps="closed"`, to keep the layers' maps folded at first.
 *
 * @typedef {{layer: number, row: number, col: number, channel: number}} Unit
 */
(function () {
  "use strict";
  const Explorables = globalThis.Explorables;
  if (Explorables.Draw) return;
  const { core, dom } = Explorables;
  const { element, button, choice, numberField, tickBox, formatNumber } = dom;

  const PAD = 224; // pixels of the pad, eight for each of the network's 28
  const PEN = 9; // the pen's radius, in pixels of the pad
  const KEY_STEP = 8;
  const HINT =
    "Click a unit of any map to see its sum written out. With keys: Tab reaches a layer, " +
    "arrows choose a unit, Page Up and Page Down a map. Places are counted from 0.";
  const BLANK_HINT =
    "Nothing is drawn: the maps show what the biases alone make, and no answer is given.";
  const MOVES = {
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
  };

  const STYLES = `
.pad { width: min(100%, 15rem); aspect-ratio: 1; touch-action: none; cursor: crosshair; }
.column { max-width: 15rem; }
.column.narrow { max-width: 11rem; }
.stage { position: relative; width: 10.5rem; max-width: 100%; }
.unit .stage { width: 8.75rem; }
.stage canvas { width: 100%; aspect-ratio: 1; }
.frame { position: absolute; border: 2px solid var(--accent); box-shadow: 0 0 0 1px var(--page);
  pointer-events: none; }
.answer { font-size: 1.15rem; font-weight: 600; min-height: 1.7rem; }
.bars { width: 14.5rem; max-width: 100%; }
.bars th, .bars td { border: 0; padding: 0.05rem 0.3rem; }
.bars td { white-space: nowrap; min-width: 4.2rem; }
.bars td.bar { width: 100%; min-width: 0; }
.bars .track { height: 0.8rem; border: 1px solid var(--line); }
.bars .fill { height: 100%; background: var(--accent); transform-origin: left; }
.bars tr.best { font-weight: 700; }
.bars tr:not(.best) th { font-weight: 400; }
.maps { display: flex; flex-wrap: wrap; gap: 4px; padding: 3px; cursor: pointer; }
.map { position: relative; width: 4.5rem; }
.map canvas { width: 100%; height: 100%; }
.map.vector { width: 100%; max-width: 28rem; }
details { margin-top: 0.6rem; }
details > summary { cursor: pointer; min-height: 1.6rem; font-weight: 600; }
.unit { border-left: 4px solid var(--accent); margin: 0.3rem 0 0.9rem; padding-left: 0.7rem; }
.unit td { min-width: 2.6rem; }
.unit :is(td, th) { overflow-wrap: normal; }
.unit td.largest { font-weight: 700; outline: 2px solid var(--accent); outline-offset: -2px; }
.unit td.outside { color: var(--muted); border-style: dashed; }
.unit caption { text-align: left; font-size: 0.9rem; }
.sign { align-self: center; font-size: 1.3rem; }
.bars .fill { transition: transform 0.12s; }
@media (prefers-reduced-motion: reduce) { .bars .fill { transition: none; } }
`;

  // Strokes --------------------------------------------------------------------------

  /**
   * Ink a stroke with round ends. Ink never gets thinner.
   * @param {Float32Array} ink the pad, row by row
   * @param {number[]} from [x, y]
   * @param {number[]} to [x, y]
   */
  function inkStroke(ink, from, to) {
    const reach = PEN + 1;
    const limit = (value) => Math.max(0, Math.min(PAD - 1, value));
    const left = limit(Math.floor(Math.min(from[0], to[0]) - reach));
    const right = limit(Math.ceil(Math.max(from[0], to[0]) + reach));
    const top = limit(Math.floor(Math.min(from[1], to[1]) - reach));
    const bottom = limit(Math.ceil(Math.max(from[1], to[1]) + reach));
    for (let y = top; y <= bottom; y++) {
      for (let x = left; x <= right; x++) {
        const shade = PEN + 0.5 - distanceToLine(x, y, from, to);
        const at = y * PAD + x;
        if (shade > ink[at]) ink[at] = Math.min(1, shade);
      }
    }
  }

  /** How far a point lies from the line between two others. */
  function distanceToLine(x, y, from, to) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const square = dx * dx + dy * dy;
    const along = square ? ((x - from[0]) * dx + (y - from[1]) * dy) / square : 0;
    const share = Math.max(0, Math.min(1, along));
    return Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy);
  }

  // What a unit sees and sums --------------------------------------------------------

  /** The windows of a convolution or a pool, or null for any other layer. */
  function windowsOf({ layer, input }) {
    const kernel = layer.weights.kernel;
    if (layer.type === "conv2d") return core.windows(input.shape, kernel.shape, layer);
    if (layer.size) return core.windows(input.shape, core.pair(layer.size), layer);
    return null;
  }

  /** Whether a layer keeps the places of its input: it works number by number. */
  function keepsPlaces({ layer }) {
    return layer.type === "activation" || layer.type === "batch_normalization";
  }

  /** The place in a map that a number of a flattened layer came from. */
  function placeBeforeFlatten({ input }, index) {
    const [, width, channels] = input.shape;
    const pixel = Math.floor(index / channels);
    return { row: Math.floor(pixel / width), col: pixel % width, channel: index % channels };
  }

  /**
   * The rows and columns of the image that a unit sees, not cut at the border.
   * @param {object[]} steps from `core.forward`
   * @param {Unit} unit
   * @returns {{rows: number[], cols: number[]}} first and last, both inclusive
   */
  function fieldOf(steps, unit) {
    let rows = [unit.row, unit.row];
    let cols = [unit.col, unit.col];
    let channel = unit.channel;
    for (let index = unit.layer; index >= 0; index--) {
      const step = steps[index];
      const axes = windowsOf(step);
      if (axes) {
        rows = before(rows, axes.rows);
        cols = before(cols, axes.cols);
      } else if (step.layer.type === "flatten" && channel !== null) {
        const place = placeBeforeFlatten(step, channel);
        rows = [place.row, place.row];
        cols = [place.col, place.col];
      } else if (!keepsPlaces(step)) {
        rows = [0, step.input.shape[0] - 1]; // a dense layer or a global pool
        cols = [0, step.input.shape[1] - 1];
        channel = null;
      }
    }
    return { rows, cols };
  }

  /** The first and last place that a run of windows covers. */
  function before([first, last], axis) {
    const span = core.windowSpan(axis.kernelSize, axis.dilation);
    const start = (place) => place * axis.stride - axis.before;
    return [start(first), start(last) + span - 1];
  }

  /** A unit's value, before or after the activation. */
  function valueAt(tensor, { row, col, channel }) {
    const [, width, channels] = tensor.shape;
    return tensor.data[(row * width + col) * channels + channel];
  }

  /** The input maps that a filter of a convolution reads. */
  function channelsRead({ layer, input }, filter) {
    const depth = layer.weights.kernel.shape[2];
    const filters = layer.weights.kernel.shape[3];
    const group = Math.floor(filter / (filters / (layer.groups || 1)));
    const first = group * depth;
    return Array.from({ length: depth }, (_, index) => first + index).filter(
      (channel) => channel < input.shape[2],
    );
  }

  /**
   * One unit's window on one input map, place by place.
   * @returns {{value: number, weight: number, inside: boolean}[][]} rows of places;
   *     a place in the padding has the value 0
   */
  function productsOf(step, unit, channel, depth) {
    const { layer, input } = step;
    const axes = windowsOf(step);
    const [rows, cols, depths, filters] = layer.weights.kernel.shape;
    const table = Array.from({ length: rows }, (_, i) =>
      Array.from({ length: cols }, (__, j) => {
        const at = ((i * cols + j) * depths + depth) * filters + unit.channel;
        return { value: 0, weight: layer.weights.kernel.data[at], inside: false };
      }),
    );
    core.eachPixel(axes, unit.row, unit.col, (y, x, i, j) => {
      const at = (y * input.shape[1] + x) * input.shape[2] + channel;
      table[i][j].value = input.data[at];
      table[i][j].inside = true;
    });
    return table;
  }

  const productSum = (table) =>
    table.flat().reduce((total, { value, weight }) => total + value * weight, 0);

  /** What each number of a dense layer's input adds to one unit, largest first. */
  function contributionsOf({ layer, input }, { channel }) {
    const [unitsIn, unitsOut] = layer.weights.kernel.shape;
    const found = Array.from({ length: unitsIn }, (_, index) => {
      const weight = layer.weights.kernel.data[index * unitsOut + channel];
      return { index, value: input.data[index], weight, product: input.data[index] * weight };
    });
    return found.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  }

  // Words ----------------------------------------------------------------------------

  const three = (value) => formatNumber(value, 3);

  /** A number with its sign written as an operation: + 0.5 or − 0.5. */
  const added = (value) => `${value < 0 ? "−" : "+"} ${three(Math.abs(value))}`;

  /** "8 maps of 26 × 26", or "32 numbers". */
  function describeShape([height, width, channels]) {
    if (height === 1 && width === 1) return `${channels} numbers`;
    return `${channels} ${channels === 1 ? "map" : "maps"} of ${height} × ${width}`;
  }

  const isVector = (shape) => shape[0] === 1 && shape[1] === 1;

  const NAMES = { relu: "ReLU", leaky_relu: "leaky ReLU" };
  const nameOf = (activation) => NAMES[activation] || activation;

  /** Where a unit is, in words; places are counted from 0 as in NumPy. */
  function describeUnit(step, unit) {
    if (isVector(step.tensor.shape)) return `${step.name}, number ${unit.channel}`;
    return `${step.name}, map ${unit.channel}, row ${unit.row}, column ${unit.col}`;
  }

  /** What the activation makes of a unit's sum. */
  function describeActivation(step, unit) {
    const { activation = "linear" } = step.layer;
    const [before, after] = [valueAt(step.linear, unit), valueAt(step.tensor, unit)];
    if (activation === "linear") return "";
    if (activation === "softmax") {
      return `Softmax divides e to this power by the sum over all classes: ${three(after)}.`;
    }
    if (activation === "relu" && !step.layer.slope) {
      return before > 0
        ? `ReLU lets it pass: ${three(after)}.`
        : `ReLU turns what is not positive into 0: ${three(after)}.`;
    }
    return `${nameOf(activation)}(${three(before)}) = ${three(after)}.`;
  }

  // Tables ---------------------------------------------------------------------------

  /** A small table of numbers. @param {(place: object) => [string, string]} show */
  function grid(caption, rows, show) {
    const table = element("table", {}, element("caption", {}, caption));
    for (const row of rows) {
      const cells = row.map((place) => {
        const [text, kind] = show(place);
        return element("td", { class: kind || null }, text);
      });
      table.append(element("tr", {}, ...cells));
    }
    return table;
  }

  const sign = (text) => element("span", { class: "sign", "aria-hidden": "true" }, text);

  /** The window, the kernel and their products, side by side. */
  function productTables(table, channel, name) {
    const outside = ({ inside }) => (inside ? "" : "outside");
    const seen = grid(`${name} ${channel}, the window`, table, (place) => [
      three(place.value),
      outside(place),
    ]);
    const kernel = grid("the kernel", table, ({ weight }) => [three(weight), ""]);
    const products = grid("the products", table, (place) => [
      three(place.value * place.weight),
      outside(place),
    ]);
    return element("div", { class: "row numbers" }, seen, sign("×"), kernel, sign("="), products);
  }

  /** The lines that spell out a unit of a convolution. */
  function explainConvolution(step, unit, inputName) {
    const read = channelsRead(step, unit.channel);
    const tables = read.map((channel, depth) => productsOf(step, unit, channel, depth));
    const sums = tables.map(productSum);
    const strongest = sums.reduce(
      (best, value, at) => (Math.abs(value) > Math.abs(sums[best]) ? at : best),
      0,
    );
    const nodes = [];
    if (tables[0].length <= 5 && tables[0][0].length <= 5) {
      nodes.push(productTables(tables[strongest], read[strongest], inputName));
    }
    const listed = sums.slice(0, 16).map((value, at) => (at ? added(value) : three(value)));
    const rest = sums.length - listed.length;
    const products = tables[0].flat().length;
    const what =
      sums.length === 1
        ? `The ${products} products add up to ${three(sums[0])}.`
        : `Each of the ${sums.length} input maps has ${products} products; map by map ` +
          `they add up to ${listed.join(" ")}${rest ? ` and ${rest} more` : ""} = ` +
          `${three(sums.reduce((a, b) => a + b, 0))}. The strongest is shown: ` +
          `map ${read[strongest]}.`;
    nodes.push(element("p", {}, what), biasLine(step, unit));
    return nodes;
  }

  /** The bias, the sum, and the activation. */
  function biasLine(step, unit) {
    const bias = step.layer.weights.bias ? step.layer.weights.bias.data[unit.channel] : 0;
    const sum = valueAt(step.linear, unit);
    const activation = describeActivation(step, unit);
    const text = `${three(sum - bias)} ${added(bias)} (bias) = ${three(sum)}. ${activation}`;
    return element("p", { class: "numbers result" }, text);
  }

  /** The lines that spell out a unit of a pool. */
  function explainPool(step, unit) {
    const axes = windowsOf(step) || core.windows(step.input.shape, step.input.shape);
    const rows = [];
    core.eachPixel(axes, unit.row, unit.col, (row, col, i) => {
      (rows[i] = rows[i] || []).push(valueAt(step.input, { row, col, channel: unit.channel }));
    });
    const value = valueAt(step.tensor, unit);
    const largest = step.layer.type.includes("max");
    const what = largest ? "the largest of" : "the mean of";
    const count = rows.flat().length;
    const line = element("p", { class: "numbers result" },
      `${three(value)} is ${what} these ${count} numbers of map ${unit.channel}.`);
    if (rows.length > 5) return [line];
    const mark = (number) => [three(number), largest && number === value ? "largest" : ""];
    return [grid("the window", rows.filter(Boolean), mark), line];
  }

  /** The lines that spell out a unit of a dense layer. */
  function explainDense(step, unit, where) {
    const all = contributionsOf(step, unit);
    const shown = all.slice(0, 6);
    const head = ["input", "value", "weight", "product"].map((text) =>
      element("th", { scope: "col" }, text),
    );
    const table = element("table", {}, element("tr", {}, ...head));
    for (const { index, value, weight, product } of shown) {
      const cells = [where(index), three(value), three(weight), three(product)];
      table.append(element("tr", {}, ...cells.map((text) => element("td", {}, text))));
    }
    const total = (list) => list.reduce((sum, { product }) => sum + product, 0);
    const text =
      `The ${shown.length} largest of ${all.length} products add up to ${three(total(shown))}, ` +
      `the others to ${three(total(all.slice(shown.length)))}.`;
    return [table, element("p", {}, text), biasLine(step, unit)];
  }

  /** The line that spells out a unit that is made of one number. */
  function explainPlace(step, unit) {
    const from =
      step.layer.type === "flatten" ? placeBeforeFlatten(step, unit.channel) : unit;
    const before = three(valueAt(step.input, from));
    const after = three(valueAt(step.tensor, unit));
    const place = `map ${from.channel}, row ${from.row}, column ${from.col}`;
    const text =
      step.layer.type === "flatten"
        ? `${after}: the number of ${place} of the layer before.`
        : `${before} becomes ${three(valueAt(step.linear, unit))}. ` +
          describeActivation(step, unit);
    return [element("p", { class: "numbers result" }, text)];
  }

  // The element ----------------------------------------------------------------------

  class Draw extends Explorables.LiveFigure {
    static get styles() {
      return STYLES;
    }

    build(root) {
      const spec = this.data || Explorables.bookModel;
      if (!spec) throw new Error("there is no network to draw at");
      this.model = core.loadModel(spec);
      this.examples = spec.examples || [];
      this.ink = new Float32Array(PAD * PAD);
      this.testImage = null; // its 784 pixels, while nothing was drawn on it
      this.cursor = [PAD / 2, 56];
      this.penDown = false;
      this.unit = null;
      this.scale = "layer";
      root.append(
        element("div", { class: "row" }, this.padPart(), this.seenPart(), this.answerPart()),
        this.mapsPart(),
      );
      const start = this.getAttribute("image");
      if (start !== null && this.examples[start]) this.showExample(Number(start));
      else this.compute();
    }

    /** The pad and what stands below it. */
    padPart() {
      this.pad = element("canvas", {
        class: "pad",
        tabindex: 0,
        role: "application",
        "aria-label":
          "Drawing pad. Draw with mouse, pen or finger. With keys: arrows move, " +
          "Space lowers or lifts the pen, Delete clears.",
      });
      this.listenToPointer();
      this.pad.addEventListener("keydown", (event) => this.onPadKey(event));
      for (const name of ["focus", "blur"]) {
        this.pad.addEventListener(name, () => this.paintPad());
      }
      const tools = element("div", { class: "tools" }, button("Clear", () => this.clear()));
      if (this.examples.length) {
        const options = this.examples.map(({ label }, index) => [String(index), label]);
        this.menu = choice("Test image", [["", "none"], ...options], (value) => {
          if (value === "") this.clear();
          else this.showExample(Number(value));
        });
        tools.append(this.menu);
      }
      const help = "Keys: arrows move, Space lowers or lifts the pen, Delete clears.";
      return element("div", { class: "column" },
        element("p", { class: "title" }, "Draw a digit"), this.pad, tools,
        element("p", { class: "small" }, help));
    }

    /** The 28 × 28 pixels that the network gets. */
    seenPart() {
      this.seen = element("canvas", { role: "img" });
      this.seenFrame = element("div", { class: "frame", hidden: true });
      this.again = element("canvas", { "aria-hidden": "true" }); // beside a unit's numbers
      this.againFrame = element("div", { class: "frame" });
      const fit = tickBox("centre and scale as MNIST did", true, (checked) => {
        this.centres = checked;
        this.update();
      });
      this.centres = true;
      return element("div", { class: "column narrow" },
        element("p", { class: "title" }, "What the network sees"),
        element("div", { class: "stage" }, this.seen, this.seenFrame), fit);
    }

    /** The answer in words and as bars. */
    answerPart() {
      this.answer = element("p", { class: "answer" });
      const table = element("table", { class: "bars" },
        element("caption", { class: "hidden-text" }, "The probability of each class"));
      this.bars = this.model.labels.map((label) => {
        const fill = element("div", { class: "fill" });
        const number = element("td", {});
        const track = element("div", { class: "track", "aria-hidden": "true" }, fill);
        const row = element("tr", {}, element("th", { scope: "row" }, label),
          element("td", { class: "bar" }, track), number);
        table.append(row);
        return { row, fill, number };
      });
      return element("div", {}, element("p", { class: "title" }, "What it answers"),
        this.answer, table);
    }

    /** Every layer's maps, and below them the unit that was picked. */
    mapsPart() {
      this.details = element("details", { open: this.getAttribute("maps") !== "closed" },
        element("summary", {}, "What every layer sees"));
      this.details.addEventListener("toggle", () => this.paint());
      const scale = choice("Colours",
        [["layer", "one scale a layer"], ["map", "each map its own scale"]],
        (value) => {
          this.scale = value;
          this.paint();
        });
      this.hint = element("p", { class: "small" });
      this.details.append(element("div", { class: "tools" }, scale),
        this.hint);
      const blank = { shape: this.model.input, data: new Float32Array(PAD * PAD / 64) };
      this.layers = core.forward(this.model, blank).map((step, index) =>
        this.layerPart(step, index));
      this.unitPanel = element("div", { class: "unit", hidden: true });
      return this.details;
    }

    /** One layer: its title and a canvas for each map (one for a row of numbers). */
    layerPart({ name, tensor, layer }, index) {
      const [height, width, channels] = tensor.shape;
      const vector = isVector(tensor.shape);
      const after = layer.activation && layer.activation !== "linear"
        ? `, after ${nameOf(layer.activation)}` : "";
      const text = `${name}: ${describeShape(tensor.shape)}${after}`;
      const group = element("div", {
        class: "maps", tabindex: 0, role: "application",
        "aria-label": `${text}. Arrow keys choose a unit, Page Up and Page Down a map.`,
      });
      const cols = vector ? vectorColumns(channels) : width;
      const rows = vector ? Math.ceil(channels / cols) : height;
      const canvases = Array.from({ length: vector ? 1 : channels }, (_, channel) => {
        const canvas = element("canvas", { "aria-hidden": "true" });
        canvas.addEventListener("click", (event) => this.onMapClick(event, index, channel));
        const box = element("div", { class: vector ? "map vector" : "map" }, canvas);
        box.style.aspectRatio = `${cols} / ${rows}`;
        group.append(box);
        return canvas;
      });
      group.addEventListener("keydown", (event) => this.onMapKey(event, index));
      const frame = element("div", { class: "frame", hidden: true });
      this.details.append(element("p", { class: "title" }, text), group);
      return { group, shape: tensor.shape, vector, rows, cols, canvases, frame };
    }

    // Drawing

    /** Draw with mouse, pen or finger, every point between two frames included. */
    listenToPointer() {
      let last = null;
      const place = (event) => {
        const box = this.pad.getBoundingClientRect();
        const scale = PAD / box.width;
        return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
      };
      this.pad.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        this.pad.setPointerCapture(event.pointerId);
        last = place(event);
        this.stroke(last, last);
      });
      this.pad.addEventListener("pointermove", (event) => {
        if (!last) return;
        const between = event.getCoalescedEvents ? event.getCoalescedEvents() : [];
        for (const point of between.length ? between : [event]) {
          const next = place(point);
          this.stroke(last, next);
          last = next;
        }
      });
      for (const name of ["pointerup", "pointercancel"]) {
        this.pad.addEventListener(name, () => {
          last = null;
        });
      }
    }

    /** Draw with keys. */
    onPadKey(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const move = MOVES[event.key];
      if (move) this.moveCursor(move);
      else if (event.key === " ") this.lowerOrLiftPen();
      else if (event.key === "Delete" || event.key === "Backspace") this.clear();
      else return;
      event.preventDefault();
    }

    moveCursor([down, across]) {
      const limit = (value) => Math.max(PEN, Math.min(PAD - PEN, value));
      const from = this.cursor;
      this.cursor = [limit(from[0] + across * KEY_STEP), limit(from[1] + down * KEY_STEP)];
      if (this.penDown) this.stroke(from, this.cursor);
      else this.paintPad();
    }

    lowerOrLiftPen() {
      this.penDown = !this.penDown;
      if (this.penDown) this.stroke(this.cursor, this.cursor);
      else this.paintPad();
      const pen = this.penDown ? "Pen down." : "Pen up.";
      this.announce(`${pen} ${this.answer.textContent}`);
    }

    stroke(from, to) {
      this.leaveTestImage();
      inkStroke(this.ink, from, to);
      if (this.waiting) return;
      this.waiting = true;
      requestAnimationFrame(() => {
        this.waiting = false;
        this.update();
      });
    }

    leaveTestImage() {
      this.testImage = null;
      if (this.menu) this.menu.control.value = "";
    }

    clear() {
      this.leaveTestImage();
      this.ink.fill(0);
      this.penDown = false;
      this.update();
    }

    /** Put a test image on the pad; the network gets its very pixels. */
    showExample(index) {
      const bytes = core.bytesFromBase64(this.examples[index].pixels);
      this.testImage = Float32Array.from(bytes, (value) => value / 255);
      for (let y = 0; y < PAD; y++) {
        for (let x = 0; x < PAD; x++) {
          this.ink[y * PAD + x] = this.testImage[(y >> 3) * 28 + (x >> 3)];
        }
      }
      this.menu.control.value = String(index);
      this.update();
    }

    // Computing

    /** Compute and show what the network makes of the pad as it is. */
    update() {
      this.compute();
      if (this.hasAttribute("data-ready")) this.paint();
    }

    compute() {
      this.image = this.imageForNetwork();
      this.blank = !this.image.data.some((value) => value > 0);
      this.steps = core.forward(this.model, this.image);
      const { layer, tensor } = this.steps[this.steps.length - 1];
      const done = layer.activation === "softmax";
      this.probabilities = (done ? tensor : core.softmax(tensor)).data;
    }

    imageForNetwork() {
      if (this.testImage) return { shape: [28, 28, 1], data: this.testImage };
      if (this.centres) return core.centreAndScale(this.ink, PAD, PAD);
      return core.shrinkByBlocks(this.ink, PAD, PAD);
    }

    // Picking a unit

    /** Look at a unit, or at none. @param {Unit | null} unit */
    pick(unit) {
      this.unit = unit;
      this.paint();
      if (!unit) return;
      const step = this.steps[unit.layer];
      const result = this.unitPanel.querySelector(".result");
      this.announce(`${describeUnit(step, unit)}. ${result ? result.textContent : ""}`);
    }

    onMapClick(event, layer, channel) {
      const { vector, rows, cols, shape } = this.layers[layer];
      const box = event.currentTarget.getBoundingClientRect();
      const place = (offset, size, count) =>
        Math.max(0, Math.min(count - 1, Math.floor((offset / size) * count)));
      const row = place(event.clientY - box.top, box.height, rows);
      const col = place(event.clientX - box.left, box.width, cols);
      if (!vector) this.pick({ layer, row, col, channel });
      else this.pick({ layer, row: 0, col: 0, channel: Math.min(shape[2] - 1, row * cols + col) });
    }

    onMapKey(event, layer) {
      const move = MOVES[event.key];
      const turn = { PageDown: 1, PageUp: -1 }[event.key];
      if (!(move || turn) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const { vector, cols, shape } = this.layers[layer];
      const here = this.unit && this.unit.layer === layer;
      const unit = here ? { ...this.unit } : { layer, row: 0, col: 0, channel: 0 };
      const within = (value, count) => Math.max(0, Math.min(count - 1, value));
      if (here && turn) unit.channel = within(unit.channel + turn, shape[2]);
      else if (here && vector) {
        unit.channel = within(unit.channel + move[0] * cols + move[1], shape[2]);
      } else if (here) {
        unit.row = within(unit.row + move[0], shape[0]);
        unit.col = within(unit.col + move[1], shape[1]);
      }
      this.pick(unit);
    }

    // Painting

    paint() {
      this.paintPad();
      this.drawMap(this.seen, this.image.data, 28, 28, 1);
      this.paintAnswer();
      this.paintField();
      if (!this.details.open) return;
      this.steps.forEach((step, index) => this.paintLayer(step, index));
      this.paintUnit();
    }

    paintPad() {
      const context = this.drawMap(this.pad, this.ink, PAD, PAD, 1);
      if (this.shadowRoot.activeElement !== this.pad) return;
      context.strokeStyle = getComputedStyle(this.seenFrame).borderTopColor;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(this.cursor[0], this.cursor[1], PEN, 0, 2 * Math.PI);
      if (this.penDown) context.fill();
      context.stroke();
    }

    paintAnswer() {
      const best = this.probabilities.indexOf(Math.max(...this.probabilities));
      this.bars.forEach(({ row, fill, number }, index) => {
        const share = this.blank ? 0 : this.probabilities[index];
        row.classList.toggle("best", !this.blank && index === best);
        fill.style.transform = `scaleX(${share})`;
        number.textContent = this.blank ? "" : `${(100 * share).toFixed(1)} %`;
      });
      const percent = (100 * this.probabilities[best]).toFixed(0);
      const text = this.blank
        ? "Nothing is drawn."
        : `Looks like ${this.model.labels[best]}: ${percent} %.`;
      this.hint.textContent = this.blank ? BLANK_HINT : HINT;
      if (this.answer.textContent === text) return;
      this.answer.textContent = text;
      const what = this.blank ? "blank" : `showing what looks like ${this.model.labels[best]}`;
      this.seen.setAttribute("aria-label", `What the network sees: 28 by 28 pixels, ${what}`);
      this.announce(this.blank ? BLANK_HINT : text);
    }

    paintLayer({ tensor }, index) {
      const { vector, rows, cols, canvases } = this.layers[index];
      const channels = tensor.shape[2];
      const shared = largestOf(tensor.data, 0, 1);
      canvases.forEach((canvas, channel) => {
        if (vector) this.drawMap(canvas, tensor.data, rows, cols, shared);
        else {
          const own = this.scale === "map";
          const largest = own ? largestOf(tensor.data, channel, channels) : shared;
          this.drawMap(canvas, tensor.data, rows, cols, largest, channel, channels);
        }
      });
    }

    /** Outline what the unit sees on the digit, and the unit in its map. */
    paintField() {
      for (const { frame } of this.layers) frame.hidden = true;
      this.seenFrame.hidden = !this.unit;
      if (!this.unit) return;
      const { rows, cols } = fieldOf(this.steps, this.unit);
      placeFrame(this.seenFrame, rows, cols, 28, 28);
      placeFrame(this.againFrame, rows, cols, 28, 28);
      const { vector, frame, canvases, ...map } = this.layers[this.unit.layer];
      const { channel } = this.unit;
      const row = vector ? Math.floor(channel / map.cols) : this.unit.row;
      const col = vector ? channel % map.cols : this.unit.col;
      const canvas = canvases[vector ? 0 : channel];
      if (frame.parentNode !== canvas.parentNode) canvas.parentNode.append(frame);
      placeFrame(frame, [row, row], [col, col], map.rows, map.cols);
      frame.hidden = false;
    }

    /** Spell out the unit that was picked. */
    paintUnit() {
      this.unitPanel.hidden = !this.unit;
      if (!this.unit) return;
      if (this.panelLayer !== this.unit.layer) this.buildUnitPanel();
      const step = this.steps[this.unit.layer];
      for (const [name, field] of Object.entries(this.fields)) {
        const input = field.control;
        if (this.shadowRoot.activeElement !== input) input.value = this.unit[name];
      }
      this.drawMap(this.again, this.image.data, 28, 28, 1);
      this.unitTitle.textContent = describeUnit(step, this.unit);
      this.unitBody.replaceChildren(this.fieldSentence(), ...this.explain(step));
    }

    /** The unit's controls: they change with the layer. */
    buildUnitPanel() {
      const { layer } = this.unit;
      const { vector, shape } = this.layers[layer];
      this.panelLayer = layer;
      const field = (label, name, count) =>
        numberField(label, { value: this.unit[name], min: 0, max: count - 1 }, (value) =>
          this.pick({ ...this.unit, [name]: value }));
      this.fields = vector
        ? { channel: field("Number", "channel", shape[2]) }
        : {
            channel: field("Map", "channel", shape[2]),
            row: field("Row", "row", shape[0]),
            col: field("Column", "col", shape[1]),
          };
      this.unitTitle = element("p", { class: "title" });
      this.unitBody = element("div", {});
      const tools = element("div", { class: "tools" }, ...Object.values(this.fields),
        button("Close", () => this.pick(null)));
      const stage = element("div", { class: "stage" }, this.again, this.againFrame);
      this.unitPanel.replaceChildren(this.unitTitle, tools, stage, this.unitBody);
      this.layers[layer].group.after(this.unitPanel);
    }

    fieldSentence() {
      const { rows, cols } = fieldOf(this.steps, this.unit);
      const outside = rows[0] < 0 || cols[0] < 0 || rows[1] > 27 || cols[1] > 27;
      const text =
        `It sees rows ${rows.map(three).join(" to ")} and columns ` +
        `${cols.map(three).join(" to ")} of the digit: ${rows[1] - rows[0] + 1} × ` +
        `${cols[1] - cols[0] + 1} pixels${outside ? ", some of them padding" : ""}.`;
      return element("p", {}, text);
    }

    explain(step) {
      const { type } = step.layer;
      const first = this.unit.layer === 0;
      const before = first ? null : this.steps[this.unit.layer - 1];
      const inputName = first ? "the digit, map" : `${before.name}, map`;
      if (type === "conv2d") return explainConvolution(step, this.unit, inputName);
      if (type === "dense") {
        const flat = before && before.layer.type === "flatten";
        const where = (index) => {
          if (!flat) return `${before ? before.name : "input"} ${index}`;
          const { row, col, channel } = placeBeforeFlatten(before, index);
          return `map ${channel}, row ${row}, column ${col}`;
        };
        return explainDense(step, this.unit, where);
      }
      if (type.includes("pool")) return explainPool(step, this.unit);
      return explainPlace(step, this.unit);
    }
  }

  /** How many numbers of a vector stand in one line. */
  function vectorColumns(count) {
    return count <= 64 ? Math.min(16, count) : Math.ceil(Math.sqrt(4 * count));
  }

  /** The largest magnitude of every `step`-th number. */
  function largestOf(data, first, step) {
    let largest = 0;
    for (let at = first; at < data.length; at += step) {
      const size = Math.abs(data[at]);
      if (size > largest) largest = size;
    }
    return largest;
  }

  /** Put a frame around some cells of a map, cut at the map's border. */
  function placeFrame(frame, rows, cols, height, width) {
    const percent = (value, count) => `${(100 * Math.max(0, Math.min(count, value))) / count}%`;
    const inset = [
      percent(rows[0], height),
      percent(width - 1 - cols[1], width),
      percent(height - 1 - rows[1], height),
      percent(cols[0], width),
    ];
    frame.style.inset = inset.join(" ");
    frame.style.minWidth = frame.style.minHeight = "5px";
  }

  Explorables.Draw = Draw;
  Explorables.define("live-draw", Draw);
})();
