"""PGD of Foolbox and of torchattacks, in PyTorch with one thread. Answers each line on standard input with a line:
{"library": ..., "batch": ..., "calls": ...} attacks so many batches, one after another through the images;
{"library": ..., "batch": ..., "write": true} attacks the first batch and writes what comes of it into the folder.

    python3 pgd_torch.py FOLDER EPSILON STEP_SIZE STEPS
"""

import json
import sys

import numpy
import torch
from torch import nn

folder = sys.argv[1]
epsilon, step_size, steps = float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)


def read(name, dtype):
    return torch.from_numpy(numpy.fromfile(f"{folder}/{name}", dtype))


weights = read("weights", numpy.float32)
used = 0


def following(shape):
    global used
    count = int(numpy.prod(shape))
    used += count
    return weights[used - count : used].reshape(shape)


def layer_of(layer):
    kind = layer["type"]
    if kind == "relu":
        return nn.ReLU()
    if kind == "flatten":
        return nn.Flatten()
    shape = layer["shape"]
    if kind == "conv":
        made = nn.Conv2d(shape[1], shape[0], shape[2:], layer["strides"], layer["pads"][:2])
    else:
        made = nn.Linear(shape[1], shape[0])
    with torch.no_grad():
        made.weight.copy_(following(shape))
        made.bias.copy_(following(shape[:1]))
    return made


with open(f"{folder}/network.json") as file:
    model = nn.Sequential(*(layer_of(layer) for layer in json.load(file))).eval()
# Only the gradient to the inputs is wanted.
model.requires_grad_(False)
labels = read("labels", numpy.uint8).long()
images = read("pixels", numpy.float32).reshape(len(labels), 1, 28, 28)


def foolbox_attack():
    import foolbox

    attack = foolbox.attacks.LinfPGD(abs_stepsize=step_size, steps=steps, random_start=False)
    wrapped = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
    return lambda x, y: attack(wrapped, x, y, epsilons=epsilon)[1]


def torchattacks_attack():
    import torchattacks

    return torchattacks.PGD(model, eps=epsilon, alpha=step_size, steps=steps, random_start=False)


makers = {"foolbox": foolbox_attack, "torchattacks": torchattacks_attack}
attacks = {}
first = 0
print("{}", flush=True)
for line in sys.stdin:
    request = json.loads(line)
    library, batch = request["library"], request["batch"]
    if library not in attacks:
        attacks[library] = makers[library]()
    attack = attacks[library]
    if request.get("write"):
        attack(images[:batch], labels[:batch]).numpy().tofile(f"{folder}/adversarials")
    for _ in range(request.get("calls", 0)):
        if first + batch > len(images):
            first = 0
        attack(images[first : first + batch], labels[first : first + batch])
        first += batch
    print("{}", flush=True)
