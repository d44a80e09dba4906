"""
DDN and FAB of adversarial-library on a network that bench/published has trained, with the settings of its madry.mjs:
    python3 bench/attacks/madry.py NETWORK.onnx
Prints the share of successes and the mean distance over them, of the first images that the network gets right (DDN 100,
FAB 500). NETWORK.onnx is in the cache folder, under `published`. Four minutes.
"""

import sys

import torch
from adv_lib.attacks import ddn, fab
from shipped import Network, correct_samples


def ddn_in_l2(network, images, labels, _):
    return ddn(network, images, labels, steps=1000, levels=256)


def fab_in(network, images, labels, order):
    return fab(network, images, labels, order, n_iter=20)


RUNS = [
    ("DDN", ddn_in_l2, 2, 100),
    ("FAB, linf", fab_in, float("inf"), 500),
    ("FAB, l2", fab_in, 2, 500),
    ("FAB, l1", fab_in, 1, 500),
]


def main():
    torch.set_num_threads(1)
    network = Network(sys.argv[1])
    for name, attack, order, count in RUNS:
        images, labels = correct_samples(network, "mnist", count)
        adversarials = attack(network, images, labels, order)
        success = network(adversarials).argmax(1) != labels
        distances = (adversarials - images).flatten(1).norm(order, 1)[success]
        print(f"{name}: {success.float().mean():.1%}, {distances.mean():.4g}, of {count} images", flush=True)


if __name__ == "__main__":
    main()
