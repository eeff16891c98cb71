/**
 * What <live-kernel> computes and says, without a DOM: the windows of a setting, the
 * terms of one sum, sizes, code lines, and why a setting gives no output.
 */
(function () {
  "use strict";
  const Explorables = globalThis.Explorables;
  if (Explorables.kernel) return;

  /**
   * A grid of numbers, row after row.
   * @typedef {{shape: [number, number], data: Float64Array}} Grid
   *
   * @typedef {object} Settings
   * @property {Grid} image
   * @property {Grid} kernel as it was typed
   * @property {boolean} flip convolution: the kernel turned by half a turn
   * @property {number} stride
   * @property {"valid" | "same" | "full" | number} padding
   * @property {number} dilation
   *
   * One axis of a setting; `output` is 0 where no window fits.
   * @typedef {object} Axis
   * @property {"row" | "column"} name
   * @property {number} size pixels of the image
   * @property {number} kernelSize
   * @property {number} span pixels from the first weight to the last
   * @property {number} before zeros in front of the image
   * @property {number} after
   * @property {number} stride
   * @property {number} dilation
   * @property {number} output how many windows
   *
   * @typedef {object} Term
   * @property {number} row of the pixel; negative above the image
   * @property {number} column
   * @property {boolean} inside whether the pixel belongs to the image
   * @property {number} value
   * @property {number} weight
   */

  /** @returns {string} a count with its noun: "1 row", "3 rows". */
  const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  // Geometry --------------------------------------------------------------------------

  /**
   * Describe one axis of a setting.
   * @param {Settings} settings
   * @param {0 | 1} index 0 for rows, 1 for columns
   * @returns {Axis}
   */
  function axisOf(settings, index) {
    const { stride, padding, dilation } = settings;
    const size = settings.image.shape[index];
    const kernelSize = settings.kernel.shape[index];
    const options = { stride, padding, dilation };
    const [before, after] = Explorables.core.paddingOf(size, kernelSize, options);
    const span = dilation * (kernelSize - 1) + 1;
    const fits = span <= size + before + after;
    const output = fits ? Explorables.core.outputSize(size, kernelSize, options) : 0;
    const name = index === 0 ? "row" : "column";
    return {
      name, size, kernelSize, span, before, after, stride, dilation, output,
    };
  }

  /** @param {Settings} settings @returns {[Axis, Axis]} rows, then columns. */
  function axesOf(settings) {
    return [axisOf(settings, 0), axisOf(settings, 1)];
  }

  /** @param {Settings} settings @returns {Grid} the kernel as it lies on the image. */
  function kernelInUse({ kernel, flip }) {
    return flip ? Explorables.core.flipKernel(kernel) : kernel;
  }

  /**
   * Compute the whole output.
   * @param {Settings} settings
   * @returns {Grid | null} null where no window fits
   */
  function outputOf(settings) {
    if (axesOf(settings).some((axis) => axis.output === 0)) return null;
    const { stride, padding, dilation } = settings;
    const [height, width] = settings.image.shape;
    const { data, shape } = Explorables.core.correlate2d(
      { shape: [height, width, 1], data: settings.image.data },
      kernelInUse(settings),
      { stride, padding, dilation },
    );
    return { shape: [shape[0], shape[1]], data };
  }

  /**
   * List the products of one window, row after row of the kernel.
   * @param {Settings} settings
   * @param {number} outputRow
   * @param {number} outputColumn
   * @returns {Term[]}
   */
  function termsOf(settings, outputRow, outputColumn) {
    const [rows, columns] = axesOf(settings);
    const { shape, data } = kernelInUse(settings);
    const image = settings.image;
    const terms = [];
    for (let m = 0; m < shape[0]; m++) {
      const row = outputRow * rows.stride - rows.before + m * rows.dilation;
      for (let n = 0; n < shape[1]; n++) {
        const column =
          outputColumn * columns.stride - columns.before + n * columns.dilation;
        const inside =
          row >= 0 && row < rows.size && column >= 0 && column < columns.size;
        const value = inside ? image.data[row * columns.size + column] : 0;
        terms.push({ row, column, inside, value, weight: data[m * shape[1] + n] });
      }
    }
    return terms;
  }

  /**
   * Say of each pixel of an axis whether a window touches it.
   * @param {Axis} axis
   * @returns {boolean[]}
   */
  function seenAlong(axis) {
    const seen = new Array(axis.size).fill(false);
    for (let place = 0; place < axis.output; place++) {
      for (let weight = 0; weight < axis.kernelSize; weight++) {
        const pixel = place * axis.stride - axis.before + weight * axis.dilation;
        if (pixel >= 0 && pixel < axis.size) seen[pixel] = true;
      }
    }
    return seen;
  }

  // Numbers ---------------------------------------------------------------------------

  /**
   * Write a number as it is read in text: a true minus sign, at most two decimals
   * (more for a small one).
   * @param {number} value
   */
  function numberText(value) {
    const digits = value !== 0 && Math.abs(value) < 0.1 ? 4 : 2;
    const text = String(Number(value.toFixed(digits)));
    return text === "-0" ? "0" : text.replace("-", "\u2212");
  }

  /** Write a weight; 0.111... is written 1/9. @param {number} value */
  function weightText(value) {
    if (Math.abs(value) < 1000 && !Number.isInteger(value * 100)) {
      for (const divisor of [3, 6, 9, 12, 15, 16, 18, 25, 36]) {
        const top = Math.round(value * divisor);
        if (top !== 0 && Math.abs(value * divisor - top) < 1e-6) {
          return `${numberText(top)}/${divisor}`;
        }
      }
    }
    return numberText(value);
  }

  /**
   * Read a number that someone typed: 2, -0.5, 1/9.
   * @param {string} typed
   * @returns {{value: number} | {problem: string}}
   */
  function readNumber(typed) {
    const text = typed.trim().replaceAll("\u2212", "-");
    const shown = `"${typed.trim()}"`;
    if (text === "") return { problem: "the cell is empty; write a number, such as 0" };
    if (/^[-+]?\d*,\d+$/.test(text)) {
      return { problem: `${shown} has a comma; write the decimal point as a point` };
    }
    const parts = text.split("/");
    const plain = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
    if (parts.length > 2 || !parts.every((part) => plain.test(part.trim()))) {
      return { problem: `${shown} is not a number; write one such as 2, -0.5 or 1/9` };
    }
    const value = parts.length === 2 ? Number(parts[0]) / Number(parts[1]) : Number(text);
    if (!Number.isFinite(value)) return { problem: `${shown} divides by zero` };
    if (Math.abs(value) > 1e6) {
      return { problem: `${shown} is too large; stay between -1000000 and 1000000` };
    }
    return { value };
  }

  // Sentences -------------------------------------------------------------------------

  /**
   * Write the formula of an axis with its numbers.
   * @param {Axis} axis
   * @returns {string}
   */
  function sizeLine(axis) {
    const name = axis.name === "row" ? "Rows" : "Columns";
    const { size, before, after, kernelSize, span, stride, dilation, output } = axis;
    const spanText =
      dilation === 1 ? "" : `, where ${span} = ${dilation} · (${kernelSize} − 1) + 1`;
    if (output === 0) {
      return `${name}: ${size} + ${before} + ${after} is less than ${span}${spanText}`;
    }
    const count = `(${size} + ${before} + ${after} − ${span}) / ${stride}`;
    return `${name}: ⌊${count}⌋ + 1 = ${output}${spanText}`;
  }

  /**
   * Say why a setting gives no output.
   * @param {Settings} settings
   * @returns {string} empty where it gives one
   */
  function emptySentence(settings) {
    const short = axesOf(settings).filter((axis) => axis.output === 0);
    if (short.length === 0) return "";
    const reasons = short.map((axis) => {
      const spread = axis.dilation === 1 ? "" : ` at dilation ${axis.dilation}`;
      const weights = counted(axis.kernelSize, axis.name);
      const room = axis.size + axis.before + axis.after;
      const zeros = axis.before + axis.after > 0 ? " with its padding" : "";
      return (
        `a kernel of ${weights}${spread} spans ${counted(axis.span, axis.name)}, ` +
        `and the input${zeros} has ${room}`
      );
    });
    const zeros = Math.max(
      ...short.map((axis) => Math.ceil((axis.span - axis.size) / 2)),
    );
    return (
      `No output, because no window fits: ${reasons.join("; ")}. Take a smaller ` +
      `kernel, less dilation, or a padding of ${zeros} or more.`
    );
  }

  /**
   * Say how many pixels no window touches.
   * @param {Settings} settings
   * @returns {string} empty where all are seen, or where there is no window
   */
  function unseenSentence(settings) {
    const axes = axesOf(settings);
    if (axes.some((axis) => axis.output === 0)) return "";
    const [rows, columns] = axes.map((axis) => seenAlong(axis).filter(Boolean).length);
    const all = axes[0].size * axes[1].size;
    const unseen = all - rows * columns;
    if (unseen === 0) return "";
    const are = unseen === 1 ? "is" : "are";
    return `${unseen} of ${all} pixels ${are} seen by no window (marked).`;
  }

  // Code ------------------------------------------------------------------------------

  /** @param {Settings["padding"]} padding */
  const paddingCode = (padding) =>
    typeof padding === "number" ? String(padding) : `"${padding}"`;

  /**
   * The call of this book's package that computes the output.
   * @param {Settings} settings
   */
  function bookLine({ stride, padding, dilation, flip }) {
    const name = flip ? "convolve2d" : "correlate2d";
    return (
      `${name}(image, kernel, stride=${stride}, ` +
      `padding=${paddingCode(padding)}, dilation=${dilation})`
    );
  }

  /**
   * The layers of Keras that compute the output, and what must be said about them.
   * @param {Settings} settings
   * @returns {{lines: string[], note: string}} no lines where Keras cannot do it
   */
  function kerasCode(settings) {
    const { stride, padding, dilation, flip, kernel } = settings;
    const axes = axesOf(settings);
    if (axes.some((axis) => axis.output === 0)) {
      return { lines: [], note: "Keras refuses it too: no window fits." };
    }
    if (stride > 1 && dilation > 1) {
      const note =
        "Keras's Conv2D refuses a stride above 1 together with a dilation above 1. " +
        "This book's functions allow it.";
      return { lines: [], note };
    }
    const named = padding === "valid" || padding === "same";
    const rim = axes.map((axis) => `(${axis.before}, ${axis.after})`).join(", ");
    const lines =
      named || padding === 0 ? [] : [`layers.ZeroPadding2D((${rim}))`];
    lines.push(
      `layers.Conv2D(1, (${kernel.shape.join(", ")}), strides=${stride}, ` +
        `padding="${padding === "same" ? "same" : "valid"}", ` +
        `dilation_rate=${dilation}, use_bias=False)`,
    );
    const notes = [];
    if (!named) {
      notes.push(
        `Keras's Conv2D refuses padding=${paddingCode(padding)}: it knows "valid" ` +
          'and "same" only. ' +
          (lines.length > 1 ? "A layer in front of it adds the zeros." : ""),
      );
    }
    if (flip) {
      notes.push(
        "Keras does not turn the kernel: give the layer the weights kernel[::-1, ::-1].",
      );
    }
    return { lines, note: notes.join(" ").trim() };
  }

  Explorables.kernel = {
    axesOf,
    kernelInUse,
    outputOf,
    termsOf,
    seenAlong,
    numberText,
    weightText,
    readNumber,
    sizeLine,
    emptySentence,
    unseenSentence,
    bookLine,
    kerasCode,
  };
})();
