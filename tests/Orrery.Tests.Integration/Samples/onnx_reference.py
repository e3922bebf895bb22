"""Checks a model with the onnx package and evaluates it with numpy, operator by operator. Used by OnnxTests."""
import json
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def attributes(node):
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def tree_ensemble(node, x):
    a = attributes(node)
    where = {key: i for i, key in enumerate(zip(a["nodes_treeids"], a["nodes_nodeids"]))}
    weight = dict(zip(zip(a["target_treeids"], a["target_nodeids"]), a["target_weights"]))
    assert a["aggregate_function"] == b"SUM" and a["post_transform"] == b"NONE" and a["n_targets"] == 1

    def descend(tree, i, rows):
        if a["nodes_modes"][i] == b"LEAF":
            sums[rows] += np.float32(weight[(tree, a["nodes_nodeids"][i])])
            return
        assert a["nodes_modes"][i] == b"BRANCH_LEQ"
        left = x[rows, a["nodes_featureids"][i]] <= np.float32(a["nodes_values"][i])
        descend(tree, where[(tree, a["nodes_truenodeids"][i])], rows[left])
        descend(tree, where[(tree, a["nodes_falsenodeids"][i])], rows[~left])

    sums = np.full(len(x), a["base_values"][0], np.float32)
    for tree in sorted(set(a["nodes_treeids"])):
        descend(tree, where[(tree, 0)], np.arange(len(x)))
    return sums[:, None]


OPERATORS = {
    "Sub": lambda node, a, b: a - b,
    "Add": lambda node, a, b: a + b,
    "Div": lambda node, a, b: a / b,
    "MatMul": lambda node, a, b: a @ b,
    "Sigmoid": lambda node, a: 1 / (1 + np.exp(-a)),
    "Concat": lambda node, *parts: np.concatenate(parts, axis=attributes(node)["axis"]),
    "ArgMax": lambda node, a: np.argmax(a, axis=attributes(node)["axis"]),
    "TreeEnsembleRegressor": tree_ensemble,
}

question = json.load(sys.stdin)
model = onnx.load(question["path"])
onnx.checker.check_model(model, full_check=True)
values = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
values[model.graph.input[0].name] = np.array(question["rows"], np.float32)
for node in model.graph.node:
    values[node.output[0]] = OPERATORS[node.op_type](node, *[values[name] for name in node.input])
assert values["probabilities"].dtype == np.float32
json.dump({"label": values["label"].tolist(), "probabilities": values["probabilities"].tolist()}, sys.stdout)
