"""
AutoAttack by its authors (pyautoattack), standard, on the shipped robust networks and all 1,000 test samples:
    python3 bench/attacks/autoattack.py [MODEL ...]
Writes to bench/attacks/autoattack.json which samples withstand; `npm run bench -- attacks` reads it. Five minutes for each
network where OpenBLAS is installed; with Debian's reference BLAS, which its torch takes otherwise, hours.
"""

import json
import logging
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pyautoattack
import torch
from shipped import Network, samples, shipped

FILE = Path(__file__).with_name("autoattack.json")
SETTINGS = [("mnist-cnn-robust", "mnist", 0.3), ("fashion-cnn-robust", "fashion", 0.1)]


def judge(name, dataset, epsilon):
    network = Network(shipped(name))
    images, labels = samples(dataset)
    begin = time.process_time()
    attack = pyautoattack.AutoAttack(network, norm="Linf", eps=epsilon, version="standard", device="cpu", seed=0)
    adversarials, _ = attack.run_standard_evaluation(images, labels, batch_size=250)
    seconds = time.process_time() - begin
    assert (adversarials - images).abs().max() <= epsilon + 1e-6
    withstands = network(adversarials).argmax(1) == labels
    print(name, int(withstands.sum()), round(seconds), file=sys.stderr, flush=True)
    return {
        "model": name,
        "epsilon": epsilon,
        "processorSeconds": round(seconds, 1),
        "withstands": "".join("1" if each else "0" for each in withstands.tolist()),
    }


def main():
    torch.set_num_threads(1)
    logging.basicConfig()
    logging.getLogger("auto-attack").setLevel(logging.DEBUG)
    for name, dataset, epsilon in SETTINGS:
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        run = judge(name, dataset, epsilon)
        runs = json.loads(FILE.read_text())["runs"] if FILE.exists() else []
        runs = [each for each in runs if each["model"] != name] + [run]
        report = {"by": {"pyautoattack": version("pyautoattack"), "torch": torch.__version__}, "runs": runs}
        FILE.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
