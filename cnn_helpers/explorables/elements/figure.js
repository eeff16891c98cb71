/**
 * What all live figures share: a base element with a shadow root, the colours of the
 * page around it, a live region, the painting of maps, and small helpers for controls.
 * What a reader types becomes text, never markup.
 */
(function () {
  "use strict";
  const Explorables = (globalThis.Explorables = globalThis.Explorables || {});
  if (Explorables.LiveFigure) return;

  const CSS = `
:host {
  --text: var(--pst-color-text-base, var(--jp-content-font-color1, CanvasText));
  --muted: var(--pst-color-text-muted, var(--jp-content-font-color1, CanvasText));
  --page: var(--pst-color-background, var(--jp-layout-color0, Canvas));
  --surface: var(--pst-color-surface, var(--jp-layout-color1, Canvas));
  --line: var(--pst-color-border, var(--jp-border-color1, GrayText));
  --control-line: var(--pst-color-text-muted, var(--jp-border-color0, GrayText));
  --accent: var(--pst-color-primary, var(--jp-brand-color1, #0b7285));
  --warm: #a33a00;
  --blue: #0b5cad;
  display: block;
  margin: 1rem 0;
  padding: 0.75rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  color: var(--text);
  background: var(--page);
  font: 1rem/1.45 var(--pst-font-family-base, var(--jp-content-font-family, system-ui)),
    sans-serif;
  overflow-wrap: anywhere;
}
:host([data-dark]) { --warm: #ffa25e; --blue: #7db8ff; }
* { box-sizing: border-box; }
p { margin: 0.25rem 0; }
button, select, input {
  font: inherit;
  color: inherit;
  background: var(--page);
  border: 1px solid var(--control-line);
  border-radius: 0.3rem;
  padding: 0.2rem 0.5rem;
  min-height: 2.2rem;
  max-width: 100%;
}
input[type="checkbox"] {
  flex: none; width: 1.5rem; height: 1.5rem; min-height: 0; margin: 0;
  accent-color: var(--accent);
}
input[type="number"] { width: 4.6rem; }
button { cursor: pointer; min-width: 2.2rem; }
button:hover { background: var(--surface); }
button[aria-pressed="true"] {
  border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent);
}
button:disabled { cursor: default; opacity: 0.6; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: inline-flex; align-items: center; gap: 0.4rem; min-height: 1.5rem; }
canvas { display: block; image-rendering: pixelated; border: 1px solid var(--line); }
.row { display: flex; flex-wrap: wrap; gap: 0.9rem; align-items: flex-start; }
.tools { display: flex; flex-wrap: wrap; gap: 0.4rem 0.8rem; align-items: center; margin: 0.5rem 0; }
.title { font-weight: 600; }
.small { font-size: 0.9rem; color: var(--muted); }
.numbers { font-variant-numeric: tabular-nums; }
.hidden-text {
  position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border: 1px solid var(--line); padding: 0.15rem 0.45rem; text-align: right; }
@media print { button, select { border-color: transparent; } }
`;

  // Helpers for the document ---------------------------------------------------------

  /**
   * Make an element. Attributes that begin with "on" are listeners; true stands for an
   * attribute without a value; false, null and undefined leave it out.
   * @param {string} tag
   * @param {Object<string, any>} [attributes]
   * @param {...(Node | string)} children text stays text
   * @returns {HTMLElement}
   */
  function element(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        node.setAttribute(name, String(value));
      }
    }
    node.append(...children);
    return node;
  }

  /**
   * @param {string} label
   * @param {(event: Event) => void} onClick
   * @param {Object<string, any>} [attributes]
   */
  function button(label, onClick, attributes) {
    return element("button", { type: "button", onclick: onClick, ...attributes }, label);
  }

  /**
   * A labelled menu.
   * @param {string} label
   * @param {(string | [string, string])[]} options texts, or [value, text]
   * @param {(value: string) => void} onChange
   * @param {string} [chosen] the value chosen at first
   * @returns {HTMLLabelElement} its `control` is the select
   */
  function choice(label, options, onChange, chosen) {
    const select = element("select", { onchange: () => onChange(select.value) });
    for (const option of options) {
      const [value, text] = Array.isArray(option) ? option : [option, option];
      select.append(element("option", { value, selected: value === chosen }, text));
    }
    const wrapped = element("label", {}, label, select);
    return wrapped;
  }

  /**
   * A labelled field for a number. What is no number in the range is said beside the
   * field, and the change is not passed on.
   * @param {string} label
   * @param {{value: number, min?: number, max?: number, whole?: boolean}} settings
   * @param {(value: number) => void} onChange
   * @returns {HTMLLabelElement} its `control` is the input
   */
  function numberField(label, settings, onChange) {
    const { value, min = -Infinity, max = Infinity, whole = true } = settings;
    const problem = element("span", { class: "small", role: "status" });
    const input = element("input", {
      type: "number",
      value,
      min: Number.isFinite(min) ? min : null,
      max: Number.isFinite(max) ? max : null,
      step: whole ? 1 : "any",
      oninput: () => {
        const number = input.valueAsNumber;
        const fits = number >= min && number <= max;
        const right = fits && (!whole || Number.isInteger(number));
        input.setAttribute("aria-invalid", String(!right));
        problem.textContent = right ? "" : rangeSentence(min, max, whole);
        if (right) onChange(number);
      },
    });
    return element("label", {}, label, input, problem);
  }

  function rangeSentence(min, max, whole) {
    const kind = whole ? "a whole number" : "a number";
    if (Number.isFinite(min) && Number.isFinite(max)) return `${kind} from ${min} to ${max}`;
    if (Number.isFinite(min)) return `${kind}, ${min} or more`;
    return kind;
  }

  /**
   * A labelled tick box.
   * @param {string} label
   * @param {boolean} checked
   * @param {(checked: boolean) => void} onChange
   * @returns {HTMLLabelElement} its `control` is the input
   */
  function tickBox(label, checked, onChange) {
    const input = element("input", {
      type: "checkbox",
      checked,
      onchange: () => onChange(input.checked),
    });
    return element("label", {}, input, label);
  }

  /**
   * A number as the book prints it, with a true minus sign.
   * @param {number} value
   * @param {number} [digits] after the point, at most
   */
  function formatNumber(value, digits = 2) {
    if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
    const rounded = Number(value.toFixed(digits));
    return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
  }

  // Colours --------------------------------------------------------------------------

  const LIGHT = { zero: [255, 255, 255], positive: [74, 22, 0], negative: [11, 74, 173] };
  const DARK = { zero: [18, 20, 24], positive: [255, 222, 180], negative: [110, 178, 255] };

  /** The colours of -1 to 1 in 513 steps, as pixels of a little-endian canvas. */
  function colourTable({ zero, positive, negative }) {
    return Uint32Array.from({ length: 513 }, (_, index) => {
      const share = (index - 256) / 256;
      const end = share < 0 ? negative : positive;
      const [red, green, blue] = zero.map((from, channel) =>
        Math.round(from + (end[channel] - from) * Math.abs(share)),
      );
      return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
    });
  }

  const TABLES = { light: colourTable(LIGHT), dark: colourTable(DARK) };

  /** How bright a colour of the page is, from 0 to 255. */
  function brightness(colour) {
    const [red, green, blue] = (colour.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
    return 0.3 * red + 0.59 * green + 0.11 * blue;
  }

  // The base -------------------------------------------------------------------------

  /**
   * A live figure. A subclass writes `build(root)`, once, and `paint()`, which is
   * called after every change and when the page turns dark or light.
   */
  class LiveFigure extends HTMLElement {
    connectedCallback() {
      if (document.readyState !== "loading") this.start();
      // The parser may not have reached the settings inside this element yet.
      else document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
    }

    /** Build once; watch the colours each time the element enters a document. */
    start() {
      if (!this.isConnected) return;
      this.watchTheme();
      if (this.shadowRoot) return;
      // JupyterLab's own keys (arrows, Enter, D twice to delete a cell) stay away.
      this.setAttribute("data-lm-suppress-shortcuts", "true");
      const root = this.attachShadow({ mode: "open" });
      const style = element("style", {}, CSS + (this.constructor.styles || ""));
      this.liveRegion = element("p", { class: "hidden-text", role: "status" });
      root.append(style, this.liveRegion);
      try {
        this.build(root);
        this.paint();
      } catch (error) {
        const sentence = `This figure could not start: ${error.message}`;
        root.append(element("p", { role: "alert" }, sentence));
        throw error;
      }
      this.setAttribute("data-ready", "");
    }

    disconnectedCallback() {
      if (this.themeWatch) this.themeWatch.disconnect();
      clearTimeout(this.announcing);
    }

    /** Make the controls; called once. @param {ShadowRoot} root */
    build(root) {} // eslint-disable-line no-unused-vars

    /** Show the present state; called after each change. */
    paint() {}

    /** Repaint when the page, or the notebook around it, changes its colours. */
    watchTheme() {
      if (this.themeWatch) this.themeWatch.disconnect();
      const update = () => {
        const dark = brightness(getComputedStyle(this).color) > 128;
        const changed = dark !== this.hasAttribute("data-dark");
        this.toggleAttribute("data-dark", dark);
        if (changed && this.hasAttribute("data-ready")) this.paint();
      };
      this.themeWatch = new MutationObserver(update);
      const attributeFilter = ["data-theme", "data-mode", "class", "data-jp-theme-light"];
      for (const node of [document.documentElement, document.body]) {
        if (node) this.themeWatch.observe(node, { attributes: true, attributeFilter });
      }
      update();
    }

    /** Whether the page is dark where the figure stands. */
    get dark() {
      return this.hasAttribute("data-dark");
    }

    /** Whether the reader asked for less movement. */
    get reducedMotion() {
      return matchMedia("(prefers-reduced-motion: reduce)").matches;
    }

    /** The settings in a JSON script inside the element, or null. */
    get data() {
      const script = this.querySelector('script[type="application/json"]');
      return script ? JSON.parse(script.textContent) : null;
    }

    /**
     * Say something to a screen reader, when the reader has paused.
     * @param {string} text
     */
    announce(text) {
      clearTimeout(this.announcing);
      this.announcing = setTimeout(() => {
        if (this.liveRegion.textContent !== text) this.liveRegion.textContent = text;
      }, 400);
    }

    /**
     * Paint numbers as pixels: zero is the page, positive warm, negative blue.
     * @param {HTMLCanvasElement} canvas
     * @param {ArrayLike<number>} values
     * @param {number} height
     * @param {number} width
     * @param {number} largest the value of the strongest colour
     * @param {number} [first] where the map begins in `values`
     * @param {number} [step] from one pixel to the next: the channels of a tensor
     * @returns {CanvasRenderingContext2D} to draw on top
     */
    drawMap(canvas, values, height, width, largest, first = 0, step = 1) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
      const context = canvas.getContext("2d");
      const picture = context.createImageData(width, height);
      const pixels = new Uint32Array(picture.data.buffer);
      const table = this.dark ? TABLES.dark : TABLES.light;
      const scale = largest > 0 ? 256 / largest : 0;
      for (let at = 0; at < pixels.length; at++) {
        const value = Math.round(values[first + at * step] * scale);
        pixels[at] = table[256 + Math.max(-256, Math.min(256, value || 0))];
      }
      context.putImageData(picture, 0, 0);
      return context;
    }
  }

  /**
   * Define an element, unless the page has it: a notebook brings its scripts with
   * every figure.
   * @param {string} tag
   * @param {typeof LiveFigure} kind
   */
  function define(tag, kind) {
    if (!customElements.get(tag)) customElements.define(tag, kind);
  }

  Explorables.dom = { element, button, choice, numberField, tickBox, formatNumber };
  Explorables.LiveFigure = LiveFigure;
  Explorables.define = define;
})();
