// GraphModels put together by hand, as the converter has them: TensorFlow.js cannot write any.

const text = (value) => ({ s: Buffer.from(value).toString('base64') });
const texts = (...values) => ({ list: { s: values.map((value) => text(value).s) } });
const integers = (...values) => ({ list: { i: values.map(String) } });
const integer = (value) => ({ i: String(value) });
const number = (value) => ({ f: value });
const flag = (value) => ({ b: value });
const type = (value) => ({ type: value });
const same = { padding: text('SAME') };
const nhwc = { data_format: text('NHWC') };

/** Nodes and weights while they are put together. */
class Graph {
  constructor(name, shape, randoms, dtype = 'DT_FLOAT') {
    Object.assign(this, { name, shape, randoms, nodes: [], specs: [], pieces: [] });
    this.node('x', 'Placeholder', [], {
      dtype: type(dtype),
      shape: { shape: { dim: [-1, ...shape].map((size) => ({ size: String(size) })) } },
    });
  }

  node(name, op, input, attr = {}) {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** A constant of floats, drawn where they are not given. */
  floats(name, shape, values) {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const numbers = values ? Float32Array.from(values) : this.randoms(count);
    this.#add(name, shape, 'float32', numbers);
    return name;
  }

  integers(name, shape, values) {
    this.#add(name, shape, 'int32', Int32Array.from(values));
    return name;
  }

  #add(name, shape, dtype, numbers) {
    this.node(name, 'Const', [], { dtype: type(dtype === 'int32' ? 'DT_INT32' : 'DT_FLOAT') });
    this.specs.push({ name, shape, dtype });
    this.pieces.push(Buffer.from(numbers.buffer));
  }

  /** The files; `output` as a signature names it, or nothing. */
  files(output, more = {}) {
    const json = {
      format: 'graph-model',
      generatedBy: '2.11.0',
      convertedBy: 'TensorFlow.js Converter v4.22.0',
      modelTopology: { node: this.nodes, library: {}, versions: { producer: 1087 } },
      weightsManifest: [{ paths: ['group1-shard1of1.bin'], weights: this.specs }],
    };
    if (output)
      json.signature = {
        inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }] } } },
        outputs: { y: { name: `${output}:0`, dtype: 'DT_FLOAT' } },
      };
    return { name: this.name, json, weights: new Uint8Array(Buffer.concat(this.pieces)), shape: this.shape, ...more };
  }

  /** Flattened and multiplied to three classes. */
  classes(value, count) {
    this.node('flat', 'Reshape', [value, this.integers('flat/shape', [2], [-1, count])]);
    return this.node('y', 'MatMul', ['flat', this.floats('w', [count, 3])], {
      transpose_a: flag(false),
      transpose_b: flag(false),
    });
  }
}

