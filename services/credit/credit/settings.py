from chassis.settings import ServiceSettings


class CreditSettings(ServiceSettings):
    """What credit can be told; nothing beyond what every service can."""

    service_name: str = "credit"
