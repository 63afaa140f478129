"""What no schema says about the files of the deployment.

usage: deployment.py COMPOSE-JSON SECRETS-FOLDER       what refers to each other is there
       deployment.py --settings compose|kubernetes FOLDER   writes the sample's settings into a folder
       deployment.py --dashboard                     prints the dashboard's queries as rules of Prometheus
"""

import json
import re
import sys
from pathlib import Path

import yaml

KUBERNETES = Path("deploy/kubernetes")


def documents():
    return [yaml.safe_load(path.read_text()) for path in sorted(KUBERNETES.glob("*.yaml"))]


def kinds(name):
    return [document for document in documents() if document["kind"] == name]


def kind(name):
    return kinds(name)[0]


def secret_files(environment):
    """The names of the files that NAME_FILE variables point at."""
    return {Path(value).name for name, value in environment.items() if name.endswith("_FILE")}


def equal(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {sorted(found)} instead of {sorted(wanted)}")
    print(f"{what}: agree")


def compose(file, secrets):
    stack = json.loads(Path(file).read_text())
    made = {path.name for path in Path(secrets).iterdir()}
    equal("compose: secrets that are declared and made", set(stack["secrets"]), made)
    for name, service in stack["services"].items():
        given = {secret["source"] for secret in service.get("secrets") or []}
        missing = secret_files(service.get("environment") or {}) - given
        if missing:
            sys.exit(f"compose: {name} reads {sorted(missing)}, which it is not given")
        if name.startswith("fanpass") and not (service["read_only"] and service["cap_drop"] == ["ALL"]):
            sys.exit(f"compose: {name} is not confined")
        if not re.search(r":[0-9][^:]*$", service["image"]):
            sys.exit(f"compose: {name} has no pinned version: {service['image']}")


def confined(pod, container):
    """No schema asks for probes, or for a security context."""
    asked = {probe: (container[probe]["httpGet"]["path"], container[probe]["httpGet"]["port"])
             for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    equal("kubernetes: what the probes ask", set(asked.values()), {("/healthz", "ops"), ("/readyz", "ops")})
    wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    if container["securityContext"] != wanted or not pod["securityContext"]["runAsNonRoot"]:
        sys.exit("kubernetes: the container is not confined")


def ports(container):
    """No schema knows who may reach which port."""
    wanted = {"http", "ops", "internal"}
    equal("kubernetes: ports of the container", {port["name"] for port in container["ports"]}, wanted)
    rules = {rule["ports"][0]["port"]: rule["from"] for rule in kind("NetworkPolicy")["spec"]["ingress"]}
    equal("kubernetes: ports that the policy admits somebody to", set(rules), wanted)
    for port, peers in rules.items():
        selectors = {"namespaceSelector", "podSelector"} if port == "internal" else {"namespaceSelector"}
        if any(set(peer) != selectors for peer in peers):
            sys.exit(f"kubernetes: the policy admits too many to {port}")
    served = {service["metadata"]["name"]: service["spec"]["ports"][0]["targetPort"] for service in kinds("Service")}
    equal("kubernetes: services and their ports", set(served.items()),
          {("fanpass", "http"), ("fanpass-internal", "internal")})


def mounted(pod):
    """Every file of the settings is in the pod, each in a place where fanpass reads it."""
    volume = next(volume for volume in pod["volumes"] if volume["name"] == "config")
    items = {item["key"]: item["path"] for item in volume["configMap"]["items"]}
    equal("kubernetes: files of the settings", set(items), set(kind("ConfigMap")["data"]))
    equal("kubernetes: where they are", set(items.values()), {"production.toml", "apps.d/apps.toml"})


def kubernetes():
    pod = kind("Deployment")["spec"]["template"]
    container = pod["spec"]["containers"][0]
    environment = {variable["name"]: variable["value"] for variable in container["env"]}
    equal("kubernetes: secrets that are read and shown", secret_files(environment), set(kind("Secret")["stringData"]))
    confined(pod["spec"], container)
    ports(container)
    mounted(pod["spec"])
    labels = pod["metadata"]["labels"]
    for service in kinds("Service"):
        equal("kubernetes: the pods of a Service", set(service["spec"]["selector"].items()), set(labels.items()))
    for name, path in [("PodDisruptionBudget", ["selector", "matchLabels"]),
                       ("NetworkPolicy", ["podSelector", "matchLabels"]), ("Deployment", ["selector", "matchLabels"])]:
        found = kind(name)["spec"]
        for key in path:
            found = found[key]
        equal(f"kubernetes: the pods of the {name}", set(found.items()), set(labels.items()))
    listed = set(yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"])
    files = {path.name for path in KUBERNETES.glob("*.yaml")} - {"kustomization.yaml", "secret.example.yaml"}
    equal("kubernetes: files that the kustomization lists", listed, files)


def settings(sample, folder):
    if sample == "compose":
        text = Path("deploy/compose/config/production.toml").read_text()
        apps(folder, Path("deploy/compose/config/apps.d/apps.toml").read_text())
        # The example of a root file counts too.
        text = re.sub(r'(?m)^# ("MP_verify)', r"\1", text)
    else:
        data = kind("ConfigMap")["data"]
        text = data["production.toml"]
        apps(folder, data["apps.toml"])
    (Path(folder) / "production.toml").write_text(text)


def apps(folder, text):
    """The example counts too."""
    (Path(folder) / "apps.d").mkdir(exist_ok=True)
    example = text[text.index("# [apps"):]
    (Path(folder) / "apps.d" / "apps.toml").write_text(re.sub(r"(?m)^# ", "", example))


def dashboard():
    panels = json.loads(Path("deploy/grafana/fanpass.json").read_text())["panels"]
    queries = [target["expr"].replace("$__rate_interval", "5m") for panel in panels for target in panel["targets"]]
    rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
    print(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))


if sys.argv[1] == "--dashboard":
    dashboard()
elif sys.argv[1] == "--settings":
    settings(*sys.argv[2:])
else:
    compose(*sys.argv[1:])
    kubernetes()
