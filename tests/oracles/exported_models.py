"""Small networks as the exporters of PyTorch, Keras and scikit-learn write them, and what those libraries make of some inputs:
writes tests/package/exported_models.json.

    python3 tests/oracles/exported_models.py     (scikit-learn, Keras and their exporters: requirements.txt; PyTorch: Debian's
                                                  python3-torch; what is not installed keeps its entries)
"""

import base64
import io
import json
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "package/exported_models.json"


def entry(name, made_by, file, inputs, probabilities, options):
    return {
        "name": name,
        "madeBy": made_by,
        "onnx": base64.b64encode(file).decode(),
        "options": options,
        "shape": list(inputs.shape),
        "inputs": [round(float(value), 6) for value in inputs.ravel()],
        "probabilities": [[float(f"{value:.7g}") for value in row] for row in probabilities],
    }


def from_scikit_learn():
    import skl2onnx
    import sklearn
    from sklearn.datasets import load_breast_cancer, load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    made_by = f"scikit-learn {sklearn.__version__}, skl2onnx {skl2onnx.__version__}"
    for data_name, data in (("iris", load_iris()), ("breast cancer", load_breast_cancer())):
        inputs = data.data.astype(np.float32)
        for kind, classifier in (
            ("logistic regression", LogisticRegression(max_iter=500)),
            ("perceptron", MLPClassifier((8,), max_iter=600, random_state=1)),
        ):
            model = make_pipeline(StandardScaler(), classifier).fit(inputs, data.target)
            file = skl2onnx.to_onnx(model, inputs[:1], options={"zipmap": False}, target_opset=17)
            rows = inputs[[0, 70, -1]].round(6)
            options = {"bounds": [0, 10000]}
            # Both probabilities are computed from one there, which is no softmax.
            if kind == "perceptron" and data_name == "breast cancer":
                options["output"] = "probabilities"
            yield entry(
                f"{kind} of {data_name}", made_by, file.SerializeToString(), rows, model.predict_proba(rows), options
            )


def from_keras():
    import keras
    import tensorflow as tf
    import tf2onnx

    layers = keras.layers
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            layers.Input((8, 6, 2)),
            layers.Conv2D(4, 3, padding="same", strides=2, activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(),
            layers.DepthwiseConv2D(2, padding="same", activation="elu"),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    signature = [tf.TensorSpec((None, 8, 6, 2), tf.float32, name="x")]
    function = tf.function(lambda x: model(x), input_signature=signature)
    file, _ = tf2onnx.convert.from_function(function, input_signature=signature, opset=17)
    rows = np.random.default_rng(1).random((2, 8, 6, 2)).astype(np.float32).round(6)
    made_by = f"Keras {keras.__version__}, tf2onnx {tf2onnx.__version__}"
    yield entry("convolutional", made_by, file.SerializeToString(), rows, model.predict(rows, verbose=0), {})


def from_pytorch():
    import torch
    from torch import nn

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
            self.second = nn.Conv2d(4, 4, 3, padding=1, groups=2)
            self.head = nn.Linear(4, 3)

        def forward(self, x):
            x = self.first(x)
            x = nn.functional.silu(x + self.second(x))
            return self.head(x.mean((2, 3)))

    class TwoInputs(nn.Module):
        def __init__(self):
            super().__init__()
            self.image = nn.Sequential(nn.Conv2d(1, 3, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten())
            self.head = nn.Linear(12 + 2, 3)

        def forward(self, image, features):
            return self.head(torch.cat([self.image(image), features], 1))

    class Upsampled(nn.Module):
        def __init__(self):
            super().__init__()
            self.transposed = nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0))
            self.head = nn.Linear(3, 3)

        def forward(self, x):
            x = nn.functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=True)
            x = self.transposed(nn.functional.pad(x, (1, 0, 2, 1)))
            return self.head(torch.amax(nn.functional.hardswish(x), (2, 3)))

    generator = torch.Generator().manual_seed(1)
    for name, network, shapes in (
        ("residual", Residual(), [(2, 6, 6)]),
        ("two inputs", TwoInputs(), [(1, 8, 8), (2,)]),
        ("upsampled", Upsampled(), [(2, 4, 4)]),
    ):
        with torch.no_grad():
            for parameter, value in network.state_dict().items():
                if value.dtype == torch.float32:
                    least = 0.5 if parameter.endswith("running_var") else -0.3
                    value.copy_(torch.rand(value.shape, generator=generator) + least)
        network.eval()
        inputs = [torch.rand((2, *shape), generator=generator).mul(1e6).round().div(1e6) for shape in shapes]
        names = [f"x{i}" for i in range(len(shapes))]
        file = io.BytesIO()
        torch.onnx.export(
            network,
            tuple(value[:1] for value in inputs),
            file,
            input_names=names,
            output_names=["logits"],
            dynamic_axes={name: {0: "batch"} for name in [*names, "logits"]},
            opset_version=15,
        )
        probabilities = network(*inputs).softmax(1).detach().numpy()
        rows = torch.cat([value.reshape(2, -1) for value in inputs], 1).numpy() if len(inputs) > 1 else inputs[0].numpy()
        yield entry(name, f"PyTorch {torch.__version__}", file.getvalue(), rows, probabilities, {})


entries = {each["name"]: each for each in (json.loads(OUT.read_text()) if OUT.exists() else [])}
for exporter in (from_scikit_learn, from_keras, from_pytorch):
    try:
        entries.update({each["name"]: each for each in exporter()})
    except ImportError as error:
        print(f"{exporter.__name__}: {error}")
OUT.write_text("[\n" + ",\n".join(json.dumps(each) for each in entries.values()) + "\n]\n")
