// Written by tools/bundle_explorables.py: change the sources, not this file.
/**
 * The numbers behind the live figures. No document is touched here, so that the same
 * file runs in a page and in a test.
 *
 * One image at a time: a tensor is {shape: [height, width, channels], data}, its last
 * axis the fastest, as in NumPy and Keras. Kernels have Keras's order (height, width,
 * channels in a group, filters). Sums are kept in double precision; a result has the
 * type of its input.
 *
 * @typedef {{shape: number[], data: Float32Array | Float64Array}} Tensor
 * @typedef {"valid" | "same" | "full" | number | number[] | number[][]} Padding
 * @typedef {{stride?: number | number[], padding?: Padding,
 *            dilation?: number | number[], groups?: number}} WindowOptions
 */
(function () {
  "use strict";
  const Explorables = (globalThis.Explorables = globalThis.Explorables || {});
  if (Explorables.core) return;

  // Windows along one axis -----------------------------------------------------------

  /**
   * How many pixels a kernel covers, gaps and all.
   * @param {number} kernelSize
   * @param {number} dilation
   */
  function windowSpan(kernelSize, dilation) {
    return (kernelSize - 1) * dilation + 1;
  }

  /**
   * The rows (or columns) of zeros before and after, along one axis. Keras's "same"
   * puts the odd one after.
   * @param {number} size pixels of the input along the axis
   * @param {number} kernelSize
   * @param {{stride?: number, padding?: Padding, dilation?: number}} [options]
   * @returns {number[]} [before, after]
   */
  function paddingOf(size, kernelSize, options) {
    const { stride = 1, padding = "valid", dilation = 1 } = options || {};
    const span = windowSpan(kernelSize, dilation);
    if (padding === "valid") return [0, 0];
    if (padding === "full") return [span - 1, span - 1];
    if (padding === "same") {
      const total = Math.max((Math.ceil(size / stride) - 1) * stride + span - size, 0);
      const before = Math.floor(total / 2);
      return [before, total - before];
    }
    if (Array.isArray(padding)) return [padding[0], padding[1]];
    if (Number.isInteger(padding) && padding >= 0) return [padding, padding];
    throw new RangeError(`padding ${padding} is not valid, same, full or a number`);
  }

  /**
   * How many places a window has along one axis.
   * @param {number} size
   * @param {number} kernelSize
   * @param {{stride?: number, padding?: Padding, dilation?: number}} [options]
   * @returns {number}
   * @throws {RangeError} with a sentence for the reader, when no window fits
   */
  function outputSize(size, kernelSize, options) {
    const { stride = 1, dilation = 1 } = options || {};
    const [before, after] = paddingOf(size, kernelSize, options);
    const span = windowSpan(kernelSize, dilation);
    const padded = size + before + after;
    if (span > padded) {
      throw new RangeError(
        `A window that spans ${span} pixels does not fit into ${padded}.`
      );
    }
    return Math.floor((padded - span) / stride) + 1;
  }

  /** A number for both axes, or [rows, columns]. */
  function pair(value, otherwise) {
    if (value === undefined || value === null) return [otherwise, otherwise];
    return Array.isArray(value) ? value : [value, value];
  }

  /** Where windows stand along one axis: their number, first pixel and steps. */
  function axisOf(size, kernelSize, stride, padding, dilation) {
    const options = { stride, padding, dilation };
    const [before] = paddingOf(size, kernelSize, options);
    const count = outputSize(size, kernelSize, options);
    return { size, kernelSize, stride, dilation, before, count };
  }

  /**
   * The two axes of a window that slides over a map.
   * @param {number[]} shape of the input
   * @param {number[]} kernelSize [rows, columns]
   * @param {WindowOptions} [options]
   */
  function windows(shape, kernelSize, options) {
    const { stride, padding = "valid", dilation } = options || {};
    const [strideRows, strideCols] = pair(stride, 1);
    const [dilationRows, dilationCols] = pair(dilation, 1);
    const nested = Array.isArray(padding) && Array.isArray(padding[0]);
    const [rowPadding, colPadding] = nested ? padding : [padding, padding];
    return {
      rows: axisOf(shape[0], kernelSize[0], strideRows, rowPadding, dilationRows),
      cols: axisOf(shape[1], kernelSize[1], strideCols, colPadding, dilationCols),
    };
  }

  /** @returns {Tensor} zeros of a shape, of the type of another tensor's data */
  function zerosLike(tensor, shape) {
    const count = shape.reduce((product, size) => product * size, 1);
    return { shape, data: new tensor.data.constructor(count) };
  }

  /**
   * Call a function for each pixel of a window that lies inside the image.
   * @param {{rows: object, cols: object}} axes from `windows`
   * @param {number} row of the output
   * @param {number} col of the output
   * @param {(y: number, x: number, i: number, j: number) => void} visit
   *     the pixel, and its place in the window
   */
  function eachPixel({ rows, cols }, row, col, visit) {
    for (let i = 0; i < rows.kernelSize; i++) {
      const y = row * rows.stride - rows.before + i * rows.dilation;
      if (y < 0 || y >= rows.size) continue;
      for (let j = 0; j < cols.kernelSize; j++) {
        const x = col * cols.stride - cols.before + j * cols.dilation;
        if (x >= 0 && x < cols.size) visit(y, x, i, j);
      }
    }
  }

  // Convolution ----------------------------------------------------------------------

  /**
   * The kernel turned by half a turn, which makes cross-correlation convolution.
   * @param {Tensor} kernel its first two axes are turned
   * @returns {Tensor}
   */
  function flipKernel(kernel) {
    const [height, width] = kernel.shape;
    const depth = kernel.data.length / (height * width);
    const flipped = zerosLike(kernel, kernel.shape);
    for (let place = 0; place < height * width; place++) {
      const from = kernel.data.subarray(place * depth, (place + 1) * depth);
      flipped.data.set(from, (height * width - 1 - place) * depth);
    }
    return flipped;
  }

  /**
   * What a layer computes before its activation: cross-correlation plus bias.
   * @param {Tensor} image (height, width, channels)
   * @param {Tensor} kernel (rows, columns, channels / groups, filters)
   * @param {ArrayLike<number> | null} [bias] one number a filter
   * @param {WindowOptions} [options]
   * @returns {Tensor} (rows, columns, filters)
   */
  function conv2d(image, kernel, bias, options) {
    const groups = (options && options.groups) || 1;
    const [, , channelsIn] = image.shape;
    const [, , depth, filters] = kernel.shape;
    if (depth * groups !== channelsIn || filters % groups !== 0) {
      throw new RangeError(
        `a kernel of shape (${kernel.shape.join(", ")}) in ${groups} groups does not ` +
          `fit an image of shape (${image.shape.join(", ")})`
      );
    }
    const axes = windows(image.shape, kernel.shape, options);
    const output = zerosLike(image, [axes.rows.count, axes.cols.count, filters]);
    const sums = new Float64Array(filters);
    for (let row = 0; row < axes.rows.count; row++) {
      for (let col = 0; col < axes.cols.count; col++) {
        if (bias) sums.set(bias);
        else sums.fill(0);
        addWindow(sums, image, kernel, axes, row, col, groups);
        output.data.set(sums, (row * axes.cols.count + col) * filters);
      }
    }
    return output;
  }

  /** Add one window's products to the sums of the filters. */
  function addWindow(sums, image, kernel, { rows, cols }, row, col, groups) {
    const channelsIn = image.shape[2];
    const depth = channelsIn / groups;
    const filters = sums.length;
    const perGroup = filters / groups;
    const { data: pixels } = image;
    const { data: weights } = kernel;
    for (let i = 0; i < rows.kernelSize; i++) {
      const y = row * rows.stride - rows.before + i * rows.dilation;
      if (y < 0 || y >= rows.size) continue;
      for (let j = 0; j < cols.kernelSize; j++) {
        const x = col * cols.stride - cols.before + j * cols.dilation;
        if (x < 0 || x >= cols.size) continue;
        const pixel = (y * cols.size + x) * channelsIn;
        const place = (i * cols.kernelSize + j) * depth;
        for (let channel = 0; channel < channelsIn; channel++) {
          const value = pixels[pixel + channel];
          if (value === 0) continue; // most of a digit is paper
          const first = groups === 1 ? 0 : Math.floor(channel / depth) * perGroup;
          const weight = (place + (channel % depth)) * filters;
          for (let filter = first; filter < first + perGroup; filter++) {
            sums[filter] += value * weights[weight + filter];
          }
        }
      }
    }
  }

  /**
   * Slide one kernel over one map, as `cnn_helpers.convolution.correlate2d` does.
   * @param {Tensor} image (height, width, 1)
   * @param {Tensor} kernel (rows, columns) or (rows, columns, 1, 1)
   * @param {WindowOptions} [options]
   * @returns {Tensor} (rows, columns, 1)
   */
  function correlate2d(image, kernel, options) {
    const [rows, cols] = kernel.shape;
    return conv2d(image, { shape: [rows, cols, 1, 1], data: kernel.data }, null, options);
  }

  // Pooling --------------------------------------------------------------------------

  /** Reduce each window of each channel to one number. */
  function pool2d(image, size, options, start, step, finish) {
    const channels = image.shape[2];
    const windowSize = pair(size, 2);
    const { stride = windowSize, padding = "valid" } = options || {};
    const axes = windows(image.shape, windowSize, { stride, padding });
    const output = zerosLike(image, [axes.rows.count, axes.cols.count, channels]);
    let at = 0;
    for (let row = 0; row < axes.rows.count; row++) {
      for (let col = 0; col < axes.cols.count; col++) {
        for (let channel = 0; channel < channels; channel++) {
          let result = start;
          let count = 0;
          eachPixel(axes, row, col, (y, x) => {
            result = step(result, image.data[(y * axes.cols.size + x) * channels + channel]);
            count += 1;
          });
          output.data[at++] = finish(result, count);
        }
      }
    }
    return output;
  }

  const larger = (a, b) => (b > a || b !== b ? b : a); // a NaN stays, as in NumPy
  const sum = (a, b) => a + b;

  /**
   * The largest value of each window; "same" pads with nothing that could win.
   * @param {Tensor} image
   * @param {number | number[]} [size]
   * @param {{stride?: number | number[], padding?: "valid" | "same"}} [options]
   */
  function maxPool2d(image, size = 2, options = {}) {
    return pool2d(image, size, options, -Infinity, larger, (result) => result);
  }

  /** The mean of each window; "same" leaves the padding out, as Keras does. */
  function averagePool2d(image, size = 2, options = {}) {
    return pool2d(image, size, options, 0, sum, (total, count) => total / count);
  }

  /** The mean of each map: a tensor of shape (1, 1, channels). */
  function globalAveragePool2d(image) {
    return averagePool2d(image, image.shape.slice(0, 2));
  }

  /** The largest value of each map: a tensor of shape (1, 1, channels). */
  function globalMaxPool2d(image) {
    return maxPool2d(image, image.shape.slice(0, 2));
  }

  // The other layers -----------------------------------------------------------------

  /**
   * A dense layer before its activation, on the last axis.
   * @param {Tensor} input (height, width, units in)
   * @param {Tensor} kernel (units in, units out)
   * @param {ArrayLike<number> | null} [bias]
   * @returns {Tensor} (height, width, units out)
   */
  function dense(input, kernel, bias) {
    const [unitsIn, unitsOut] = kernel.shape;
    if (input.shape[2] !== unitsIn) {
      throw new RangeError(
        `a dense layer of ${unitsIn} inputs got a shape of (${input.shape.join(", ")})`
      );
    }
    const asKernel = { shape: [1, 1, unitsIn, unitsOut], data: kernel.data };
    return conv2d(input, asKernel, bias);
  }

  /**
   * @param {Tensor} input
   * @returns {Tensor} all numbers in one row, in the order of memory
   */
  function flatten(input) {
    return { shape: [1, 1, input.data.length], data: input.data };
  }

  /**
   * Batch normalization at inference, channel by channel.
   * @param {Tensor} input
   * @param {{gamma?: ArrayLike<number>, beta?: ArrayLike<number>,
   *          mean: ArrayLike<number>, variance: ArrayLike<number>,
   *          epsilon: number}} statistics
   * @returns {Tensor}
   */
  function batchNormalization(input, { gamma, beta, mean, variance, epsilon }) {
    const channels = input.shape[2];
    const output = zerosLike(input, input.shape);
    for (let at = 0; at < input.data.length; at++) {
      const channel = at % channels;
      const scale = (gamma ? gamma[channel] : 1) / Math.sqrt(variance[channel] + epsilon);
      const shift = beta ? beta[channel] : 0;
      output.data[at] = (input.data[at] - mean[channel]) * scale + shift;
    }
    return output;
  }

  /** The activations that work number by number. @type {Object<string, Function>} */
  const ACTIVATIONS = {
    linear: (value) => value,
    relu: (value) => (value < 0 ? 0 : value),
    leaky_relu: (value) => (value < 0 ? 0.2 * value : value), // Keras's slope
    sigmoid: (value) => 1 / (1 + Math.exp(-value)),
    tanh: Math.tanh,
  };

  /**
   * Softmax along the last axis.
   * @param {Tensor} logits
   * @returns {Tensor}
   */
  function softmax(logits) {
    const classes = logits.shape[2];
    const output = zerosLike(logits, logits.shape);
    for (let from = 0; from < logits.data.length; from += classes) {
      const row = Array.from(logits.data.subarray(from, from + classes));
      const largest = Math.max(...row);
      const powers = row.map((value) => Math.exp(value - largest));
      const total = powers.reduce(sum, 0);
      output.data.set(powers.map((power) => power / total), from);
    }
    return output;
  }

  /**
   * @param {Tensor} input
   * @param {string} [name] an activation of Keras; "linear" without one
   * @param {number} [slope] of a leaky ReLU below zero
   * @returns {Tensor} the input itself for "linear"
   */
  function activate(input, name = "linear", slope) {
    if (name === "linear") return input;
    if (name === "softmax") return softmax(input);
    const leaky = (value) => (value < 0 ? slope * value : value);
    const rule = slope === undefined ? ACTIVATIONS[name] : leaky;
    if (!rule) throw new RangeError(`the activation ${name} is not known here`);
    return { shape: input.shape, data: input.data.map(rule) };
  }

  // A model --------------------------------------------------------------------------

  /**
   * @param {string} text base64
   * @returns {Uint8Array}
   */
  function bytesFromBase64(text) {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  }

  /**
   * The numbers of half-precision floats (IEEE 754 binary16, little-endian).
   * @param {Uint8Array} bytes
   * @returns {Float32Array}
   */
  function halfToFloat(bytes) {
    const numbers = new Float32Array(bytes.length / 2);
    for (let at = 0; at < numbers.length; at++) {
      const bits = bytes[2 * at] | (bytes[2 * at + 1] << 8);
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      let value = (1 + fraction / 1024) * 2 ** (exponent - 15);
      if (exponent === 0) value = fraction * 2 ** -24; // too small for a leading 1
      if (exponent === 31) value = fraction ? NaN : Infinity;
      numbers[at] = bits & 0x8000 ? -value : value;
    }
    return numbers;
  }

  /** All weights of a spec as one row of numbers. */
  function readWeights(spec) {
    const bytes = bytesFromBase64(spec.weights);
    return spec.dtype === "float16" ? halfToFloat(bytes) : new Float32Array(bytes.buffer);
  }

  /**
   * Make a model of what Python wrote (see `cnn_helpers.explorables.spec`).
   * @param {{input: number[], dtype: string, weights: string, labels: string[],
   *          layers: {name: string, type: string, shapes: Object<string, number[]>}[]}} spec
   * @returns {{input: number[], labels: string[], layers: object[]}}
   */
  function loadModel(spec) {
    const numbers = readWeights(spec);
    let at = 0;
    const layers = spec.layers.map((layer) => {
      const weights = {};
      for (const [name, shape] of Object.entries(layer.shapes || {})) {
        const count = shape.reduce((product, size) => product * size, 1);
        weights[name] = { shape, data: numbers.subarray(at, at + count) };
        at += count;
      }
      return { ...layer, weights };
    });
    if (at !== numbers.length) {
      throw new RangeError(`the layers use ${at} of ${numbers.length} weights`);
    }
    return { input: spec.input, labels: spec.labels, layers };
  }

  /** The statistics and parameters of a batch normalization, as plain numbers. */
  function normalizationOf({ weights, epsilon }) {
    const data = (name) => weights[name] && weights[name].data;
    const [gamma, beta] = [data("gamma"), data("beta")];
    return { gamma, beta, mean: data("mean"), variance: data("variance"), epsilon };
  }

  /** What each type of layer does before its activation. */
  const LAYERS = {
    conv2d: (layer, input) =>
      conv2d(input, layer.weights.kernel, biasOf(layer), layer),
    dense: (layer, input) => dense(input, layer.weights.kernel, biasOf(layer)),
    max_pool2d: (layer, input) => maxPool2d(input, layer.size, layer),
    average_pool2d: (layer, input) => averagePool2d(input, layer.size, layer),
    global_average_pool2d: (layer, input) => globalAveragePool2d(input),
    global_max_pool2d: (layer, input) => globalMaxPool2d(input),
    flatten: (layer, input) => flatten(input),
    activation: (layer, input) => input,
    batch_normalization: (layer, input) =>
      batchNormalization(input, normalizationOf(layer)),
  };

  function biasOf(layer) {
    return layer.weights.bias ? layer.weights.bias.data : null;
  }

  /**
   * What every layer answers to one image.
   * @param {{layers: object[]}} model from `loadModel`
   * @param {Tensor} image
   * @returns {{name: string, layer: object, input: Tensor, linear: Tensor,
   *            tensor: Tensor}[]} `linear` is the result before the activation
   */
  function forward(model, image) {
    let input = image;
    return model.layers.map((layer) => {
      const compute = LAYERS[layer.type];
      if (!compute) throw new RangeError(`a layer of type ${layer.type} is not known`);
      const linear = compute(layer, input);
      const tensor = activate(linear, layer.activation, layer.slope);
      const step = { name: layer.name, layer, input, linear, tensor };
      input = tensor;
      return step;
    });
  }

  // A drawing, as MNIST made its digits ----------------------------------------------

  /** The rectangle of the ink, or null for a blank pad. */
  function inkBox(ink, height, width) {
    const box = { top: height, bottom: -1, left: width, right: -1 };
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        if (ink[y * width + x] <= 0.05) continue;
        if (y < box.top) box.top = y;
        box.bottom = y;
        if (x < box.left) box.left = x;
        if (x > box.right) box.right = x;
      }
    }
    return box.bottom < 0 ? null : box;
  }

  /** The mean of the ink in a rectangle whose edges may cut through pixels. */
  function areaMean(ink, width, box, top, left, step) {
    const bottom = Math.min(top + step, box.bottom + 1);
    const right = Math.min(left + step, box.right + 1);
    let total = 0;
    for (let y = Math.floor(top); y < bottom; y++) {
      const high = Math.min(y + 1, bottom) - Math.max(y, top);
      for (let x = Math.floor(left); x < right; x++) {
        const wide = Math.min(x + 1, right) - Math.max(x, left);
        total += high * wide * ink[y * width + x];
      }
    }
    return total / (step * step);
  }

  /** The ink's box as a small image, its longer side 20 pixels. */
  function shrink(ink, width, box, longest) {
    const high = box.bottom - box.top + 1;
    const wide = box.right - box.left + 1;
    const step = Math.max(high, wide) / longest;
    const rows = Math.ceil(high / step - 1e-9);
    const cols = Math.ceil(wide / step - 1e-9);
    const data = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const [top, left] = [box.top + row * step, box.left + col * step];
        data[row * cols + col] = areaMean(ink, width, box, top, left, step);
      }
    }
    return { rows, cols, data };
  }

  /** Where the mass of a small image lies, as [row, column] from its corner. */
  function centreOfMass({ rows, cols, data }) {
    let [mass, down, across] = [0, 0, 0];
    for (let row = 0; row < rows; row++) {
      for (let col = 0; col < cols; col++) {
        const value = data[row * cols + col];
        mass += value;
        down += value * (row + 0.5);
        across += value * (col + 0.5);
      }
    }
    return [down / mass, across / mass];
  }

  /**
   * Prepare a drawing as MNIST prepared its digits: the ink's box scaled until its
   * longer side is 20 pixels, then moved by whole pixels until the centre of mass lies
   * in the middle of 28 x 28.
   * @param {ArrayLike<number>} ink from 0 to 1, row by row
   * @param {number} height
   * @param {number} width
   * @returns {Tensor} (28, 28, 1)
   */
  function centreAndScale(ink, height, width) {
    const result = { shape: [28, 28, 1], data: new Float32Array(784) };
    const box = inkBox(ink, height, width);
    if (!box) return result;
    const small = shrink(ink, width, box, 20);
    const [down, across] = centreOfMass(small);
    const keepInside = (value, size) => Math.max(0, Math.min(28 - size, Math.round(value)));
    const top = keepInside(14 - down, small.rows);
    const left = keepInside(14 - across, small.cols);
    for (let row = 0; row < small.rows; row++) {
      const line = small.data.subarray(row * small.cols, (row + 1) * small.cols);
      result.data.set(line, (top + row) * 28 + left);
    }
    return result;
  }

  /**
   * The mean of each block of pixels: a drawing made small without any care.
   * @param {ArrayLike<number>} ink
   * @param {number} height a multiple of `rows`
   * @param {number} width a multiple of `cols`
   * @returns {Tensor} (rows, cols, 1)
   */
  function shrinkByBlocks(ink, height, width, rows = 28, cols = 28) {
    const data = Float32Array.from(ink);
    const pad = { shape: [height, width, 1], data };
    return averagePool2d(pad, [height / rows, width / cols]);
  }

  Explorables.core = {
    windowSpan, paddingOf, outputSize, pair, windows, eachPixel,
    flipKernel, conv2d, correlate2d,
    maxPool2d, averagePool2d, globalAveragePool2d, globalMaxPool2d,
    dense, flatten, batchNormalization, activate, softmax,
    bytesFromBase64, halfToFloat, loadModel, forward,
    centreAndScale, shrinkByBlocks,
  };
})();

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
  width: 1.5rem; height: 1.5rem; min-height: 0; margin: 0; accent-color: var(--accent);
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
