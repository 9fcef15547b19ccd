"""What aiokafka's errors mean to us, in words that an operator can act on."""

from collections.abc import Mapping

from aiokafka.errors import (
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from chassis.errors import Refused, Unavailable

_AUTHORIZATION = (TopicAuthorizationFailedError, GroupAuthorizationFailedError, ClusterAuthorizationFailedError)


def translated(error: Exception, options: Mapping[str, object]) -> Exception:
    """Turn an error of the client into one of ours; what is none of Kafka's stays as it is."""
    user = options.get("sasl_plain_username", "anonymous")
    answer = error
    if isinstance(error, _AUTHORIZATION):
        about = ", ".join(str(argument) for argument in error.args) or "the cluster"
        answer = Refused("not_authorized", f"Kafka user {user} may not use {about}: see its ACLs")
    elif isinstance(error, UnknownTopicOrPartitionError):
        answer = Refused("unknown_topic", "Kafka has no such topic, or its user may not see it")
    elif isinstance(error, MessageSizeTooLargeError):
        answer = Refused("too_large", "larger than Kafka takes")
    elif isinstance(error, KafkaConnectionError) and "bootstrap" in str(error):
        where = options.get("bootstrap_servers")
        answer = Unavailable(f"Kafka at {where} does not answer, or does not accept the password of user {user}")
    elif isinstance(error, KafkaError | TimeoutError | OSError):
        answer = Unavailable(f"Kafka: {type(error).__name__}")
    return answer
