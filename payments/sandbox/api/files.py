"""Files, uploaded as evidence for disputes."""

from __future__ import annotations

from payments.sandbox.core import files
from payments.sandbox.errors import invalid, missing
from payments.sandbox.params import fields
from payments.sandbox.routing import Call, resource, route
from payments.sandbox.store import Obj

URL = "/v1/files"

resource("file", URL, "File", "purpose")


@route("POST", URL, fields("FileCreateParams", "file purpose"))
def create(call: Call) -> Obj:
    if "file" not in call.uploads:
        raise missing("file")
    if call.params["purpose"] != "dispute_evidence":
        raise invalid("The sandbox keeps files of the purpose dispute_evidence only.", param="purpose")
    name, content = call.uploads["file"]
    return call.show(files.keep(call.tx, name, content, call.params["purpose"]))
