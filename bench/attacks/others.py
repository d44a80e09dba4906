"""
What other libraries' attacks find on the shipped networks, at the budgets of comparisons.json:
    python3 bench/attacks/others.py [ID ...]
Replaces in others.json what is named, or all. Distances are measured here, from the images that come back; an image counts
only where the network gets it wrong (or as wanted), inside the box and the budget. A library whose attack fails, or
that has none of that name, is left out.
"""

import json
import sys
import time
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy
import torch
from other_attacks import OTHERS
from shipped import Network, correct_samples, shipped
from torch import nn

HERE = Path(__file__).parent
FILE = HERE / "others.json"
LIBRARIES = {
    "Foolbox": "foolbox",
    "torchattacks": "torchattacks",
    "ART": "adversarial-robustness-toolbox",
    "adv-lib": "adv-lib",
    "the authors": "pyautoattack",
}


class Counting(nn.Module):
    """A network that counts the rows it is asked about and the rows that gradients are asked for."""

    def __init__(self, network):
        super().__init__()
        self.network = network
        self.queries = self.gradients = 0

    def forward(self, images):
        logits = self.network(images)
        self.queries += len(images)
        if logits.requires_grad:
            logits.register_hook(self.count)
        return logits

    def count(self, gradient):
        self.gradients += len(gradient)


class Task:
    """What an attack of OTHERS gets: settings of comparisons.json as attributes, the samples, and the network."""

    def __init__(self, comparison):
        self.__dict__.update(comparison)
        self.measure = comparison.get("measure", "success" if "epsilon" in comparison else "distance")
        self.network = Network(shipped(self.model))
        self.counting = Counting(self.network).eval()
        self.images, self.labels = correct_samples(self.network, "mnist", comparison.get("samples", 500))
        self.targets = (self.labels + 1) % 10 if comparison.get("targeted") else None

    def judge(self, found):
        """Of each image the distance, NaN where it is no success."""
        images = torch.as_tensor(numpy.asarray(found)).float().reshape(self.images.shape).clamp(0, 1)
        answers = self.network(images).argmax(1)
        success = answers != self.labels if self.targets is None else answers == self.targets
        change = (images.double() - self.images.double()).abs().flatten(1)
        distances = {
            "l0": (change > 1e-6).sum(1).double(),
            "l1": change.sum(1),
            "l2": change.norm(dim=1),
            "linf": change.max(1).values,
        }[self.norm]
        if hasattr(self, "epsilon"):
            success &= distances <= self.epsilon * (1 + 1e-5) + 1e-6
        return [distance if each else float("nan") for distance, each in zip(distances.tolist(), success.tolist())]


def run(comparison, library, attack):
    torch.manual_seed(0)
    numpy.random.seed(0)
    task = Task(comparison)
    begin = time.perf_counter()
    distances = task.judge(attack(task))
    seconds = time.perf_counter() - begin
    count = len(distances)
    good = [each for each in distances if each == each]
    median = numpy.median([each if each == each else numpy.inf for each in distances])
    print(
        f"{task.id}, {library}: {len(good)} of {count}, median {median:.4g}, {task.counting.queries / count:.0f} queries, "
        f"{task.counting.gradients / count:.0f} gradients, {seconds:.1f} s",
        file=sys.stderr,
        flush=True,
    )
    if task.measure == "success":
        found = {"success": "".join("1" if each == each else "0" for each in distances)}
    else:
        found = {"distances": [float(f"{each:.4g}") if each == each else None for each in distances]}
    return {
        "queries": round(task.counting.queries / count, 1),
        "gradients": round(task.counting.gradients / count, 1),
        "seconds": round(seconds, 1),
        **found,
    }


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    comparisons = {each["id"]: each for each in json.loads((HERE / "comparisons.json").read_text())}
    for identifier in sys.argv[1:] or comparisons:
        comparison = comparisons[identifier]
        for library, attack in OTHERS.get(identifier.removesuffix("-robust"), {}).items():
            try:
                store(identifier, library, run(comparison, library, attack))
            except Exception as error:
                print(f"{identifier}, {library}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)


def store(identifier, library, found):
    report = json.loads(FILE.read_text()) if FILE.exists() else {"runs": {}}
    report["versions"] = {name: version(package) for name, package in LIBRARIES.items()}
    report["versions"]["torch"] = torch.__version__
    report["runs"].setdefault(identifier, {})[library] = found
    FILE.write_text(written(report))


def written(report):
    """JSON with a line for each library's run."""
    runs = ",\n".join(
        f"  {json.dumps(identifier)}: {{\n"
        + ",\n".join(f"   {json.dumps(library)}: {json.dumps(run, separators=(',', ':'))}" for library, run in libraries.items())
        + "\n  }"
        for identifier, libraries in sorted(report["runs"].items())
    )
    return f'{{\n "versions": {json.dumps(report["versions"])},\n "runs": {{\n{runs}\n }}\n}}\n'


if __name__ == "__main__":
    main()
