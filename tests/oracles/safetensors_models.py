"""Small models as safetensors files, and what PyTorch's layers make of their inputs: writes
tests/core/formats/safetensors_fixtures.hpp.

    python3 tests/oracles/safetensors_models.py      (needs numpy and safetensors: requirements.txt)

The library safetensors writes the files; names and layouts are those of PyTorch's state_dict. Outputs are computed here
in double precision from the formulas in PyTorch's documentation (https://docs.pytorch.org/docs/stable/nn.html), with
channels before height and width throughout.
"""

import json
from pathlib import Path

import numpy as np
from safetensors import serialize

OUT = Path(__file__).resolve().parents[1] / "core/formats/safetensors_fixtures.hpp"
ROWS = 2


def conv(x, weight, bias, pad=0, groups=1):
    """N x C x H x W, stride 1."""
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    filters, channels, kh, kw = weight.shape
    rows, _, height, width = x.shape
    out = np.zeros((rows, filters, height - kh + 1, width - kw + 1))
    for f in range(filters):
        first = f // (filters // groups) * channels
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                window = x[:, first : first + channels, i : i + kh, j : j + kw]
                out[:, f, i, j] = (window * weight[f]).sum((1, 2, 3)) + bias[f]
    return out


def conv1d(x, weight, bias):
    return conv(x[:, :, None], weight[:, :, None], bias)[:, :, 0]


