// Validates documents against Shopify's own Admin schema of a version, and compares a part of the schema with it.
// Its argument is the folder with the schemas. The request comes on standard input, and the answer is a list of problems on standard output.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildClientSchema, parse, validate } from 'graphql';

const { version, documents, types, directives } = JSON.parse(readFileSync(0, 'utf8'));
const file = join(process.argv[2], `admin_${version}.json.gz`);
const schema = buildClientSchema(JSON.parse(gunzipSync(readFileSync(file))).data, { assumeValid: true });
const problems = [];

for (const document of documents) {
  try {
    problems.push(...validate(schema, parse(document)).map(error => error.message));
  } catch (error) {
    problems.push(error.message);
  }
}

const compare = (owner, known, part) => {
  if (!known) {
    problems.push(`${owner} is not in the schema`);
  } else if (String(known.type) !== part.type) {
    problems.push(`${owner} is ${known.type}, not ${part.type}`);
  }

  for (const argument of part.arguments) {
    compare(`${owner}(${argument.name})`, known?.args?.find(candidate => candidate.name === argument.name), argument);
  }
};

for (const type of types) {
  const known = schema.getType(type.name);
  for (const field of type.fields) {
    compare(`${type.name}.${field.name}`, known?.getFields()[field.name], field);
  }
}

for (const directive of directives) {
  const known = schema.getDirective(directive.name);
  for (const argument of directive.arguments) {
    compare(`@${directive.name}(${argument.name})`, known?.args.find(candidate => candidate.name === argument.name), argument);
  }
}

console.log(JSON.stringify(problems));
