"""What a deployment must not be, each check a pure function from data to complaints."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import kubernetes_validate
import yaml

KUBERNETES = "1.34"  # the oldest that we promise; fields that came later are refused
CUSTOM = yaml.safe_load((Path(__file__).parent / "custom_resources.yaml").read_text("utf-8"))
LIMITED = ("mem_limit", "cpus", "pids_limit")
SECRET_WORDS = ("PASSWORD", "SECRET", "TOKEN", "KEY")


@lru_cache(maxsize=16)
def custom_validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    """Build the strict schema of one of the operators' kinds."""
    said = CUSTOM["kinds"][kind]
    spec = {"type": "object", "additionalProperties": False, "required": said["required"]}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "definitions": CUSTOM["definitions"],
        "type": "object",
        "additionalProperties": False,
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": said["apiVersion"]},
            "kind": {"const": kind},
            "metadata": {"$ref": "#/definitions/metadata"},
            "spec": spec | {"properties": said["properties"]},
        },
    }
    return jsonschema_rs.Draft202012Validator(schema)


def invalid(document: dict[str, Any]) -> list[str]:
    """Say what Kubernetes or an operator would refuse in a manifest."""
    name = f"{document['kind']} {document['metadata']['name']}"
    if document["kind"] in CUSTOM["kinds"]:
        return [f"{name}: {error.message}" for error in custom_validator(document["kind"]).iter_errors(document)]
    try:
        kubernetes_validate.validate(document, KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{name}: {error.message}"]
    return []


def unrestricted(deployment: dict[str, Any]) -> list[str]:
    """Say where a pod does more than Kubernetes' restricted standard allows, or less than we want."""
    pod = deployment["spec"]["template"]["spec"]
    found = [] if pod.get("automountServiceAccountToken") is False else ["a token is mounted"]
    security = pod.get("securityContext", {})
    if not security.get("runAsNonRoot") or security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        found.append("the pod may run as root or without seccomp")
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        own = container.get("securityContext", {})
        tight = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        if own != tight:
            found.append(f"{container['name']} is not restricted")
        if {"cpu", "memory"} - set(container.get("resources", {}).get("limits", {})):
            found.append(f"{container['name']} has no limits")
    return found


def loose(service: dict[str, Any]) -> list[str]:
    """Say what a container of the Compose file could do that it need not."""
    found = [f"no {limit}" for limit in LIMITED if limit not in service]
    if not service.get("read_only"):
        found.append("its root can be written")
    if str(service.get("user", "0")).partition(":")[0] in {"0", "root"}:
        found.append("it runs as root")
    if service.get("cap_drop") != ["ALL"] or "no-new-privileges:true" not in service.get("security_opt", ()):
        found.append("it may gain privileges")
    tag = service["image"].partition(":")[2]
    if not tag or tag in {"latest", "stable"}:
        found.append("its image is not pinned")
    return found


def told_secrets(environment: dict[str, Any]) -> list[str]:
    """Give the variables that carry a secret themselves instead of naming its file."""
    named = [name for name in environment if any(word in name for word in SECRET_WORDS)]
    passwords = [name for name, value in environment.items() if "@" in str(value) and ":" in _credentials(str(value))]
    return sorted(
        {*(name for name in named if not name.endswith(("_FILE", "_DIR"))), *passwords} - {"QINGLIAN_SECRETS_DIR"}
    )


def _credentials(url: str) -> str:
    return url.partition("://")[2].rpartition("@")[0]


def unlisted(folder: Path) -> list[str]:
    """Say which files a kustomization forgets, and which it names that are not there."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    named = [*kustomization.get("resources", ()), *(patch["path"] for patch in kustomization.get("patches", ()))]
    files = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    below = {path.parent.name for path in folder.glob("*/kustomization.yaml")}
    return [
        *(f"{name} is not there" for name in named if not (folder / name).exists()),
        *(f"{name} is not listed" for name in sorted((files | below) - set(named))),
    ]
