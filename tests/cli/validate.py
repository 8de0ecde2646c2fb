#!/usr/bin/env python3
"""Validate YAML files against a JSON Schema (2020-12), as an editor does: YAML 1.2 core types.

validate.py SCHEMA FILE...   prints each file that does not fit, with the first reasons; exit 1 then
"""
import json
import re
import sys

import jsonschema
import yaml


class Core(yaml.SafeLoader):
    """YAML 1.2: no dates, no `on`, no 1:30; what an editor's language server reads."""


Core.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"^[-+]?(?:[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
):
    Core.add_implicit_resolver("tag:yaml.org,2002:" + tag, re.compile(pattern), list(first))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    failed = 0
    for path in sys.argv[2:]:
        try:
            with open(path, encoding="utf-8") as file:
                document = yaml.load(file, Core)
        except yaml.YAMLError as error:
            print(f"{path}: no YAML: {str(error).splitlines()[0]}")
            failed += 1
            continue
        errors = sorted(validator.iter_errors(document), key=lambda e: len(e.path), reverse=True)
        for error in errors[:3]:
            place = "/".join(str(part) for part in error.path)
            print(f"{path}: {place}: {error.message[:160]}")
        failed += bool(errors)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
