"""A logistic regression as an ONNX file: float32 `[batch, features]` → probability `[batch, 1]`."""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from export_onnx import OPSET
from logistic import Logistic

INPUT = 'features'
OUTPUT = 'probability'
NAMES = 'features'
"""Key of the file's metadata with the names of the columns."""


def write_logistic(path: Path, model: Logistic) -> None:
    constants = {
        'weights': model.weights.astype(np.float32)[:, None],
        'bias': np.array([model.bias], dtype=np.float32),
    }
    nodes = [
        helper.make_node('MatMul', [INPUT, 'weights'], ['weighted']),
        helper.make_node('Add', ['weighted', 'bias'], ['logit']),
        helper.make_node('Sigmoid', ['logit'], [OUTPUT]),
    ]
    graph = helper.make_graph(
        nodes,
        'logistic',
        [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, ['batch', len(model.features)])],
        [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ['batch', 1])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    proto = helper.make_model(graph, producer_name='llmrouter', opset_imports=[helper.make_opsetid('', OPSET)])
    proto.ir_version = 8
    helper.set_model_props(proto, {NAMES: ' '.join(model.features)})
    onnx.checker.check_model(proto)
    path.write_bytes(proto.SerializeToString())


def read_logistic(path: Path) -> Logistic:
    """What is evaluated is what ships."""
    proto = onnx.load(str(path))
    constants = {constant.name: numpy_helper.to_array(constant) for constant in proto.graph.initializer}
    names = next(entry.value for entry in proto.metadata_props if entry.key == NAMES)
    return Logistic(tuple(names.split()), constants['weights'][:, 0], float(constants['bias'][0]))
