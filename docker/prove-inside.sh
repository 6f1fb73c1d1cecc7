#!/bin/bash
# Of prove.sh: runs the image in namespaces of its own, whose only network is the loopback.
set -euo pipefail
ip link set lo up
# Options of a mount count for a bind mount once it is mounted again.
mount --bind "$root" "$root"
mount --bind "$out/data" "$root/data"
mkdir -p "$root/etc/braid"
mount --bind "$out/keys" "$root/etc/braid"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o noexec,nosuid,nodev,size=256m tmpfs "$root/tmp"
mount -o remount,ro,bind "$root"
mount -o remount,ro,bind "$root/etc/braid"

# shellcheck disable=SC2206 # words of the image's environment, none with a space in it
as=(env -i $environment_text chroot "$root"
  setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --no-new-privs)
inside() { "${as[@]}" "$@"; }

inside id
inside touch /opt/braid/written 2> /dev/null && { echo "the root can be written"; exit 1; }
start=$(date +%s%N)
# shellcheck disable=SC2086
"${as[@]}" $start_text > "$out/service.log" 2>&1 &
until inside curl -fsS http://127.0.0.1:8081/actuator/health/readiness > /dev/null 2>&1; do
  kill -0 $! || { tail -n 30 "$out/service.log"; exit 1; }
  sleep 0.1
done
echo "ready after $((($(date +%s%N) - start) / 1000000)) ms"
echo "health check: $(inside bash -c "$health")"
inside curl -sS -o /dev/null -w 'without a key: %{http_code}\n' http://127.0.0.1:8080/v1/models
ask() { # PATH, then options of curl
  inside curl -fsS -H "Authorization: Bearer $key" -H 'Content-Type: application/json' "http://127.0.0.1:8080$1" "${@:2}"
}
ask /v1/models/demo/embed \
  -d '{"samples": [{"id": "patient-17", "modalities": {"protein": {"EGFR": 0.4, "TP53": -0.7}}}]}' > "$out/answer.json"
echo "answer: $(cut -c 1-200 "$out/answer.json")…"
inside curl -fsS http://127.0.0.1:8081/actuator/prometheus | grep -E '^braid_batch_samples_count'
ask /v1/training-jobs -d '{"dataset": "demo", "model": "proof", "epochs": 2,
  "network": {"embedding_dim": 16, "layers": 1, "heads": 2, "head_dim": 8}}' > /dev/null
until ask /v1/training-jobs/latest | grep -q '"ended_at":"'; do sleep 0.5; done
echo "training: $(ask /v1/training-jobs/latest | grep -o '"state":"[a-z]*"')"
ask /v1/collections/demo/search -d '{"query": {"modalities": {"protein": {"EGFR": 0.4}}}, "score": "calibrated"}' > /dev/null
echo "figure: $(ask /v1/collections/demo/calibration -H 'Accept: image/svg+xml' | wc -c) bytes"
echo "memory: $(inside bash -c 'grep VmRSS /proc/[0-9]*/status' | sort -k2 -n | tail -n 1 | tr -s '\t ' ' ' | cut -d' ' -f2-)"
echo "left in /tmp: $(find "$root/tmp" -type f | wc -l) files"
kill -TERM %1
wait %1 || echo "ended with $?"
tail -n 2 "$out/service.log"