function images(randoms) {
  const g = new Graph('graph-images', [8, 7, 2], randoms);
  g.node('a', '_FusedConv2D', ['x', g.floats('a/w', [3, 3, 2, 4]), g.floats('a/b', [4])], {
    ...same,
    ...nhwc,
    strides: integers(1, 2, 2, 1),
    dilations: integers(1, 1, 1, 1),
    fused_ops: texts('BiasAdd', 'Relu6'),
    num_args: integer(1),
    epsilon: number(0),
  });
  g.node('b', 'FusedDepthwiseConv2dNative', ['a', g.floats('b/w', [3, 3, 4, 2]), g.floats('b/b', [8])], {
    ...same,
    ...nhwc,
    strides: integers(1, 1, 1, 1),
    dilations: integers(1, 1, 1, 1),
    fused_ops: texts('BiasAdd', 'Relu'),
    num_args: integer(1),
  });
  g.node('c', 'MaxPool', ['b'], { ...same, ...nhwc, ksize: integers(1, 2, 2, 1), strides: integers(1, 1, 1, 1) });
  const statistics = ['scale', 'shift', 'mean'].map((name) => g.floats(`d/${name}`, [8]));
  statistics.push(g.floats('d/variance', [8], [1, 2, 0.5, 0.25, 3, 1.5, 0.75, 1]));
  g.node('d', 'FusedBatchNormV3', ['c', ...statistics], { ...nhwc, epsilon: number(0.01), is_training: flag(false) });
  g.node('e', 'Conv2D', ['d', g.floats('e/w', [2, 2, 8, 3])], {
    ...nhwc,
    padding: text('EXPLICIT'),
    explicit_paddings: integers(0, 0, 1, 0, 0, 1, 0, 0),
    strides: integers(1, 1, 1, 1),
    dilations: integers(1, 1, 1, 1),
  });
  g.node('e/bias', 'BiasAdd', ['e', g.floats('e/b', [3])], nhwc);
  g.node('f', 'AvgPool', ['e/bias'], { ...same, ...nhwc, ksize: integers(1, 3, 3, 1), strides: integers(1, 2, 2, 1) });
  g.node('h', 'DepthwiseConv2dNative', ['f', g.floats('h/w', [1, 2, 3, 1])], {
    ...nhwc,
    padding: text('VALID'),
    strides: integers(1, 1, 1, 1),
    dilations: integers(1, 1, 1, 1),
  });
  g.node('m', 'Mean', ['h', g.integers('m/axes', [2], [1, 2])], { keep_dims: flag(false) });
  g.node('y', '_FusedMatMul', ['m', g.floats('y/w', [4, 3]), g.floats('y/b', [4])], {
    transpose_a: flag(false),
    transpose_b: flag(true),
    fused_ops: texts('BiasAdd', 'Elu'),
    num_args: integer(1),
  });
  g.node('Softmax', 'Softmax', ['y']);
  g.node('Identity', 'Identity', ['Softmax', '^y']);
  return g.files('Identity', { softmax: true });
}

function functions(randoms) {
  const g = new Graph('graph-functions', [6], randoms);
  const one = (name, op, inputs, attr) => g.node(name, op, inputs, attr);
  const half = g.floats('half', [], [0.5]);
  const plain = ['Relu', 'Relu6', 'Elu', 'Selu', 'Sigmoid', 'Tanh', 'Softplus', 'Exp', 'Abs', 'Neg', 'Square'];
  const parts = plain.map((op) => one(op, op, ['x']));
  parts.push(one('log', 'LogSoftmax', ['x']), one('soft', 'Softmax', ['x']));
  parts.push(one('leaky', 'LeakyRelu', ['x'], { alpha: number(0.125) }));
  parts.push(one('prelu', 'Prelu', ['x', g.floats('slopes', [6])]));
  one('positive', 'AddV2', ['Square', half]);
  parts.push(one('sqrt', 'Sqrt', ['positive']), one('rsqrt', 'Rsqrt', ['positive']));
  parts.push(one('ln', 'Log', ['positive']), one('pow', 'Pow', ['x', g.floats('three', [], [3])]));
  parts.push(one('scaled', 'Mul', [g.floats('factors', [6]), 'x']), one('less', 'Sub', [half, 'x']));
  parts.push(one('divided', 'RealDiv', ['x', g.floats('divisors', [1, 6], [1, 2, -3, 4, 0.5, -0.25])]));
  parts.push(one('ratio', 'RealDiv', ['x', 'positive']), one('top', 'Maximum', ['x', half]));
  parts.push(one('least', 'Minimum', ['x', 'scaled']), one('most', 'Maximum', ['Tanh', 'scaled']));
  parts.push(one('atMost', 'Minimum', ['x', 'factors']), one('apart', 'SquaredDifference', ['x', 'scaled']));
  parts.push(one('clipped', 'ClipByValue', ['x', g.floats('low', [], [-0.25]), half]));
  parts.push(one('sum', 'AddN', ['x', 'Tanh', 'Exp'], { N: integer(3) }));
  // Folded.
  one('root', 'Rsqrt', [one('shifted', 'AddV2', [g.floats('variance', [6], [1, 2, 3, 4, 5, 6]), half])]);
  one('factor', 'Mul', ['root', 'factors']);
  parts.push(one('normal', 'Mul', ['x', 'factor']));
  one('all', 'ConcatV2', [...parts, g.integers('axis', [], [-1])], { N: integer(parts.length) });
  return g.files(g.classes('all', 6 * parts.length));
}

