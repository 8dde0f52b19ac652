"""Whether an answer keeps the pinned contract in `model/`: its raw bytes, before botocore reads them.

botocore passes over members it does not know and lists that are absent; other clients do not. Nothing here is read from
botocore's own models, which change with its releases. Deliberately absent: patterns and lengths, which AWS itself does
not keep in what it answers.
"""

import io
import json
from datetime import datetime
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from botocore.parsers import RpcV2CBORParser

MODEL = Path(__file__).parents[2] / "model"
FILES = {"servicecatalog": "service-catalog", "organizations": "organizations", "sts": "sts", "iam": "iam"}
CONTENT_TYPES = {
    "json": "application/x-amz-json-1.1",
    "smithy-rpc-v2-cbor": "application/cbor",
    "query": "text/xml",
}

# Source: Common Errors of the API references. Ours: `NotImplemented`.
COMMON_ERRORS = {
    "AccessDeniedException",
    "ExpiredTokenException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MalformedHttpRequestException",
    "MissingAuthenticationTokenException",
    "NotImplemented",
    "RequestEntityTooLargeException",
    "RequestExpired",
    "RequestTimeoutException",
    "SerializationException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "UnsupportedMediaTypeException",
    "ValidationException",
}
# Source: the same of the services with the Query protocol.
COMMON_QUERY_ERRORS = {
    "AccessDenied",
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidAction",
    "InvalidClientTokenId",
    "MalformedQueryString",
    "MissingAuthenticationToken",
    "NotImplemented",
    "RequestEntityTooLarge",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "Throttling",
    "ValidationError",
}
NUMBERS = {"integer": int, "long": int, "float": (int, float), "double": (int, float)}
# Epoch seconds in JSON; in CBOR the tag, which botocore reads as a date.
TIMESTAMPS = {"json": (int, float), "smithy-rpc-v2-cbor": datetime}


class BrokenContract(AssertionError):
    """An answer that the contract does not allow; its text names every place."""


def check_every_answer(client):
    """Fails each call of `client` whose answer breaks the contract."""

    def check(operation_model, response_dict, **_):
        service = operation_model.service_model
        found = violations(
            service.service_name,
            service.resolved_protocol,
            operation_model.name,
            response_dict["status_code"],
            response_dict["headers"],
            response_dict["body"],
        )
        if found:
            raise BrokenContract("\n".join(found))

    client.meta.events.register("before-parse", check)


def violations(service, protocol, operation, status, headers, body):
    """What is wrong with an answer; of a service without a contract, only with its head."""
    found = []
    if not headers.get("x-amzn-requestid"):
        found.append(f"{operation}: the header x-amzn-requestid is missing")
    if status >= 500 and status != 501:
        found.append(f"{operation}: the server failed with {status}")
    if service not in FILES:
        return found
    kind = headers.get("content-type")
    if kind != CONTENT_TYPES[protocol]:
        found.append(f"{operation}: content-type is {kind}")
    contract = Contract(service, protocol)
    if status >= 300:
        return found + contract.of_error(operation, status, body)
    return found + contract.of_output(operation, body)


@cache
def pinned(service):
    """The contract of `service` as it is written down."""
    return json.loads((MODEL / f"{FILES[service]}.json").read_text())


