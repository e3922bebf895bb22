// Evaluates a model with ONNX Runtime. Used by OnnxTests.
const ort = require('onnxruntime-node');

async function main() {
  const question = JSON.parse(require('fs').readFileSync(0, 'utf8'));
  const session = await ort.InferenceSession.create(question.path);
  const rows = question.rows;
  const features = new ort.Tensor('float32', Float32Array.from(rows.flat()), [rows.length, rows[0].length]);
  const { label, probabilities } = await session.run({ features });
  const pairs = rows.map((_, i) => Array.from(probabilities.data.slice(2 * i, 2 * i + 2)));
  process.stdout.write(JSON.stringify({ label: Array.from(label.data, Number), probabilities: pairs }));
}

main().catch((error) => { console.error(error); process.exit(1); });
