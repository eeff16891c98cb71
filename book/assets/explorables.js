// Written by tools/bundle_explorables.py: change the sources, not this file.
(function () {
"use strict";
const Explorables = (globalThis.Explorables = globalThis.Explorables || {});
if (Explorables.core) return;
function windowSpan(kernelSize, dilation) {
return (kernelSize - 1) * dilation + 1;
}
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
function pair(value, otherwise) {
if (value === undefined || value === null) return [otherwise, otherwise];
return Array.isArray(value) ? value : [value, value];
}
function axisOf(size, kernelSize, stride, padding, dilation) {
const options = { stride, padding, dilation };
const [before] = paddingOf(size, kernelSize, options);
const count = outputSize(size, kernelSize, options);
return { size, kernelSize, stride, dilation, before, count };
}
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
function zerosLike(tensor, shape) {
const count = shape.reduce((product, size) => product * size, 1);
return { shape, data: new tensor.data.constructor(count) };
}
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
function correlate2d(image, kernel, options) {
const [rows, cols] = kernel.shape;
return conv2d(image, { shape: [rows, cols, 1, 1], data: kernel.data }, null, options);
}
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
function maxPool2d(image, size = 2, options = {}) {
return pool2d(image, size, options, -Infinity, larger, (result) => result);
}
function averagePool2d(image, size = 2, options = {}) {
return pool2d(image, size, options, 0, sum, (total, count) => total / count);
}
function globalAveragePool2d(image) {
return averagePool2d(image, image.shape.slice(0, 2));
}
function globalMaxPool2d(image) {
return maxPool2d(image, image.shape.slice(0, 2));
}
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
function flatten(input) {
return { shape: [1, 1, input.data.length], data: input.data };
}
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
const ACTIVATIONS = {
linear: (value) => value,
relu: (value) => (value < 0 ? 0 : value),
leaky_relu: (value) => (value < 0 ? 0.2 * value : value), // Keras's slope
sigmoid: (value) => 1 / (1 + Math.exp(-value)),
tanh: Math.tanh,
};
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
function activate(input, name = "linear", slope) {
if (name === "linear") return input;
if (name === "softmax") return softmax(input);
const leaky = (value) => (value < 0 ? slope * value : value);
const rule = slope === undefined ? ACTIVATIONS[name] : leaky;
if (!rule) throw new RangeError(`the activation ${name} is not known here`);
return { shape: input.shape, data: input.data.map(rule) };
}
function bytesFromBase64(text) {
return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
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
function readWeights(spec) {
const bytes = bytesFromBase64(spec.weights);
return spec.dtype === "float16" ? halfToFloat(bytes) : new Float32Array(bytes.buffer);
}
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
function normalizationOf({ weights, epsilon }) {
const data = (name) => weights[name] && weights[name].data;
const [gamma, beta] = [data("gamma"), data("beta")];
return { gamma, beta, mean: data("mean"), variance: data("variance"), epsilon };
}
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
(function () {
"use strict";
const { core } = globalThis.Explorables;
if (core.receptiveField) return;
const { outputSize, paddingOf, windowSpan } = core;
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
function inputRow(size) {
return { name: "input", size, receptiveField: 1, jump: 1, start: 0 };
}
function receptiveField(stages, inputSize, axis = 0) {
const rows = [inputRow(inputSize)];
for (const stage of stages) {
rows.push(nextRow(rows[rows.length - 1], stage, axis));
}
return rows;
}
function fieldIn(rows, from, to, unit) {
let [first, last] = [unit, unit];
for (let layer = to; layer > from; layer--) {
const { stride, before, span } = rows[layer].window;
first = first * stride - before;
last = last * stride - before + span - 1;
}
return [first, last];
}
function inputRegion(stages, unit, { inputSize, axis = 0 }) {
const rows = receptiveField(stages, inputSize, axis);
const { size } = rows[stages.length];
if (!Number.isInteger(unit) || unit < 0 || unit >= size) {
throw new RangeError(`unit must be from 0 to ${size - 1}, got ${unit}`);
}
return fieldIn(rows, 0, stages.length, unit);
}
function tapsInside(start, { kernelSize, dilation }, size) {
const first = Math.max(0, Math.ceil(-start / dilation));
const last = Math.min(kernelSize - 1, Math.floor((size - 1 - start) / dilation));
return [first, last];
}
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
function planOf(stages, [height, width]) {
const rows = receptiveField(stages, height, 0);
return { stages, rows, columns: receptiveField(stages, width, 1) };
}
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
function effectiveField(stages, unit, { inputSize, draws = 64, seed = 0 }) {
const sampler = fieldSampler(stages, unit, { inputSize, seed });
sampler.draw(draws);
return sampler.field();
}
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
function button(label, onClick, attributes) {
return element("button", { type: "button", onclick: onClick, ...attributes }, label);
}
function choice(label, options, onChange, chosen) {
const select = element("select", { onchange: () => onChange(select.value) });
for (const option of options) {
const [value, text] = Array.isArray(option) ? option : [option, option];
select.append(element("option", { value, selected: value === chosen }, text));
}
const wrapped = element("label", {}, label, select);
return wrapped;
}
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
function tickBox(label, checked, onChange) {
const input = element("input", {
type: "checkbox",
checked,
onchange: () => onChange(input.checked),
});
return element("label", {}, input, label);
}
function formatNumber(value, digits = 2) {
if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
const rounded = Number(value.toFixed(digits));
return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
}
const LIGHT = { zero: [255, 255, 255], positive: [74, 22, 0], negative: [11, 74, 173] };
const DARK = { zero: [18, 20, 24], positive: [255, 222, 180], negative: [110, 178, 255] };
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
function brightness(colour) {
const [red, green, blue] = (colour.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
return 0.3 * red + 0.59 * green + 0.11 * blue;
}
class LiveFigure extends HTMLElement {
connectedCallback() {
if (document.readyState !== "loading") this.start();
else document.addEventListener("DOMContentLoaded", () => this.start(), { once: true });
}
start() {
if (!this.isConnected) return;
this.watchTheme();
if (this.shadowRoot) return;
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
build(root) {} // eslint-disable-line no-unused-vars
paint() {}
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
get dark() {
return this.hasAttribute("data-dark");
}
get reducedMotion() {
return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
get data() {
const script = this.querySelector('script[type="application/json"]');
return script ? JSON.parse(script.textContent) : null;
}
announce(text) {
clearTimeout(this.announcing);
this.announcing = setTimeout(() => {
if (this.liveRegion.textContent !== text) this.liveRegion.textContent = text;
}, 400);
}
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
function define(tag, kind) {
if (!customElements.get(tag)) customElements.define(tag, kind);
}
Explorables.dom = { element, button, choice, numberField, tickBox, formatNumber };
Explorables.LiveFigure = LiveFigure;
Explorables.define = define;
})();
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
function distanceToLine(x, y, from, to) {
const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
const square = dx * dx + dy * dy;
const along = square ? ((x - from[0]) * dx + (y - from[1]) * dy) / square : 0;
const share = Math.max(0, Math.min(1, along));
return Math.hypot(x - from[0] - share * dx, y - from[1] - share * dy);
}
function windowsOf({ layer, input }) {
const kernel = layer.weights.kernel;
if (layer.type === "conv2d") return core.windows(input.shape, kernel.shape, layer);
if (layer.size) return core.windows(input.shape, core.pair(layer.size), layer);
return null;
}
function keepsPlaces({ layer }) {
return layer.type === "activation" || layer.type === "batch_normalization";
}
function placeBeforeFlatten({ input }, index) {
const [, width, channels] = input.shape;
const pixel = Math.floor(index / channels);
return { row: Math.floor(pixel / width), col: pixel % width, channel: index % channels };
}
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
function before([first, last], axis) {
const span = core.windowSpan(axis.kernelSize, axis.dilation);
const start = (place) => place * axis.stride - axis.before;
return [start(first), start(last) + span - 1];
}
function valueAt(tensor, { row, col, channel }) {
const [, width, channels] = tensor.shape;
return tensor.data[(row * width + col) * channels + channel];
}
function channelsRead({ layer, input }, filter) {
const depth = layer.weights.kernel.shape[2];
const filters = layer.weights.kernel.shape[3];
const group = Math.floor(filter / (filters / (layer.groups || 1)));
const first = group * depth;
return Array.from({ length: depth }, (_, index) => first + index).filter(
(channel) => channel < input.shape[2],
);
}
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
function contributionsOf({ layer, input }, { channel }) {
const [unitsIn, unitsOut] = layer.weights.kernel.shape;
const found = Array.from({ length: unitsIn }, (_, index) => {
const weight = layer.weights.kernel.data[index * unitsOut + channel];
return { index, value: input.data[index], weight, product: input.data[index] * weight };
});
return found.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
}
const three = (value) => formatNumber(value, 3);
const added = (value) => `${value < 0 ? "−" : "+"} ${three(Math.abs(value))}`;
function describeShape([height, width, channels]) {
if (height === 1 && width === 1) return `${channels} numbers`;
return `${channels} ${channels === 1 ? "map" : "maps"} of ${height} × ${width}`;
}
const isVector = (shape) => shape[0] === 1 && shape[1] === 1;
const NAMES = { relu: "ReLU", leaky_relu: "leaky ReLU" };
const nameOf = (activation) => NAMES[activation] || activation;
function describeUnit(step, unit) {
if (isVector(step.tensor.shape)) return `${step.name}, number ${unit.channel}`;
return `${step.name}, map ${unit.channel}, row ${unit.row}, column ${unit.col}`;
}
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
function biasLine(step, unit) {
const bias = step.layer.weights.bias ? step.layer.weights.bias.data[unit.channel] : 0;
const sum = valueAt(step.linear, unit);
const activation = describeActivation(step, unit);
const text = `${three(sum - bias)} ${added(bias)} (bias) = ${three(sum)}. ${activation}`;
return element("p", { class: "numbers result" }, text);
}
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
function vectorColumns(count) {
return count <= 64 ? Math.min(16, count) : Math.ceil(Math.sqrt(4 * count));
}
function largestOf(data, first, step) {
let largest = 0;
for (let at = first; at < data.length; at += step) {
const size = Math.abs(data[at]);
if (size > largest) largest = size;
}
return largest;
}
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
(function () {
"use strict";
const Explorables = (globalThis.Explorables = globalThis.Explorables || {});
Explorables.kernelInputs = {
digit: {
shape: [28, 28],
hex: [
"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
"0000000000000000000054b99f973c2400000000000000000000000000000000000000000000defefefefef1c6c6c6c6",
"c6c6c6c6aa3400000000000000000000000043724872a3e3fee1fefefefae5fefe8c0000000000000000000000000000",
"00000011420e4343433b15ecfe6a00000000000000000000000000000000000000000000000053fdd112000000000000",
"000000000000000000000000000000000016e9ff5300000000000000000000000000000000000000000000000081feee",
"2c00000000000000000000000000000000000000000000003bf9fe3e0000000000000000000000000000000000000000",
"0000000085febb05000000000000000000000000000000000000000000000009cdf83a00000000000000000000000000",
"00000000000000000000007efeb60000000000000000000000000000000000000000000000004bfbf039000000000000",
"000000000000000000000000000000000013ddfea6000000000000000000000000000000000000000000000003cbfedb",
"23000000000000000000000000000000000000000000000026fefe4d0000000000000000000000000000000000000000",
"0000001fe0fe7301000000000000000000000000000000000000000000000085fefe3400000000000000000000000000",
"000000000000000000003df2fefe34000000000000000000000000000000000000000000000079fefedb280000000000",
"00000000000000000000000000000000000079fecf120000000000000000000000000000000000000000000000000000",
"00000000000000000000000000000000",
].join(""),
},
cat: {
shape: [40, 52],
hex: [
"7c8c8e8a85838d8d70758d9d9f9d9a9591827479827f898f8f8d866d6455364a676f738070788a7a898081807e6f4e4d",
"4a4d546276717677797a6f6972828d8f9c9e9b9b916d677473737b7875808a87767a68395865797f866c857f8784807c",
"7a64444c4e4b4e627c7680807c7685889397918b8b928e887e68728c847e74736c708c9591787a7c6b78648a7d737688",
"908a8580796341344d4a59638289878e949892928e929892908f96999c9a8c8d8d80848c7f69628788838c7c7f678479",
"7e82758a8f89807d76624c4852555f707b818a8d8d91898692958e848892a09c9893929a9c92938e86887c6c8b947f7c",
"8888787f868b868e8e8779797c5e555651536e7d938b8e8b8d8e919998919594958f847676787375787c8389867f7e70",
"6b818684898884727a8d859289828179785b4950585673827c7e868a90929291909696929190908e8c837c6d6b62545c",
"717e828969567793908c82727b828a8a938b887671544e4153667b817988909496928e909ea3989093836e6362686870",
"64595552605e5563768775687785897b78848c888a8d897b70564c3a536b77828c8690938e8997999586725d49332823",
"283428272429222223262b2f44525766656e808386868c88898b8682745f503f54637482757f848a8c857b684c393428",
"1a131318232f36383632302f2d2d2e2a22201f25384c66777c8b8d8c8c9182867964604a5e61728660636c787c665a38",
"31221e15111d2b3a474a4a46423f3a3635312e2d2424221d130e20576b788c8a8d91867f7a6e625862606e8073706d73",
"6c6658432e221712223e495a5c5b5655524e4540373123121a1e2022231e121244617786888a887f7673665c726d7f8c",
"8d8c8a84776e674e36221220445360696661616466615a464436130908171e1e2023241c153b6477818787847a6c715e",
"7c82888b8896908c8279664b341d1a3c535e6a6b6b6a65646867605c593a22160c0b1a2020242a2a2112305b7e808283",
"7f6c7e6e81888a8a92969b928a826a462b162a4d6171757471716767665b55444136484a381b142120232b302d261526",
"61777c7a887b7f7b8788858c9f9c9b979084713f201b3e66747d7c7a76726e727a6e6337862e20292c21172425252c31",
"333328112f617476827d80858e868a86a29e9b97908574361d1f52727f8182807a7070798274612c7836302616181421",
"2e302e34383c392012396171807c7c8a8e8688889a9f9b9c958c6d2f1b295d747f7e7c7c7972767f827855120d0e343a",
"2616151c343d3a363d433e3011154161758180868b8a8c90999ea1949891712e1d2f5972797a79767675778180754d0e",
"0a092b42341916193345443f414642391a0c1b4d687e7e8289898e8d9a959b9d98946e2a1e2e59737b7774706f71747d",
"7f72460c08071129421a15173b484744494c4e43240c102e51767883898b8f929a9c9c9c999479351c345a7d7b7d7872",
"6d6e707a7a6226090607091b411914193f484c4c52555a482b0e0d18446a78878a8e8e8f91a0a4a19d977b461c325677",
"838082776e6b72776b3a0a0807070a153b16131b4049524c535e5c4b30140c11386a7b88878c8c928d969ca1a3967e4a",
"1e2d4c707d7e7577726f7066593809090809090a14101226444b544e5e5c5c523a160c10265e7886858a8e929490979a",
"9f9b8f6428233f6a787776746e6b6b5e5a400c080908171b140c1b3f4b4e54525c605a523c180e111e477084868e8d90",
"88929699a29f9979381e315e757a78746e70645d54481308070a130e090b1c40464650585c5f645434160f14183f6c81",
"8c9491937a728c9b9d9d978a572228507785817972736460574e210707080707060c2d3b404c525860646a5232141014",
"17326881899491967d7a7d939a9c9494743f2246667d7e716f6a6a665f563208060506070928353c484e575f69726b4f",
"321414171a285b7e84949196717f808495999c99885b242e526672756e6864625a5642110606070a28383d444b4f5863",
"6f716046282e28171c244e78899288a058687a81878c97969279421d3a5f6b76776e6a6e6c5e542a080711303d3e464e",
"525a6a74736a54362b5236181a224476898c9ca05e585a6c8f90989d9d9268282245637c84827c756c6156482824323a",
"3c4249525d68797d786440283c5d2f191821396684919c955a5a545a65849094969386501e2c546c7e87857a73665d4e",
"413a3c42484a525e697478746c482f2b474624171820346584859a9356444f515c5e7c8b9198907b451d355c6e7a8384",
"8076645750494b4e585e656e73737c7652312438442e1b17161e294d7b8c93a0534d50504a6673718392989181502133",
"5e72747a85867a6d68615f6871757b7e82827b5634222e424e1e1916171e2d45748d97a26f515c5a53586969788f9b9e",
"9881562a2e5066797c82847e7a777c808080838484734f34232839522d1a1818181e2b46738898987a6f5b6c6a645658",
"6071929a9e927f683e2740596b74787a7a7e84837c7e84816c4428202a3848241a18181716202d437486949c646e624d",
"6e73634b4a4865909a98928a8053252641576873777e76635d6662432c1e1d28304431181616181617202e426780999a",
"687164664b5f715c475b5e5877909592927f5637231f262e393f4242382b201e18161b1b1a191817151818161c232a3e",
"567b929a6664766e797a61525b5057665874869a9d90806f623e251a161718171c18161516161718191a20212321211d",
"1e262b35547a8a905c6a687271515e72614a696f796270788e9894958c7b614a342a1e1a17181a1c1d222426282d3030",
"2e292c252b28313c5371808c5a4e605b5b6b575c5a626365756c646a7584929d9a928a8273604e433b3c3b373f3a4042",
"4c594f413a2f252a31292e3548627b8e",
].join(""),
},
};
})();
(function () {
"use strict";
const Explorables = globalThis.Explorables;
if (Explorables.kernel) return;
const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
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
function axesOf(settings) {
return [axisOf(settings, 0), axisOf(settings, 1)];
}
function kernelInUse({ kernel, flip }) {
return flip ? Explorables.core.flipKernel(kernel) : kernel;
}
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
function numberText(value) {
const digits = value !== 0 && Math.abs(value) < 0.1 ? 4 : 2;
const text = String(Number(value.toFixed(digits)));
return text === "-0" ? "0" : text.replace("-", "\u2212");
}
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
const paddingCode = (padding) =>
typeof padding === "number" ? String(padding) : `"${padding}"`;
function bookLine({ stride, padding, dilation, flip }) {
const name = flip ? "convolve2d" : "correlate2d";
return (
`${name}(image, kernel, stride=${stride}, ` +
`padding=${paddingCode(padding)}, dilation=${dilation})`
);
}
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
const third = (row) => row.map((value) => value / 9);
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
function gridOf(rows) {
const shape = [rows.length, rows[0].length];
return { shape, data: Float64Array.from(rows.flat()) };
}
function gridOfHex({ shape, hex }) {
const data = Float64Array.from(hex.match(/../g), (byte) => parseInt(byte, 16));
return { shape, data };
}
function namedInput(name) {
if (SMALL_INPUTS[name]) return gridOf(SMALL_INPUTS[name].rows);
if (kernelInputs[name]) return gridOfHex(kernelInputs[name]);
throw new RangeError(`no input is called ${name}`);
}
function namedKernel(name) {
if (!KERNELS[name]) throw new RangeError(`no kernel is called ${name}`);
return gridOf(KERNELS[name].rows);
}
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
const range = (from, to) =>
Array.from({ length: to - from + 1 }, (_, index) => from + index);
function menu(label, options, onChange) {
const list = element(
"select",
{ "aria-label": label, onchange: () => onChange(list.value) },
...options.map(([value, text]) => element("option", { value }, text)),
);
return { list, shown: element("label", { class: "field" }, label, list) };
}
function tick(label, onChange) {
const shown = tickBox(label, false, onChange);
return { box: shown.control, shown };
}
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
class KernelFigure extends LiveFigure {
static styles = STYLES;
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
change(settings) {
this.stop();
Object.assign(this.settings, settings);
this.place = 0;
this.problem.textContent = "";
this.paint();
this.announce(this.spokenResult());
}
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
complain(field, sentence) {
field.setAttribute("aria-invalid", "true");
this.problem.textContent = sentence;
}
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
isBinary() {
return this.settings.image.data.every((value) => value === 0 || value === 1);
}
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
inputRange() {
const { data } = this.settings.image;
if (this.inputName !== OWN) return [0, 255];
const [least, most] = extent(data);
return [Math.min(0, least), most > 1 && most <= 255 ? 255 : Math.max(most, 1)];
}
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
pixelSize() {
const columns = this.axes[1];
const widest = columns.size + columns.before + columns.after;
return Math.max(1, Math.floor(PICTURE_WIDTH / widest));
}
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
whiteOfOutput() {
const sum = this.settings.kernel.data.reduce((total, weight) => total + weight, 0);
const [least] = extent(this.settings.image.data);
const white = this.inputRange()[1] * sum;
return least >= 0 && white > 1e-9 ? white : 0;
}
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
const copyOf = ({ shape, data }) => ({ shape, data: Float64Array.from(data) });
const pixelName = (row, column) => `input row ${row}, column ${column}`;
const clamp = (index, count) => Math.max(0, Math.min(count - 1, index));
function extent(data) {
let [least, most] = [Infinity, -Infinity];
for (const value of data) {
if (value < least) least = value;
if (value > most) most = value;
}
return [least, most];
}
function unseenAlong(axis) {
return words.seenAlong(axis).flatMap((seen, index) => (seen ? [] : [index]));
}
function tint(cell, value) {
cell.classList.toggle("positive", value > 0);
cell.classList.toggle("negative", value < 0);
}
function termText({ value, weight, inside }, withPlus) {
const factor = words.weightText(weight);
const shown = weight < 0 ? `(${factor})` : factor;
const text = `${words.weightText(value)} · ${shown}`;
const product = element("span", { class: inside ? "" : "outside" }, text);
return element("span", { class: "term" }, withPlus ? "+ " : "", product);
}
define("live-kernel", KernelFigure);
})();
(function () {
"use strict";
const { core, dom, define, LiveFigure } = globalThis.Explorables;
const { element, choice, numberField, button, formatNumber } = dom;
const LIMITS = { layers: 24, input: 512, window: 64, stride: 16, padding: 32 };
const PANEL_SIDE = 132; // of a map on the page, in CSS pixels
const DRAWS = 400;
const DRAWING_TIME = 2; // milliseconds of random draws a frame
const HELD = 0.95; // the share of the squared gradient that a size is quoted for
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
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const times = (height, width) => `${height}\u00a0×\u00a0${width}`; // unbroken
const place = ([row, column]) => `(${row},\u00a0${column})`;
const isPair = (value) => Array.isArray(value);
function range(what, [first, last]) {
if (first === last) return `${what} ${formatNumber(first)}`;
return `${what}s ${formatNumber(first)} to ${formatNumber(last)}`;
}
function paddingText(padding) {
if (!isPair(padding)) return String(padding);
if (padding.some(isPair)) {
const [rows, columns] = padding.map(paddingText);
return `rows ${rows}; columns ${columns}`;
}
return `${padding[0]} before, ${padding[1]} after`;
}
function freshName(stages, stem) {
const taken = new Set(stages.map((stage) => stage.name));
let count = 1;
while (taken.has(`${stem}${count}`)) count += 1;
return `${stem}${count}`;
}
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
takePreset(name) {
const preset = name === "own" ? this.own : PRESETS[name];
this.preset = name;
this.note = preset.note;
this.stages = preset.stages.map((stage) => ({ ...convolution("", 1), ...stage }));
this.inputSize = preset.inputSize ?? [preset.input, preset.input];
this.picked = null;
}
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
sizeOf(layer) {
return [this.rows[layer].size, this.columns[layer].size];
}
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
samePlaceIn(layer) {
const [from, to] = [this.sizeOf(this.picked.layer), this.sizeOf(layer)];
return this.picked.unit.map((unit, axis) =>
Math.floor(((unit + 0.5) * to[axis]) / from[axis]),
);
}
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
function paintOutline(pen, edge, [down, across], colour) {
const [left, top] = [edge(across.first), edge(down.first)];
const width = edge(across.last + 1) - left;
const height = edge(down.last + 1) - top;
pen.strokeStyle = colour;
pen.lineWidth = 2;
pen.strokeRect(left + 0.5, top + 0.5, width, height);
}
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
