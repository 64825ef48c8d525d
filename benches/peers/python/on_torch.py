"""PyTorch as its tutorials train: `inference_mode` for one sample, fused Adam where the version has it; eager, or compiled."""

import copy
import sys

import torch
from torch import nn
from torch.nn import functional as F

from serve import inputs, labels, measure, serve

torch.set_num_threads(int(sys.argv[1]))
compiled = torch.compile if "compile" in sys.argv else lambda net: net


def mlp(*widths, activation=nn.ReLU):
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        layers += [nn.Linear(fan_in, fan_out), activation()]
    return nn.Sequential(*layers[:-1])


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), *mlp(256, 120, 84, 10),
    )


def normed():
    return nn.Sequential(nn.Linear(784, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, 10))


def small():
    return mlp(784, 128, 64, 10)


def tiny():
    return mlp(4, 32, 32, 2, activation=nn.Tanh)


CASES = {
    "tiny_infer_b1": (tiny, (1, 4), None),
    "tiny_train_b32": (tiny, (32, 4), 2),
    "mlp_infer_b1": (small, (1, 784), None),
    "mlp_infer_b128": (small, (128, 784), None),
    "mlp_train_b32": (small, (32, 784), 10),
    "mlp_train_b128": (small, (128, 784), 10),
    "wide_train_b128": (lambda: mlp(784, 512, 512, 10), (128, 784), 10),
    "bn_train_b128": (normed, (128, 784), 10),
    "lenet_infer_b1": (lenet, (1, 1, 28, 28), None),
    "lenet_train_b128": (lenet, (128, 1, 28, 28), 10),
}


def adam(net):
    try:
        return torch.optim.Adam(net.parameters(), lr=1e-3, fused=True)
    except (RuntimeError, TypeError):  # before 2.4 the fused one is for GPUs
        return torch.optim.Adam(net.parameters(), lr=1e-3)


def find(name):
    if name not in CASES:
        return None
    make, shape, classes = CASES[name]
    net = make()
    count = 1
    for size in shape:
        count *= size
    x = torch.tensor(inputs(count)).reshape(shape)
    if classes is None:
        model = compiled(net.eval())

        def infer(seconds):
            with torch.inference_mode():
                return measure(seconds, lambda: model(x)[0, 0])

        return infer
    y = torch.tensor(labels(shape[0], classes))
    model, start = compiled(net), copy.deepcopy(net.state_dict())

    def train(seconds):
        net.load_state_dict(start)
        optimizer = adam(net)

        def step():
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(model(x), y)
            loss.backward()
            optimizer.step()
            return loss.detach()

        return measure(seconds, step)

    return train


serve(find)
