"""What the environment may tell the monitor."""

from chassis.settings import ServiceSettings


class MonitorSettings(ServiceSettings):
    """Settings of funds-monitor; each is read from QINGLIAN_<NAME>."""

    service_name: str = "funds-monitor"
    facts_cached_max: int = 240_000  # about 3.4 KB each; above it the least recently used organizations are dropped
    batch_records_max: int = 500  # one transaction; more delays the first alert of the batch, fewer cost more commits