function shapes(randoms) {
  const g = new Graph('graph-shapes', [4, 6, 2], randoms);
  g.node('shape', 'Shape', ['x']);
  const [zero, one, two] = [0, 1, 2].map((value) => g.integers(`at${value}`, [1], [value]));
  const cut = (name, begin, end) =>
    g.node(name, 'StridedSlice', ['shape', begin, end, one], {
      begin_mask: integer(0),
      end_mask: integer(0),
      shrink_axis_mask: integer(1),
      new_axis_mask: integer(0),
      ellipsis_mask: integer(0),
    });
  const [batch, height] = [cut('batch', zero, one), cut('height', one, two)];
  g.node('halved', 'FloorDiv', [height, g.integers('two', [], [2])]);
  g.node('target', 'Pack', [batch, 'halved', g.integers('minus', [], [-1])], { axis: integer(0), N: integer(3) });
  g.node('lines', 'Reshape', ['x', 'target']); // batch x 2 x 24
  g.node('t', 'Transpose', ['lines', g.integers('perm', [3], [0, 2, 1])]); // batch x 24 x 2
  g.node('wide', 'ExpandDims', ['t', g.integers('minusOne', [], [-1])]); // batch x 24 x 2 x 1
  g.node('narrow', 'Squeeze', ['wide'], { squeeze_dims: integers(3) });
  g.node('parts', 'Split', [g.integers('splitAxis', [], [1]), 'narrow'], { num_split: integer(3) });
  g.node('uneven', 'SplitV', ['parts:1', g.integers('sizes', [2], [5, 3]), g.integers('splitAxis2', [], [1])], {
    num_split: integer(2),
  });
  g.node('slice', 'Slice', ['parts:2', g.integers('begin', [3], [0, 1, 0]), g.integers('size', [3], [-1, 4, -1])]);
  // In two steps: TensorFlow.js takes other places where one has both a step and an axis that goes.
  const masks = { begin_mask: integer(1), end_mask: integer(1), new_axis_mask: integer(0), ellipsis_mask: integer(0) };
  const lists = (name, ...values) => values.map((list, i) => g.integers(`${name}/${i}`, [3], list));
  g.node('third', 'StridedSlice', ['parts', ...lists('third', [0, 1, 0], [0, 8, 2], [1, 3, 1])], {
    ...masks,
    shrink_axis_mask: integer(0),
  }); // batch x 3 x 2
  g.node('strided', 'StridedSlice', ['third', ...lists('strided', [0, 0, -1], [0, 3, 5], [1, 1, 1])], {
    ...masks,
    shrink_axis_mask: integer(4),
  }); // batch x 3
  g.node('rows', 'Pack', ['strided', 'strided'], { axis: integer(2), N: integer(2) }); // batch x 3 x 2
  g.node('gathered', 'GatherV2', ['uneven', g.integers('places', [2], [4, 0]), g.integers('one', [], [1])]);
  const axis = g.integers('joinAxis', [], [1]);
  g.node('joined', 'ConcatV2', ['uneven:1', 'slice', 'rows', 'gathered', axis], { N: integer(4) }); // 3 + 4 + 3 + 2
  g.node('image', 'Reshape', ['joined', g.integers('imageShape', [4], [-1, 4, 3, 2])]);
  g.node('padded', 'PadV2', ['image', g.integers('borders', [4, 2], [0, 0, 1, 0, 0, 2, 0, 0]), g.floats('filling', [], [0.25])]);
  g.node('mirrored', 'MirrorPad', ['padded', g.integers('mirror', [4, 2], [0, 0, 2, 1, 1, 0, 0, 0])], {
    mode: text('REFLECT'),
  }); // 8 x 6 x 2
  g.node('largest', 'Max', ['mirrored', g.integers('over', [1], [1])], { keep_dims: flag(true) });
  g.node('least', 'Min', ['mirrored', g.integers('over2', [1], [-2])], { keep_dims: flag(true) });
  g.node('sum', 'Sum', ['mirrored', g.integers('over3', [2], [1, 2])], { keep_dims: flag(true) });
  g.node('centred', 'Sub', ['mirrored', 'largest']);
  g.node('more', 'AddV2', ['centred', 'least']);
  g.node('all', 'AddV2', ['more', 'sum']);
  g.node('columns', 'Unpack', ['all'], { axis: integer(2), num: integer(6) });
  g.node('two columns', 'AddV2', ['columns:1', 'columns:4']); // 8 x 2
  return g.files(g.classes('two columns', 16));
}

