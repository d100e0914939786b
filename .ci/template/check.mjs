// Checks a template against AWS's own specification of CloudFormation: types of resources, their properties to the last level,
// what is required, what is referred to and what of it exists. It knows no values that a service would refuse.
// usage: node check.mjs TEMPLATE
import { readFileSync } from 'node:fs';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';

const template = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const specification = loadAwsServiceSpecSync();
const problems = [];
const used = { Parameters: new Set(), Conditions: new Set() };

function typeOf(name) {
  const [found] = specification.lookup('resource', 'cloudFormationType', 'equals', name);
  return found;
}

function isIntrinsic(value) {
  const keys = value && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [];
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'));
}

function refer(name, attribute, path) {
  const resource = template.Resources[name];
  if (name.startsWith('AWS::') || (name in template.Parameters && !attribute)) {
    used.Parameters.add(name);
  } else if (!resource) {
    problems.push(`${path}: there is no ${name}`);
  } else if (attribute && resource.Type !== 'AWS::Serverless::Function' && !(attribute in (typeOf(resource.Type)?.attributes ?? {}))) {
    problems.push(`${path}: ${resource.Type} has no attribute ${attribute}`);
  }
}

// What may be under the conditions: names, references, conditions.
function walk(value, path) {
  if (Array.isArray(value)) {
    value.forEach((each, index) => walk(each, `${path}[${index}]`));
  } else if (value && typeof value === 'object') {
    for (const [key, each] of Object.entries(value)) {
      if (key === 'Ref') {
        refer(each, null, path);
      } else if (key === 'Fn::GetAtt') {
        refer(each[0], each[1], path);
      } else if (key === 'Fn::Sub') {
        for (const [, name, attribute] of each.matchAll(/\$\{([A-Za-z0-9:]+)(?:\.([A-Za-z.]+))?\}/g)) {
          refer(name, attribute, path);
        }
      } else if (key === 'Fn::If') {
        condition(each[0], path);
        walk(each.slice(1), path);
      } else if (key === 'Condition' && typeof each === 'string') {
        condition(each, path);
      } else {
        walk(each, `${path}.${key}`);
      }
    }
  }
}

function condition(name, path) {
  used.Conditions.add(name);
  if (!(name in template.Conditions)) {
    problems.push(`${path}: there is no condition ${name}`);
  }
}

function properties(actual, expected, path) {
  for (const [name, value] of Object.entries(actual)) {
    const property = expected[name];
    if (!property) {
      problems.push(`${path}: there is no property ${name}`);
    } else {
      check(value, property.type, `${path}.${name}`);
    }
  }
  for (const [name, property] of Object.entries(expected)) {
    if (property.required && !(name in actual)) {
      problems.push(`${path}: ${name} is missing`);
    }
  }
}

// Whether something is wrong, without saying so: one of several types is enough.
function fits(value, type) {
  const before = problems.length;
  check(value, type, '');
  return problems.splice(before).length === 0;
}

function check(value, type, path) {
  if (isIntrinsic(value)) {
    (value['Fn::If'] ?? []).slice(1).forEach((each) => check(each, type, path));
    return;
  }
  const wrong = () => problems.push(`${path}: ${JSON.stringify(value)?.slice(0, 80)} is no ${type.type}`);
  switch (type.type) {
    case 'ref': {
      const definition = specification.get('typeDefinition', type.reference);
      value && typeof value === 'object' && !Array.isArray(value) ? properties(value, definition.properties, path) : wrong();
      break;
    }
    case 'array':
      Array.isArray(value) ? value.forEach((each, index) => check(each, type.element, `${path}[${index}]`)) : wrong();
      break;
    case 'map':
      value && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).forEach(([key, each]) => check(each, type.element, `${path}.${key}`)) : wrong();
      break;
    case 'union':
      if (!type.types.some((each) => fits(value, each))) {
        check(value, type.types[0], path);
      }
      break;
    case 'string':
      if (typeof value !== 'string') wrong();
      break;
    case 'boolean':
      if (typeof value !== 'boolean') wrong();
      break;
    case 'integer':
    case 'number':
      if (typeof value !== 'number') wrong();
      break;
    default: // json, tag, date-time
  }
}

for (const [name, resource] of Object.entries(template.Resources)) {
  const type = typeOf(resource.Type);
  if (!type) {
    problems.push(`${name}: there is no type ${resource.Type}`);
    continue;
  }
  const globals = resource.Type === 'AWS::Serverless::Function' ? template.Globals.Function : {};
  properties({ ...globals, ...resource.Properties }, type.properties, name);
  [resource.DependsOn ?? []].flat().forEach((other) => refer(other, null, name));
}
walk(template.Globals, 'Globals');
walk(template.Resources, 'Resources');
walk(template.Outputs, 'Outputs');
walk(template.Conditions, 'Conditions');
for (const [section, names] of Object.entries(used)) {
  Object.keys(template[section]).filter((name) => !names.has(name)).forEach((name) => problems.push(`${section}: ${name} is not used`));
}
problems.forEach((problem) => console.error(problem));
console.log(`template: ${Object.keys(template.Resources).length} resources, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
