"""Trains with PyTorch in one thread. For each line on standard input, a number of steps, it takes them and answers with
a line {"losses": [...], "seconds": ...}.

    python3 torch.py FOLDER ARCHITECTURE BATCH ROWS RATE
"""

import json
import os
import sys
import time

# This file has the name of the library it imports.
sys.path.remove(os.path.dirname(os.path.abspath(__file__)))

import torch
from torch import nn

folder, architecture = sys.argv[1:3]
batch, rows = int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(1)


def read(name, dtype):
    with open(f"{folder}/{name}", "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


head = [nn.ReLU(), nn.Linear(128, 10)]
if architecture == "mlp":
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), *head)
else:
    model = nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(3136, 128), *head,
    )

# Theirs are outputs x height x width x inputs; a dense layer behind images takes height x width x channels.
weights = read("weights", torch.float32)
offset = 0
with torch.no_grad():
    for parameter in model.parameters():
        values = weights[offset : offset + parameter.numel()]
        offset += parameter.numel()
        if parameter.dim() == 4:
            o, i, h, w = parameter.shape
            values = values.view(o, h, w, i).permute(0, 3, 1, 2)
        elif parameter.shape == (128, 3136):
            values = values.view(128, 7, 7, 64).permute(0, 3, 1, 2)
        parameter.copy_(values.reshape(parameter.shape))

images = read("pixels", torch.float32).view(rows, 1, 28, 28)
labels = read("labels", torch.uint8).long()
optimizer = torch.optim.Adam(model.parameters(), float(sys.argv[5]))
following = 0
print("{}", flush=True)
for line in sys.stdin:
    begin = time.perf_counter()
    losses = []
    for _ in range(int(line)):
        part = slice(following, following + batch)
        loss = nn.functional.cross_entropy(model(images[part]), labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        following = (following + batch) % rows
    print(json.dumps({"losses": losses, "seconds": time.perf_counter() - begin}), flush=True)
