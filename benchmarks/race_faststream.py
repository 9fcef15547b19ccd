"""What FastStream needs only to decode: a batch subscriber that counts, of `pipelines.py`.

No model, no database, no rule: FastStream hands over batches of bytes (it knows JSON by `application/json` only), and
the standard library reads each as JSON. The bar that funds-monitor, with all
rules and exactly once, is measured against. Run by `pipelines.py`.
"""

import asyncio
import json
import logging

from faststream.kafka import KafkaBroker
from faststream.security import SASLScram512
from racing import BOOTSTRAP, GROUP, PASSWORD, TOPICS, USER, Watch, tell

BATCH_MAX = 500  # as many as funds-monitor takes


async def main() -> None:
    broker = KafkaBroker(BOOTSTRAP, security=SASLScram512(USER, PASSWORD), logger=None)
    watch, done, all_done = Watch(), 0, asyncio.Event()

    @broker.subscriber(*TOPICS, batch=True, group_id=GROUP, auto_offset_reset="earliest", max_records=BATCH_MAX)
    async def count(events: list[bytes]) -> None:
        nonlocal done
        done += len([json.loads(event) for event in events])
        if watch.note(done) and not all_done.is_set():
            tell(watch.run())
            all_done.set()

    await broker.start()
    await all_done.wait()
    await broker.stop()


if __name__ == "__main__":
    logging.disable()
    asyncio.run(main())
