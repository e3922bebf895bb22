"""Asks a server over gRPC with grpcio, and tells what came back, a line of JSON each: grpc_client.py ADDRESS DESCRIPTOR."""
import json
import struct
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptor = sys.argv[1:3]
pool = descriptor_pool.DescriptorPool()
with open(descriptor, "rb") as file:
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(file.read()))
factory = message_factory.MessageFactory(pool)
service = pool.FindServiceByName("inference.GRPCInferenceService")


def message(name):
    return factory.GetPrototype(pool.FindMessageTypeByName("inference." + name))


Request = message("ModelInferRequest")
channel = grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)])


def call(method, request, metadata=(), timeout=20, compression=None):
    found = service.methods_by_name[method]
    stub = channel.unary_unary(
        f"/{service.full_name}/{method}",
        request_serializer=lambda sent: sent.SerializeToString(),
        response_deserializer=message(found.output_type.name).FromString)
    return stub.with_call(request, metadata=metadata, timeout=timeout, compression=compression)


def tell(case, value):
    print(json.dumps({"case": case, "value": value}), flush=True)


def refused(case, *args, shorten=False, **kwargs):
    try:
        call(*args, **kwargs)
        tell(case, "answered")
    except grpc.RpcError as error:
        tell(case, error.code().name if shorten else [error.code().name, error.details()])


def features(rows=((3, 3),), model="lr", version="1"):
    request = Request(model_name=model, model_version=version)
    tensor = request.inputs.add(name="features", datatype="FP32", shape=[len(rows), 2])
    tensor.contents.fp32_contents.extend(value for row in rows for value in row)
    return request


def plain(reply):
    return {output.name: list(next((value for _, value in output.contents.ListFields()), [])) for output in reply.outputs}


reply, done = call("ServerLive", message("ServerLiveRequest")())
tell("live", reply.live)
tell("ready", call("ServerReady", message("ServerReadyRequest")())[0].ready)
tell("server", list(call("ServerMetadata", message("ServerMetadataRequest")())[0].extensions))
tell("model ready", call("ModelReady", message("ModelReadyRequest")(name="lr"))[0].ready)
tell("model not ready", call("ModelReady", message("ModelReadyRequest")(name="broken"))[0].ready)
metadata = call("ModelMetadata", message("ModelMetadataRequest")(name="lr"))[0]
tell("metadata", [metadata.platform, list(metadata.versions), [[t.name, t.datatype, list(t.shape)] for t in metadata.inputs], [t.name for t in metadata.outputs]])
index = call("RepositoryIndex", message("RepositoryIndexRequest")())[0]
tell("index", {model.name: model.state for model in index.models})
tell("index ready", "broken" in [model.name for model in call("RepositoryIndex", message("RepositoryIndexRequest")(ready=True))[0].models])
call("RepositoryModelLoad", message("RepositoryModelLoadRequest")(model_name="lr"))

asked = features()
asked.id = "q1"
reply, done = call("ModelInfer", asked)
tell("infer", [reply.model_name, reply.model_version, reply.id, plain(reply), len(reply.raw_output_contents)])
tell("prediction id", [len(value) for key, value in done.initial_metadata() if key == "x-orrery-prediction-id"])
tell("staging", plain(call("ModelInfer", features(version=""), metadata=[("x-orrery-environment", "staging")])[0])["label"])
tell("variant", call("ModelInfer", features(version=""), metadata=[("x-orrery-variant", "second")])[0].model_version)
tell("version", call("ModelInfer", features(version="2"))[0].model_version)
tell("sticky", len({call("ModelInfer", features(version=""), metadata=[("x-user", "ann")])[0].model_version for _ in range(20)}))
tell("gzip", plain(call("ModelInfer", features(rows=[(1, 1)] * 500), compression=grpc.Compression.Gzip)[0])["label"] == [0] * 500)
tell("deflate", plain(call("ModelInfer", features(rows=[(1, 1)] * 500), compression=grpc.Compression.Deflate)[0])["label"] == [0] * 500)
wide = Request(model_name="lr", model_version="1", raw_input_contents=[b"\0" * (200_000 * 8)])
wide.inputs.add(name="features", datatype="FP32", shape=[200_000, 2])
tell("large", [len(raw) for raw in call("ModelInfer", wide)[0].raw_output_contents])

