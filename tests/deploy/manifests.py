"""The deployment as data: what Compose and Kubernetes would read, found and joined once."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
K8S = ROOT / "deploy" / "k8s"
BASE = K8S / "base"
DOCKERFILES = (*sorted((ROOT / "services").glob("*/Dockerfile")), ROOT / "deploy" / "operator" / "Dockerfile")
SERVICES = ("registry", "funds-monitor", "credit", "gateway")

Document = dict[str, Any]


@lru_cache(maxsize=1)
def compose() -> Document:
    """Read the Compose file with its anchors merged."""
    return dict(yaml.safe_load(COMPOSE.read_text("utf-8")))


def documents_in(path: Path) -> list[Document]:
    """Read all documents of a file."""
    return [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]


@lru_cache(maxsize=1)
def base() -> tuple[Document, ...]:
    """Read every manifest of the base, kustomizations left out."""
    paths = [path for path in sorted(BASE.rglob("*.yaml")) if path.name != "kustomization.yaml"]
    return tuple(document for path in paths for document in documents_in(path))


def of_kind(kind: str) -> dict[str, Document]:
    """Give the base's objects of a kind by their names."""
    return {document["metadata"]["name"]: document for document in base() if document["kind"] == kind}


def containers(deployment: Document) -> Iterator[tuple[bool, Document]]:
    """Give each container of a pod, and whether it only runs before the others."""
    pod = deployment["spec"]["template"]["spec"]
    yield from ((True, each) for each in pod.get("initContainers", ()))
    yield from ((False, each) for each in pod["containers"])


def secret_references(node: Any) -> Iterator[str]:
    """Find the name of every Secret that is mentioned anywhere below a node."""
    if isinstance(node, list):
        for each in node:
            yield from secret_references(each)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "secretName" and isinstance(value, str):
                yield value
            elif key in {"secret", "passwordSecret", "secretRef", "secretKeyRef"} and "name" in value:
                yield value["name"]
            yield from secret_references(value)
