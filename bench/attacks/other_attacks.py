"""For each comparison the attacks of other libraries: functions from a Task to images."""

import math
import warnings

import foolbox
import numpy
import torch
import torchattacks
from adv_lib import attacks as adv_lib
from art.attacks import evasion as art
from art.estimators.classification import PyTorchClassifier
from pyautoattack.autopgd_base import APGDAttack, APGDAttack_targeted
from pyautoattack.fab_pt import FABAttack_PT
from pyautoattack.square import SquareAttack

warnings.simplefilter("ignore")

ORDER = {"l0": 0, "l1": 1, "l2": 2, "linf": math.inf}
CROCE = {"l1": "L1", "l2": "L2", "linf": "Linf"}
ALL = 10**4  # a budget that holds any image


def by_foolbox(make):
    """Of an attack of Foolbox; where there is no budget, the smallest found."""

    def attack(task):
        model = foolbox.PyTorchModel(task.counting, bounds=(0, 1), device="cpu")
        criterion = foolbox.criteria.Misclassification(task.labels)
        if task.targets is not None:
            criterion = foolbox.criteria.TargetedMisclassification(task.targets)
        return make(task)(model, task.images, criterion, epsilons=getattr(task, "epsilon", None))[1].detach()

    return attack


def by_torchattacks(make):
    def attack(task):
        chosen = make(task)
        if task.targets is not None:
            chosen.set_mode_targeted_by_label(quiet=True)
        return chosen(task.images, task.labels if task.targets is None else task.targets).detach()

    return attack


def by_art(make, change=lambda network: network):
    def attack(task):
        model = PyTorchClassifier(
            change(task.counting), torch.nn.CrossEntropyLoss(), (1, 28, 28), 10, clip_values=(0.0, 1.0), device_type="cpu"
        )
        aims = task.labels if task.targets is None else task.targets
        one_hot = numpy.eye(10, dtype="float32")[aims.numpy()]
        return make(task, model).generate(task.images.numpy(), y=one_hot)

    return attack


def by_function(call):
    return lambda task: call(task).detach()


def by_authors(make):
    return lambda task: make(task).perturb(task.images.clone(), task.labels.clone()).detach()


fb = foolbox.attacks
ta = torchattacks


def fgsm(norm):
    return {
        "Foolbox": by_foolbox(lambda t: getattr(fb, f"{norm}FastGradientAttack")()),
        "ART": by_art(lambda t, m: art.FastGradientMethod(m, norm=ORDER[t.norm], eps=t.epsilon, batch_size=500)),
    }


def pgd(norm):
    return {
        "Foolbox": by_foolbox(
            lambda t: getattr(fb, f"{norm}ProjectedGradientDescentAttack")(abs_stepsize=t.stepSize, steps=t.steps)
        ),
        "ART": by_art(
            lambda t, m: art.ProjectedGradientDescent(
                m, ORDER[t.norm], t.epsilon, t.stepSize, max_iter=t.steps, num_random_init=1, batch_size=500, verbose=False
            )
        ),
    }


def momentum(name, **more):
    return {
        "torchattacks": by_torchattacks(
            lambda t: getattr(ta, name)(t.counting, eps=t.epsilon, alpha=t.stepSize, steps=t.steps, decay=1.0, **more)
        )
    }


def in_three_channels(task):
    """TIFGSM takes images of three channels only; gradients are alike in three channels of which the mean counts."""
    joined = torch.nn.Sequential(ChannelMean(), task.counting).eval()
    chosen = ta.TIFGSM(
        joined, eps=task.epsilon, alpha=task.stepSize, steps=task.steps, decay=1.0, diversity_prob=0.0
    )
    return chosen(task.images.repeat(1, 3, 1, 1), task.labels)[:, :1].detach()


class ChannelMean(torch.nn.Module):
    def forward(self, images):
        return images.mean(1, keepdim=True)


def apgd(loss):
    art_loss = {"ce": "cross_entropy", "dlr": "difference_logits_ratio"}[loss]

    def with_logits(t, m):
        return art.AutoProjectedGradientDescent(
            m,
            norm=ORDER[t.norm],
            eps=t.epsilon,
            eps_step=2 * t.epsilon,
            max_iter=t.steps,
            nb_random_init=1,
            batch_size=500,
            loss_type=art_loss,
            verbose=False,
        )

    return {
        "torchattacks": by_torchattacks(
            lambda t: ta.APGD(t.counting, CROCE[t.norm], t.epsilon, t.steps, n_restarts=1, loss=loss)
        ),
        "ART": by_art(with_logits),
        "adv-lib": by_function(
            lambda t: adv_lib.apgd(
                t.counting, t.images, t.labels, t.epsilon, ORDER[t.norm], n_iter=t.steps, loss_function=loss
            )
        ),
        "the authors": by_authors(
            lambda t: APGDAttack(
                t.counting, n_iter=t.steps, norm=CROCE[t.norm], eps=t.epsilon, loss=loss, device="cpu"
            )
        ),
    }


