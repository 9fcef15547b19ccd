"""The whole county on this machine: broker, database, four services."""

import json
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock, Thread

from contracts.topics import TOPICS
from qinglian import ports
from qinglian.console import build_console
from qinglian.credentials import credentials_of, enrolment, save_credentials
from qinglian.errors import PortTaken
from qinglian.keys import Keys, ensure_keys
from qinglian.local import INFRASTRUCTURE_PORTS, Infrastructure
from qinglian.service import Service
from qinglian.state import SERVICES, save_state
from qinglian.status import save_status, status_of
from qinglian.supervisor import TICK_S

Report = Callable[[str], None]
BUILD_ENDS_S = 5.0  # a build that is told to stop ends within a tick


class County:
    """Starts everything in order, keeps it running, stops it in reverse. The caller holds the home's lock."""

    def __init__(
        self,
        home: Path,
        *,
        port: int,
        stopping: Event,
        kafka_url: str | None = None,
        postgresql_url: str | None = None,
        report: Report = lambda _: None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.phase = "starting"
        self._port = port
        self._stopping = stopping
        self._report = report
        self._telling = Lock()
        self._building = Thread(target=self._build_console, name="console", daemon=True)
        self.infrastructure = Infrastructure(
            home,
            kafka_url=kafka_url,
            postgresql_url=postgresql_url,
            stopping=stopping,
            on_change=self._on_change,
            progress=progress,
        )
        self.home = self.infrastructure.home
        self.supervisor = self.infrastructure.supervisor

    @property
    def gateway(self) -> str:
        """The one door."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Bring everything up.

        Raises: LauncherError, when something does not come up; `stop` clears away what did.
        """
        infrastructure = self.infrastructure
        infrastructure.prepare()
        self._on_change()
        if not ports.is_free(self._port):
            raise PortTaken(f"Port {self._port} belongs to somebody else: choose another with --port.")
        services = self._services()
        self._building.start()
        self._report("starting Kafka and PostgreSQL")
        infrastructure.start_servers()
        infrastructure.create_databases()
        with ThreadPoolExecutor(1) as thread:  # the databases take shape while the broker is still starting
            migrated: Future[None] = thread.submit(self._migrate, services)
            infrastructure.wait_kafka()
            infrastructure.create_topics()
            migrated.result()
        save_credentials(
            self.home,
            credentials_of(infrastructure.state, gateway=self.gateway, kafka_bootstrap=infrastructure.kafka_bootstrap),
        )
        self._report("starting the services")
        self.supervisor.start(services)
        self.supervisor.wait_ready([service.name for service in services])
        self.phase = "ready"
        self._on_change()

    def keep_running(self, each_tick: Callable[[], None] = lambda: None) -> None:
        """Restart what dies until somebody asks to stop."""
        while not self._stopping.wait(TICK_S):
            self.supervisor.tick()
            each_tick()

    def stop(self) -> None:
        """Stop everything in reverse order."""
        self.phase = "stopping"
        self._on_change()
        if self._building.is_alive():
            self._stopping.set()
            self._building.join(BUILD_ENDS_S)
        self.infrastructure.stop()

    def _build_console(self) -> None:
        """Build the pages for people beside everything else: whether it works or not, the interface serves."""
        if told := build_console(stopping=self._stopping):
            self._report(told)

    def _on_change(self) -> None:
        with self._telling:  # parts start side by side, in threads
            running = list(self.supervisor.running.values())
            if self.phase in {"ready", "degraded"}:
                self.phase = "ready" if all(one.ready for one in running) else "degraded"
            save_status(self.home, status_of(self.home, phase=self.phase, gateway=self.gateway, running=running))

    def _services(self) -> list[Service]:
        state, home = self.infrastructure.state, self.home
        inner = [service for service in SERVICES if service != "gateway"]
        state.claim_ports([*INFRASTRUCTURE_PORTS, *inner])
        save_state(home, state)
        keys = ensure_keys(home)
        services = [
            Service(name, home=home, port=state.ports[name], env=self._service_env(name, keys)) for name in inner
        ]
        addresses = {f"QINGLIAN_{service.name.replace('-', '_').upper()}_URL": service.url for service in services}
        door = {
            "QINGLIAN_INTERNAL_PRIVATE_KEY_FILE": str(keys.internal_private),
            "QINGLIAN_ACCESS_PRIVATE_KEY_FILE": str(keys.access_private),
            "QINGLIAN_TOKEN_KEY_FILE": str(keys.token),
        }
        env = {**self._service_env("gateway", keys), **addresses, **door}
        return [*services, Service("gateway", home=home, port=self._port, env=env)]

    def _service_env(self, name: str, keys: Keys) -> dict[str, str]:
        infrastructure = self.infrastructure
        return {
            "QINGLIAN_DATABASE_URL": infrastructure.database_url(name),
            "QINGLIAN_KAFKA_BOOTSTRAP": infrastructure.kafka_bootstrap,
            "QINGLIAN_KAFKA_USERNAME": name,
            "QINGLIAN_KAFKA_PASSWORD": infrastructure.kafka_password(name),
            "QINGLIAN_KAFKA_SECURITY": infrastructure.kafka.security,
            "QINGLIAN_HTTP_HOST": "127.0.0.1",
            "QINGLIAN_INTERNAL_PUBLIC_KEY_FILE": str(keys.internal_public),
            "PYTHONUNBUFFERED": "1",
        }

    def _migrate(self, services: list[Service]) -> None:
        with ThreadPoolExecutor(len(services)) as threads:
            for done in [threads.submit(service.run_step, "migrate") for service in services]:
                done.result()
        clients = enrolment(self.infrastructure.state, departments=TOPICS.departments)
        (gateway,) = (service for service in services if service.name == "gateway")
        gateway.run_step("enrol", stdin=json.dumps(clients).encode())
