#!/usr/bin/env python3
"""Times one training step of generative models in PyTorch, as a peer of `./shinso bench compare`.

usage: torch_generative.py [--threads N] [--seconds S] [--variants eager,compile] WORKLOAD ...

  vae:batch=128,sizes=784-400-20,opt=adam
  iwae:batch=20,k=50,sizes=784-200-50,opt=adam     two tanh layers on each side
  nade:batch=100,visible=784,hidden=500,opt=adam
  gan:batch=64,sizes=784-256-100                   data, hidden, noise
  dcgan:batch=64,maps=64,noise=100                 28 x 28 x 1, kernels of 5 x 5
  draw:batch=64,glimpses=10,opt=adam               LSTMs of 256, codes of 100, reads 2 x 2, writes 5 x 5

The same arithmetic as Shinso's step on the same sizes, written as one would write it in PyTorch.
Prints one JSON object a line: system, workload, threads, median_ms, steps.
"""
import argparse
import json
import math
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def parse(text):
    kind, _, rest = text.partition(":")
    return kind, dict(item.split("=", 1) for item in rest.split(",") if item)


def sizes_of(o):
    return [int(s) for s in o["sizes"].split("-")]


def mlp(sizes, act):
    layers = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers.append(nn.Linear(a, b))
        if i < len(sizes) - 2:
            layers.append(act())
    return nn.Sequential(*layers)


def log_bernoulli(logits, x):
    return -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)


class Vae(nn.Module):
    def __init__(self, d, h, z):
        super().__init__()
        self.hidden, self.mean, self.logvar = nn.Linear(d, h), nn.Linear(h, z), nn.Linear(h, z)
        self.decoder = mlp([z, h, d], nn.ReLU)

    def forward(self, x):
        h = F.relu(self.hidden(x))
        m, s = self.mean(h), self.logvar(h)
        z = m + torch.randn_like(m) * torch.exp(0.5 * s)
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        return reconstruction - 0.5 * torch.sum(1 + s - m * m - s.exp())


class Iwae(nn.Module):
    def __init__(self, d, h, z, k):
        super().__init__()
        self.k, self.z = k, z
        self.encoder, self.decoder = mlp([d, h, h, 2 * z], nn.Tanh), mlp([z, h, h, d], nn.Tanh)

    def forward(self, x):
        x = torch.bernoulli(x)
        m, s = self.encoder(x).chunk(2, -1)
        e = torch.randn(self.k, x.shape[0], self.z)
        z = m + e * s.exp()
        log_q = (-0.5 * e * e - s).sum(-1)
        log_p = (-0.5 * z * z).sum(-1)
        w = log_bernoulli(self.decoder(z), x) + log_p - log_q
        return -(torch.logsumexp(w, 0) - math.log(self.k)).mean()


class Nade(nn.Module):
    def __init__(self, d, h):
        super().__init__()
        self.w = nn.Parameter(torch.randn(d, h) * 0.05)
        self.v = nn.Parameter(torch.randn(d, h) * 0.05)
        self.b, self.c = nn.Parameter(torch.zeros(d)), nn.Parameter(torch.zeros(h))

    def forward(self, x):
        terms = x.unsqueeze(2) * self.w  # [b, d, h]
        a = self.c + torch.cumsum(terms, 1) - terms
        logits = (torch.sigmoid(a) * self.v).sum(2) + self.b
        return F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1).mean()


