from chassis.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """What the registry can be told; nothing beyond what every service can."""

    service_name: str = "registry"
