"""JAX on the CPU: one jitted function for a whole step with optax's Adam, whose old state it may overwrite."""

import functools
import os
import sys

if sys.argv[1] == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import optax
from jax import lax, random

from serve import inputs, labels, measure, serve

KEY = random.PRNGKey(0)


def weights(key, shape, fan_in):
    """PyTorch's initial weights, and biases of zero."""
    bound = fan_in**-0.5
    return random.uniform(key, shape, minval=-bound, maxval=bound), jnp.zeros(shape[-1])


def mlp(key, *widths):
    return [weights(k, (i, o), i) for k, i, o in zip(random.split(key, len(widths)), widths, widths[1:])]


def mlp_forward(activation, layers, x):
    for w, b in layers[:-1]:
        x = activation(x @ w + b)
    w, b = layers[-1]
    return x @ w + b


def lenet(key):
    one, two, three = random.split(key, 3)
    return weights(one, (5, 5, 1, 6), 25), weights(two, (5, 5, 6, 16), 150), mlp(three, 256, 120, 84, 10)


def lenet_forward(parameters, x):
    def block(x, layer):
        w, b = layer
        x = lax.conv_general_dilated(x, w, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")) + b
        return lax.reduce_window(jax.nn.relu(x), -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")

    conv1, conv2, dense = parameters
    x = block(block(x, conv1), conv2)
    return mlp_forward(jax.nn.relu, dense, x.reshape(x.shape[0], -1))


def plain(forward):
    """A forward pass without state: nothing to remember, nothing random."""
    return lambda parameters, state, x: (forward(parameters, x), state)


def normed(key):
    one, two = random.split(key)
    return weights(one, (784, 256), 784), (jnp.ones(256), jnp.zeros(256)), weights(two, (256, 10), 256)


def normed_forward(parameters, state, x):
    """Batch norm with its running statistics, and dropout, as a step of training needs them."""
    (w1, b1), (scale, shift), (w2, b2) = parameters
    key, mean, variance = state
    x = x @ w1 + b1
    m, v = x.mean(0), x.var(0)
    x = jax.nn.relu((x - m) * lax.rsqrt(v + 1e-5) * scale + shift)
    key, drawn = random.split(key)
    x = jnp.where(random.bernoulli(drawn, 0.5, x.shape), x * 2, 0)
    unbiased = v * (x.shape[0] / (x.shape[0] - 1))
    return x @ w2 + b2, (key, 0.9 * mean + 0.1 * m, 0.9 * variance + 0.1 * unbiased)


tanh, relu = functools.partial(mlp_forward, jnp.tanh), functools.partial(mlp_forward, jax.nn.relu)
CASES = {
    "tiny_infer_b1": (mlp(KEY, 4, 32, 32, 2), plain(tanh), (1, 4), None),
    "tiny_train_b32": (mlp(KEY, 4, 32, 32, 2), plain(tanh), (32, 4), 2),
    "mlp_infer_b1": (mlp(KEY, 784, 128, 64, 10), plain(relu), (1, 784), None),
    "mlp_infer_b128": (mlp(KEY, 784, 128, 64, 10), plain(relu), (128, 784), None),
    "mlp_train_b32": (mlp(KEY, 784, 128, 64, 10), plain(relu), (32, 784), 10),
    "mlp_train_b128": (mlp(KEY, 784, 128, 64, 10), plain(relu), (128, 784), 10),
    "wide_train_b128": (mlp(KEY, 784, 512, 512, 10), plain(relu), (128, 784), 10),
    "bn_train_b128": (normed(KEY), normed_forward, (128, 784), 10),
    "lenet_infer_b1": (lenet(KEY), plain(lenet_forward), (1, 28, 28, 1), None),
    "lenet_train_b128": (lenet(KEY), plain(lenet_forward), (128, 28, 28, 1), 10),
}


def find(name):
    if name not in CASES:
        return None
    first, forward, shape, classes = CASES[name]
    state = (KEY, jnp.zeros(256), jnp.ones(256)) if forward is normed_forward else ()
    x = jnp.array(inputs(functools.reduce(int.__mul__, shape)), jnp.float32).reshape(shape)
    if classes is None:
        infer = jax.jit(lambda parameters, x: forward(parameters, (), x)[0])
        return lambda seconds: measure(seconds, lambda: Lazy(infer(first, x).block_until_ready()))
    y = jnp.array(labels(shape[0], classes))
    adam = optax.adam(1e-3)

    def loss(parameters, state, x, y):
        logits, state = forward(parameters, state, x)
        return optax.softmax_cross_entropy_with_integer_labels(logits, y).mean(), state

    @functools.partial(jax.jit, donate_argnums=(0, 1, 2))
    def update(parameters, moments, state, x, y):
        (value, state), gradients = jax.value_and_grad(loss, has_aux=True)(parameters, state, x, y)
        changes, moments = adam.update(gradients, moments)
        return optax.apply_updates(parameters, changes), moments, state, value

    def train(seconds):
        now = jax.tree.map(jnp.copy, (first, adam.init(first), state))

        def step():
            nonlocal now
            *now, value = update(*now, x, y)
            return value.block_until_ready()

        return measure(seconds, step)

    return train


class Lazy:
    """An output of which one number is read only when asked for."""

    def __init__(self, outputs):
        self.outputs = outputs

    def __float__(self):
        return float(self.outputs[0, 0])


serve(find)
