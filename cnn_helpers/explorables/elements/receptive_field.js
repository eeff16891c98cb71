/**
 * <live-receptive-field>: what a unit deep in a stack of windows can see.
 *
 * The stack comes from the attribute `preset` or from a JSON child
 * {"stages": [...], "inputSize": [rows, columns]}; stages as in core.js. The reader
 * changes layers, picks a unit in any layer, and sees its field in every layer before.
 */
(function () {
  "use strict";
  const { core, dom, define, LiveFigure } = globalThis.Explorables;
  const { element, choice, numberField, button, formatNumber } = dom;

  const LIMITS = { layers: 24, input: 512, window: 64, stride: 16, padding: 32 };
  const PANEL_SIDE = 132; // of a map on the page, in CSS pixels
  const DRAWS = 400;
  const DRAWING_TIME = 2; // milliseconds of random draws a frame
  const HELD = 0.95; // the share of the squared gradient that a size is quoted for

  // Presets ---------------------------------------------------------------------------

  const convolution = (name, kernelSize, more = {}) => ({
    name,
    kind: "convolution",
    kernelSize,
    stride: 1,
    padding: "valid",
    dilation: 1,
    ...more,
  });
  const pool = (name, kind = "max") => convolution(name, 2, { kind, stride: 2 });
  const same = (name, kernelSize, dilation = 1) =>
    convolution(name, kernelSize, { padding: "same", dilation });

  /** @type {Record<string, {title: string, note: string, input: number,
   *                         stages: Stage[]}>} */
  const PRESETS = {
    article_003: {
      title: "Article 003: conv, pool, conv",
      note:
        "The source article says that a unit is influenced by 4 pixels, then by 16. " +
        "Pick a unit of the pool, then one of the second convolution, and count.",
      input: 12,
      stages: [convolution("conv1", 2), pool("pool"), convolution("conv2", 2)],
    },
    article_004: {
      title: "Article 004: the full MNIST model",
      note:
        "Two convolutions of 5 × 5 with a pool after each. After the second pool, " +
        "neighbouring units stand 4 pixels apart.",
      input: 28,
      stages: [same("conv1", 5), pool("pool1"), same("conv2", 5), pool("pool2")],
    },
    lenet: {
      title: "LeNet-5 (1998)",
      note:
        "Its digits of 28 × 28 stand in the middle of 32 × 32. The one unit that c5 " +
        "has in each map sees all of it.",
      input: 32,
      stages: [
        convolution("c1", 5),
        pool("s2", "average"),
        convolution("c3", 5),
        pool("s4", "average"),
        convolution("c5", 5),
      ],
    },
    vgg: {
      title: "VGG-16 (2014), first three blocks",
      note:
        "Windows of 3 × 3 and pools of 2 × 2, nothing else. Shown on 64 × 64 pixels; " +
        "the network itself reads 224 × 224.",
      input: 64,
      stages: [
        same("block1_conv1", 3),
        same("block1_conv2", 3),
        pool("block1_pool"),
        same("block2_conv1", 3),
        same("block2_conv2", 3),
        pool("block2_pool"),
        same("block3_conv1", 3),
        same("block3_conv2", 3),
        same("block3_conv3", 3),
        pool("block3_pool"),
      ],
    },
    dilated: {
      title: "Dilation 1, 2 and 4",
      note:
        "Three windows of 3 × 3 whose taps stand ever further apart. Remove conv1, " +
        "and the field has gaps.",
      input: 28,
      stages: [same("conv1", 3), same("conv2", 3, 2), same("conv3", 3, 4)],
    },
  };
  const KINDS = { convolution: "convolution", max: "max pool", average: "average pool" };

  const CSS = `
    .panels { display: grid; gap: 0.5rem 0.8rem; margin: 0.8rem 0 0.3rem;
      grid-template-columns: repeat(auto-fill, minmax(8.25rem, 1fr)); }
    figure { margin: 0; min-width: 0; }
    figcaption { font-size: 0.87rem; line-height: 1.35; margin-top: 0.2rem;
      overflow-wrap: anywhere; }
    .panels figcaption { min-height: 5.4em; } /* no map moves while one is used */
    .readout { min-height: 4.4em; }
    .panels canvas { width: 132px; max-width: 100%; cursor: crosshair;
      touch-action: pan-y; }
    .panels [data-later] canvas { opacity: 0.45; }
    .panels [data-picked] strong { color: var(--accent); }
    .layers { list-style: none; margin: 0.5rem 0; padding: 0; }
    .layers li { padding: 0.4rem 0; border-top: 1px solid var(--line); }
    .layers li > div { display: flex; flex-wrap: wrap; gap: 0.3rem 0.6rem;
      align-items: end; }
    .layers .name { flex: 1 1 7rem; font-weight: 600; overflow-wrap: anywhere;
      padding-bottom: 0.35rem; }
    .layers label { flex-direction: column; align-items: start; gap: 0;
      font-size: 0.87rem; }
    .layers input { width: 4rem; }
    .layers label .small { max-width: 8rem; }
    summary { cursor: pointer; padding: 0.25rem 0; font-weight: 600; }
    .results { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem;
      align-items: start; margin-top: 0.8rem; }
    .scroll { overflow-x: auto; max-width: 100%; }
    table { font-size: 0.93rem; }
    td { white-space: nowrap; }
    th { overflow-wrap: normal; }
    th:first-child { text-align: left; }
    tr[aria-current] { outline: 2px solid var(--accent); outline-offset: -2px; }
    .formula { flex: 1 1 15rem; }
    .formula p { margin: 0.15rem 0; }
    .pair { display: flex; flex-wrap: wrap; gap: 0.8rem 1.2rem; }
    .pair figure { width: 150px; }
    .pair canvas { width: 150px; height: 150px; border: 1px solid var(--line); }
    .pair .profile { flex: 1 1 16rem; }
    .pair .profile canvas { width: 100%; }
    @media (max-width: 40rem) {
      table { font-size: 0.87rem; }
      th, td { padding: 0.2rem 0.3rem; }
    }
    .fault { border-left: 4px solid var(--warm); padding: 0.3rem 0.7rem; }
    .fault:empty { display: none; }
  `;

  // Small helpers ---------------------------------------------------------------------

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const times = (height, width) => `${height}\u00a0×\u00a0${width}`; // unbroken
  const place = ([row, column]) => `(${row},\u00a0${column})`;
  const isPair = (value) => Array.isArray(value);

  /** "rows 2–6", "row 2": the range in words, numbers with a true minus sign. */
  function range(what, [first, last]) {
    if (first === last) return `${what} ${formatNumber(first)}`;
    return `${what}s ${formatNumber(first)} to ${formatNumber(last)}`;
  }

  /** Text of a padding setting, such as "same", "1" or "0 before, 1 after". */
  function paddingText(padding) {
    if (!isPair(padding)) return String(padding);
    if (padding.some(isPair)) {
      const [rows, columns] = padding.map(paddingText);
      return `rows ${rows}; columns ${columns}`;
    }
    return `${padding[0]} before, ${padding[1]} after`;
  }

  /** A name that no other layer of the stack has. */
  function freshName(stages, stem) {
    const taken = new Set(stages.map((stage) => stage.name));
    let count = 1;
    while (taken.has(`${stem}${count}`)) count += 1;
    return `${stem}${count}`;
  }

  /** Runs of neighbouring ones in a mask: [[first, length], ...]. */
  function runs(mask) {
    const found = [];
    mask.forEach((value, index) => {
      if (!value) return;
      const last = found[found.length - 1];
      if (last && last[0] + last[1] === index) last[1] += 1;
      else found.push([index, 1]);
    });
    return found;
  }

  const countOnes = (mask) => mask.reduce((sum, value) => sum + value, 0);

  /**
   * Side of the smallest centred square that holds a share of a patch's squares.
   * @param {Patch} patch
   * @param {[number, number]} centre  in input pixels; halves between two pixels
   * @param {number} share
   * @returns {number} in pixels
   */
  function sideThatHolds(patch, [centreRow, centreColumn], share) {
    const bySide = new Map();
    let total = 0;
    patch.data.forEach((value, index) => {
      const row = patch.top + Math.floor(index / patch.width) - centreRow;
      const column = patch.left + (index % patch.width) - centreColumn;
      const side = Math.round(2 * Math.max(Math.abs(row), Math.abs(column)) + 1);
      bySide.set(side, (bySide.get(side) ?? 0) + value * value);
      total += value * value;
    });
    let held = 0;
    for (const side of [...bySide.keys()].sort((a, b) => a - b)) {
      held += bySide.get(side);
      if (held >= share * total) return side;
    }
    return 0;
  }

  // The element -----------------------------------------------------------------------

  class LiveReceptiveField extends LiveFigure {
    static styles = CSS;

    build(root) {
      this.readSettings();
      root.append(
        this.buildTools(),
        (this.panels = element("div", { class: "panels" })),
        (this.readout = element("p", { class: "readout" })),
        (this.fault = element("p", { class: "fault" })),
        this.buildEditor(),
        this.buildTable(),
        this.buildEffective(),
      );
      this.showEditor();
      this.showStack();
    }

    disconnectedCallback() {
      super.disconnectedCallback();
      cancelAnimationFrame(this.frame);
    }

    /** Take the stack from the JSON child, else from the attribute `preset`. */
    readSettings() {
      if (this.data) {
        this.own = { title: "Your own stack", note: "", ...this.data };
        this.takePreset("own");
        return;
      }
      const name = this.getAttribute("preset") ?? "article_003";
      if (!(name in PRESETS)) throw new RangeError(`no preset is called ${name}`);
      this.takePreset(name);
    }

    /** Set stack, input and chosen unit to those of a preset (or of the page's own). */
    takePreset(name) {
      const preset = name === "own" ? this.own : PRESETS[name];
      this.preset = name;
      this.note = preset.note;
      this.stages = preset.stages.map((stage) => ({ ...convolution("", 1), ...stage }));
      this.inputSize = preset.inputSize ?? [preset.input, preset.input];
      this.picked = null;
    }

    // Controls

    buildTools() {
      const stacks = Object.entries(PRESETS).map(([name, { title }]) => [name, title]);
      if (this.own) stacks.unshift(["own", this.own.title]);
      const take = (name) => {
        this.takePreset(name);
        this.editor.open = this.stages.length < 6;
        this.showEditor();
        this.showStack();
      };
      this.inputFields = element("span", { class: "tools" });
      this.noteText = element("p", { class: "small" });
      const stack = choice("Stack", stacks, take, this.preset);
      const tools = element("div", { class: "tools" }, stack, this.inputFields);
      return element("div", {}, tools, this.noteText);
    }

    buildEditor() {
      this.layerList = element("ol", { class: "layers" });
      this.addConvolution = button("Add a convolution", () => this.addLayer("conv"));
      this.addPool = button("Add a pool", () => this.addLayer("pool"));
      const adders = [this.addConvolution, this.addPool];
      this.editor = element(
        "details",
        { open: this.stages.length < 6 },
        element("summary", {}, "Change the layers"),
        this.layerList,
        element("div", { class: "tools" }, ...adders),
      );
      return this.editor;
    }

    /** Draw the list of layers anew, after layers came or went. */
    showEditor() {
      const rows = this.stages.map((stage, index) => this.layerControls(stage, index));
      this.layerList.replaceChildren(...rows);
      this.inputFields.replaceChildren(...this.inputControls());
      this.noteText.textContent = this.note;
      const full = this.stages.length >= LIMITS.layers;
      this.addConvolution.disabled = this.addPool.disabled = full;
    }

    inputControls() {
      const [rows, columns] = this.inputSize;
      const limits = { value: rows, min: 1, max: LIMITS.input };
      if (rows === columns) {
        const set = (value) => this.change(() => (this.inputSize = [value, value]));
        return [numberField("Input, pixels a side", limits, set)];
      }
      return ["rows", "columns"].map((axis, index) => {
        const set = (value) => this.change(() => (this.inputSize[index] = value));
        const own = { ...limits, value: this.inputSize[index] };
        return numberField(`Input, ${axis}`, own, set);
      });
    }

    /** The row of controls of one layer. */
    layerControls(stage, index) {
      const name = element("span", { class: "name" }, `${index + 1}. ${stage.name}`);
      const group = { role: "group", "aria-label": stage.name };
      const controls = [this.kindControl(stage)];
      if (stage.kernelSize !== null) {
        controls.push(...this.numberControls(stage, "kernelSize", "kernel"));
      }
      controls.push(...this.numberControls(stage, "stride", "stride"));
      controls.push(this.paddingControl(stage));
      controls.push(...this.numberControls(stage, "dilation", "dilation"));
      const label = { "aria-label": `Remove ${stage.name}` };
      const remove = button("Remove", () => this.removeLayer(index), label);
      return element("li", {}, element("div", group, name, ...controls, remove));
    }

    kindControl(stage) {
      const set = (kind) => this.change(() => (stage.kind = kind));
      return choice("kind", Object.entries(KINDS), set, stage.kind);
    }

    /** One field for a setting, or one for rows and one for columns. */
    numberControls(stage, key, label) {
      const max = key === "stride" ? LIMITS.stride : LIMITS.window;
      if (!isPair(stage[key])) {
        const set = (value) => this.change(() => (stage[key] = value));
        return [numberField(label, { value: stage[key], min: 1, max }, set)];
      }
      return ["rows", "columns"].map((axis, index) => {
        const set = (value) => this.change(() => (stage[key][index] = value));
        const limits = { value: stage[key][index], min: 1, max };
        return numberField(`${label}, ${axis}`, limits, set);
      });
    }

    paddingControl(stage) {
      const own = stage.padding;
      const values = ["valid", "same", "full", 1, 2, 3, 4];
      if (!values.includes(own)) values.push(own);
      const options = values.map((value, index) => [String(index), paddingText(value)]);
      const set = (index) => this.change(() => (stage.padding = values[Number(index)]));
      return choice("padding", options, set, String(values.indexOf(own)));
    }

    /** Make one change to the stack, and show what comes of it. */
    change(edit) {
      edit();
      this.noteText.textContent = this.note = "";
      this.showStack();
    }

    addLayer(stem) {
      const name = freshName(this.stages, stem);
      const layer = stem === "pool" ? pool(name) : convolution(name, 3);
      this.change(() => this.stages.push(layer));
      this.showEditor();
      this.announce(`${name} added`);
    }

    removeLayer(index) {
      const [{ name }] = this.stages.splice(index, 1);
      this.change(() => (this.picked = null));
      this.showEditor();
      const left = this.layerList.querySelectorAll("button");
      (left[Math.min(index, left.length - 1)] ?? this.addConvolution).focus();
      this.announce(`${name} removed`);
    }

    // The stack

    /** Compute the rows of the layers that fit, and say which one does not. */
    computeRows() {
      this.rows = core.receptiveField([], this.inputSize[0]);
      this.columns = core.receptiveField([], this.inputSize[1]);
      this.fault.textContent = "";
      for (const [index, stage] of this.stages.entries()) {
        try {
          const stages = this.stages.slice(0, index + 1);
          const rows = core.receptiveField(stages, this.inputSize[0], 0);
          this.columns = core.receptiveField(stages, this.inputSize[1], 1);
          this.rows = rows;
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          this.fault.textContent = this.explainFault(stage, index, error);
          return;
        }
      }
    }

    explainFault(stage, index, error) {
      const before = index === 0 ? "the input" : this.stages[index - 1].name;
      const [height, width] = this.sizeOf(index);
      const rest = this.stages.slice(index).map(({ name }) => name);
      const left = rest.length === 1 ? rest[0] : `${rest[0]} and what follows it`;
      return (
        `${error.message} It looks at ${before}, which has ${times(height, width)} ` +
        `units; ${left} is left out until it fits.`
      );
    }

    /** Rows and columns of units of a layer; 0 is the input. */
    sizeOf(layer) {
      return [this.rows[layer].size, this.columns[layer].size];
    }

    /** Show a changed stack: its panels, its table, its chosen unit. */
    showStack() {
      this.computeRows();
      const last = this.rows.length - 1;
      if (!this.picked || this.picked.layer > last) this.picked = this.middleOf(last);
      this.pick(this.picked.layer, this.picked.unit, { quiet: true });
      this.canvases = this.rows.map((row, layer) => this.panelCanvas(row, layer));
      this.captions = this.rows.map(() => element("figcaption"));
      const panels = this.canvases.map((canvas, layer) =>
        element("figure", {}, canvas, this.captions[layer]),
      );
      this.panels.replaceChildren(...panels);
      this.tableBody.replaceChildren(...this.rows.map((_, layer) => this.tableRow(layer)));
      if (this.fault.textContent) this.announce(this.fault.textContent);
      this.paint();
    }

    middleOf(layer) {
      return { layer, unit: this.sizeOf(layer).map((size) => Math.floor(size / 2)) };
    }

    /** Choose a unit; places outside the map go to its border. */
    pick(layer, [row, column], { quiet = false } = {}) {
      const [height, width] = this.sizeOf(layer);
      const unit = [clamp(row, 0, height - 1), clamp(column, 0, width - 1)];
      this.picked = { layer, unit };
      this.startEffective();
      if (quiet) return;
      this.paint();
      this.announce(this.readout.textContent);
    }

    panelCanvas(row, layer) {
      const [height, width] = this.sizeOf(layer);
      const canvas = element("canvas", {
        tabindex: 0,
        role: "application",
        "aria-label": `${row.name}, ${height} by ${width} units. Arrow keys pick a unit.`,
      });
      const at = (event) => {
        const box = canvas.getBoundingClientRect();
        const share = (place, start, length) => (place - start) / length;
        return [
          Math.floor(share(event.clientY, box.top, box.height) * height),
          Math.floor(share(event.clientX, box.left, box.width) * width),
        ];
      };
      canvas.addEventListener("pointerdown", (event) => {
        canvas.setPointerCapture(event.pointerId);
        this.pick(layer, at(event));
      });
      canvas.addEventListener("pointermove", (event) => {
        if (canvas.hasPointerCapture(event.pointerId)) this.pick(layer, at(event));
      });
      canvas.addEventListener("keydown", (event) => this.onKey(event, layer));
      return canvas;
    }

    /** Arrow keys move the unit; in another layer they start from the same place. */
    onKey(event, layer) {
      const steps = {
        ArrowUp: [-1, 0],
        ArrowDown: [1, 0],
        ArrowLeft: [0, -1],
        ArrowRight: [0, 1],
      };
      const here = this.picked.layer === layer;
      const chooses = event.key === "Enter" || event.key === " ";
      const step = steps[event.key] ?? (chooses ? [0, 0] : null);
      if (!step) return;
      event.preventDefault();
      const [row, column] = here ? this.picked.unit : this.samePlaceIn(layer);
      this.pick(layer, [row + step[0], column + step[1]]);
    }

    /** The unit of a layer that stands where the chosen unit stands in its own. */
    samePlaceIn(layer) {
      const [from, to] = [this.sizeOf(this.picked.layer), this.sizeOf(layer)];
      return this.picked.unit.map((unit, axis) =>
        Math.floor(((unit + 0.5) * to[axis]) / from[axis]),
      );
    }

    // What is written

    buildTable() {
      const heads = ["layer", "units", "receptive field", "jump", "start"];
      const cells = heads.map((head) => element("th", { scope: "col" }, head));
      this.tableBody = element("tbody");
      this.formula = element("div", { class: "formula numbers" });
      const label = "Units, receptive field, jump and start of each layer";
      const head = element("thead", {}, element("tr", {}, ...cells));
      const table = element("table", { "aria-label": label }, head, this.tableBody);
      const scroll = { class: "scroll", tabindex: 0, role: "region", "aria-label": label };
      const note =
        "In input pixels. Jump: from a unit to its neighbour. Start: the first pixel " +
        "that unit 0 sees, below 0 in the padding.";
      return element(
        "div",
        {},
        element(
          "div",
          { class: "results" },
          element("div", scroll, table),
          this.formula,
        ),
        element("p", { class: "small" }, note),
      );
    }

    tableRow(layer) {
      const [row, column] = [this.rows[layer], this.columns[layer]];
      const both = (key) =>
        row[key] === column[key]
          ? formatNumber(row[key])
          : `${formatNumber(row[key])}, ${formatNumber(column[key])}`;
      const cells = [
        times(row.size, column.size),
        times(row.receptiveField, column.receptiveField),
        both("jump"),
        both("start"),
      ];
      const name = element("th", { scope: "row" }, row.name);
      return element("tr", {}, name, ...cells.map((text) => element("td", {}, text)));
    }

    /** The formulas of the chosen layer, with its numbers. */
    formulaLines() {
      const { layer } = this.picked;
      if (layer === 0) return ["The input is where counting starts: a pixel sees itself."];
      const [down, across] = [this.rows, this.columns].map((rows) =>
        linesOfAxis(rows[layer - 1], rows[layer]),
      );
      const name = this.rows[layer].name;
      if (down.join() === across.join()) return [`${name}, along either axis:`, ...down];
      return [`${name}, along the rows:`, ...down, "along the columns:", ...across];
    }

    /** What the chosen unit sees of a layer, along both axes, cut at the border. */
    seenIn(layer) {
      const { layer: to, unit } = this.picked;
      return [this.rows, this.columns].map((rows, axis) => {
        const [first, last] = core.fieldIn(rows, layer, to, unit[axis]);
        const { size } = rows[layer];
        return {
          first,
          last,
          cut: [clamp(first, 0, size), clamp(last, -1, size - 1)],
          outside: [Math.max(0, -first), Math.max(0, last - size + 1)],
          read: core.unitsRead(rows, layer, to, unit[axis]),
        };
      });
    }

    captionOf(layer, [down, across]) {
      const [height, width] = this.sizeOf(layer);
      const size = ` ${times(height, width)}`;
      const { layer: chosen, unit } = this.picked;
      if (layer > chosen) return [`${size}: after the chosen layer`];
      if (layer === chosen) return [`${size}: unit ${place(unit)}`];
      const [rows, columns] = [down, across].map(
        ({ first, last }) => `${formatNumber(first)} to ${formatNumber(last)}`,
      );
      const isCut = [...down.outside, ...across.outside].some((count) => count > 0);
      const field = times(down.last - down.first + 1, across.last - across.first + 1);
      const text = `${size}: sees ${field}, rows ${rows}, columns ${columns}`;
      return [isCut ? `${text}, cut at the border` : text];
    }

    /** The sentence on what the chosen unit sees of the input. */
    sentence([down, across]) {
      const { layer, unit } = this.picked;
      const name = this.rows[layer].name;
      if (layer === 0) return `Pixel ${place(unit)} of the input sees itself.`;
      const field = [this.rows, this.columns].map((rows) => rows[layer].receptiveField);
      const parts = [
        `Unit ${place(unit)} of ${name} sees ${range("row", [down.first, down.last])}` +
          ` and ${range("column", [across.first, across.last])} of the input: ` +
          `${times(...field)} = ${field[0] * field[1]} pixels.`,
      ];
      const inside = [down, across].map(({ cut }) => Math.max(0, cut[1] - cut[0] + 1));
      const outside = outsideText(down.outside, across.outside);
      if (outside) {
        parts.push(
          `The field is cut at the border: ${outside} lie in the padding, and ` +
            `${times(...inside)} = ${inside[0] * inside[1]} pixels of the image are left.`,
        );
      }
      const read = countOnes(down.read) * countOnes(across.read);
      if (read < inside[0] * inside[1]) {
        parts.push(`It reads ${read} of them; the others lie in gaps between the windows.`);
      }
      return parts.join(" ");
    }

    // What is painted

    paint() {
      if (!this.picked || !this.canvases) return;
      const { layer: chosen } = this.picked;
      this.canvases.forEach((canvas, layer) => {
        const seen = layer <= chosen ? this.seenIn(layer) : null;
        this.paintPanel(canvas, layer, seen);
        const caption = this.captionOf(layer, seen ?? []);
        const name = element("strong", {}, this.rows[layer].name);
        this.captions[layer].replaceChildren(name, ...caption);
        const figure = canvas.parentElement;
        figure.toggleAttribute("data-picked", layer === chosen);
        figure.toggleAttribute("data-later", layer > chosen);
        const row = this.tableBody.children[layer];
        if (layer === chosen) row.setAttribute("aria-current", "true");
        else row.removeAttribute("aria-current");
      });
      this.readout.textContent = this.sentence(this.seenIn(0));
      const lines = this.formulaLines().map((line) => element("p", {}, line));
      this.formula.replaceChildren(...lines);
      this.paintEffective();
    }

    /** A map of units: its grid, what is seen of it, the chosen unit. */
    paintPanel(canvas, layer, seen) {
      const [height, width] = this.sizeOf(layer);
      const side = PANEL_SIDE * (globalThis.devicePixelRatio || 1);
      const cell = side / Math.max(height, width);
      const edge = (unit) => Math.round(unit * cell);
      canvas.width = edge(width) + 1;
      canvas.height = edge(height) + 1;
      const colours = this.colours();
      const pen = canvas.getContext("2d");
      pen.fillStyle = colours.page;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      const own = layer === this.picked.layer;
      if (cell >= 3) paintGrid(pen, edge, height, width, colours.line);
      if (seen) paintSeen(pen, edge, seen, own ? colours.accent : colours.warm);
      if (cell >= 6) paintGrid(pen, edge, height, width, colours.line);
      paintGrid(pen, edge, height, width, colours.line, true);
      if (seen) paintOutline(pen, edge, seen, colours.text);
    }

    /** The colours of the page, as a canvas wants them. */
    colours() {
      const style = getComputedStyle(this);
      const colour = (name) => style.getPropertyValue(name).trim();
      return {
        page: colour("--page"),
        line: colour("--line"),
        text: colour("--text"),
        accent: colour("--accent"),
        warm: colour("--warm"),
      };
    }

    // The effective field

    buildEffective() {
      const picture = (label) => element("canvas", { role: "img", "aria-label": label });
      this.equalCanvas = picture("The theoretical field: every pixel alike");
      this.effectiveCanvas = picture("The effective field, darkest where it matters most");
      this.profileCanvas = picture("Shares of the squared gradient, column by column");
      this.equalCaption = element("figcaption");
      this.effectiveCaption = element("figcaption");
      this.profileCaption = element("figcaption");
      this.seed = 0;
      const again = button("New random weights", () => {
        this.seed += 1;
        this.startEffective();
      });
      this.effective = element(
        "div",
        { class: "effective" },
        element("p", { class: "title" }, "How much each pixel matters"),
        element(
          "div",
          { class: "pair" },
          element("figure", {}, this.equalCanvas, this.equalCaption),
          element("figure", {}, this.effectiveCanvas, this.effectiveCaption),
          element("figure", { class: "profile" }, this.profileCanvas, this.profileCaption),
        ),
        (this.effectiveText = element("p")),
        element("div", { class: "tools" }, again),
      );
      return this.effective;
    }

    /** Begin to draw random stacks for the chosen unit, some in each frame. */
    startEffective() {
      cancelAnimationFrame(this.frame);
      const { layer, unit } = this.picked;
      this.effective.hidden = layer === 0;
      if (layer === 0) return;
      const stages = this.stages.slice(0, layer);
      const { inputSize, seed } = this;
      this.sampler = core.fieldSampler(stages, unit, { inputSize, seed });
      this.expected = [0, 1].map((axis) =>
        core.expectedField(stages, unit[axis], { inputSize: inputSize[axis], axis }),
      );
      this.frame = requestAnimationFrame(() => this.drawSome());
    }

    drawSome() {
      const end = performance.now() + DRAWING_TIME;
      while (this.sampler.draws() < DRAWS && performance.now() < end) this.sampler.draw(1);
      const done = this.sampler.draws() >= DRAWS;
      if (done || !this.reducedMotion) this.paintEffective();
      if (!done) this.frame = requestAnimationFrame(() => this.drawSome());
    }

    paintEffective() {
      if (this.picked.layer === 0 || !this.sampler.draws()) return;
      const field = this.sampler.field();
      const { height, width } = field;
      if (height * width === 0) return;
      const [down, across] = this.seenIn(0);
      const read = field.data.map((_, index) => {
        const row = field.top + Math.floor(index / width);
        return down.read[row] * across.read[field.left + (index % width)];
      });
      this.drawMap(this.equalCanvas, read, height, width, 2);
      const largest = Math.max(...field.data);
      this.drawMap(this.effectiveCanvas, field.data, height, width, largest);
      this.paintProfile(field, across);
      this.writeEffective(field, [down, across]);
    }

    writeEffective(field, seen) {
      const draws = this.sampler.draws();
      const centre = seen.map(({ first, last }) => (first + last) / 2);
      const side = sideThatHolds(field, centre, HELD);
      const fieldSize = seen.map(({ first, last }) => last - first + 1);
      const middle = fieldSize.map((size) => Math.min(size, side));
      this.equalCaption.textContent = `theoretical: ${times(...fieldSize)} can matter`;
      this.effectiveCaption.textContent = `effective: the mean of ${draws} draws`;
      this.profileCaption.textContent =
        "column by column. Bars: these draws; marks: what ever more draws tend to; " +
        "dashes: equal shares";
      this.effectiveText.textContent =
        `Each draw gives the stack new random weights and takes the gradient of the ` +
        `unit: how much it moves with each pixel. Shown is the root of the mean ` +
        `square. ${Math.round(HELD * 100)} % of the squared gradient lie in the middle ` +
        `${times(...middle)} of the field. (One channel, no activation; a max pool ` +
        `passes one of its inputs on, each as likely as the next.)`;
    }

    /** Bars of the draws, marks of what they tend to, dashes for equal shares. */
    paintProfile(field, across) {
      const shares = new Float64Array(field.width);
      field.data.forEach((value, index) => (shares[index % field.width] += value ** 2));
      const total = shares.reduce((sum, value) => sum + value, 0);
      const expected = this.expected[1].slice(field.left, field.left + field.width);
      const expectedTotal = expected.reduce((sum, value) => sum + value, 0);
      paintShares(this.profileCanvas, {
        bars: shares.map((value) => value / total),
        marks: expected.map((value) => value / expectedTotal),
        level: 1 / countOnes(across.read),
        colours: this.colours(),
      });
    }
  }

  // Painting and wording that need no element -------------------------------------------

  /** Fill the units that are read: products of runs of rows and runs of columns. */
  function paintSeen(pen, edge, [down, across], colour) {
    pen.fillStyle = colour;
    for (const [row, rowCount] of runs(down.read)) {
      for (const [column, columnCount] of runs(across.read)) {
        const [left, top] = [edge(column), edge(row)];
        const width = edge(column + columnCount) - left;
        pen.fillRect(left, top, width, edge(row + rowCount) - top);
      }
    }
  }

  function paintGrid(pen, edge, height, width, colour, frameOnly = false) {
    const [right, bottom] = [edge(width) + 1, edge(height) + 1];
    const [stepDown, stepAcross] = frameOnly ? [height, width] : [1, 1];
    pen.fillStyle = colour;
    for (let row = 0; row <= height; row += stepDown) {
      pen.fillRect(0, edge(row), right, 1);
    }
    for (let column = 0; column <= width; column += stepAcross) {
      pen.fillRect(edge(column), 0, 1, bottom);
    }
  }

  /** Outline a field; where it passes the border of the map the line is not closed. */
  function paintOutline(pen, edge, [down, across], colour) {
    const [left, top] = [edge(across.first), edge(down.first)];
    const width = edge(across.last + 1) - left;
    const height = edge(down.last + 1) - top;
    pen.strokeStyle = colour;
    pen.lineWidth = 2;
    pen.strokeRect(left + 0.5, top + 0.5, width, height);
  }

  /** Bars and marks, one a column, and a level: shares of one whole. */
  function paintShares(canvas, { bars, marks, level, colours }) {
    const ratio = globalThis.devicePixelRatio || 1;
    const width = (canvas.width = Math.max(240, canvas.clientWidth) * ratio);
    const height = (canvas.height = 150 * ratio);
    const pen = canvas.getContext("2d");
    pen.fillStyle = colours.page;
    pen.fillRect(0, 0, width, height);
    const step = width / bars.length;
    const scale = (height - 6 * ratio) / Math.max(level, ...bars, ...marks);
    const y = (value) => height - value * scale;
    pen.fillStyle = colours.warm;
    const gap = step > 6 * ratio ? ratio : 0;
    bars.forEach((value, index) => {
      pen.fillRect(index * step, y(value), Math.max(1, step - gap), value * scale);
    });
    pen.strokeStyle = colours.text;
    pen.lineWidth = 2 * ratio;
    pen.beginPath();
    marks.forEach((value, index) => {
      pen.moveTo(index * step, y(value));
      pen.lineTo((index + 1) * step - gap, y(value));
    });
    pen.stroke();
    pen.setLineDash([6 * ratio, 4 * ratio]);
    pen.lineWidth = 1.5 * ratio;
    pen.beginPath();
    pen.moveTo(0, y(level));
    pen.lineTo(width, y(level));
    pen.stroke();
  }

  /** The formulas from one row to the next, with their numbers. */
  function linesOfAxis(before, row) {
    const { kernelSize, stride, dilation, span } = row.window;
    const { before: left, after: right } = row.window;
    const padding = left + right;
    const padded = padding ? `${before.size} + ${padding}` : `${before.size}`;
    const lines = [
      `units = ⌊(${padded} − ${span}) / ${stride}⌋ + 1 = ${row.size}`,
      `field = ${before.receptiveField} + (${span} − 1) · ${before.jump} = ` +
        `${row.receptiveField}`,
      `jump = ${before.jump} · ${stride} = ${row.jump}`,
      `start = ${formatNumber(before.start)} − ${left} · ${before.jump} = ${formatNumber(row.start)}`,
    ];
    if (dilation > 1) {
      lines.unshift(`span = (${kernelSize} − 1) · ${dilation} + 1 = ${span}`);
    }
    return lines;
  }

  /** "2 rows above and 1 column on the right", or nothing. */
  function outsideText([above, below], [left, right]) {
    const count = (amount, what) => `${amount} ${what}${amount === 1 ? "" : "s"}`;
    const parts = [
      above && `${count(above, "row")} above`,
      below && `${count(below, "row")} below`,
      left && `${count(left, "column")} on the left`,
      right && `${count(right, "column")} on the right`,
    ].filter(Boolean);
    if (parts.length < 2) return parts.join("");
    return `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
  }

  define("live-receptive-field", LiveReceptiveField);
})();
