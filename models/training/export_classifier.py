"""The classifier as an ONNX file.

Inputs: `features`, float32 `[batch, traits]`; `word_buckets`, int64 `[batch, words]`, and `word_counts`, float32 of the same
shape, 0 where a row has no more words. Output `probability`: float32 `[batch]`.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from complexity import TRAIT_SCALE, Classifier

OPSET = 13
HEADS = ('benchmark', 'everyday', 'gate')


def write_classifier(path: Path, classifier: Classifier) -> None:
    inputs = classifier.inputs
    traits = len(inputs.trait_names)
    heads = [getattr(classifier, name) for name in HEADS]
    weights = np.stack([head.weights for head in heads], axis=1)
    trait_weights = weights[:traits] * (TRAIT_SCALE / inputs.deviation)[:, None]
    constants = {
        'low': inputs.low,
        'high': inputs.high,
        'trait_weights': trait_weights,
        'bias': np.array([head.bias for head in heads]) - inputs.mean @ trait_weights,
        'idf': inputs.idf,
        'word_weights': weights[traits:],
        'smallest_length': np.array(1e-12),
        'one': np.array(1.0),
    }
    tensors = [numpy_helper.from_array(value.astype(np.float32), name) for name, value in constants.items()]
    tensors += [numpy_helper.from_array(np.array([1], dtype=np.int64), 'axis_1')]
    tensors += [numpy_helper.from_array(np.array([1, 1, 1], dtype=np.int64), 'one_each')]
    graph = helper.make_graph(
        [*_word_nodes(), *_trait_nodes(), *_mixing_nodes()],
        'complexity',
        [
            helper.make_tensor_value_info('features', TensorProto.FLOAT, ['batch', traits]),
            helper.make_tensor_value_info('word_buckets', TensorProto.INT64, ['batch', 'words']),
            helper.make_tensor_value_info('word_counts', TensorProto.FLOAT, ['batch', 'words']),
        ],
        [helper.make_tensor_value_info('probability', TensorProto.FLOAT, ['batch'])],
        tensors,
    )
    model = helper.make_model(graph, producer_name='llmrouter', opset_imports=[helper.make_opsetid('', OPSET)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _word_nodes():
    """The mean of the words' weights, weighed by ln(1 + count) · idf over the length of that row: `[batch, heads]`."""
    node = helper.make_node
    return [
        node('Add', ['word_counts', 'one'], ['counts_and_one']),
        node('Log', ['counts_and_one'], ['log_counts']),
        node('Gather', ['idf', 'word_buckets'], ['word_idf'], axis=0),
        node('Mul', ['log_counts', 'word_idf'], ['scaled']),
        node('ReduceL2', ['scaled'], ['length'], axes=[1], keepdims=1),
        node('Max', ['length', 'smallest_length'], ['safe_length']),
        node('Div', ['scaled', 'safe_length'], ['row']),
        node('Gather', ['word_weights', 'word_buckets'], ['row_weights'], axis=0),
        # [batch, 1, words] × [batch, words, heads].
        node('Unsqueeze', ['row', 'axis_1'], ['row_as_matrix']),
        node('MatMul', ['row_as_matrix', 'row_weights'], ['word_scores_as_matrix']),
        node('Squeeze', ['word_scores_as_matrix', 'axis_1'], ['word_scores']),
    ]


def _trait_nodes():
    node = helper.make_node
    return [
        node('Max', ['features', 'low'], ['not_too_low']),
        node('Min', ['not_too_low', 'high'], ['clipped']),
        node('MatMul', ['clipped', 'trait_weights'], ['trait_scores']),
        node('Add', ['trait_scores', 'bias'], ['with_bias']),
        node('Add', ['with_bias', 'word_scores'], ['scores']),
    ]


def _mixing_nodes():
    node = helper.make_node
    return [
        node('Split', ['scores', 'one_each'], ['benchmark', 'everyday', 'gate'], axis=1),
        node('Sigmoid', ['gate'], ['share']),
        node('Sub', ['everyday', 'benchmark'], ['difference']),
        node('Mul', ['share', 'difference'], ['correction']),
        node('Add', ['benchmark', 'correction'], ['logit']),
        node('Sigmoid', ['logit'], ['as_column']),
        node('Squeeze', ['as_column', 'axis_1'], ['probability']),
    ]
