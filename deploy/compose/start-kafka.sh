#!/bin/bash
# Formats the storage at the first start, with the administrator in it, then becomes the broker.
set -euo pipefail
secrets=/run/secrets config=/opt/qinglian/server.properties
# The formatter prints the administrator's record on its standard output, which therefore goes nowhere.
/opt/kafka/bin/kafka-storage.sh format --standalone --ignore-formatted \
  --cluster-id "$(cat "$secrets/kafka-cluster-id")" --config "$config" \
  --add-scram "$(cat "$secrets/kafka-admin.scram")" >/dev/null
exec /opt/kafka/bin/kafka-server-start.sh "$config"
