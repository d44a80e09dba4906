"""The shipped networks and test samples in PyTorch."""

import gzip
from pathlib import Path

import numpy
import onnx
import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parents[2]


def shipped(name):
    return ROOT / f"web/models/{name}.onnx"


class Network(nn.Module):
    """The chain of layers in an ONNX file; images of [batch, 1, 28, 28] become logits."""

    def __init__(self, file):
        super().__init__()
        graph = onnx.load(str(file)).graph
        values = {each.name: torch.tensor(numpy_helper.to_array(each).astype("float32")) for each in graph.initializer}
        self.layers = nn.ModuleList()
        for node in graph.node:
            if node.op_type == "Cast":  # weights are stored in half precision
                values[node.output[0]] = values[node.input[0]]
                continue
            attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
            self.layers.append(layer_of(node.op_type, [values.get(name) for name in node.input], attributes))
        for parameter in self.parameters():
            parameter.requires_grad_(False)
        self.eval()

    def forward(self, images):
        for layer in self.layers:
            images = layer(images)
        return images


def layer_of(kind, inputs, attributes):
    if kind == "Relu":
        return nn.ReLU()
    if kind == "Flatten":
        return nn.Flatten()
    if kind == "MaxPool":
        return nn.MaxPool2d(attributes["kernel_shape"], attributes["strides"])
    _, weights, bias = inputs
    if kind == "Gemm":
        layer = nn.Linear(weights.shape[1], weights.shape[0])
    elif kind == "Conv":
        top, left, bottom, right = attributes["pads"]
        assert (top, left) == (bottom, right)
        layer = nn.Conv2d(
            weights.shape[1], weights.shape[0], attributes["kernel_shape"], attributes["strides"], (top, left)
        )
    else:
        raise ValueError(f"No layer for {kind}.")
    layer.weight = nn.Parameter(weights)
    layer.bias = nn.Parameter(bias)
    return layer


def samples(dataset):
    """Images in [0, 1] of [count, 1, 28, 28], and their classes; of the built package."""
    packed = gzip.decompress((ROOT / f"dist/data/{dataset}.bin").read_bytes())
    count, height, width, channels = numpy.frombuffer(packed, ">u4", 4, 4)
    end = 20 + count * height * width * channels
    images = numpy.frombuffer(packed, "u1", end - 20, 20).reshape(count, channels, height, width)
    labels = numpy.frombuffer(packed, "u1", count, end + 8)
    return torch.tensor(images.astype("float32") / numpy.float32(255)), torch.tensor(labels.astype("int64"))


def correct_samples(network, dataset, count):
    """The first samples that the network gets right."""
    images, labels = samples(dataset)
    right = (network(images).argmax(1) == labels).nonzero()[:count, 0]
    return images[right], labels[right]
