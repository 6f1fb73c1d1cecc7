#!/usr/bin/env bash
# Trains the demo model anew on made-up patients, with the service at localhost:8080, or where BRAID says (BRAID=http://localhost:8090),
# and its jar: about ten minutes on two cores.
# Writes models/demo/model.safetensors, whose bytes may differ on another processor.
set -euo pipefail
cd "$(dirname "$0")/../.."
api=${BRAID:-http://localhost:8080}/v1
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jar=${JAR:-target/braid.jar}
[ -f "$jar" ] || { echo "there is no $jar; make it: ./mvnw -DskipTests package" >&2; exit 1; }
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
"$java" -jar "$jar" synthesize "$parts" --samples=3000 --sparsity=0.2 --seed=43
curl -sS --fail-with-body -o /dev/null -X PUT -F "schema=@$parts/schema.yaml" -F "gene=@$parts/gene.csv" \
  -F "protein=@$parts/protein.csv" -F "mirna=@$parts/mirna.csv" -F "activity=@$parts/activity.csv" \
  -F "labels=@$parts/labels.csv" "$api/datasets/demo-training"
job=$(curl -sS --fail-with-body "$api/training-jobs" -H 'Content-Type: application/json' -d '
{"dataset": "demo-training", "model": "demo-trained", "architecture": "mca", "standardize": false,
 "network": {"embedding_dim": 64, "layers": 3, "heads": 4, "head_dim": 16, "fusion_tokens": 22, "channels": [4, 3, 2]},
 "optimizer": {"learning_rate": 0.001}, "epochs": 12, "batch_size": 64, "modality_dropout": 0.1, "seed": 43}' |
  grep -o '"id":"[^"]*"' | cut -d'"' -f4)
echo "watching $job"
curl -sSN "$api/training-jobs/$job/events" | grep --line-buffered -A1 '^event: \(epoch\|log\|state\)' | grep --line-buffered -o '{.*'
version=$(curl -sS "$api/training-jobs/$job" | grep -o '"version":[0-9]*' | cut -d: -f2)
curl -sS --fail-with-body -o models/demo/model.safetensors "$api/models/demo-trained/versions/$version/weights"
echo "models/demo/model.safetensors is trained"