# Every type there and back, raw and typed.
types = {
    "FP32": ("fp32_contents", [1.5, -2.0], "<2f"), "FP64": ("fp64_contents", [1e300, -0.5], "<2d"), "BOOL": ("bool_contents", [True, False], "<2?"),
    "INT8": ("int_contents", [-128, 127], "<2b"), "INT16": ("int_contents", [-32768, 32767], "<2h"), "INT32": ("int_contents", [-2**31, 2**31 - 1], "<2i"),
    "INT64": ("int64_contents", [-2**63, 2**63 - 1], "<2q"), "UINT8": ("uint_contents", [0, 255], "<2B"), "UINT16": ("uint_contents", [0, 65535], "<2H"),
    "UINT32": ("uint_contents", [0, 2**32 - 1], "<2I"), "UINT64": ("uint64_contents", [0, 2**64 - 1], "<2Q"),
    "BYTES": ("bytes_contents", [b"\xff\x00", b""], None), "FP16": (None, [1.5, -2.0], "<2e"),
}
typed, raw = Request(model_name="types"), Request(model_name="types")
wanted = {}
for name, (field, values, form) in types.items():
    data = struct.pack(form, *values) if form else b"".join(struct.pack("<I", len(value)) + value for value in values)
    raw.inputs.add(name=name, datatype=name, shape=[2])
    raw.raw_input_contents.append(data)
    wanted["out_" + name] = data
    if field:
        tensor = typed.inputs.add(name=name, datatype=name, shape=[2])
        getattr(tensor.contents, field).extend(values)
reply = call("ModelInfer", raw)[0]
tell("raw types", [o.name for o, data in zip(reply.outputs, reply.raw_output_contents) if wanted[o.name] != data] + [len(reply.raw_output_contents) == len(types)])
typed.model_name = "typed"
reply = call("ModelInfer", typed)[0]
tell("typed types", [o.name for o in reply.outputs if list(getattr(o.contents, types[o.name[4:]][0])) != types[o.name[4:]][1]] + [len(reply.outputs)])

refused("no model", "ModelInfer", features(model="nobody"))
refused("no version", "ModelMetadata", message("ModelMetadataRequest")(name="lr", version="9"))
refused("not ready", "ModelInfer", features(model="broken"), shorten=True)
refused("missing input", "ModelInfer", features(model="types"))
refused("no environment", "ModelInfer", features(), metadata=[("x-orrery-environment", "moon")])
refused("other workspace", "ModelInfer", features(), metadata=[("x-orrery-workspace", "elsewhere")])
refused("unload", "RepositoryModelUnload", message("RepositoryModelUnloadRequest")(model_name="lr"))
slow = Request(model_name="slow", raw_input_contents=[b"\0" * (512 * 512 * 4)])
slow.inputs.add(name="x", datatype="FP32", shape=[512, 512])
refused("deadline", "ModelInfer", slow, timeout=0.3, shorten=True)
refused("limit", "ModelInfer", features(model="limited"))
refused("limit again", "ModelInfer", features(model="limited"))
stranger = channel.unary_unary(f"/{service.full_name}/Nothing", request_serializer=bytes, response_deserializer=bytes)
try:
    stranger(b"", timeout=20)
    tell("unknown method", "answered")
except grpc.RpcError as error:
    tell("unknown method", error.code().name)
words = Request(model_name="größe % \n")
words.inputs.add(name="x", datatype="FP32", shape=[1])
refused("words", "ModelInfer", words)
too_large = Request(model_name="lr", raw_input_contents=[b"\0" * (65 << 20)])
too_large.inputs.add(name="features", datatype="FP32", shape=[1, 2])
refused("too large", "ModelInfer", too_large)
tell("end", True)
