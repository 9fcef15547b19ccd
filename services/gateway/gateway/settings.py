from pathlib import Path

from chassis.settings import ServiceSettings


class GatewaySettings(ServiceSettings):
    """What the gateway can be told, beyond what every service can."""

    service_name: str = "gateway"
    internal_private_key_file: Path | None = None  # signs who is asking, for the services behind
    access_private_key_file: Path | None = None  # signs the access tokens of clients
    token_key_file: Path | None = None  # 32 bytes in hex: turns identity and account numbers into tokens
    registry_url: str = "http://127.0.0.1:8081"
    funds_monitor_url: str = "http://127.0.0.1:8082"
    credit_url: str = "http://127.0.0.1:8083"
    public_url: str | None = None  # how browsers reach us (https://…): cookies then never travel in the clear
