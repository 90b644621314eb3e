"""The trained network as an ONNX file: eight bits a weight, one scale a row, read without any training framework.

Inputs `input_ids`, `attention_mask`: int64 `[batch, tokens]`. Output `sentence_embedding`: float32 `[batch, dimension]`,
of length one.
"""

from pathlib import Path
from typing import Tuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13


def quantise_rows(vectors: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """int8 `[rows, columns]` and a float32 scale for each row; their product is the row within half a step."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def write_onnx(path: Path, vectors: np.ndarray, weights: np.ndarray) -> None:
    """`weights` are the tokens' exp(clip(s)). They are folded with the scales into one factor a token."""
    rows, scales = quantise_rows(vectors)
    factors = (scales * weights).astype(np.float32)
    constants = {
        'token_rows': rows,
        'token_factors': factors,
        'axis_1': np.array([1], dtype=np.int64),
        'smallest_length': np.array(1e-12, dtype=np.float32),
    }
    nodes = [
        helper.make_node('Gather', ['token_rows', 'input_ids'], ['rows_int8'], axis=0),
        helper.make_node('Cast', ['rows_int8'], ['rows'], to=TensorProto.FLOAT),
        helper.make_node('Gather', ['token_factors', 'input_ids'], ['factors'], axis=0),
        helper.make_node('Cast', ['attention_mask'], ['mask'], to=TensorProto.FLOAT),
        helper.make_node('Mul', ['factors', 'mask'], ['masked']),
        # [batch, 1, tokens] × [batch, tokens, dimension]: the weighted sum without a product the size of all rows.
        helper.make_node('Unsqueeze', ['masked', 'axis_1'], ['as_row']),
        helper.make_node('MatMul', ['as_row', 'rows'], ['sum_as_row']),
        helper.make_node('Squeeze', ['sum_as_row', 'axis_1'], ['sum']),
        helper.make_node('ReduceL2', ['sum'], ['length'], axes=[1], keepdims=1),
        helper.make_node('Max', ['length', 'smallest_length'], ['safe_length']),
        helper.make_node('Div', ['sum', 'safe_length'], ['sentence_embedding']),
    ]
    graph = helper.make_graph(
        nodes,
        'weighted-mean',
        [_tokens('input_ids'), _tokens('attention_mask')],
        [helper.make_tensor_value_info('sentence_embedding', TensorProto.FLOAT, ['batch', vectors.shape[1]])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, producer_name='llmrouter', opset_imports=[helper.make_opsetid('', OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def read_token_vectors(path: Path) -> np.ndarray:
    """The tokens' weighted vectors as the file holds them, float32 `[tokens, dimension]`."""
    constants = {c.name: numpy_helper.to_array(c) for c in onnx.load(str(path)).graph.initializer}
    return constants['token_rows'].astype(np.float32) * constants['token_factors'][:, None]


def _tokens(name: str):
    return helper.make_tensor_value_info(name, TensorProto.INT64, ['batch', 'tokens'])
