"""Kafka and PostgreSQL on this machine, with users, topics, rights and databases, and nothing else."""

import signal
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import quote, urlsplit

from contracts.topics import TOPICS
from qinglian import jars, process
from qinglian.broker import Broker
from qinglian.databases import create_databases
from qinglian.errors import LauncherError
from qinglian.home import Home
from qinglian.kafka_access import KafkaAccess, read_kafka_url
from qinglian.postgresql import PostgreSQL
from qinglian.provision import provision_kafka
from qinglian.state import SERVICES, State, database_name, load_state, save_state
from qinglian.supervisor import Supervisor

INFRASTRUCTURE_PORTS = ("kafka", "kafka-controller", "postgresql")


class Infrastructure:
    """Real Kafka and PostgreSQL in one home; the fixture of integration tests and the floor of the county.

    `start()` and `stop()` are synchronous and may be called from a thread that runs an event loop.
    The caller holds the home's lock when others could use it too.
    """

    def __init__(
        self,
        home: Path,
        *,
        kafka_url: str | None = None,
        postgresql_url: str | None = None,
        stopping: Event | None = None,
        on_change: Callable[[], None] = lambda: None,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.home = Home(home)
        self._outside_kafka = read_kafka_url(kafka_url) if kafka_url else None
        self._outside_postgresql = postgresql_url
        self._progress = progress
        self._state: State | None = None
        self._broker: Broker | None = None
        self._broker_started: Future[None] | None = None
        self._starting: ThreadPoolExecutor | None = None
        self.supervisor = Supervisor(self.home, stopping=stopping or Event(), on_change=on_change)

    @property
    def state(self) -> State:
        """Secrets and ports; there once `prepare` has run."""
        if self._state is None:
            raise LauncherError("The home is not prepared yet.")
        return self._state

    @property
    def kafka(self) -> KafkaAccess:
        """The administrator's way into Kafka."""
        if self._outside_kafka:
            return self._outside_kafka
        return KafkaAccess(f"127.0.0.1:{self.state.ports['kafka']}", "admin", self.kafka_password("admin"))

    @property
    def kafka_bootstrap(self) -> str:
        """Where clients find Kafka: SASL_PLAINTEXT, SCRAM-SHA-512."""
        return self.kafka.bootstrap

    def kafka_password(self, user: str) -> str:
        """A Kafka user's password: a department's, a service's or `admin`'s."""
        return self.state.kafka_passwords[user]

    @property
    def postgresql_url(self) -> str:
        """The superuser's URL, for asyncpg."""
        if self._outside_postgresql:
            return self._outside_postgresql
        password = self.state.database_passwords["postgres"]
        return f"postgresql://postgres:{password}@127.0.0.1:{self.state.ports['postgresql']}/postgres"

    def database_url(self, service: str, *, driver: str = "postgresql+asyncpg") -> str:
        """A service's own database, as SQLAlchemy wants it (`driver="postgresql"` for plain asyncpg)."""
        name = database_name(service)
        place = urlsplit(self.postgresql_url)
        password = quote(self.state.database_passwords[name], safe="")
        return f"{driver}://{name}:{password}@{place.hostname}:{place.port or 5432}/{name}"

    def prepare(self) -> None:
        """Fetch what is missing, end what an earlier launcher left, and settle secrets and ports."""
        self.home.prepare()
        process.end(process.leftovers(self.home), timeout_s=15)
        self._state = load_state(self.home)
        self._state.complete(departments=[department.principal for department in TOPICS.departments.values()])
        self._state.claim_ports(INFRASTRUCTURE_PORTS)
        save_state(self.home, self._state)
        if not self._outside_kafka:
            jars.fetch_jars(jars.read_lock(), jar_folder(), progress=self._progress)

    def start(self) -> None:
        """Prepare, start both, wait until they answer, and create users, topics, rights and databases.

        Raises: LauncherError, when something does not come up; nothing is left running then.
        """
        try:
            self.prepare()
            self.start_servers()
            self.create_databases()
            self.wait_kafka()
            self.create_topics()
        except BaseException:
            self.stop()
            raise

    def start_servers(self) -> None:
        """Start both side by side and wait for PostgreSQL, which is there long before the broker."""
        if not self._outside_kafka:
            self._broker = Broker(self.home, self.state, jar_folder=jar_folder())
            self._starting = ThreadPoolExecutor(1)
            self._broker_started = self._starting.submit(self.supervisor.start, [self._broker])
        if not self._outside_postgresql:
            server = PostgreSQL(self.home, self.state)
            self.supervisor.start([server])
            self.supervisor.wait_ready([server.name])

    def wait_kafka(self) -> None:
        """Wait until our own broker answers."""
        if self._broker and self._broker_started:
            self._broker_started.result()
            self.supervisor.wait_ready([self._broker.name])

    def create_databases(self) -> None:
        """Create each service's database and role."""
        passwords = {database_name(name): self.state.database_passwords[database_name(name)] for name in SERVICES}
        create_databases(self.postgresql_url, passwords)

    def create_topics(self) -> None:
        """Create topics, users and their rights."""
        users = {name: password for name, password in self.state.kafka_passwords.items() if name != "admin"}
        provision_kafka(self.kafka, TOPICS, users)

    def kill(self, part: str, signal_number: int = signal.SIGKILL) -> None:
        """Send `kafka` or `postgresql` a signal; SIGKILL returns when it is dead."""
        self.supervisor.kill(part, signal_number)

    def wait_ready(self, part: str, *, timeout_s: float = 60) -> None:
        """Restart what died and wait until this part answers again."""
        self.supervisor.wait_ready([part], timeout_s=timeout_s)

    def stop(self) -> None:
        """Stop both; nothing is left running."""
        if self._starting:
            self._starting.shutdown(cancel_futures=True)
        self.supervisor.stop()


def jar_folder() -> Path:
    """Where all homes of this user share the broker's jars."""
    return jars.cache_folder() / "kafka-jars"
