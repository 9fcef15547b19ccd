"""How much flows: events counted in the broker, alerts read through the gateway."""

import contextlib
import time
from collections import deque
from threading import Event, Thread
from typing import Any

import httpx

from contracts.topics import TOPICS
from qinglian.kafka_access import KafkaAccess, kafka_admin

INTERVAL_S = 2.0
WINDOW_S = 10.0  # events per second are an average over this, so that the figure does not flicker
ALERTS_SHOWN = 5
LATEST = -1  # Kafka's word for "the offset after the last record"


class Pulse:
    """Measures in a thread of its own, so that the supervisor never waits for a slow answer."""

    def __init__(self, kafka: KafkaAccess, credentials: dict[str, Any]) -> None:
        self.events = 0
        self.events_per_s = 0.0
        self.alerts: list[dict[str, Any]] = []
        self.alert_records = 0
        self._kafka = kafka
        self._credentials = credentials
        self._seen: deque[tuple[float, int]] = deque()
        self._token, self._token_until = "", 0.0
        self._stop = Event()
        self._thread = Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin to measure."""
        self._thread.start()

    def stop(self) -> None:
        """Measure no more."""
        self._stop.set()

    def _run(self) -> None:
        # A figure that cannot be had keeps its last value: the view shows at the parts why.
        while not self._stop.is_set():
            with contextlib.suppress(Exception), self._kafka.admin(timeout_s=5) as admin:
                while not self._stop.wait(INTERVAL_S):
                    self._count(admin)
                    self._load_alerts()
            self._stop.wait(INTERVAL_S)

    def _count(self, admin: Any) -> None:
        topic_partition = kafka_admin_partition()
        wanted = {
            topic_partition(topic.name, partition): LATEST
            for topic in TOPICS.all
            if topic.owner in TOPICS.departments or topic.name == "monitor.alerts.v1"
            for partition in range(topic.partitions)
        }
        ends = admin.list_partition_offsets(wanted)
        self.events = sum(end.offset for place, end in ends.items() if place.topic != "monitor.alerts.v1")
        self.alert_records = sum(end.offset for place, end in ends.items() if place.topic == "monitor.alerts.v1")
        now = time.monotonic()
        self._seen.append((now, self.events))
        while now - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()
        began, count = self._seen[0]
        self.events_per_s = (self.events - count) / (now - began) if now > began else 0.0

    def _load_alerts(self) -> None:
        with httpx.Client(base_url=self._credentials["gateway"], timeout=5, trust_env=False) as door:
            if time.monotonic() > self._token_until:
                form = {"grant_type": "client_credentials", **self._credentials["clients"]["staff"]}
                answer = door.post("/v1/oauth/token", data=form).raise_for_status().json()
                self._token, self._token_until = answer["access_token"], time.monotonic() + answer["expires_in"] / 2
            headers = {"Authorization": f"Bearer {self._token}"}
            answer = door.get("/v1/alerts", params={"limit": ALERTS_SHOWN}, headers=headers).raise_for_status().json()
            self.alerts = answer["items"]


def kafka_admin_partition() -> Any:
    """Give the client library's pair of topic and partition."""
    kafka_admin()  # loads the library the quiet way
    from kafka import TopicPartition  # noqa: PLC0415

    return TopicPartition
