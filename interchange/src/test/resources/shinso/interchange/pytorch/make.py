"""Makes the files beside it, with PyTorch 2.13.0, NumPy 2.3.5 and safetensors 0.8.0:

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy==2.3.5 safetensors==0.8.0
    venv/bin/python make.py

Each NAME.safetensors is a state dictionary, NAME-io.safetensors an input of the module and its
output in inference.
"""

import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(1)


def save(name, module, x, types=None):
    module.eval()
    with torch.no_grad():
        y = module(x)
    y = y[0] if isinstance(y, tuple) else y
    state = {k: v.contiguous() for k, v in module.state_dict().items()}
    for key, dtype in (types or {}).items():
        state[key] = state[key].to(dtype)
    save_file(state, name + ".safetensors")
    save_file({"input": x.contiguous(), "output": y.contiguous()}, name + "-io.safetensors")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=1)
        self.bn1 = nn.BatchNorm2d(3)
        self.conv2 = nn.ConvTranspose2d(3, 4, 3, stride=2, bias=False)
        self.fc = nn.Linear(4 * 7 * 13, 5)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return self.fc(torch.relu(self.conv2(x)).flatten(1))


mlp = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Dropout(0.5), nn.Linear(6, 3))
save("mlp", mlp, torch.randn(5, 4))

# The halves are what the file has, so the output is that of the halves.
half = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))
with torch.no_grad():
    half[0].weight.copy_(half[0].weight.to(torch.float16).float())
    half[0].bias.copy_(half[0].bias.to(torch.bfloat16).float())
save(
    "types",
    half,
    torch.randn(5, 4),
    {"0.weight": torch.float16, "0.bias": torch.bfloat16, "2.weight": torch.float64},
)

net = Net()
net.train()
for _ in range(20):  # running statistics of their own
    net(torch.randn(8, 2, 5, 5) * 2 + 1)
save("conv", net, torch.randn(3, 2, 5, 5))

save("rnn", nn.RNN(3, 4, batch_first=True), torch.randn(2, 6, 3))
save("lstm", nn.LSTM(3, 4, num_layers=2, batch_first=True), torch.randn(2, 6, 3))
save("gru", nn.GRU(3, 4, batch_first=True, bidirectional=True), torch.randn(2, 6, 3))

mixed = nn.Sequential(
    nn.Conv1d(3, 4, 3, groups=1), nn.PReLU(4), nn.GroupNorm(2, 4), nn.Flatten(), nn.LayerNorm(16)
)
with torch.no_grad():
    for p in mixed.parameters():
        p.add_(torch.randn_like(p) * 0.3)
save("mixed", mixed, torch.randn(2, 3, 6))

everything = {
    "f16": torch.tensor([1.5, -2.0], dtype=torch.float16),
    "bf16": torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
    "f64": torch.tensor([0.1, -2.0], dtype=torch.float64),
    "i64": torch.tensor([7, -8], dtype=torch.int64),
    "u8": torch.tensor([0, 255], dtype=torch.uint8),
    "bool": torch.tensor([True, False]),
}
save_file(everything, "everything.safetensors")
