"""ONNX Runtime: one sample through a graph that is optimised once, on the CPU. It trains nothing."""

import sys

import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from serve import inputs, measure, serve

random = numpy.random.default_rng(0)


class Graph:
    """Layers one behind the other, as a graph: each node reads what the last one gave."""

    def __init__(self, shape):
        self.shape, self.nodes, self.weights, self.last = shape, [], [], "x"

    def add(self, kind, *weights, **attributes):
        names = [f"w{len(self.weights) + i}" for i in range(len(weights))]
        self.weights += [numpy_helper.from_array(w, name) for w, name in zip(weights, names)]
        output = f"y{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, [self.last, *names], [output], **attributes))
        self.last = output
        return self

    def weight(self, shape, fan_in):
        """PyTorch's initial weights."""
        return random.uniform(-(fan_in**-0.5), fan_in**-0.5, shape).astype(numpy.float32)

    def dense(self, activation, *widths):
        for fan_in, fan_out in zip(widths, widths[1:]):
            self.add("Gemm", self.weight((fan_in, fan_out), fan_in), self.weight(fan_out, fan_in))
            self.add(activation)
        self.nodes.pop()
        self.last = self.nodes[-1].output[0]
        return self

    def conv(self, channels, maps):
        self.add("Conv", self.weight((maps, channels, 5, 5), 25 * channels), self.weight(maps, 25 * channels))
        return self.add("Relu").add("MaxPool", kernel_shape=[2, 2], strides=[2, 2])

    def session(self):
        x = helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)
        y = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, None)
        graph = helper.make_graph(self.nodes, "net", [x], [y], self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = int(sys.argv[1])
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


CASES = {
    "tiny_infer_b1": Graph([1, 4]).dense("Tanh", 4, 32, 32, 2),
    "mlp_infer_b1": Graph([1, 784]).dense("Relu", 784, 128, 64, 10),
    "mlp_infer_b128": Graph([128, 784]).dense("Relu", 784, 128, 64, 10),
    "lenet_infer_b1": Graph([1, 1, 28, 28]).conv(1, 6).conv(6, 16).add("Flatten").dense("Relu", 256, 120, 84, 10),
}


def find(name):
    if name not in CASES:
        return None
    graph = CASES[name]
    session = graph.session()
    x = numpy.array(inputs(numpy.prod(graph.shape)), numpy.float32).reshape(graph.shape)
    return lambda seconds: measure(seconds, lambda: session.run(None, {"x": x})[0][0, 0])


serve(find)
