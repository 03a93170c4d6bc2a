// Validates the golden files of mihomo's family against the schema that its editors use: node mihomo.mjs FILE…
import fs from 'node:fs';
import Ajv from 'ajv';
import * as yaml from 'js-yaml';

const schema = JSON.parse(fs.readFileSync('node_modules/meta-json-schema/schemas/meta-json-schema.json'));
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
let failed = 0;
for (const file of process.argv.slice(2)) {
  const text = fs.readFileSync(file, 'utf8');
  const body = text.slice(text.indexOf('\n\n') + 2); // behind the headers
  if (!validate(yaml.load(body))) {
    failed++;
    console.error(`${file}: ${JSON.stringify(validate.errors, null, 1)}`);
  }
}
console.log(`${process.argv.length - 2 - failed} passed, ${failed} failed`);
process.exit(failed === 0 && process.argv.length > 2 ? 0 : 1);
