/**
 * Networks that are chains, as ONNX files: every contestant is built from the same file, or from what is read of it here.
 *
 * @typedef {object} Weights
 * @property {number[]} shape
 * @property {Float32Array} data
 *
 * @typedef {{type: 'conv', weights: Weights, bias: Weights, strides: number[], pads: number[], group: number}
 *   | {type: 'maxPool', kernel: number[], strides: number[]}
 *   | {type: 'dense', weights: Weights, bias: Weights}
 *   | {type: 'relu' | 'globalAveragePool' | 'flatten'}} Layer in ONNX's own orders: kernels are outputs x inputs x height x
 *   width, dense weights outputs x inputs, and pads top, left, bottom, right
 *
 * @typedef {{input: number[], layers: Layer[]}} Network its input is channels x height x width
 */
import protobuf from 'protobufjs';

// The part of onnx.proto that chains need.
const Model = protobuf
  .parse(`
    syntax = "proto3";
    message Model { int64 ir_version = 1; Graph graph = 7; repeated OperatorSet opset_import = 8; }
    message OperatorSet { string domain = 1; int64 version = 2; }
    message Graph {
      repeated Node node = 1; string name = 2; repeated Tensor initializer = 5;
      repeated Value input = 11; repeated Value output = 12;
    }
    message Node {
      repeated string input = 1; repeated string output = 2; string op_type = 4; repeated Attribute attribute = 5;
    }
    message Attribute { string name = 1; int64 i = 3; repeated int64 ints = 8 [packed = false]; int32 type = 20; }
    message Tensor { repeated int64 dims = 1; int32 data_type = 2; string name = 8; bytes raw_data = 9; }
    message Value { string name = 1; Type type = 2; }
    message Type { TensorType tensor_type = 1; }
    message TensorType { int32 elem_type = 1; TensorShape shape = 2; }
    message TensorShape { repeated Dimension dim = 1; }
    message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  `)
  .root.lookupType('Model');
const float32 = 1;
const float16 = 10;

/** @param {Uint8Array} file @returns {Network} */
export function readNetwork(file) {
  const { graph } = Model.toObject(Model.decode(file), { longs: Number, arrays: true });
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, weightsOf(tensor)]));
  const layers = [];
  for (const { opType, input, output, attribute } of graph.node) {
    const options = Object.fromEntries(attribute.map(({ name, i, ints }) => [name, ints.length > 0 ? ints : i]));
    const [, weights, bias] = input.map((name) => tensors.get(name));
    // Weights stored as float16.
    if (opType === 'Cast') tensors.set(output[0], tensors.get(input[0]));
    else layers.push(layerOf(opType, options, weights, bias));
  }
  const [, ...extents] = graph.input[0].type.tensorType.shape.dim;
  return { input: extents.map(({ dimValue }) => dimValue), layers };
}

function layerOf(operation, { strides = [1, 1], pads = [0, 0, 0, 0], group = 1, ...options }, weights, bias) {
  switch (operation) {
    case 'Conv':
      return { type: 'conv', weights, bias, strides, pads, group };
    case 'MaxPool':
      return { type: 'maxPool', kernel: options.kernel_shape, strides };
    case 'Gemm':
      return { type: 'dense', weights, bias };
    case 'Relu':
    case 'GlobalAveragePool':
    case 'Flatten':
      return { type: operation[0].toLowerCase() + operation.slice(1) };
    default:
      throw new Error(`The benchmark does not know the operation ${operation}.`);
  }
}

function weightsOf({ dims, dataType, rawData }) {
  const bytes = rawData.buffer.slice(rawData.byteOffset, rawData.byteOffset + rawData.byteLength);
  if (dataType === float32) return { shape: dims, data: new Float32Array(bytes) };
  if (dataType === float16) return { shape: dims, data: Float32Array.from(new Uint16Array(bytes), fromFloat16) };
  throw new Error(`The benchmark does not know the data type ${dataType}.`);
}

function fromFloat16(bits) {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** @param {Network} network @returns {Uint8Array} */
export function writeNetwork({ input, layers }) {
  const initializer = [];
  const node = layers.map((layer, index) => {
    const inputs = [index === 0 ? 'input' : `value${index}`];
    for (const part of ['weights', 'bias']) {
      if (!layer[part]) continue;
      const name = `${part}${index}`;
      const { shape, data } = layer[part];
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      initializer.push({ name, dims: shape, dataType: float32, rawData });
      inputs.push(name);
    }
    const output = [index === layers.length - 1 ? 'logits' : `value${index + 1}`];
    const [opType, options] = nodeOf(layer);
    return { opType, input: inputs, output, attribute: Object.entries(options).map(attributeOf) };
  });
  const graph = {
    name: 'graph',
    node,
    initializer,
    input: [describeValue('input', input)],
    output: [describeValue('logits', layers.at(-1).bias.shape)],
  };
  return Model.encode(Model.create({ irVersion: 8, opsetImport: [{ version: 17 }], graph })).finish();
}

function nodeOf(layer) {
  switch (layer.type) {
    case 'conv': {
      const { strides, pads, group } = layer;
      return ['Conv', { kernel_shape: layer.weights.shape.slice(2), strides, pads, group }];
    }
    case 'maxPool':
      return ['MaxPool', { kernel_shape: layer.kernel, strides: layer.strides }];
    case 'dense':
      return ['Gemm', { transB: 1 }];
    default:
      return [layer.type[0].toUpperCase() + layer.type.slice(1), {}];
  }
}

const attributeOf = ([name, value]) =>
  Array.isArray(value) ? { name, type: 7, ints: value } : { name, type: 2, i: value };

function describeValue(name, extents) {
  const dim = [{ dimParam: 'batch' }, ...extents.map((dimValue) => ({ dimValue }))];
  return { name, type: { tensorType: { elemType: float32, shape: { dim } } } };
}

/** Multiplications and additions of a forward pass of one sample, as everybody counts them: two for each weight used. */
export function operationsOf({ input, layers }) {
  let [, height, width] = input;
  let count = 0;
  for (const layer of layers) {
    if (layer.type === 'conv') {
      const { weights, strides, pads } = layer;
      height = Math.floor((height + pads[0] + pads[2] - weights.shape[2]) / strides[0]) + 1;
      width = Math.floor((width + pads[1] + pads[3] - weights.shape[3]) / strides[1]) + 1;
      count += 2 * height * width * weights.data.length;
    } else if (layer.type === 'maxPool') {
      height = Math.floor((height - layer.kernel[0]) / layer.strides[0]) + 1;
      width = Math.floor((width - layer.kernel[1]) / layer.strides[1]) + 1;
    } else if (layer.type === 'dense') count += 2 * layer.weights.data.length;
  }
  return count;
}