class Draw(nn.Module):
    def __init__(self, glimpses, side=28, hidden=256, code=100, read=2, write=5):
        super().__init__()
        self.t, self.side, self.hidden, self.code = glimpses, side, hidden, code
        self.read_n, self.write_n = read, write
        self.encoder = nn.LSTMCell(2 * read * read + hidden, hidden)
        self.decoder = nn.LSTMCell(code, hidden)
        self.posterior = nn.Linear(hidden, 2 * code)
        self.reading, self.writing = nn.Linear(hidden, 5), nn.Linear(hidden, 5)
        self.patch = nn.Linear(hidden, write * write)
        self.canvas = nn.Parameter(torch.zeros(side, side))
        self.first_e, self.first_d = nn.Parameter(torch.zeros(hidden)), nn.Parameter(torch.zeros(hidden))
        self.register_buffer("pixel", torch.arange(1, side + 1).float())

    def filters(self, p, n):
        gx, gy = (p[:, 0:1] + 1) * (self.side + 1) / 2, (p[:, 1:2] + 1) * (self.side + 1) / 2
        variance, gamma = p[:, 2:3].exp(), p[:, 4:5].exp().unsqueeze(2)
        stride = p[:, 3:4].exp() * ((self.side - 1) / (n - 1))
        i = torch.arange(n).float() - n / 2 + 0.5

        def bank(g):
            m = (g + stride * i).unsqueeze(2)
            return F.softmax(-((self.pixel - m) ** 2) / (2 * variance.unsqueeze(2)), 2)
        return bank(gx), bank(gy), gamma

    def forward(self, x):
        b = x.shape[0]
        x = torch.bernoulli(x)
        he, ce = self.first_e.expand(b, -1), torch.zeros(b, self.hidden)
        hd, cd = self.first_d.expand(b, -1), torch.zeros(b, self.hidden)
        canvas, kl = self.canvas.expand(b, -1, -1), torch.zeros(b)
        for _ in range(self.t):
            error = x - torch.sigmoid(canvas)
            fx, fy, gamma = self.filters(self.reading(hd), self.read_n)
            seen = [(fy @ i @ fx.transpose(1, 2) * gamma).flatten(1) for i in (x, error)]
            he, ce = self.encoder(torch.cat(seen + [hd], 1), (he, ce))
            m, s = self.posterior(he).chunk(2, 1)
            z = m + torch.randn_like(m) * s.exp()
            kl = kl + 0.5 * (m * m + (2 * s).exp() - 2 * s - 1).sum(1)
            hd, cd = self.decoder(z, (hd, cd))
            fx, fy, gamma = self.filters(self.writing(hd), self.write_n)
            patch = self.patch(hd).view(b, self.write_n, self.write_n)
            canvas = canvas + fy.transpose(1, 2) @ patch @ fx / gamma
        return (kl - log_bernoulli(canvas.flatten(1), x.flatten(1))).mean()


class Scale(nn.Module):
    def __init__(self, factor, shift):
        super().__init__()
        self.factor, self.shift = factor, shift

    def forward(self, x):
        return x * self.factor + self.shift


def dcgan(maps, noise):
    g = nn.Sequential(
        nn.Linear(noise, 49 * 2 * maps, bias=False), nn.Unflatten(1, (2 * maps, 7, 7)),
        nn.BatchNorm2d(2 * maps), nn.ReLU(),
        nn.ConvTranspose2d(2 * maps, maps, 5, 2, 2, 1, bias=False), nn.BatchNorm2d(maps), nn.ReLU(),
        nn.ConvTranspose2d(maps, 1, 5, 2, 2, 1), nn.Tanh(), Scale(0.5, 0.5))
    d = nn.Sequential(
        Scale(2, -1), nn.Conv2d(1, maps, 5, 2, 2), nn.LeakyReLU(0.2),
        nn.Conv2d(maps, 2 * maps, 5, 2, 2, bias=False), nn.BatchNorm2d(2 * maps), nn.LeakyReLU(0.2),
        nn.Flatten(), nn.Linear(49 * 2 * maps, 1))
    return g, d