function resized(randoms) {
  const g = new Graph('graph-resized', [4, 5, 2], randoms);
  const size = g.integers('size', [2], [7, 9]);
  const parts = [];
  for (const op of ['ResizeBilinear', 'ResizeNearestNeighbor'])
    for (const [corners, centres] of [[false, false], [true, false], [false, true]])
      parts.push(g.node(`r${parts.length}`, op, ['x', size], {
        align_corners: flag(corners),
        half_pixel_centers: flag(centres),
      }));
  g.node('all', 'ConcatV2', [...parts, g.integers('axis', [], [3])], { N: integer(6) });
  g.node('m', 'Sum', [g.node('p', 'Mul', ['all', g.floats('f', [7, 9, 1])]), g.integers('over', [2], [1, 2])], {
    keep_dims: flag(false),
  });
  return g.files(g.classes('m', 12));
}

function enlarged(randoms) {
  const g = new Graph('graph-enlarged', [3, 4, 2], randoms);
  g.node('shape', 'Shape', ['x']);
  const cuts = [g.integers('b', [1], [0]), g.integers('e', [1], [1]), g.integers('s', [1], [1])];
  g.node('batch', 'StridedSlice', ['shape', ...cuts], { shrink_axis_mask: integer(1) });
  const extents = [6, 8, 3].map((extent, i) => g.integers(`extent${i}`, [], [extent]));
  g.node('sizes', 'Pack', ['batch', ...extents], { axis: integer(0), N: integer(4) });
  g.node('a', 'Conv2DBackpropInput', ['sizes', g.floats('w0', [3, 3, 3, 2]), 'x'], {
    ...same,
    ...nhwc,
    strides: integers(1, 2, 2, 1),
  });
  g.node('a/b', 'BiasAdd', ['a', g.floats('b0', [3])], nhwc);
  g.node('relu', 'Relu', ['a/b']);
  return g.files(g.classes('relu', 144));
}

function tokens(randoms) {
  const g = new Graph('graph-tokens', [6], randoms, 'DT_INT32');
  g.node('looked', 'GatherV2', [g.floats('table', [5, 4]), 'x', g.integers('axis', [], [0])]);
  g.node('m', 'Mean', ['looked', g.integers('over', [1], [1])], { keep_dims: flag(false) });
  return g.files(g.classes('m', 4), { tokens: 5 });
}

function attention(randoms) {
  const g = new Graph('graph-attention', [5, 4], randoms);
  const project = (name) => g.node(name, 'BatchMatMulV2', ['x', g.floats(`${name}/w`, [4, 4])], { adj_x: flag(false), adj_y: flag(false) });
  const [q, k, v] = ['q', 'k', 'v'].map(project);
  g.node('scores', 'BatchMatMulV2', [q, k], { adj_x: flag(false), adj_y: flag(true) });
  g.node('shares', 'Softmax', ['scores']);
  g.node('mixed', 'BatchMatMulV2', ['shares', v], { adj_x: flag(false), adj_y: flag(false) });
  return g.files(g.classes('mixed', 20));
}

export function graphModels(randoms) {
  return [images, functions, shapes, resized, enlarged, tokens, attention].map((make) => make(randoms));
}
