"""The TensorFlow operations that an imported graph may consist of, and checks of their settings.

TensorFlow checks operations inside functions less strictly before it allocates what they declare, so their settings
are compared with TensorFlow's own definitions first.
"""

from __future__ import annotations

import math
from typing import Any, Optional

from ..base.errors import ModelFileError
from ..base.messages import Message, Words
from ..base.plain_json import shortened

ALLOWED_OPERATIONS = frozenset(
    """
    Abs Add AddN AddV2 All Any ArgMax ArgMin AvgPool AvgPoolGrad BatchMatMul BatchMatMulV2 BatchMatMulV3
    BatchToSpaceND BiasAdd BiasAddGrad BroadcastArgs BroadcastGradientArgs BroadcastTo Cast Ceil ClipByValue Concat
    ConcatOffset ConcatV2 Const Conv2D Conv2DBackpropFilter Conv2DBackpropInput Cos Cumprod Cumsum DepthToSpace
    DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput Div DivNoNan Einsum
    Elu EluGrad Equal Erf Erfc Exp ExpandDims Expm1 Fill Floor FloorDiv FloorMod FusedBatchNorm FusedBatchNormGrad
    FusedBatchNormGradV2 FusedBatchNormGradV3 FusedBatchNormV2 FusedBatchNormV3 Gather GatherNd GatherV2 Greater
    GreaterEqual Identity IdentityN InvertPermutation IsFinite IsInf IsNan L2Loss LRN LeakyRelu LeakyReluGrad Less
    LessEqual Log Log1p LogSoftmax LogicalAnd LogicalNot LogicalOr MatMul Max MaxPool MaxPoolGrad MaxPoolV2 Maximum
    Mean Merge Min Minimum MirrorPad MirrorPadGrad Mod Mul MulNoNan Neg NoOp NotEqual OneHot OnesLike Pack Pad PadV2
    Placeholder PlaceholderV2 PlaceholderWithDefault Pow PreventGradient Prod RandomStandardNormal RandomUniform
    RandomUniformInt Range Rank RealDiv Reciprocal ReciprocalGrad Relu Relu6 Relu6Grad ReluGrad Reshape ResizeArea
    ResizeBicubic ResizeBilinear ResizeBilinearGrad ResizeNearestNeighbor ResizeNearestNeighborGrad ReverseV2 Rint
    Round Rsqrt RsqrtGrad Select SelectV2 Selu SeluGrad Shape ShapeN Sigmoid SigmoidGrad Sign Sin Size Slice Snapshot
    Softmax SoftmaxCrossEntropyWithLogits Softplus SoftplusGrad Softsign SoftsignGrad SpaceToBatchND SpaceToDepth
    SparseSoftmaxCrossEntropyWithLogits Split SplitV Sqrt SqrtGrad Square SquaredDifference Squeeze StopGradient
    StridedSlice StridedSliceGrad Sub Sum Switch Tan Tanh TanhGrad Tile TopK TopKV2 Transpose TruncateDiv
    TruncatedNormal Unpack UnsortedSegmentSum Where Xdivy Xlogy ZerosLike
    StatelessRandomGetKeyCounter StatelessRandomNormalV2 StatelessRandomUniformV2 StatelessTruncatedNormalV2
    Assign AssignAdd AssignAddVariableOp AssignSub AssignSubVariableOp AssignVariableOp DisableCopyOnRead
    ReadVariableOp ResourceGather VarHandleOp VarIsInitializedOp Variable VariableShape VariableV2
    ApplyAdadelta ApplyAdagrad ApplyAdagradV2 ApplyAdam ApplyAdaMax ApplyFtrl ApplyFtrlV2 ApplyGradientDescent
    ApplyMomentum ApplyRMSProp ApplyCenteredRMSProp ResourceApplyAdadelta ResourceApplyAdagrad
    ResourceApplyAdagradV2 ResourceApplyAdam ResourceApplyAdaMax ResourceApplyCenteredRMSProp ResourceApplyFtrl
    ResourceApplyFtrlV2 ResourceApplyGradientDescent ResourceApplyKerasMomentum ResourceApplyMomentum
    ResourceApplyRMSProp
    Assert If PartitionedCall StatefulPartitionedCall StatelessIf
    """.split()  # noqa: SIM905 - easier to read and to extend than one name per line
)
MAXIMUM_CONSTANT_BYTES = 200_000_000  # of a constant that a few bytes in the file expand to
LARGEST_NUMBER = 2**31 - 1
_KINDS = {"int": "i", "float": "f", "bool": "b", "string": "s", "type": "type", "shape": "shape", "tensor": "tensor"}
_KINDS["func"] = "func"
_MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask", "seed", "seed2")