class Contract:
    """One service's contract, as the checks of answers over one protocol read it."""

    def __init__(self, service, protocol):
        self._protocol = protocol
        self._operations = pinned(service)["operations"]
        self._shapes = pinned(service)["shapes"]
        # Observed: of Service Catalog, in the CLI's examples; Organizations leaves absent what does not apply.
        self._always_has_lists = service == "servicecatalog"

    def of_output(self, operation, body):
        """What is wrong with the `body` of a success."""
        if operation not in self._operations:
            return [f"{operation} is not in the contract and was answered"]
        output = self._operations[operation].get("output")
        if self._protocol == "query":
            return self._of_xml(operation, output, ElementTree.fromstring(body))
        value = decoded(self._protocol, body) if body or output else {}
        if output is None:
            return [] if value == {} else [f"{operation} has no output and answered {value}"]
        return self._of_value(output["shape"], value, operation)

    def of_error(self, operation, status, body):
        """What is wrong with the `body` of an error."""
        declared = {it["shape"] for it in self._operations.get(operation, {}).get("errors", ())}
        found = []
        if self._protocol == "query":
            answer = local_names(ElementTree.fromstring(body))
            code, message = answer.findtext("Error/Code"), answer.findtext("Error/Message")
            # In XML an error may have another name than its shape.
            shapes = {self._shapes[it].get("error", {}).get("code", it): it for it in declared}
            known = shapes.keys() | COMMON_QUERY_ERRORS
        else:
            value = decoded(self._protocol, body)
            code = str(value.get("__type")).rpartition("#")[2]
            message = value.get("message") or value.get("Message")
            members = {"message", "Message"} | self._shapes.get(code, {}).get("members", {}).keys()
            unknown = value.keys() - members - {"__type"}
            found += [f"{operation}: {code}.{it} is not in the contract" for it in sorted(unknown)]
            known = declared | COMMON_ERRORS
        if code not in known:
            found.append(f"{operation} does not declare {code}")
        if not message or not isinstance(message, str):
            found.append(f"{operation}: {code} has no message")
        if (code == "NotImplemented") != (status == 501):
            found.append(f"{operation}: {code} came with {status}")
        return found

    def _of_value(self, name, value, path):
        shape = self._shapes[name]
        kind = shape["type"]
        if kind == "structure" and isinstance(value, dict):
            return self._of_structure(shape, value, path)
        if kind == "list" and isinstance(value, list):
            item = shape["member"]["shape"]
            return [it for at, each in enumerate(value) for it in self._of_value(item, each, f"{path}[{at}]")]
        if kind == "map" and isinstance(value, dict):
            entry = shape["value"]["shape"]
            return [it for key, each in value.items() for it in self._of_value(entry, each, f"{path}[{key!r}]")]
        if kind == "string" and isinstance(value, str):
            return of_text(shape, value, path)
        if is_simple(kind, value, TIMESTAMPS[self._protocol]):
            return []
        return [f"{path} is not a {kind}: {value!r}"]

    def _of_structure(self, shape, value, path):
        members = shape.get("members", {})
        found = []
        for name, member in value.items():
            if name in members:
                found += self._of_value(members[name]["shape"], member, f"{path}.{name}")
            else:
                found.append(f"{path}.{name} is not in the contract")
        return found + [f"{path}.{it} is missing" for it in self._due(shape) if it not in value]

    def _due(self, shape):
        """The members of a structure that are never absent."""
        for name, member in shape.get("members", {}).items():
            is_list = self._shapes[member["shape"]]["type"] == "list"
            if name in shape.get("required", ()) or (is_list and self._always_has_lists):
                yield name

    def _of_xml(self, operation, output, answer):
        answer = local_names(answer)
        found = []
        if answer.tag != f"{operation}Response":
            found.append(f"{operation} answered {answer.tag}")
        if not answer.findtext("ResponseMetadata/RequestId"):
            found.append(f"{operation}: ResponseMetadata.RequestId is missing")
        result = answer.find(output["resultWrapper"]) if output else None
        if result is None:
            return found + ([f"{operation}: {output['resultWrapper']} is missing"] if output else [])
        return found + self._of_element(output["shape"], result, operation)

    def _of_element(self, name, element, path):
        shape = self._shapes[name]
        kind = shape["type"]
        if kind == "list":
            item = shape["member"]["shape"]
            return [it for each in element for it in self._of_element(item, each, f"{path}.{each.tag}")]
        if kind != "structure":
            return of_text(shape, element.text or "", path)
        members = shape.get("members", {})
        present = {it.tag for it in element}
        found = [f"{path}.{it} is missing" for it in self._due(shape) if it not in present]
        for each in element:
            if each.tag in members:
                found += self._of_element(members[each.tag]["shape"], each, f"{path}.{each.tag}")
            else:
                found.append(f"{path}.{each.tag} is not in the contract")
        return found


def is_simple(kind, value, timestamp):
    """Whether `value` is what a shape of this `kind` is on the wire; a boolean is no number."""
    if isinstance(value, bool):
        return kind == "boolean"
    types = NUMBERS | {"timestamp": timestamp}
    return kind in types and isinstance(value, types[kind])


def decoded(protocol, body):
    """The value in `body`, nulls and all."""
    if protocol == "json":
        return json.loads(body)
    stream = io.BufferedReader(io.BytesIO(body))
    value = Cbor().parse_data_item(stream)
    assert not stream.read(), "there is more than one value in the body"
    return value


class Cbor(RpcV2CBORParser):
    """botocore's reading of CBOR without its passing over nulls."""

    def _parse_key_value_pair(self, stream, items):
        key = self.parse_data_item(stream)
        items[key] = self.parse_data_item(stream)


def of_text(shape, text, path):
    """What is wrong with a text: it is none of those its shape has."""
    choices = shape.get("enum")
    return [] if choices is None or text in choices else [f"{path} is {text!r}, which is none of {choices}"]


def local_names(answer):
    """An XML answer without its namespace."""
    for element in answer.iter():
        element.tag = element.tag.rpartition("}")[2]
    return answer
