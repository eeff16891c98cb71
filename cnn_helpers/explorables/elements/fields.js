/**
 * The numbers behind receptive fields: the arithmetic of a stack of windows, and how
 * much each input pixel matters to a unit when the weights are random. Added to
 * `Explorables.core`; no document is touched here.
 */
(function () {
  "use strict";
  const { core } = globalThis.Explorables;
  if (core.receptiveField) return;
  const { outputSize, paddingOf, windowSpan } = core;

  /**
   * @typedef {number | [number, number]} Setting  one number, or [rows, columns]
   * @typedef {object} Stage  a convolution or a pool, as far as its window matters
   * @property {string} name
   * @property {"convolution" | "max" | "average"} [kind]
   * @property {Setting | null} kernelSize  null: a global pool, as large as the map
   * @property {Setting} [stride]
   * @property {Padding} [padding]
   * @property {Setting} [dilation]
   *
   * @typedef {object} Row  what is known of a stage's units along one axis
   * @property {string} name
   * @property {number} size  how many units there are
   * @property {number} receptiveField  input pixels that one unit sees
   * @property {number} jump  input pixels from one unit to the next
   * @property {number} start  first pixel unit 0 sees; negative inside the padding
   * @property {Window} [window]  of every row but the input's
   *
   * @typedef {{kernelSize: number, stride: number, dilation: number, span: number,
   *            before: number, after: number}} Window  zeros before and after
   */

  /** The settings of a stage along one axis: 0 is rows, 1 is columns. */
  function settingsAlong(stage, axis) {
    const pick = (value) => (Array.isArray(value) ? value[axis] : value);
    const padding = stage.padding ?? "valid";
    const ofTwoAxes = Array.isArray(padding) && padding.some(Array.isArray);
    return {
      kernelSize: pick(stage.kernelSize),
      stride: pick(stage.stride ?? 1),
      dilation: pick(stage.dilation ?? 1),
      padding: ofTwoAxes ? padding[axis] : padding,
    };
  }

  /**
   * The row of a stage from the row of the stage before.
   * @param {Row} row
   * @param {Stage} stage
   * @param {number} axis
   * @returns {Row}
   * @throws {RangeError} when the window does not fit; the sentence names the stage
   */
  function nextRow(row, stage, axis) {
    const settings = settingsAlong(stage, axis);
    const kernelSize = settings.kernelSize ?? row.size;
    let size, before, after;
    try {
      size = outputSize(row.size, kernelSize, settings);
      [before, after] = paddingOf(row.size, kernelSize, settings);
    } catch (error) {
      throw new RangeError(`${stage.name}: ${error.message}`);
    }
    const { stride, dilation } = settings;
    const span = windowSpan(kernelSize, dilation);
    return {
      name: stage.name,
      size,
      receptiveField: row.receptiveField + (span - 1) * row.jump,
      jump: row.jump * stride,
      start: row.start - before * row.jump,
      window: { kernelSize, stride, dilation, before, after, span },
    };
  }

  /** The row of the input itself. */
  function inputRow(size) {
    return { name: "input", size, receptiveField: 1, jump: 1, start: 0 };
  }

  /**
   * Size, receptive field, jump and start of each stage of a stack, along one axis.
   * The arithmetic is that of A. Araujo, W. Norris and J. Sim, "Computing receptive
   * fields of convolutional neural networks", Distill (2019).
   * @param {Stage[]} stages
   * @param {number} inputSize  pixels along the axis
   * @param {number} [axis]
   * @returns {Row[]} the input's row first
   * @throws {RangeError} when a window does not fit
   */
  function receptiveField(stages, inputSize, axis = 0) {
    const rows = [inputRow(inputSize)];
    for (const stage of stages) {
      rows.push(nextRow(rows[rows.length - 1], stage, axis));
    }
    return rows;
  }

  /**
   * First and last unit of layer `from` that a unit of layer `to` looks at. Not cut at
   * the border: what lies outside the map is padding.
   * @param {Row[]} rows  of `receptiveField`; layer 0 is the input
   * @param {number} from
   * @param {number} to
   * @param {number} unit
   * @returns {[number, number]}
   */
  function fieldIn(rows, from, to, unit) {
    let [first, last] = [unit, unit];
    for (let layer = to; layer > from; layer--) {
      const { stride, before, span } = rows[layer].window;
      first = first * stride - before;
      last = last * stride - before + span - 1;
    }
    return [first, last];
  }

  /**
   * First and last input pixel that one unit of the last stage sees, along one axis.
   * @param {Stage[]} stages
   * @param {number} unit
   * @param {{inputSize: number, axis?: number}} options
   * @returns {[number, number]} both inclusive, not cut at the border
   * @throws {RangeError} when there is no such unit, or a window does not fit
   */
  function inputRegion(stages, unit, { inputSize, axis = 0 }) {
    const rows = receptiveField(stages, inputSize, axis);
    const { size } = rows[stages.length];
    if (!Number.isInteger(unit) || unit < 0 || unit >= size) {
      throw new RangeError(`unit must be from 0 to ${size - 1}, got ${unit}`);
    }
    return fieldIn(rows, 0, stages.length, unit);
  }

  /**
   * First and last tap of a window that lie on the map: the others see padding.
   * @param {number} start  where the first tap stands
   * @param {Window} window
   * @param {number} size  of the map
   * @returns {[number, number]} the last is below the first where none does
   */
  function tapsInside(start, { kernelSize, dilation }, size) {
    const first = Math.max(0, Math.ceil(-start / dilation));
    const last = Math.min(kernelSize - 1, Math.floor((size - 1 - start) / dilation));
    return [first, last];
  }

  /**
   * Call `visit(source, unit, weight)` for each tap of each unit that has a value.
   * @param {Float64Array | Uint8Array} values  one a unit of layer `layer`
   * @param {Row[]} rows
   * @param {number} layer
   * @param {(source: number, unit: number, taps: number) => void} visit  `taps`: how
   *   many of the window lie on the map
   */
  function visitTaps(values, rows, layer, visit) {
    const { window } = rows[layer];
    for (let unit = 0; unit < values.length; unit++) {
      if (values[unit] === 0) continue;
      const start = unit * window.stride - window.before;
      const [first, last] = tapsInside(start, window, rows[layer - 1].size);
      for (let tap = first; tap <= last; tap++) {
        visit(start + tap * window.dilation, unit, last - first + 1);
      }
    }
  }

  /**
   * Which units of layer `from` a unit of layer `to` really reads, along one axis: a
   * dilated kernel, or a stride above the kernel, leaves gaps in the field.
   * @param {Row[]} rows
   * @param {number} from
   * @param {number} to
   * @param {number} unit
   * @returns {Uint8Array} 1 for each unit that is read
   */
  function unitsRead(rows, from, to, unit) {
    let read = new Uint8Array(rows[to].size);
    read[unit] = 1;
    for (let layer = to; layer > from; layer--) {
      const before = new Uint8Array(rows[layer - 1].size);
      visitTaps(read, rows, layer, (source) => (before[source] = 1));
      read = before;
    }
    return read;
  }

  // Effective receptive fields --------------------------------------------------------

  /**
   * Random numbers that are the same for the same seed (the generator mulberry32).
   * @param {number} seed
   * @returns {{uniform: () => number, normal: () => number}}
   */
  function randomNumbers(seed) {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 1831565813) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const normal = () => {
      const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // Box and Muller
      return radius * Math.cos(2 * Math.PI * uniform());
    };
    return { uniform, normal };
  }

  /**
   * A stack of one channel with its rows along both axes.
   * @param {Stage[]} stages
   * @param {[number, number]} inputSize
   * @returns {{stages: Stage[], rows: Row[], columns: Row[]}}
   */
  function planOf(stages, [height, width]) {
    const rows = receptiveField(stages, height, 0);
    return { stages, rows, columns: receptiveField(stages, width, 1) };
  }

  /**
   * What is random in one draw of a stack: a convolution's weights, normal with
   * variance 1 / (number of weights); and which input of each max pool is the largest,
   * as a number from 0 to 1, for images of noise make each equally likely.
   * @param {{stages: Stage[], rows: Row[], columns: Row[]}} plan
   * @param {{uniform: () => number, normal: () => number}} random
   * @returns {(Float64Array | null)[]} one a stage; null for an average pool
   */
  function drawWeights(plan, random) {
    return plan.stages.map((stage, index) => {
      const [down, across] = [plan.rows[index + 1], plan.columns[index + 1]];
      if (stage.kind === "average") return null;
      if (stage.kind === "max") {
        return new Float64Array(down.size * across.size).map(random.uniform);
      }
      const count = down.window.kernelSize * across.window.kernelSize;
      return new Float64Array(count).map(() => random.normal() / Math.sqrt(count));
    });
  }

  /**
   * @typedef {{top: number, left: number, height: number, width: number,
   *            data: Float64Array}} Patch  a rectangle of a map; the rest is 0
   */

  /** The empty patch of the layer below that the units of a patch look at. */
  function patchBelow(patch, plan, layer) {
    const cut = (rows, first, count) => {
      const { stride, before, span } = rows[layer].window;
      const low = Math.max(0, first * stride - before);
      const high = (first + count - 1) * stride - before + span - 1;
      return [low, Math.max(0, Math.min(rows[layer - 1].size - 1, high) - low + 1)];
    };
    const [top, height] = cut(plan.rows, patch.top, patch.height);
    const [left, width] = cut(plan.columns, patch.left, patch.width);
    return { top, left, height, width, data: new Float64Array(height * width) };
  }

  /** Add one unit's gradient to what its window looks at. */
  function spread(gradient, [row, column], below, plan, layer, weights) {
    const [down, across] = [plan.rows[layer].window, plan.columns[layer].window];
    const top = row * down.stride - down.before;
    const left = column * across.stride - across.before;
    const [firstRow, lastRow] = tapsInside(top, down, plan.rows[layer - 1].size);
    const [firstColumn, lastColumn] = tapsInside(
      left, across, plan.columns[layer - 1].size,
    );
    const [tapRows, tapColumns] = [lastRow - firstRow + 1, lastColumn - firstColumn + 1];
    if (tapRows < 1 || tapColumns < 1) return;
    const add = (tapRow, tapColumn, value) => {
      const y = top + tapRow * down.dilation - below.top;
      const x = left + tapColumn * across.dilation - below.left;
      below.data[y * below.width + x] += value;
    };
    const { kind } = plan.stages[layer - 1];
    if (kind === "max") {
      const number = row * plan.columns[layer].size + column;
      const winner = Math.floor(weights[number] * tapRows * tapColumns);
      const winnerRow = Math.floor(winner / tapColumns);
      add(firstRow + winnerRow, firstColumn + (winner % tapColumns), gradient);
      return;
    }
    const share = gradient / (tapRows * tapColumns); // of an average pool
    for (let tapRow = firstRow; tapRow <= lastRow; tapRow++) {
      for (let tapColumn = firstColumn; tapColumn <= lastColumn; tapColumn++) {
        const weight = weights && weights[tapRow * across.kernelSize + tapColumn];
        add(tapRow, tapColumn, weights ? gradient * weight : share);
      }
    }
  }

  /**
   * The gradient of one unit with respect to every input pixel, for given weights.
   * @param {{stages: Stage[], rows: Row[], columns: Row[]}} plan
   * @param {[number, number]} unit  row and column in the last layer
   * @param {(Float64Array | null)[]} weights  as `drawWeights` makes them
   * @returns {Patch}
   */
  function gradientOf(plan, [row, column], weights) {
    const data = Float64Array.of(1);
    let patch = { top: row, left: column, height: 1, width: 1, data };
    for (let layer = plan.stages.length; layer > 0; layer--) {
      const below = patchBelow(patch, plan, layer);
      patch.data.forEach((gradient, index) => {
        const y = patch.top + Math.floor(index / patch.width);
        const place = [y, patch.left + (index % patch.width)];
        if (gradient !== 0) {
          spread(gradient, place, below, plan, layer, weights[layer - 1]);
        }
      });
      patch = below;
    }
    return patch;
  }

  /**
   * A figure that becomes sharper with each draw: the root of the mean squared gradient
   * of a unit over stacks with random weights, one channel and no activation.
   * @param {Stage[]} stages
   * @param {[number, number]} unit
   * @param {{inputSize: [number, number], seed?: number}} options
   * @returns {{draw: (count: number) => void, draws: () => number,
   *            field: () => Patch}}
   */
  function fieldSampler(stages, unit, { inputSize, seed = 0 }) {
    const plan = planOf(stages, inputSize);
    const random = randomNumbers(seed);
    let sum = null;
    let draws = 0;
    const drawOne = () => {
      const patch = gradientOf(plan, unit, drawWeights(plan, random));
      sum ??= { ...patch, data: new Float64Array(patch.data.length) };
      patch.data.forEach((value, index) => (sum.data[index] += value * value));
      draws += 1;
    };
    return {
      draw(count) {
        for (let number = 0; number < count; number++) drawOne();
      },
      draws: () => draws,
      field: () => ({ ...sum, data: sum.data.map((total) => Math.sqrt(total / draws)) }),
    };
  }

  /**
   * The effective receptive field of W. Luo, Y. Li, R. Urtasun and R. Zemel,
   * "Understanding the effective receptive field in deep convolutional neural networks",
   * NIPS (2016): how much each input pixel moves a unit, for random weights.
   * @param {Stage[]} stages
   * @param {[number, number]} unit  row and column in the last layer
   * @param {{inputSize: [number, number], draws?: number, seed?: number}} options
   * @returns {Patch} the root of the mean squared gradient over the draws
   */
  function effectiveField(stages, unit, { inputSize, draws = 64, seed = 0 }) {
    const sampler = fieldSampler(stages, unit, { inputSize, seed });
    sampler.draw(draws);
    return sampler.field();
  }

  /**
   * What the mean squared gradient tends to with ever more draws, along one axis. The
   * weights are independent with mean 0, so squares add over all ways from a pixel to
   * the unit and nothing else is left; for rows and columns apart, as the windows are
   * rectangles. (Exact where no two average pools overlap.)
   * @param {Stage[]} stages
   * @param {number} unit
   * @param {{inputSize: number, axis?: number}} options
   * @returns {Float64Array} one number an input pixel; the map is rows times columns
   */
  function expectedField(stages, unit, { inputSize, axis = 0 }) {
    const rows = receptiveField(stages, inputSize, axis);
    let values = new Float64Array(rows[stages.length].size);
    values[unit] = 1;
    for (let layer = stages.length; layer > 0; layer--) {
      const { kind } = stages[layer - 1];
      const below = new Float64Array(rows[layer - 1].size);
      const { kernelSize } = rows[layer].window;
      visitTaps(values, rows, layer, (source, place, taps) => {
        const ways = { max: taps, average: taps * taps }[kind] ?? kernelSize;
        below[source] += values[place] / ways;
      });
      values = below;
    }
    return values;
  }

  Object.assign(core, {
    receptiveField, fieldIn, inputRegion, unitsRead,
    randomNumbers, planOf, drawWeights, gradientOf,
    fieldSampler, effectiveField, expectedField,
  });
})();