def damaged(fault: Words) -> ModelFileError:
    """The error for a graph that TensorFlow cannot have written this way."""
    return ModelFileError("The graph in the model file is damaged: {fault}. Import the model again.", fault=fault)


def described(node: Any) -> Message:
    """An operation as messages name it: “name” (kind)."""
    return Message("“{name}” ({operation})", name=shortened(node.name), operation=shortened(node.op))


def require_sound(node: Any) -> None:
    """Raises ModelFileError unless the settings of an operation and the number of its inputs fit its definition.

    Args:
        node: a NodeDef message of an operation on the list.
    """
    from tensorflow.python.framework import op_def_registry

    definition = op_def_registry.get(node.op)
    if definition is None:
        raise ModelFileError("This TensorFlow does not know the operation {operation}.", operation=described(node))
    for attribute in definition.attr:
        if attribute.name in node.attr:
            fault = _fault(node.attr[attribute.name], attribute)
            if fault:
                raise damaged(
                    Message(
                        "{attribute} of {operation} {fault}",
                        attribute=attribute.name,
                        operation=described(node),
                        fault=fault,
                    )
                )
        elif not attribute.HasField("default_value"):
            raise damaged(Message("{operation} lacks {attribute}", operation=described(node), attribute=attribute.name))
    if node.op == "Const" and node.attr["dtype"].type != node.attr["value"].tensor.dtype:
        raise damaged(Message("{operation} declares another type than it has", operation=described(node)))
    inputs = sum(1 for name in node.input if not name.startswith("^"))
    expected = sum(_inputs_of(argument, node) for argument in definition.input_arg)
    if inputs != expected:
        raise damaged(
            Message(
                "{operation} has {inputs} inputs; expected {expected}",
                operation=described(node),
                inputs=inputs,
                expected=expected,
            )
        )


def _fault(value: Any, attribute: Any) -> Optional[Message]:
    """What is wrong with a setting; empty if nothing is."""
    is_list = attribute.type.startswith("list(")
    kind = _KINDS.get(attribute.type[5:-1] if is_list else attribute.type)
    found = value.WhichOneof("value")
    if kind is None or (found or "list") != ("list" if is_list else kind):
        return Message("is of the kind {kind}; expected {expected}", kind=found, expected=attribute.type)
    if is_list:
        others = [f.name for f, _ in value.list.ListFields() if f.name != kind]
        if others:
            return Message("is a list of the kind {kind}; expected {expected}", kind=others[0], expected=attribute.type)
    values = list(getattr(value.list, kind)) if is_list else [getattr(value, kind)]
    if attribute.has_minimum and (len(values) if is_list else values[0]) < attribute.minimum:
        return Message("is less than {least}", least=attribute.minimum)
    allowed = getattr(attribute.allowed_values.list, kind) if attribute.HasField("allowed_values") else None
    if allowed and any(v not in allowed for v in values):
        return Message("has a value that is not allowed")
    if kind == "i" and attribute.name not in _MASKS and any(abs(v) > LARGEST_NUMBER for v in values):
        return Message("is too large")
    if kind == "shape" and any(d.size > LARGEST_NUMBER or d.size < -1 for v in values for d in v.dim):
        return Message("is no shape")
    return None


def _inputs_of(argument: Any, node: Any) -> int:
    if argument.number_attr:
        return int(node.attr[argument.number_attr].i)
    return len(node.attr[argument.type_list_attr].list.type) if argument.type_list_attr else 1


def bytes_of_constants(node: Any) -> int:
    """Bytes of the constants in a node. Raises ModelFileError if a few bytes would expand to very many."""
    import tensorflow as tf

    total = 0
    for value in node.attr.values():
        for tensor in (value.tensor, *value.list.tensor):
            sizes = [dimension.size for dimension in tensor.tensor_shape.dim]
            if any(size < 0 for size in sizes):
                raise damaged(Message("the shape of {operation}", operation=described(node)))
            try:
                needed = math.prod(sizes) * max(tf.dtypes.DType(tensor.dtype).size, 1) if tensor.dtype else 0
            except (TypeError, KeyError) as error:
                raise damaged(Message("the type of {operation}", operation=described(node))) from error
            if needed > max(MAXIMUM_CONSTANT_BYTES, 2 * tensor.ByteSize()):
                raise ModelFileError(
                    "The graph in the model file is too large: its constant {operation} takes {size:g} GB. Do "
                    "not use this file.",
                    operation=described(node),
                    size=needed / 1e9,
                )
            total += needed
    return total
