// Asks a server over gRPC with grpc-js, and tells what came back, a line of JSON each: node grpc_client.js ADDRESS PROTO NODE_MODULES [CA].
const [address, proto, modules, ca] = process.argv.slice(2);
const grpc = require(`${modules}/@grpc/grpc-js`);
const loader = require(`${modules}/@grpc/proto-loader`);

const { inference } = grpc.loadPackageDefinition(loader.loadSync(proto, { longs: String, keepCase: true, defaults: true }));
const credentials = ca ? grpc.credentials.createSsl(require("fs").readFileSync(ca)) : grpc.credentials.createInsecure();
const client = new inference.GRPCInferenceService(address, credentials);
const tell = (name, value) => console.log(JSON.stringify({ case: name, value }));

const call = (method, request, metadata = {}, timeout = 20000) => new Promise((resolve) => {
  const sent = new grpc.Metadata();
  Object.entries(metadata).forEach(([key, value]) => sent.set(key, value));
  client[method](request, sent, { deadline: Date.now() + timeout }, (error, reply) => resolve(error ? [grpc.status[error.code], error.details] : reply));
});

const features = (...values) => ({
  model_name: "lr",
  model_version: "1",
  inputs: [{ name: "features", datatype: "FP32", shape: [1, 2], contents: { fp32_contents: values } }],
});

(async () => {
  tell("live", (await call("ServerLive", {})).live);
  const reply = await call("ModelInfer", { ...features(3, 3), id: "n1" });
  tell("infer", [reply.model_name, reply.id, reply.outputs.map((output) => [output.name, output.shape, output.contents.int64_contents, output.contents.fp32_contents])]);
  const raw = await call("ModelInfer", { ...features(), inputs: [{ name: "features", datatype: "FP32", shape: [1, 2] }], raw_input_contents: [Buffer.alloc(8)] });
  tell("raw", raw.raw_output_contents.map((bytes) => bytes.toString("hex")));
  tell("many", (await Promise.all(Array.from({ length: 200 }, (_, i) => call("ModelInfer", { ...features(1, 1), id: `${i}` })))).every((answer, i) => answer.id === `${i}`));
  tell("metadata", (await call("ModelMetadata", { name: "lr" })).inputs);
  tell("no model", await call("ModelInfer", { ...features(1, 1), model_name: "nobody" }));
  tell("no inputs", await call("ModelInfer", { model_name: "lr" }));
  tell("bad type", await call("ModelInfer", { model_name: "lr", inputs: [{ name: "x", datatype: "FP33", shape: [1] }] }));
  client.close();
})();
