"""Makes the files beside it, with PyTorch 2.13.0, onnx 1.23.1, onnxscript and NumPy 2.3.5:

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 onnx==1.23.1 onnxscript safetensors
    venv/bin/python make.py

NAME.onnx is a model as PyTorch exports it, NAME-io.safetensors an input and its output in
inference. The last one keeps its weights in a file of their own.
"""

import onnx
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(1)


def save(name, module, x, external=False):
    module.eval()
    with torch.no_grad():
        y = module(x)
    torch.onnx.export(
        module,
        (x,),
        name + ".onnx",
        dynamo=True,
        external_data=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_shapes=({0: torch.export.Dim("batch", min=1, max=64)},),
        verbose=False,
    )
    # What only people need is left out, so that the files are small.
    model = onnx.load(name + ".onnx")
    model.graph.ClearField("value_info")
    model.ClearField("functions")
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in list(model.graph.input) + list(model.graph.output):
        value.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.ClearField("metadata_props")
    onnx.save_model(
        model,
        name + ".onnx",
        save_as_external_data=external,
        location=name + ".data",
        size_threshold=0,
    )
    save_file({"input": x.contiguous(), "output": y.contiguous()}, name + "-io.safetensors")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 4, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 4, 3, padding=1, groups=2)
        self.fc = nn.Linear(4 * 3 * 3, 3)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = x + nn.functional.silu(self.conv2(x))
        x = nn.functional.max_pool2d(x, 2)
        return nn.functional.log_softmax(self.fc(x.flatten(1)), dim=1)


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True, batch_first=True)
        self.norm = nn.LayerNorm(8)
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        y, _ = self.lstm(x)
        return self.fc(nn.functional.gelu(self.norm(y))).mean(1)


save("torch-conv", Net(), torch.randn(3, 2, 6, 6))
save("torch-lstm", Tagger(), torch.randn(3, 5, 3))
mlp = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 2))
save("torch-external", mlp, torch.randn(3, 4), True)