def game(g, d, x, noise, variant):
    """One step of the discriminator, then one of the generator (non-saturating)."""
    rule = lambda net: torch.optim.Adam(net.parameters(), 2e-4, betas=(0.5, 0.999), fused=True)
    og, od = rule(g), rule(d)
    draw = lambda: torch.rand(x.shape[0], noise) * 2 - 1

    def loss_d(z):
        with torch.no_grad():
            made = g(z)
        return F.softplus(-d(x)).mean() + F.softplus(d(made)).mean()

    def loss_g(z):
        return F.softplus(-d(g(z))).mean()
    if variant == "compile":
        loss_d, loss_g = torch.compile(loss_d), torch.compile(loss_g)

    def step():
        od.zero_grad(set_to_none=True)
        loss_d(draw()).backward()
        od.step()
        d.requires_grad_(False)  # no gradients of weights that this step doesn't move
        og.zero_grad(set_to_none=True)
        loss_g(draw()).backward()
        og.step()
        d.requires_grad_(True)
    return step


def step_of(text, variant):
    kind, o = parse(text)
    b = int(o.get("batch", 1))
    if kind == "gan":
        d, h, z = sizes_of(o)
        g = nn.Sequential(mlp([z, h, h, d], nn.ReLU), nn.Sigmoid())
        return game(g, mlp([d, h, h, 1], lambda: nn.LeakyReLU(0.2)), binary(b, d), z, variant)
    if kind == "dcgan":
        z = int(o.get("noise", 100))
        g, d = dcgan(int(o["maps"]), z)
        x = binary(b, 1, 28, 28)
        if variant == "channels_last":
            layout = torch.channels_last
            g, d, x = g.to(memory_format=layout), d.to(memory_format=layout), x.to(memory_format=layout)
        return game(g, d, x, z, variant)
    if variant == "channels_last":
        return None
    if kind == "vae":
        net, x = Vae(*sizes_of(o)), binary(b, sizes_of(o)[0])
    elif kind == "iwae":
        net, x = Iwae(*sizes_of(o), int(o.get("k", 1))), binary(b, sizes_of(o)[0])
    elif kind == "nade":
        net, x = Nade(int(o["visible"]), int(o["hidden"])), binary(b, int(o["visible"]))
    elif kind == "draw":
        net, x = Draw(int(o["glimpses"])), binary(b, 28, 28)
    else:
        raise SystemExit(f"unknown workload kind: {kind}")
    rule = torch.optim.Adam(net.parameters(), 1e-3, fused=True)
    loss = torch.compile(net) if variant == "compile" else net

    def step():
        rule.zero_grad(set_to_none=True)
        value = loss(x)
        value.backward()
        if kind == "draw":
            torch.nn.utils.clip_grad_norm_(net.parameters(), 10)
        rule.step()
    return step


def binary(*shape):
    return torch.bernoulli(torch.full(shape, 0.3))


def median_ms(step, seconds):
    start, n = time.perf_counter(), 0
    while n < 3 or (time.perf_counter() - start < seconds / 3 and n < 200):
        step()
        n += 1
    times, start = [], time.perf_counter()
    while len(times) < 5 or (time.perf_counter() - start < seconds and len(times) < 2000):
        t = time.perf_counter()
        step()
        times.append(time.perf_counter() - t)
    times.sort()
    return 1e3 * times[len(times) // 2], len(times)


def main():
    a = argparse.ArgumentParser()
    a.add_argument("--threads", type=int, default=2)
    a.add_argument("--seconds", type=float, default=3.0)
    a.add_argument("--variants", default="eager,channels_last,compile")
    a.add_argument("workload", nargs="+")
    a = a.parse_args()
    torch.set_num_threads(a.threads)
    for text in a.workload:
        for variant in a.variants.split(","):
            torch.manual_seed(0)
            try:
                step = step_of(text, variant)
                if step is None:
                    continue
                ms, n = median_ms(step, a.seconds)
                line = {"median_ms": round(ms, 4), "steps": n, "threads": a.threads}
            except Exception as e:  # what this build can't run is reported, not hidden
                line = {"error": str(e)[:200]}
            print(json.dumps({"system": f"torch-{variant}", "workload": text, **line}), flush=True)


if __name__ == "__main__":
    main()
