"""
DDN and FAB of adversarial-library on a network that bench/published has trained, with the settings of madry.mjs:
    python3 bench/published/madry_by_others.py NETWORK.onnx
Prints the share of successes and the mean distance over them, of the first images that the network gets right (DDN 100,
FAB 500). NETWORK.onnx is in the cache folder, under `published`. Four minutes.
"""

import sys
from pathlib import Path

import torch
from adv_lib.attacks import ddn, fab

sys.path.append(str(Path(__file__).resolve().parents[1] / "attacks"))
from shipped import Network, correct_samples

ATTACKS = {
    "DDN": (100, 2, lambda *sample: ddn(*sample, steps=1000, levels=256)),
    "FAB, linf": (500, float("inf"), lambda *sample: fab(*sample, float("inf"), n_iter=20)),
    "FAB, l2": (500, 2, lambda *sample: fab(*sample, 2, n_iter=20)),
    "FAB, l1": (500, 1, lambda *sample: fab(*sample, 1, n_iter=20)),
}


def main():
    torch.set_num_threads(1)
    network = Network(sys.argv[1])
    for name, (count, order, attack) in ATTACKS.items():
        images, labels = correct_samples(network, "mnist", count)
        adversarials = attack(network, images, labels)
        success = network(adversarials).argmax(1) != labels
        distances = (adversarials - images).flatten(1).norm(order, 1)[success]
        print(f"{name}: {success.float().mean():.1%}, {distances.mean():.4g}, of {count} images", flush=True)


if __name__ == "__main__":
    main()
