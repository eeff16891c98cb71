/**
 * <live-kernel>: a kernel slides over an input, and each sum is written out.
 *
 * Attributes: `kernel` and `input` (names from the menus), `stride`, `padding`,
 * `dilation`, `flip`, `cover`. Or a JSON child with the same names, where `kernel` and
 * `input` may be arrays of rows. Needs core.js, figure.js, kernel_inputs.js and
 * kernel_words.js.
 */
(function () {
  "use strict";
  const { dom, define, LiveFigure, kernel: words, kernelInputs } = globalThis.Explorables;
  const { element, button, tickBox } = dom;

  const LARGEST_KERNEL = 5;
  const LARGEST_PADDING = 12;
  const CELLS = { input: 10, output: 9 }; // more rows or columns are drawn as a picture
  const PICTURE_WIDTH = 256; // CSS pixels
  const SMALLEST_PICTURE = 136;
  const PAUSE = { cells: 700, picture: 60 }; // milliseconds between two steps

  // What the menus offer --------------------------------------------------------------

  const third = (row) => row.map((value) => value / 9);

  /** @type {Record<string, {title: string, rows: number[][]}>} */
  const KERNELS = {
    x: { title: "an × of ones", rows: [[1, 0, 1], [0, 1, 0], [1, 0, 1]] },
    identity: { title: "identity", rows: [[0, 0, 0], [0, 1, 0], [0, 0, 0]] },
    blur: { title: "blur (mean of nine)", rows: [0, 0, 0].map(() => third([1, 1, 1])) },
    sharpen: { title: "sharpen", rows: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]] },
    upright: {
      title: "upright edges (Sobel)",
      rows: [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    },
    level: { title: "level edges (Sobel)", rows: [[-1, -2, -1], [0, 0, 0], [1, 2, 1]] },
    outline: {
      title: "outline (pixel against eight)",
      rows: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    },
    emboss: { title: "emboss", rows: [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]] },
    difference: { title: "right minus left", rows: [[-1, 1]] },
    numbers: { title: "1 to 9", rows: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] },
  };

  /** @type {Record<string, {title: string, rows: number[][]}>} */
  const SMALL_INPUTS = {
    ones: {
      title: "5 × 5 ones and zeros",
      rows: [
        [1, 1, 1, 0, 0],
        [0, 1, 1, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
      ],
    },
    pixel: {
      title: "one bright pixel",
      rows: [0, 1, 2, 3, 4].map((row) =>
        [0, 1, 2, 3, 4].map((column) => Number(row === 2 && column === 2)),
      ),
    },
    step: {
      title: "dark, then bright (6 × 8)",
      rows: [0, 1, 2, 3, 4, 5].map(() => [0, 0, 0, 0, 1, 1, 1, 1]),
    },
  };

  const INPUT_TITLES = {
    ...Object.fromEntries(
      Object.entries(SMALL_INPUTS).map(([name, input]) => [name, input.title]),
    ),
    digit: "a digit of MNIST (28 × 28)",
    cat: "a cat's eye (40 × 52)",
  };
  const OWN = "own"; // the menus' entry for what the reader or Python wrote

  /** @param {number[][]} rows */
  function gridOf(rows) {
    const shape = [rows.length, rows[0].length];
    return { shape, data: Float64Array.from(rows.flat()) };
  }

  /** Two hexadecimal digits a pixel. @param {{shape: number[], hex: string}} stored */
  function gridOfHex({ shape, hex }) {
    const data = Float64Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));
    return { shape, data };
  }

  /** @param {string} name of the input's menu */
  function namedInput(name) {
    if (SMALL_INPUTS[name]) return gridOf(SMALL_INPUTS[name].rows);
    if (kernelInputs[name]) return gridOfHex(kernelInputs[name]);
    throw new RangeError(`no input is called ${name}`);
  }

  /** @param {string} name of the kernel's menu */
  function namedKernel(name) {
    if (!KERNELS[name]) throw new RangeError(`no kernel is called ${name}`);
    return gridOf(KERNELS[name].rows);
  }

  /** Cut a kernel to a size, or fill it up with zeros; its middle stays the middle. */
  function resized({ shape, data }, rows, columns) {
    const result = { shape: [rows, columns], data: new Float64Array(rows * columns) };
    const down = Math.floor((rows - shape[0]) / 2);
    const across = Math.floor((columns - shape[1]) / 2);
    for (let row = 0; row < shape[0]; row++) {
      for (let column = 0; column < shape[1]; column++) {
        const [to, at] = [row + down, column + across];
        if (to < 0 || to >= rows || at < 0 || at >= columns) continue;
        result.data[to * columns + at] = data[row * shape[1] + column];
      }
    }
    return result;
  }

  /** @param {number} from @param {number} to both included */
  const range = (from, to) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  // Small controls --------------------------------------------------------------------

  /** A menu under its label, whose choice can be set later. */
  function menu(label, options, onChange) {
    const list = element(
      "select",
      { "aria-label": label, onchange: () => onChange(list.value) },
      ...options.map(([value, text]) => element("option", { value }, text)),
    );
    return { list, shown: element("label", { class: "field" }, label, list) };
  }

  /** A tick box that can be set later. */
  function tick(label, onChange) {
    const shown = tickBox(label, false, onChange);
    return { box: shown.control, shown };
  }

  /**
   * A frame on a picture, measured in the picture's pixels.
   * @param {string} name a class of the style sheet
   * @param {{row: number, column: number, height: number, width: number}} place
   * @param {{height: number, width: number}} picture
   */
  function frame(name, { row, column, height, width }, picture) {
    const node = element("div", { class: `mark ${name}` });
    node.style.top = `${(100 * row) / picture.height}%`;
    node.style.left = `${(100 * column) / picture.width}%`;
    node.style.height = `${(100 * height) / picture.height}%`;
    node.style.width = `${(100 * width) / picture.width}%`;
    return node;
  }

  const STYLES = `
:host {
  --window: #c2410c;
  --rim: #e69f00;
  --alarm: #b42318;
  --filled: color-mix(in srgb, var(--text) 22%, transparent);
  --positive: color-mix(in srgb, var(--warm) 20%, transparent);
  --negative: color-mix(in srgb, var(--blue) 22%, transparent);
}
:host([data-dark]) { --window: #fb923c; --alarm: #ff9d92; }
[hidden] { display: none; }
.fields { display: flex; flex-wrap: wrap; gap: 0.4rem 0.8rem; align-items: end; }
.fields + .fields { margin-top: 0.5rem; }
.field { flex-direction: column; align-items: start; gap: 0; font-size: 0.9rem; }
.fields label:not(.field) { min-height: 2.2rem; font-size: 0.9rem; }
.where { min-height: 2.2rem; display: inline-flex; align-items: center; }
.panels { display: flex; flex-wrap: wrap; gap: 0.8rem 1.3rem; margin: 0.8rem 0; }
.panel { min-width: 0; max-width: 100%; }
.note { font-size: 0.9rem; color: var(--muted); }
.panel .note { width: 0; min-width: max(100%, 8.5rem); }
.scroll { overflow-x: auto; padding: 4px; margin: -4px; }
.cells {
  display: grid;
  gap: 2px;
  width: max-content;
  grid-template-columns: repeat(var(--columns), var(--cell));
  font-variant-numeric: tabular-nums;
}
.cells > * {
  display: flex;
  align-items: center;
  justify-content: center;
  position: relative;
  width: 100%;
  height: 2rem;
  min-width: 0;
  min-height: 0;
  padding: 0;
  text-align: center;
  font-size: 0.9rem;
  overflow-wrap: normal;
  border: 1px solid var(--line);
  border-radius: 0.15rem;
}
.cells > button, .cells > input { border-color: var(--control-line); }
.cells .rim { border-style: dashed; }
.cells .filled { background: var(--filled); }
.cells .positive { background: var(--positive); }
.cells .negative { background: var(--negative); }
.cells [aria-pressed="true"] { border-color: var(--control-line); box-shadow: none; }
.cells .under { box-shadow: 0 0 0 3px var(--window); z-index: 1; }
.cells .unseen {
  background-image: repeating-linear-gradient(
    45deg, transparent 0 4px, var(--control-line) 4px 5px);
}
.cells [aria-invalid="true"] { border: 2px solid var(--alarm); }
.cells :focus-visible { z-index: 2; }
.pad { touch-action: none; cursor: pointer; width: max-content; max-width: 100%; }
.picture { position: relative; max-width: 100%; }
.picture canvas { width: 100%; height: auto; border: 0; outline: 1px solid var(--line); }
.mark { position: absolute; pointer-events: none; }
.mark.window { outline: 3px solid var(--window); }
.mark.tap { background: var(--window); opacity: 0.6; }
.mark.border { border: 1px dashed var(--rim); }
.mark.unseen { background: var(--window); opacity: 0.3; }
.line { display: flex; flex-wrap: wrap; column-gap: 0.4rem; font-variant-numeric: tabular-nums; }
.term { white-space: nowrap; }
.outside { text-decoration: underline dotted; text-underline-offset: 0.2em; }
.result { font-weight: 700; }
.problem { color: var(--alarm); font-weight: 600; }
.problem:empty { display: none; }
pre {
  margin: 0.2rem 0 0.5rem;
  padding: 0.4rem 0.6rem;
  white-space: pre-wrap;
  font-size: 0.9rem;
  border: 1px solid var(--line);
  border-radius: 0.3rem;
}
.formula { font-variant-numeric: tabular-nums; }
.empty { border: 1px dashed var(--control-line); padding: 0.6rem; max-width: 18rem; }
`;

  // The figure ------------------------------------------------------------------------

  class KernelFigure extends LiveFigure {
    static styles = STYLES;

    /** @param {ShadowRoot} root */
    build(root) {
      this.readSettings();
      this.place = 0; // which window, counted row after row
      root.append(
        this.buildKernelControls(),
        this.buildInputControls(),
        this.buildPanels(),
        this.buildSteps(),
        this.buildWords(),
      );
    }

    disconnectedCallback() {
      this.stop();
      super.disconnectedCallback();
    }

    // Settings ------------------------------------------------------------------------

    /** Take the attributes, or the JSON child, as the first settings. */
    readSettings() {
      const given = this.data ?? this.attributeSettings();
      const { kernel = "x", input = "ones" } = given;
      this.kernelName = typeof kernel === "string" ? kernel : OWN;
      this.inputName = typeof input === "string" ? input : OWN;
      this.ownInput = typeof input === "string" ? null : gridOf(input);
      this.settings = {
        kernel: typeof kernel === "string" ? namedKernel(kernel) : gridOf(kernel),
        image: this.ownInput ? copyOf(this.ownInput) : namedInput(input),
        stride: given.stride ?? 1,
        padding: given.padding ?? "valid",
        dilation: given.dilation ?? 1,
        flip: given.flip ?? false,
      };
      this.cover = given.cover ?? false;
    }

    attributeSettings() {
      const text = (name, otherwise) => this.getAttribute(name) ?? otherwise;
      const padding = text("padding", "valid");
      return {
        kernel: text("kernel", "x"),
        input: text("input", "ones"),
        stride: Number(text("stride", 1)),
        padding: /^\d+$/.test(padding) ? Number(padding) : padding,
        dilation: Number(text("dilation", 1)),
        flip: this.hasAttribute("flip"),
        cover: this.hasAttribute("cover"),
      };
    }

    /** Change settings; the window goes back to the first place. */
    change(settings) {
      this.stop();
      Object.assign(this.settings, settings);
      this.place = 0;
      this.problem.textContent = "";
      this.paint();
      this.announce(this.spokenResult());
    }

    // Controls ------------------------------------------------------------------------

    buildKernelControls() {
      const names = Object.entries(KERNELS).map(([name, { title }]) => [name, title]);
      this.kernelMenu = menu("kernel", [...names, [OWN, "your own"]], (name) => {
        this.kernelName = name;
        if (name !== OWN) this.change({ kernel: namedKernel(name) });
      });
      const sizes = range(1, LARGEST_KERNEL).map((size) => [size, size]);
      const resize = () => this.resizeKernel();
      this.rowsMenu = menu("rows", sizes, resize);
      this.columnsMenu = menu("columns", sizes, resize);
      this.flipTick = tick("flip the kernel (convolution)", (flip) =>
        this.change({ flip }),
      );
      return element(
        "div",
        { class: "fields", role: "group", "aria-label": "Kernel" },
        this.kernelMenu.shown,
        this.rowsMenu.shown,
        this.columnsMenu.shown,
        this.flipTick.shown,
      );
    }

    resizeKernel() {
      const rows = Number(this.rowsMenu.list.value);
      const columns = Number(this.columnsMenu.list.value);
      this.kernelName = OWN;
      this.change({ kernel: resized(this.settings.kernel, rows, columns) });
    }

    buildInputControls() {
      const inputs = Object.entries(INPUT_TITLES);
      if (this.ownInput) inputs.push([OWN, this.ownTitle()]);
      this.inputMenu = menu("input", inputs, (name) => {
        this.inputName = name;
        const image = name === OWN ? copyOf(this.ownInput) : namedInput(name);
        this.change({ image });
      });
      const steps = [1, 2, 3].map((step) => [step, step]);
      this.strideMenu = menu("stride", steps, (value) =>
        this.change({ stride: Number(value) }),
      );
      this.dilationMenu = menu("dilation", steps, (value) =>
        this.change({ dilation: Number(value) }),
      );
      return element(
        "div",
        { class: "fields", role: "group", "aria-label": "Input and settings" },
        this.inputMenu.shown,
        this.strideMenu.shown,
        ...this.buildPadding(),
        this.dilationMenu.shown,
      );
    }

    ownTitle() {
      return `the array (${this.ownInput.shape.join(" × ")})`;
    }

    /** The padding's menu, and the field for a number of zeros. */
    buildPadding() {
      const names = ["valid", "same", "full"].map((name) => [name, name]);
      this.paddingMenu = menu("padding", [...names, ["number", "a number"]], (name) =>
        this.change({ padding: name === "number" ? 1 : name }),
      );
      this.paddingField = element("input", {
        type: "text",
        inputmode: "numeric",
        size: 3,
        onchange: () => this.readPadding(),
      });
      this.paddingLabel = element(
        "label",
        { class: "field" },
        "zeros a side",
        this.paddingField,
      );
      return [this.paddingMenu.shown, this.paddingLabel];
    }

    readPadding() {
      const typed = this.paddingField.value.trim();
      const wide = Number(typed);
      if (/^\d+$/.test(typed) && wide <= LARGEST_PADDING) {
        this.change({ padding: wide });
        return;
      }
      this.complain(
        this.paddingField,
        `"${typed}" zeros are not possible: write a whole number from 0 to ` +
          `${LARGEST_PADDING}. The padding stays ${this.settings.padding}.`,
      );
    }

    /** Mark a field and say what is wrong with it. */
    complain(field, sentence) {
      field.setAttribute("aria-invalid", "true");
      this.problem.textContent = sentence;
    }

    // Panels --------------------------------------------------------------------------

    buildPanels() {
      this.problem = element("p", { class: "problem", role: "alert" });
      this.inputPanel = this.buildPanel("input");
      this.kernelPanel = this.buildPanel("kernel");
      this.outputPanel = this.buildPanel("output");
      this.outputPad = this.buildOutputPad();
      this.outputPanel.body.append(this.outputPad);
      this.sum = element("div", { class: "panel sum" });
      const panels = [this.inputPanel, this.kernelPanel, this.outputPanel];
      const shown = [...panels.map((panel) => panel.shown), this.sum];
      return element(
        "div",
        {},
        this.problem,
        element("div", { class: "panels" }, ...shown),
      );
    }

    buildPanel(name) {
      const title = element("p", { class: "title" }, name);
      const body = element("div", { class: "body" });
      const note = element("p", { class: "note" });
      const shown = element("div", { class: `panel ${name}` }, title, body, note);
      return { title, body, note, shown };
    }

    /** The output answers to mouse, finger and arrow keys as one thing. */
    buildOutputPad() {
      const pad = element("div", {
        class: "pad",
        tabindex: 0,
        role: "application",
        onkeydown: (event) => this.onKey(event),
        onpointerdown: (event) => {
          pad.setPointerCapture(event.pointerId);
          this.pick(event);
        },
        onpointermove: (event) => {
          if (pad.hasPointerCapture(event.pointerId)) this.pick(event);
        },
      });
      return pad;
    }

    /** Move the window to the output under the pointer. */
    pick(event) {
      if (!this.output) return;
      const box = this.outputPad.firstElementChild.getBoundingClientRect();
      const [rows, columns] = this.output.shape;
      const row = clamp(Math.floor(((event.clientY - box.top) / box.height) * rows), rows);
      const column = clamp(
        Math.floor(((event.clientX - box.left) / box.width) * columns),
        columns,
      );
      this.stop();
      this.moveTo(row * columns + column);
    }

    onKey(event) {
      if (!this.output) return;
      const [rows, columns] = this.output.shape;
      const [row, column] = this.position();
      const targets = {
        ArrowLeft: [row, column - 1],
        ArrowRight: [row, column + 1],
        ArrowUp: [row - 1, column],
        ArrowDown: [row + 1, column],
        Home: [row, 0],
        End: [row, columns - 1],
      };
      const target = targets[event.key];
      if (!target) return;
      event.preventDefault();
      this.stop();
      this.moveTo(clamp(target[0], rows) * columns + clamp(target[1], columns));
    }

    /** @returns {[number, number]} row and column of the window's output */
    position() {
      const columns = this.output.shape[1];
      return [Math.floor(this.place / columns), this.place % columns];
    }

    moveTo(place) {
      if (place === this.place) return;
      this.place = place;
      this.paint();
      this.announce(this.spokenResult());
    }

    // Steps ---------------------------------------------------------------------------

    buildSteps() {
      this.backButton = button("Back", () => this.stepBy(-1));
      this.stepButton = button("Step", () => this.stepBy(1));
      this.playButton = button("Play", () => this.play());
      this.where = element("span", { class: "where" });
      this.coverTick = tick("cover the numbers to come", (cover) => {
        this.cover = cover;
        this.paint();
      });
      return element(
        "div",
        { class: "fields steps", role: "group", "aria-label": "Steps" },
        this.backButton,
        this.stepButton,
        this.playButton,
        this.coverTick.shown,
        this.where,
      );
    }

    stepBy(by) {
      this.stop();
      if (!this.output) return;
      const count = this.output.data.length;
      this.moveTo((this.place + by + count) % count);
    }

    /** Run to the last window; under reduced motion, take one step. */
    play() {
      if (this.timer) {
        this.stop();
        return;
      }
      if (!this.output) return;
      if (this.reducedMotion) {
        this.stepBy(1);
        return;
      }
      const last = this.output.data.length - 1;
      if (this.place === last) this.moveTo(0);
      const pause = this.isPicture() ? PAUSE.picture : PAUSE.cells;
      this.timer = setInterval(() => this.playStep(last), pause);
      this.playButton.textContent = "Stop";
    }

    playStep(last) {
      if (this.place < last) this.moveTo(this.place + 1);
      if (this.place >= last) this.stop();
    }

    stop() {
      clearInterval(this.timer);
      this.timer = null;
      if (this.playButton) this.playButton.textContent = "Play";
    }

    // Words ---------------------------------------------------------------------------

    buildWords() {
      this.sizes = element("div", { class: "sizes" });
      this.bookCode = element("code", {});
      this.kerasCode = element("code", {});
      this.kerasBlock = element("pre", {}, this.kerasCode);
      this.kerasNote = element("p", { class: "note" });
      return element(
        "div",
        {},
        element("p", { class: "title" }, "size: ⌊(input + zeros − span) / stride⌋ + 1"),
        this.sizes,
        element("p", { class: "title" }, "in this book's code"),
        element("pre", {}, this.bookCode),
        element("p", { class: "title" }, "in Keras"),
        this.kerasBlock,
        this.kerasNote,
      );
    }

    spokenResult() {
      if (!this.output) return words.emptySentence(this.settings);
      const [row, column] = this.position();
      const value = words.numberText(this.output.data[this.place]);
      return `Output row ${row}, column ${column}: ${value}`;
    }

    // Painting ------------------------------------------------------------------------

    paint() {
      this.output = words.outputOf(this.settings);
      this.axes = words.axesOf(this.settings);
      this.terms = this.output ? words.termsOf(this.settings, ...this.position()) : [];
      this.paintControls();
      this.paintInput();
      this.paintKernel();
      this.paintOutput();
      this.paintSum();
      this.paintWords();
    }

    /** Whether the input is too large for cells. */
    isPicture() {
      return Math.max(...this.settings.image.shape) > CELLS.input;
    }

    paintControls() {
      const { kernel, stride, padding, dilation, flip } = this.settings;
      this.kernelMenu.list.value = this.kernelName;
      this.rowsMenu.list.value = kernel.shape[0];
      this.columnsMenu.list.value = kernel.shape[1];
      this.flipTick.box.checked = flip;
      this.inputMenu.list.value = this.inputName;
      this.strideMenu.list.value = stride;
      this.dilationMenu.list.value = dilation;
      const isNumber = typeof padding === "number";
      this.paddingMenu.list.value = isNumber ? "number" : padding;
      this.paddingLabel.hidden = !isNumber;
      if (isNumber) this.showNumber(this.paddingField, padding);
      this.coverTick.box.checked = this.cover;
      for (const control of [this.backButton, this.stepButton, this.playButton]) {
        control.disabled = !this.output;
      }
    }

    // The input -----------------------------------------------------------------------

    paintInput() {
      const [height, width] = this.settings.image.shape;
      this.inputPanel.title.textContent = `input, ${height} × ${width}`;
      this.inputPanel.note.textContent = this.inputNote();
      if (this.isPicture()) this.paintInputPicture();
      else this.paintInputCells();
    }

    inputNote() {
      const [rows, columns] = this.axes;
      const zeros = rows.before + rows.after + columns.before + columns.after;
      const where = this.isPicture() ? "Outside the dashes" : "Dashed";
      const rim = zeros ? `${where}: the padding's zeros. ` : "";
      return `${this.editNote()}${rim}${words.unseenSentence(this.settings)}`.trim();
    }

    editNote() {
      if (this.isPicture()) return "";
      return this.isBinary() ? "Click a cell to change it. " : "Type other numbers. ";
    }

    /** Whether all pixels are 0 or 1, so that a click can change one. */
    isBinary() {
      return this.settings.image.data.every((value) => value === 0 || value === 1);
    }

    /** Rebuild the cells where their number or kind changed; then colour them. */
    paintInputCells() {
      const [rows, columns] = this.axes;
      const kind = this.isBinary() ? "binary" : "numbers";
      const rims = [rows.before, rows.after, columns.before, columns.after];
      const key = [kind, rows.size, columns.size, ...rims].join();
      if (this.inputKey !== key) this.buildInputCells(kind);
      this.inputKey = key;
      const under = new Set(this.terms.map(({ row, column }) => `${row},${column}`));
      const [seenRows, seenColumns] = this.axes.map(words.seenAlong);
      for (const { cell, row, column, inside } of this.inputCells) {
        cell.classList.toggle("under", under.has(`${row},${column}`));
        if (!inside) continue;
        const value = this.settings.image.data[row * columns.size + column];
        const seen = !this.output || (seenRows[row] && seenColumns[column]);
        cell.classList.toggle("filled", value === 1 && kind === "binary");
        cell.classList.toggle("unseen", !seen);
        if (kind === "numbers") this.showNumber(cell, words.numberText(value));
        else {
          cell.textContent = words.numberText(value);
          cell.setAttribute("aria-label", `${pixelName(row, column)}: ${value}`);
          cell.setAttribute("aria-pressed", value === 1);
        }
      }
    }

    /** Show a number, unless the problem with what was typed there is still shown. */
    showNumber(cell, text) {
      const wrong = cell.getAttribute("aria-invalid") === "true";
      if (wrong && this.problem.textContent) return;
      cell.removeAttribute("aria-invalid");
      cell.value = text;
    }

    buildInputCells(kind) {
      const [rows, columns] = this.axes;
      const across = columns.size + columns.before + columns.after;
      const grid = element("div", { class: "cells" });
      grid.style.setProperty("--columns", across);
      const widest = kind === "binary" ? 32 : 42;
      grid.style.setProperty("--cell", `${across > 9 ? 27 : widest}px`);
      this.inputCells = [];
      for (const row of range(-rows.before, rows.size + rows.after - 1)) {
        for (const column of range(-columns.before, columns.size + columns.after - 1)) {
          const inside =
            row >= 0 && row < rows.size && column >= 0 && column < columns.size;
          const cell = inside
            ? this.buildPixel(kind, row, column)
            : element("span", { class: "rim" }, "0");
          this.inputCells.push({ cell, row, column, inside });
          grid.append(cell);
        }
      }
      const group = { class: "scroll", role: "group", "aria-label": "Input" };
      this.inputPanel.body.replaceChildren(element("div", group, grid));
    }

    buildPixel(kind, row, column) {
      if (kind === "binary") return button("", () => this.toggle(row, column));
      return this.buildNumberCell(pixelName(row, column), (value) => {
        this.settings.image.data[row * this.settings.image.shape[1] + column] = value;
      });
    }

    toggle(row, column) {
      const { data, shape } = this.settings.image;
      const at = row * shape[1] + column;
      data[at] = 1 - data[at];
      this.stop();
      this.paint();
      this.announce(`Input row ${row}, column ${column}: ${data[at]}. ${this.spokenResult()}`);
    }

    /** A cell that takes a number, and explains what is none. */
    buildNumberCell(name, store) {
      const cell = element("input", {
        type: "text",
        inputmode: "text", // phones' number pads have no minus sign
        autocomplete: "off",
        "aria-label": name,
        onfocus: () => cell.select(),
        onchange: () => this.readCell(cell, name, store),
      });
      return cell;
    }

    readCell(cell, name, store) {
      const read = words.readNumber(cell.value);
      if (read.problem) {
        this.complain(cell, `${name}: ${read.problem}. Its old number stays in use.`);
        return;
      }
      this.stop();
      cell.removeAttribute("aria-invalid");
      this.problem.textContent = "";
      store(read.value);
      this.paint();
      this.announce(this.spokenResult());
    }

    /** Draw a large input as a picture, with its rim and the window on it. */
    paintInputPicture() {
      this.inputKey = "";
      const [rows, columns] = this.axes;
      const height = rows.before + rows.size + rows.after;
      const width = columns.before + columns.size + columns.after;
      const picture = this.picture(this.inputPanel, height, width);
      const values = new Float64Array(height * width);
      const { data } = this.settings.image;
      for (let row = 0; row < rows.size; row++) {
        const line = data.subarray(row * columns.size, (row + 1) * columns.size);
        values.set(line, (row + rows.before) * width + columns.before);
      }
      this.drawGrey(picture.canvas, values, height, width, this.inputRange());
      picture.marks.replaceChildren(...this.windowMarks({ height, width }));
    }

    /** What is drawn black, and what white. @returns {[number, number]} */
    inputRange() {
      const { data } = this.settings.image;
      if (this.inputName !== OWN) return [0, 255];
      const [least, most] = extent(data);
      return [Math.min(0, least), most > 1 && most <= 255 ? 255 : Math.max(most, 1)];
    }

    /**
     * The border of the image, what nobody sees, the window and its weights.
     * @param {{height: number, width: number}} picture
     */
    windowMarks(picture) {
      const [rows, columns] = this.axes;
      const marks = [];
      const mark = (name, row, column, height = 1, width = 1) => {
        const at = { row: row + rows.before, column: column + columns.before };
        marks.push(frame(name, { ...at, height, width }, picture));
      };
      if (picture.height > rows.size || picture.width > columns.size) {
        mark("border", 0, 0, rows.size, columns.size);
      }
      if (!this.output) return marks;
      for (const row of unseenAlong(rows)) mark("unseen", row, 0, 1, columns.size);
      for (const column of unseenAlong(columns)) {
        mark("unseen", 0, column, rows.size, 1);
      }
      if (rows.dilation > 1) {
        for (const { row, column } of this.terms) mark("tap", row, column);
      }
      mark("window", this.terms[0].row, this.terms[0].column, rows.span, columns.span);
      return marks;
    }

    /** The canvas of a panel with the marks on it, made anew where the size changed. */
    picture(panel, height, width, parent = panel.body) {
      const side = Math.max(this.pixelSize(), Math.floor(SMALLEST_PICTURE / width));
      const key = `${height},${width},${side}`;
      if (panel.picture?.key === key && panel.picture.framed.isConnected) {
        return panel.picture;
      }
      const canvas = element("canvas", { "aria-hidden": "true" });
      const marks = element("div", {});
      const framed = element("div", { class: "picture" }, canvas, marks);
      framed.style.width = `${width * side}px`;
      parent.replaceChildren(framed);
      panel.picture = { key, canvas, marks, framed };
      return panel.picture;
    }

    /** CSS pixels for one pixel of the input; the output takes more if it is small. */
    pixelSize() {
      const columns = this.axes[1];
      const widest = columns.size + columns.before + columns.after;
      return Math.max(1, Math.floor(PICTURE_WIDTH / widest));
    }

    /** Draw numbers as greys: the range's first is black, its last white. */
    drawGrey(canvas, values, height, width, [black, white]) {
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d");
      const image = context.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      const scale = 255 / (white - black);
      for (let at = 0; at < pixels.length; at++) {
        const grey = Math.max(0, Math.min(255, Math.round((values[at] - black) * scale)));
        pixels[at] = (255 << 24) | (grey << 16) | (grey << 8) | grey;
      }
      context.putImageData(image, 0, 0);
    }

    // The kernel ----------------------------------------------------------------------

    paintKernel() {
      const { shape, data } = this.settings.kernel;
      const key = shape.join();
      if (this.kernelKey !== key) this.buildKernelCells();
      this.kernelKey = key;
      this.kernelPanel.title.textContent = `kernel, ${shape[0]} × ${shape[1]}`;
      this.kernelCells.forEach((cell, at) => {
        tint(cell, data[at]);
        this.showNumber(cell, words.weightText(data[at]));
      });
      this.paintTurned();
      const sum = data.reduce((total, weight) => total + weight, 0);
      const total = words.weightText(Number(sum.toFixed(9)));
      this.kernelPanel.note.textContent = `Type other numbers. Their sum: ${total}.`;
    }

    buildKernelCells() {
      const [rows, columns] = this.settings.kernel.shape;
      const grid = element("div", { class: "cells" });
      grid.style.setProperty("--columns", columns);
      grid.style.setProperty("--cell", "42px");
      this.kernelCells = [];
      for (let at = 0; at < rows * columns; at++) {
        const name = `kernel row ${Math.floor(at / columns)}, column ${at % columns}`;
        const cell = this.buildNumberCell(name, (value) => {
          this.settings.kernel.data[at] = value;
          this.kernelName = OWN;
        });
        this.kernelCells.push(cell);
        grid.append(cell);
      }
      this.turned = element("div", { class: "turned" });
      const group = { class: "scroll", role: "group", "aria-label": "Kernel's numbers" };
      this.kernelPanel.body.replaceChildren(element("div", group, grid), this.turned);
    }

    /** Below the kernel: what lies on the image when it is flipped. */
    paintTurned() {
      if (!this.settings.flip) {
        this.turned.replaceChildren();
        return;
      }
      const { shape, data } = words.kernelInUse(this.settings);
      const grid = element("div", { class: "cells" });
      grid.style.setProperty("--columns", shape[1]);
      grid.style.setProperty("--cell", "42px");
      for (const weight of data) {
        const cell = element("span", {}, words.weightText(weight));
        tint(cell, weight);
        grid.append(cell);
      }
      this.turned.replaceChildren(
        element("p", { class: "note" }, "on the image, turned by half a turn:"),
        element("div", { class: "scroll" }, grid),
      );
    }

    // The output ----------------------------------------------------------------------

    paintOutput() {
      const { outputPanel: panel, outputPad: pad } = this;
      if (!this.output) {
        this.paintNoOutput();
        return;
      }
      const [rows, columns] = this.output.shape;
      panel.title.textContent = `output, ${rows} × ${columns}`;
      pad.tabIndex = 0;
      pad.setAttribute(
        "aria-label",
        `Output, ${rows} rows and ${columns} columns. The arrow keys move the window.`,
      );
      if (Math.max(rows, columns) > CELLS.output) this.paintOutputPicture();
      else this.paintOutputCells();
    }

    paintNoOutput() {
      const sentence = words.emptySentence(this.settings);
      this.outputKey = "";
      this.outputPanel.title.textContent = "output: none";
      this.outputPanel.note.textContent = "";
      this.outputPad.tabIndex = -1;
      this.outputPad.setAttribute("aria-label", "No output");
      this.outputPad.replaceChildren(element("p", { class: "empty" }, sentence));
    }

    paintOutputCells() {
      const [rows, columns] = this.output.shape;
      const key = `${rows},${columns}`;
      if (this.outputKey !== key) this.buildOutputCells();
      this.outputKey = key;
      Array.from(this.outputPad.firstElementChild.children).forEach((cell, at) => {
        const covered = this.cover && at > this.place;
        const value = this.output.data[at];
        cell.textContent = covered ? "?" : words.numberText(value);
        tint(cell, covered ? 0 : value);
        cell.classList.toggle("under", at === this.place);
      });
      this.outputPanel.note.textContent =
        "Click a number, or use the arrow keys, to see its window.";
    }

    buildOutputCells() {
      const [rows, columns] = this.output.shape;
      const grid = element("div", { class: "cells" });
      grid.style.setProperty("--columns", columns);
      grid.style.setProperty("--cell", `${columns > 7 ? 34 : 42}px`);
      grid.append(...range(1, rows * columns).map(() => element("span", {})));
      this.outputPad.replaceChildren(grid);
    }

    paintOutputPicture() {
      this.outputKey = "";
      const [rows, columns] = this.output.shape;
      const picture = this.picture(this.outputPanel, rows, columns, this.outputPad);
      const shown = this.cover
        ? this.output.data.map((value, at) => (at > this.place ? 0 : value))
        : this.output.data;
      const white = this.whiteOfOutput();
      if (white > 0) {
        this.drawGrey(picture.canvas, shown, rows, columns, [0, white]);
      } else {
        const largest = Math.max(...extent(this.output.data).map(Math.abs), 1e-9);
        this.drawMap(picture.canvas, shown, rows, columns, largest);
      }
      const [row, column] = this.position();
      const place = { row, column, height: 1, width: 1 };
      const size = { height: rows, width: columns };
      picture.marks.replaceChildren(frame("window", place, size));
      const scale =
        white > 0
          ? `Black is 0 and less, white ${words.numberText(white)} and more.`
          : "Zero has the page's colour; positive is warm, negative blue.";
      this.outputPanel.note.textContent =
        `${scale} Click, drag or use the arrow keys to move the window.`;
    }

    /** What an all-white input gives; 0 or less asks for signed colours. */
    whiteOfOutput() {
      const sum = this.settings.kernel.data.reduce((total, weight) => total + weight, 0);
      const [least] = extent(this.settings.image.data);
      const white = this.inputRange()[1] * sum;
      return least >= 0 && white > 1e-9 ? white : 0;
    }

    // The sum -------------------------------------------------------------------------

    /** The products as they lie in the window, a line for each row of the kernel. */
    paintSum() {
      if (!this.output) {
        this.where.textContent = "";
        this.sum.replaceChildren();
        return;
      }
      const [row, column] = this.position();
      const count = this.output.data.length;
      this.where.textContent =
        `window ${this.place + 1} of ${count}: output row ${row}, column ${column}`;
      const columns = this.settings.kernel.shape[1];
      const lines = range(0, this.settings.kernel.shape[0] - 1).map((line) => {
        const terms = this.terms.slice(line * columns, (line + 1) * columns);
        const shown = terms.map((term, at) => termText(term, line + at > 0));
        return element("div", { class: "line" }, ...shown);
      });
      this.sum.replaceChildren(
        element("p", { class: "title" }, "the sum: pixel · weight"),
        ...lines,
        this.resultLine(),
      );
    }

    resultLine() {
      const value = this.output.data[this.place];
      const exact = Math.abs(value - Number(value.toFixed(2))) < 1e-9;
      const sign = exact ? "=" : "≈";
      const result = element(
        "span",
        { class: "result" },
        `${sign} ${words.numberText(value)}`,
      );
      const outside = this.terms.filter((term) => !term.inside).length;
      const note = outside ? " (dotted: pixels of the padding)" : "";
      return element("div", { class: "line" }, result, note);
    }

    paintWords() {
      const lines = this.axes.map((axis) =>
        element("p", { class: "formula" }, words.sizeLine(axis)),
      );
      this.sizes.replaceChildren(...lines);
      this.bookCode.textContent = words.bookLine(this.settings);
      const { lines: code, note } = words.kerasCode(this.settings);
      this.kerasBlock.hidden = code.length === 0;
      this.kerasCode.textContent = code.join(",\n");
      this.kerasNote.textContent = note;
    }
  }

  // Helpers ---------------------------------------------------------------------------

  const copyOf = ({ shape, data }) => ({ shape, data: Float64Array.from(data) });

  const pixelName = (row, column) => `input row ${row}, column ${column}`;

  /** @returns {number} an index from 0 to count - 1 */
  const clamp = (index, count) => Math.max(0, Math.min(count - 1, index));

  /** @param {Float64Array} data @returns {[number, number]} least and most */
  function extent(data) {
    let [least, most] = [Infinity, -Infinity];
    for (const value of data) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
    return [least, most];
  }

  /** @returns {number[]} the rows or columns that no window touches */
  function unseenAlong(axis) {
    return words.seenAlong(axis).flatMap((seen, index) => (seen ? [] : [index]));
  }

  /** Colour a cell by the sign of its number. */
  function tint(cell, value) {
    cell.classList.toggle("positive", value > 0);
    cell.classList.toggle("negative", value < 0);
  }

  /** One product: "+ 3 · (−1)". */
  function termText({ value, weight, inside }, withPlus) {
    const factor = words.weightText(weight);
    const shown = weight < 0 ? `(${factor})` : factor;
    const text = `${words.weightText(value)} · ${shown}`;
    const product = element("span", { class: inside ? "" : "outside" }, text);
    return element("span", { class: "term" }, withPlus ? "+ " : "", product);
  }

  define("live-kernel", KernelFigure);
})();