APGD_TARGETED = {
    "torchattacks": by_torchattacks(lambda t: ta.APGDT(t.counting, CROCE[t.norm], t.epsilon, t.steps)),
    "adv-lib": by_function(
        lambda t: adv_lib.apgd_targeted(t.counting, t.images, t.labels, t.epsilon, ORDER[t.norm], n_iter=t.steps)
    ),
    "the authors": by_authors(
        lambda t: APGDAttack_targeted(t.counting, n_iter=t.steps, norm=CROCE[t.norm], eps=t.epsilon, device="cpu")
    ),
}


def deepfool(norm):
    return {
        "Foolbox": by_foolbox(lambda t: getattr(fb, f"{norm}DeepFoolAttack")(steps=t.steps)),
        "adv-lib": by_function(
            lambda t: adv_lib.df(t.counting, t.images, t.labels, steps=t.steps, norm=ORDER[t.norm])
        ),
    }


DDN = {
    "Foolbox": by_foolbox(lambda t: fb.DDNAttack(steps=t.steps)),
    "adv-lib": by_function(lambda t: adv_lib.ddn(t.counting, t.images, t.labels, steps=t.steps, levels=None)),
}


def fmn(norm):
    return {
        "Foolbox": by_foolbox(lambda t: getattr(fb, f"{norm}FMNAttack")(steps=t.steps)),
        "adv-lib": by_function(lambda t: adv_lib.fmn(t.counting, t.images, t.labels, ORDER[t.norm], steps=t.steps)),
    }


FAB = {
    "torchattacks": by_torchattacks(lambda t: ta.FAB(t.counting, CROCE[t.norm], eps=ALL, steps=t.steps)),
    "adv-lib": by_function(lambda t: adv_lib.fab(t.counting, t.images, t.labels, ORDER[t.norm], n_iter=t.steps)),
    "the authors": by_authors(
        lambda t: FABAttack_PT(t.counting, CROCE[t.norm], n_iter=t.steps, eps=ALL, device="cpu")
    ),
}

ALMA = {
    "adv-lib": by_function(
        lambda t: adv_lib.alma(
            t.counting,
            t.images,
            t.labels,
            num_steps=t.steps,
            distance=t.norm,
            init_lr_distance={"l1": 0.5, "l2": 0.1}[t.norm],
        )
    )
}


def brendel_bethge(norm):
    return {
        "Foolbox": by_foolbox(lambda t: getattr(fb, f"{norm}BrendelBethgeAttack")(steps=t.steps)),
    }


def square():
    return {
        "torchattacks": by_torchattacks(lambda t: ta.Square(t.counting, CROCE[t.norm], t.epsilon, n_queries=t.steps)),
        "ART": by_art(
            lambda t, m: art.SquareAttack(
                m, norm=ORDER[t.norm], max_iter=t.steps, eps=t.epsilon, batch_size=500, verbose=False
            )
        ),
        "the authors": by_authors(
            lambda t: SquareAttack(t.counting, CROCE[t.norm], n_queries=t.steps, eps=t.epsilon, device="cpu")
        ),
    }


def nes(task):
    estimated = foolbox.gradient_estimators.evolutionary_strategies_gradient_estimator(
        fb.LinfProjectedGradientDescentAttack, samples=task.points, sigma=0.001, bounds=(0, 1), clip=True
    )
    return estimated(abs_stepsize=task.stepSize, steps=task.steps)


def hop_skip_jump():
    return {
        "Foolbox": by_foolbox(lambda t: fb.HopSkipJumpAttack(steps=t.steps, constraint=t.norm)),
        "ART": by_art(lambda t, m: art.HopSkipJump(m, norm=ORDER[t.norm], max_iter=t.steps, verbose=False)),
    }


GEODA = {"ART": by_art(lambda t, m: art.GeoDA(m, norm=ORDER[t.norm], max_iter=t.queries, verbose=False))}

