"""The manifests, checked without a cluster: schemas, references, names; nothing here has been applied to one."""

import copy
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contracts.topics import TOPICS
from credit.settings import CreditSettings
from funds_monitor.settings import MonitorSettings
from gateway.settings import GatewaySettings
from qinglian.broker import VERSION as KAFKA_VERSION
from qinglian.secret_files import kafka_users
from qinglian.topics import declared_topics
from registry.settings import RegistrySettings
from tests.deploy.checks import invalid, told_secrets, unlisted, unrestricted
from tests.deploy.manifests import BASE, K8S, ROOT, SERVICES, base, containers, of_kind, secret_references

SETTINGS = {
    "registry": RegistrySettings,
    "funds-monitor": MonitorSettings,
    "credit": CreditSettings,
    "gateway": GatewaySettings,
}
READ_BY_LIBRARIES = {"QINGLIAN_SECRETS_DIR", "PGSSLMODE", "PGSSLROOTCERT"}
MADE_BY_OPERATORS = {"qinglian-cluster-ca-cert", "qinglian-db-ca"}
KUSTOMIZATIONS = sorted(path.parent for path in K8S.rglob("kustomization.yaml"))


def changed(document: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """Copy a manifest and spoil it."""
    spoiled = copy.deepcopy(document)
    change(spoiled)
    return spoiled


def test_every_manifest_is_valid() -> None:
    assert [complaint for document in base() for complaint in invalid(document)] == []


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("Deployment", "credit", lambda d: d["spec"].update(replica=2)),
        ("Deployment", "credit", lambda d: d["spec"]["template"]["spec"]["containers"][0].update(livenesProbe={})),
        ("Service", "credit", lambda d: d["spec"].update(ports=[{"port": "http"}])),
        ("NetworkPolicy", "default-deny", lambda d: d["spec"].update(podSelectr={})),
        ("PodDisruptionBudget", "credit", lambda d: d["spec"].update(maxUnavailabel=1)),
        ("Kafka", "qinglian", lambda d: d["spec"]["kafka"].update(replicas=3)),
        ("Kafka", "qinglian", lambda d: d["spec"]["kafka"]["listeners"][0].update(tls=False)),
        ("KafkaNodePool", "nodes", lambda d: d.update(apiVersion="kafka.strimzi.io/v1beta2")),
        ("KafkaTopic", "finance.payments.v1", lambda d: d["spec"].update(partitions="6")),
        ("KafkaUser", "tax", lambda d: d["spec"]["authorization"]["acls"][0].update(operation="Read")),
        ("Cluster", "qinglian-db", lambda d: d["spec"].update(instance=3)),
        ("Database", "credit", lambda d: d["spec"].update(name="postgres")),
    ],
)
def test_a_broken_manifest_is_refused(kind: str, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    assert invalid(changed(of_kind(kind)[name], change)) != []


def test_generated_topics_and_users_are_current() -> None:
    command = [sys.executable, "tools/generate_deploy.py", "--check"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_topics_and_rights_are_those_of_the_contracts() -> None:
    topics = {name: (t["spec"]["partitions"], t["spec"]["config"]) for name, t in of_kind("KafkaTopic").items()}
    rights = {
        (name, operation.upper(), acl["resource"]["type"].upper(), acl["resource"]["name"])
        for name, user in of_kind("KafkaUser").items()
        for acl in user["spec"]["authorization"]["acls"]
        for operation in acl["operations"]
    }
    assert topics == {topic.name: (topic.partitions, topic.configs) for topic in declared_topics(TOPICS)}
    assert rights == set(TOPICS.acls())
    assert set(of_kind("KafkaUser")) == set(kafka_users(TOPICS))


@pytest.mark.parametrize("folder", KUSTOMIZATIONS, ids=lambda folder: folder.relative_to(K8S).as_posix())
def test_a_kustomization_names_every_file_and_no_other(folder: Path) -> None:
    assert unlisted(folder) == []


def test_a_forgotten_and_a_missing_file_are_seen(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [here.yaml, gone.yaml]\n")
    for name in ("here.yaml", "forgotten.yaml"):
        (tmp_path / name).touch()
    assert unlisted(tmp_path) == ["gone.yaml is not there", "forgotten.yaml is not listed"]


@pytest.mark.parametrize("patch", sorted((K8S / "overlays").rglob("*.yaml")), ids=lambda path: path.name)
def test_an_overlay_patches_what_the_base_has(patch: Path) -> None:
    for document in yaml.safe_load_all(patch.read_text("utf-8")):
        if document["kind"] == "Kustomization":
            assert {row["name"] for row in document.get("replicas", ())} <= set(of_kind("Deployment"))
        else:
            assert document["metadata"]["name"] in of_kind(document["kind"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_pod_is_restricted(service: str) -> None:
    assert unrestricted(of_kind("Deployment")[service]) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda pod: pod.pop("automountServiceAccountToken"),
        lambda pod: pod["securityContext"].update(runAsNonRoot=False),
        lambda pod: pod["containers"][0]["securityContext"].update(readOnlyRootFilesystem=False),
        lambda pod: pod["initContainers"][0]["resources"].pop("limits"),
    ],
)
def test_a_loose_pod_is_seen(change: Callable[[dict[str, Any]], object]) -> None:
    spoiled = changed(of_kind("Deployment")["credit"], lambda document: change(document["spec"]["template"]["spec"]))
    assert len(unrestricted(spoiled)) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_only_what_its_settings_know(service: str) -> None:
    fields = {f"QINGLIAN_{name.upper()}" for name in SETTINGS[service].model_fields}
    shared = of_kind("ConfigMap")["qinglian-settings"]["data"]
    for _, container in containers(of_kind("Deployment")[service]):
        told = {row["name"]: row["value"] for row in container["env"]} | shared
        assert set(told) - READ_BY_LIBRARIES <= fields
        assert told_secrets(told) == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_file_that_a_setting_names_is_mounted(service: str) -> None:
    deployment = of_kind("Deployment")[service]
    fields = SETTINGS[service].model_fields
    (projected,) = (v["projected"] for v in deployment["spec"]["template"]["spec"]["volumes"] if "projected" in v)
    mounted = {item["path"] for source in projected["sources"] for item in source["secret"]["items"]}
    named = {
        str(value).rpartition("/")[2]
        for _, container in containers(deployment)
        for value in [row["value"] for row in container["env"]]
        + list(of_kind("ConfigMap")["qinglian-settings"]["data"].values())
        if str(value).startswith("/run/secrets/qinglian/")
    }
    settings = {name for name in mounted if name.startswith("qinglian_")}
    assert named == mounted - settings
    assert {name.removeprefix("qinglian_") for name in settings} <= set(fields)


def test_every_secret_is_made_by_an_operator_or_by_the_guide() -> None:
    guide = (ROOT / "docs" / "deploying.md").read_text("utf-8")
    made = MADE_BY_OPERATORS | set(of_kind("KafkaUser")) | set(re.findall(r"create secret \w+ ([a-z-]+)", guide))
    made |= {f"qinglian-database-{service}" for service in SERVICES} if "qinglian-database-$service" in guide else set()
    assert set(secret_references(list(base()))) - made == set()
    assert set(secret_references([{"secret": {"name": "nobody-makes-this"}}])) - made == {"nobody-makes-this"}


def test_no_manifest_is_a_secret() -> None:
    assert of_kind("Secret") == {}


def test_services_are_found_where_the_gateway_looks_for_them() -> None:
    (gateway,) = (each for before, each in containers(of_kind("Deployment")["gateway"]) if not before)
    told = {row["name"]: row["value"] for row in gateway["env"]}
    for service in SERVICES[:3]:
        ports = of_kind("Service")[service]["spec"]["ports"]
        url = told[f"QINGLIAN_{service.replace('-', '_').upper()}_URL"]
        assert [f"http://{service}:{port['port']}" for port in ports] == [url]


def test_what_is_asked_for_health_is_what_the_chassis_answers() -> None:
    asked = {
        container[probe]["httpGet"]["path"]
        for deployment in of_kind("Deployment").values()
        for before, container in containers(deployment)
        if not before
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    source = (ROOT / "libs" / "chassis" / "chassis" / "http.py").read_text("utf-8")
    assert asked == {"/healthz", "/readyz"}
    assert all(f'"{path}"' in source for path in asked)


def test_everything_is_denied_that_is_not_named() -> None:
    assert of_kind("NetworkPolicy")["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_the_database_lets_each_role_into_its_own_and_nobody_else() -> None:
    cluster = of_kind("Cluster")["qinglian-db"]["spec"]
    roles = [role["name"] for role in cluster["managed"]["roles"]]
    databases = {name: (d["spec"]["name"], d["spec"]["owner"]) for name, d in of_kind("Database").items()}
    assert databases == {service: (service.replace("-", "_"),) * 2 for service in SERVICES}
    assert sorted(roles) == sorted(owner for _, owner in databases.values())
    assert cluster["postgresql"]["pg_hba"] == [
        *(f"hostssl {role} {role} all scram-sha-256" for role in roles),
        "host all all all reject",
    ]


def test_kafka_is_the_one_that_everything_is_tested_with() -> None:
    assert of_kind("Kafka")["qinglian"]["spec"]["kafka"]["version"] == KAFKA_VERSION
    assert (BASE / "kafka" / "topics.yaml").read_text().startswith("# Generated by tools/generate_deploy.py")