def conv_transpose(x, weight, bias, stride):
    rows, channels, height, width = x.shape
    _, filters, kh, kw = weight.shape
    out = np.zeros((rows, filters, (height - 1) * stride + kh, (width - 1) * stride + kw))
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                part = x[:, c, i, j, None, None, None] * weight[c]
                out[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += part
    return out + bias[:, None, None]


def along_channels(values, x):
    return values.reshape((-1,) + (1,) * (x.ndim - 2))


def batch_norm(x, t, layer):
    v = lambda name: along_channels(t[f"{layer}.{name}"], x)
    return (x - v("running_mean")) / np.sqrt(v("running_var") + 1e-5) * v("weight") + v("bias")


def group_norm(x, t, layer, groups):
    g = x.reshape(x.shape[0], groups, -1)
    g = (g - g.mean(-1, keepdims=True)) / np.sqrt(g.var(-1, keepdims=True) + 1e-5)
    return g.reshape(x.shape) * along_channels(t[f"{layer}.weight"], x) + along_channels(t[f"{layer}.bias"], x)


def layer_norm(x, t, layer):
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    return x * t[f"{layer}.weight"] + t[f"{layer}.bias"] if f"{layer}.weight" in t else x


def prelu(x, slopes):
    return np.where(x > 0, x, x * along_channels(slopes, x))


def relu(x):
    return np.maximum(x, 0)


def max_pool(x):
    rows, channels, height, width = x.shape
    return x.reshape(rows, channels, height // 2, 2, width // 2, 2).max((3, 5))


def flat(x):
    return x.reshape(x.shape[0], -1)


def linear(x, t, layer):
    return x @ t[f"{layer}.weight"].T + t.get(f"{layer}.bias", 0)


def of(t, layer):
    return t[f"{layer}.weight"], t[f"{layer}.bias"]


def image(x, t):
    x = conv(x, *of(t, "features.conv1"), pad=1)
    x = max_pool(prelu(batch_norm(x, t, "features.bn1"), t["act.weight"]))
    x = conv(x, *of(t, "conv2"), pad=1, groups=2)
    x = prelu(batch_norm(flat(x), t, "bn2"), t["act2.weight"])
    return linear(relu(linear(x, t, "fc1")), t, "fc2")


def line(x, t):
    x = flat(relu(conv1d(x, *of(t, "0"))))
    x = relu(layer_norm(linear(x, t, "3"), t, "4"))
    return linear(x, t, "6")


def growing(x, t):
    x = group_norm(conv_transpose(x, *of(t, "up"), stride=2), t, "norm", groups=2)
    return linear(layer_norm(flat(relu(x)), t, "rows"), t, "out")


def branches(x, t):
    a, b = flat(conv(x, *of(t, "a"))), flat(x)
    return linear(np.concatenate([a, b], 1), t, "out")


def words(x, t):
    tokens = np.clip(np.rint(x), 0, 4).astype(int)
    return linear(flat(t["words.weight"][tokens]), t, "out")


MODELS = {
    "image": dict(
        run=image,
        sample=(2, 4, 6),
        layers=[
            dict(type="conv2d", name="features.conv1", filters=4, kernel=3, padding="same"),
            dict(type="batchNorm", name="features.bn1"),
            dict(type="prelu", name="act"),
            "maxPool2d",
            dict(type="conv2d", name="conv2", filters=6, kernel=3, padding="same", groups=2),
            "flatten",
            dict(type="batchNorm", name="bn2"),
            dict(type="prelu", name="act2"),
            dict(type="dense", name="fc1", units=5, bias=False),
            "relu",
            dict(type="dropout"),
            dict(type="dense", name="fc2", units=3),
        ],
        tensors={
            "features.conv1.weight": ((4, 2, 3, 3), "float32"),
            "features.conv1.bias": ((4,), "float32"),
            "features.bn1.weight": ((4,), "float64"),
            "features.bn1.bias": ((4,), "float32"),
            "features.bn1.running_mean": ((4,), "float32"),
            "features.bn1.running_var": ((4,), "float32"),
            "features.bn1.num_batches_tracked": ((), "int64"),
            "act.weight": ((1,), "float32"),
            "conv2.weight": ((6, 2, 3, 3), "float16"),
            "conv2.bias": ((6,), "bfloat16"),
            "bn2.weight": ((36,), "float32"),
            "bn2.bias": ((36,), "bfloat16"),
            "bn2.running_mean": ((36,), "float16"),
            "bn2.running_var": ((36,), "float32"),
            "bn2.num_batches_tracked": ((), "int64"),
            "act2.weight": ((36,), "bfloat16"),
            "fc1.weight": ((5, 36), "bfloat16"),
            "fc2.weight": ((3, 5), "float32"),
            "fc2.bias": ((3,), "float32"),
        },
    ),
    "line": dict(
        run=line,
        sample=(2, 5),
        layers=[
            dict(type="conv1d", filters=3, kernel=3),
            "relu",
            "flatten",
            dict(type="dense", units=4),
            "layerNorm",
            "relu",
            dict(type="dense", units=3),
        ],
        tensors={
            "0.weight": ((3, 2, 3), "float32"),
            "0.bias": ((3,), "float32"),
            "3.weight": ((4, 9), "float32"),
            "3.bias": ((4,), "float32"),
            "6.weight": ((3, 4), "float32"),
            "6.bias": ((3,), "float32"),
        },
    ),
    "growing": dict(
        run=growing,
        sample=(3, 2, 1),
        layers=[
            dict(type="convTranspose2d", name="up", filters=4, kernel=2, stride=2),
            dict(type="groupNorm", name="norm", groups=2),
            "relu",
            "flatten",
            dict(type="layerNorm", name="rows"),
            dict(type="dense", name="out", units=2),
        ],
        tensors={
            "up.weight": ((3, 4, 2, 2), "float32"),
            "up.bias": ((4,), "float32"),
            "norm.weight": ((4,), "float32"),
            "norm.bias": ((4,), "float32"),
            "rows.weight": ((32,), "float32"),
            "rows.bias": ((32,), "float32"),
            "out.weight": ((2, 32), "float32"),
            "out.bias": ((2,), "float32"),
        },
    ),
    "branches": dict(
        run=branches,
        sample=(2, 2, 3),
        layers=[
            dict(type="conv2d", name="a", filters=2, kernel=2),
            dict(type="flatten", name="flat_a"),
            {"type": "flatten", "name": "flat_b", "from": "input"},
            {"type": "concat", "from": ["flat_a", "flat_b"]},
            dict(type="dense", name="out", units=2),
        ],
        tensors={
            "a.weight": ((2, 2, 2, 2), "float32"),
            "a.bias": ((2,), "float32"),
            "out.weight": ((2, 16), "float32"),
            "out.bias": ((2,), "float32"),
        },
    ),
    "words": dict(
        run=words,
        sample=(3,),
        layers=[
            dict(type="embedding", name="words", tokens=5, units=2),
            "flatten",
            dict(type="dense", name="out", units=2),
        ],
        tensors={
            "words.weight": ((5, 2), "float32"),
            "out.weight": ((2, 6), "float32"),
            "out.bias": ((2,), "float32"),
        },
    ),
}


def draw(random, name, shape, dtype):
    """Numbers that the type holds exactly, and their bytes."""
    if dtype == "int64":
        return np.full(shape, 7), np.full(shape, 7, np.int64).tobytes()
    values = random.uniform(0.5, 1.5, shape) if name.endswith("running_var") else random.uniform(-1, 1, shape)
    if dtype != "bfloat16":
        values = values.astype(dtype)
        return values.astype(float), values.tobytes()
    bits = values.astype(np.float32).view(np.uint32) >> 16
    return (bits << 16).view(np.float32).astype(float), bits.astype(np.uint16).tobytes()


def fixture(name, model, random):
    tensors, stored = {}, {}
    for key, (shape, dtype) in model["tensors"].items():
        tensors[key], data = draw(random, key, shape, dtype)
        stored[key] = {"dtype": dtype, "shape": list(shape), "data": data}
    file = serialize(stored, {"format": "pt"})
    sample = model["sample"]
    x = random.uniform(0, 1, (ROWS, *sample)).astype(np.float32)
    if name == "words":
        x = random.integers(0, 5, (ROWS, *sample)).astype(np.float32)
    last = np.moveaxis(x, 1, -1) if len(sample) > 1 else x
    logits = model["run"](x.astype(float), tensors)
    architecture = {"input": list(last.shape[1:]), "layers": model["layers"]}
    numbers = lambda values: ", ".join(repr(float(value)) for value in values.reshape(-1))
    return f"""    {{
        "{name}",
        R"({json.dumps(architecture)})",
        {{{numbers(last)}}},
        {{{numbers(logits)}}},
        "{file.hex()}",
    }},
"""


def main():
    random = np.random.default_rng(20261126)
    parts = [fixture(name, model, random) for name, model in MODELS.items()]
    OUT.write_text(
        """// Made by tests/oracles/safetensors_models.py.
#pragma once

#include <string>
#include <vector>

namespace mlsec::test {

struct SafetensorsFixture {
  std::string name;
  const char* architecture;     // JSON
  std::vector<float> inputs;    // two samples, channels last
  std::vector<double> logits;   // of both
  const char* file;             // each byte as two digits
};

inline const std::vector<SafetensorsFixture> safetensors_fixtures{
    // clang-format off
"""
        + "".join(parts)
        + """    // clang-format on
};

}  // namespace mlsec::test
"""
    )


main()