OTHERS = {
    "fgsm-linf": {"torchattacks": by_torchattacks(lambda t: ta.FGSM(t.counting, eps=t.epsilon)), **fgsm("Linf")},
    "fgsm-l2": fgsm("L2"),
    "fgsm-l1": fgsm("L1"),
    "pgd-linf": {
        **pgd("Linf"),
        "torchattacks": by_torchattacks(lambda t: ta.PGD(t.counting, t.epsilon, t.stepSize, t.steps)),
        "adv-lib": by_function(
            lambda t: adv_lib.pgd_linf(
                t.counting, t.images, t.labels, t.epsilon, steps=t.steps, absolute_step_size=t.stepSize
            )
        ),
    },
    "pgd-l2": {
        **pgd("L2"),
        "torchattacks": by_torchattacks(lambda t: ta.PGDL2(t.counting, t.epsilon, t.stepSize, t.steps)),
    },
    "pgd-l1": pgd("L1"),
    "sparse-l1-descent": {
        "Foolbox": by_foolbox(lambda t: fb.SparseL1DescentAttack(steps=t.steps, abs_stepsize=t.stepSize)),
    },
    "mi-fgsm": {
        **momentum("MIFGSM"),
        "Foolbox": by_foolbox(
            lambda t: fb.LinfMomentumIterativeFastGradientMethod(abs_stepsize=t.stepSize, steps=t.steps)
        ),
        "ART": by_art(
            lambda t, m: art.MomentumIterativeMethod(
                m, eps=t.epsilon, eps_step=t.stepSize, max_iter=t.steps, batch_size=500, verbose=False
            )
        ),
    },
    "ni-fgsm": momentum("NIFGSM"),
    "si-ni-fgsm": momentum("SINIFGSM"),
    "vmi-fgsm": momentum("VMIFGSM", N=5),
    "vni-fgsm": momentum("VNIFGSM", N=5),
    "di-fgsm": momentum("DIFGSM"),
    "ti-fgsm": {"torchattacks": in_three_channels},
    "virtual-adversarial": {
        "Foolbox": by_foolbox(lambda t: fb.VirtualAdversarialAttack(steps=t.steps, xi=0.01)),
        "ART": by_art(
            lambda t, m: art.VirtualAdversarialMethod(m, t.steps, 0.01, t.epsilon, batch_size=500, verbose=False),
            lambda network: torch.nn.Sequential(network, torch.nn.Softmax(1)),
        ),
    },
    "apgd-ce-linf": apgd("ce"),
    "apgd-ce-l2": apgd("ce"),
    "apgd-ce-l1": {name: attack for name, attack in apgd("ce").items() if name != "torchattacks"},
    "apgd-dlr-linf": apgd("dlr"),
    "apgd-dlr-l2": apgd("dlr"),
    "apgd-t-linf": APGD_TARGETED,
    "apgd-t-l2": APGD_TARGETED,
    "deepfool-l2": {
        **deepfool("L2"),
        "torchattacks": by_torchattacks(lambda t: ta.DeepFool(t.counting, steps=t.steps)),
        "ART": by_art(lambda t, m: art.DeepFool(m, t.steps, epsilon=0.02, batch_size=500, verbose=False)),
    },
    "deepfool-linf": deepfool("Linf"),
    "ddn": DDN,
    "fmn-l0": fmn("L0"),
    "fmn-l1": fmn("L1"),
    "fmn-l2": fmn("L2"),
    "fmn-linf": fmn("LInf"),
    "newtonfool": {
        "Foolbox": by_foolbox(lambda t: fb.NewtonFoolAttack(steps=t.steps)),
        "ART": by_art(lambda t, m: art.NewtonFool(m, t.steps, batch_size=500, verbose=False)),
    },
    "carlini-wagner-l2": {
        "Foolbox": by_foolbox(lambda t: fb.L2CarliniWagnerAttack(t.searchSteps, t.steps)),
        "torchattacks": by_torchattacks(lambda t: ta.CW(t.counting, steps=t.searchSteps * t.steps)),
        "ART": by_art(
            lambda t, m: art.CarliniL2Method(
                m, binary_search_steps=t.searchSteps, max_iter=t.steps, batch_size=500, verbose=False
            )
        ),
        "adv-lib": by_function(
            lambda t: adv_lib.carlini_wagner_l2(
                t.counting, t.images, t.labels, binary_search_steps=t.searchSteps, max_iterations=t.steps
            )
        ),
    },
    "carlini-wagner-linf": {
        "ART": by_art(lambda t, m: art.CarliniLInfMethod(m, max_iter=t.steps, batch_size=500, verbose=False)),
        "adv-lib": by_function(
            lambda t: adv_lib.carlini_wagner_linf(t.counting, t.images, t.labels, max_iterations=t.steps)
        ),
    },
    "carlini-wagner-l0": {
        "ART": by_art(lambda t, m: art.CarliniL0Method(m, max_iter=t.steps, batch_size=50, verbose=False)),
    },
    "ead": {
        "Foolbox": by_foolbox(
            lambda t: fb.EADAttack(t.searchSteps, t.steps, regularization=0.01, decision_rule="L1")
        ),
        "torchattacks": by_torchattacks(
            lambda t: ta.EADL1(t.counting, binary_search_steps=t.searchSteps, max_iterations=t.steps, beta=0.01)
        ),
        "ART": by_art(
            lambda t, m: art.ElasticNet(
                m,
                binary_search_steps=t.searchSteps,
                max_iter=t.steps,
                beta=0.01,
                batch_size=500,
                decision_rule="L1",
                verbose=False,
            )
        ),
    },
    "jsma": {
        "torchattacks": by_torchattacks(lambda t: ta.JSMA(t.counting, theta=1.0, gamma=0.1)),
        "ART": by_art(lambda t, m: art.SaliencyMapMethod(m, theta=1.0, gamma=0.1, batch_size=100, verbose=False)),
    },
    "fab-l1": FAB,
    "fab-l2": FAB,
    "fab-linf": FAB,
    "alma-l1": ALMA,
    "alma-l2": ALMA,
    "sigma-zero": {
        "adv-lib": by_function(lambda t: adv_lib.sigma_zero(t.counting, t.images, t.labels, num_steps=t.steps))
    },
    "brendel-bethge-l0": brendel_bethge("L0"),
    "brendel-bethge-l1": brendel_bethge("L1"),
    "brendel-bethge-l2": brendel_bethge("L2"),
    "brendel-bethge-linf": brendel_bethge("Linfinity"),
    "sparsefool": {"torchattacks": by_torchattacks(lambda t: ta.SparseFool(t.counting, steps=t.steps))},
    "square-linf": square(),
    "square-l2": square(),
    "simba": {
        "ART": by_art(
            lambda t, m: art.SimBA(m, attack="px", max_iter=t.steps, epsilon=t.stepSize, batch_size=1, verbose=False),
            lambda network: torch.nn.Sequential(network, torch.nn.Softmax(1)),
        )
    },
    "nes": {"Foolbox": by_foolbox(nes)},
    "spsa": {
        "torchattacks": by_torchattacks(
            lambda t: ta.SPSA(t.counting, eps=t.epsilon, nb_iter=t.steps, nb_sample=t.points // 2)
        )
    },
    "genattack": {"Foolbox": by_foolbox(lambda t: fb.GenAttack(steps=t.steps, channel_axis=1))},
    "one-pixel": {
        "torchattacks": by_torchattacks(
            lambda t: ta.OnePixel(t.counting, pixels=t.pixels, steps=t.generations, popsize=t.population)
        ),
    },
    "boundary": {
        "Foolbox": by_foolbox(lambda t: fb.BoundaryAttack(steps=t.steps)),
        "ART": by_art(lambda t, m: art.BoundaryAttack(m, targeted=False, max_iter=t.steps // 40, verbose=False)),
    },
    "hop-skip-jump-l2": hop_skip_jump(),
    "hop-skip-jump-linf": hop_skip_jump(),
    "geoda-l2": GEODA,
    "geoda-linf": GEODA,
    "sign-opt": {
        "ART": by_art(lambda t, m: art.SignOPTAttack(m, targeted=False, query_limit=t.queries, verbose=False))
    },
    "pointwise": {"Foolbox": by_foolbox(lambda t: fb.PointwiseAttack(l2_binary_search=False))},
    "rotation-translation": {
        "Foolbox": by_foolbox(lambda t: fb.SpatialAttack(3, 30, 5, 5)),
    },
    "salt-and-pepper": {
        "Foolbox": by_foolbox(lambda t: fb.SaltAndPepperNoiseAttack(steps=t.steps)),
    },
    "blended-noise": {
        "Foolbox": by_foolbox(
            lambda t: fb.LinearSearchBlendedUniformNoiseAttack(
                distance=foolbox.distances.l2, directions=1, steps=t.steps
            )
        ),
    },
    "gaussian-blur": {
        "Foolbox": by_foolbox(
            lambda t: fb.GaussianBlurAttack(distance=foolbox.distances.l2, steps=t.steps, channel_axis=1)
        ),
    },
    "contrast-reduction": {
        "Foolbox": by_foolbox(
            lambda t: fb.LinearSearchContrastReductionAttack(distance=foolbox.distances.l2, steps=t.steps)
        ),
    },
}
