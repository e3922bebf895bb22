// Reads YAML documents from standard input and checks each against the schema of its kind. Prints a line for each fault; exit code 1 when there is one.
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parseAllDocuments } from 'yaml';

const files = {
  'serving.kserve.io/v1beta1/InferenceService': 'inferenceservice_v1beta1.json',
  'argoproj.io/v1alpha1/Application': 'argoproj_application_v1alpha1.json',
  'argoproj.io/v1alpha1/AppProject': 'argoproj_appproject_v1alpha1.json',
};
const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateFormats: false });
const validators = {};
let faults = 0;
let checked = 0;
for (const document of parseAllDocuments(readFileSync(0, 'utf8'))) {
  const manifest = document.toJS();
  if (!manifest) continue;
  const kind = `${manifest.apiVersion}/${manifest.kind}`;
  if (!files[kind]) continue;
  validators[kind] ??= ajv.compile(JSON.parse(readFileSync(new URL(`schemas/${files[kind]}`, import.meta.url))));
  checked++;
  if (validators[kind](manifest)) continue;
  for (const error of validators[kind].errors) {
    faults++;
    console.log(`${kind} ${manifest.metadata?.name}: ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
  }
}
console.log(`${checked} checked`);
process.exit(faults ? 1 : 0);
