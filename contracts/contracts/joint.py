"""Joint tasks: what the platform asks of departments and what they answer."""

from datetime import date
from typing import Literal

from contracts.parts import Data, Identifier, OpenValue, Text


class TaskSubject(Data, frozen=True):
    """What a task is about."""

    kind: OpenValue
    id: Identifier


class JointTask(Data, frozen=True):
    """One step of a joint task."""

    task_id: Identifier
    kind: Literal["measure", "application", "enforcement", "consultation", "correction"]
    department: OpenValue
    about: TaskSubject
    due_on: date
    payload: dict[str, str | int | bool | None] | None = None
    reason: Text | None = None
    document: Identifier | None = None


class TaskRequested(JointTask, frozen=True):
    """`joint.task.requested.v1`."""


class TaskAccepted(JointTask, frozen=True):
    """`joint.task.accepted.v1`."""


class TaskCompleted(JointTask, frozen=True):
    """`joint.task.completed.v1`."""


class TaskRefused(JointTask, frozen=True):
    """`joint.task.refused.v1`."""


class TaskRecalled(JointTask, frozen=True):
    """`joint.task.recalled.v1`."""
