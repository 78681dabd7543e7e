#!/usr/bin/env bash
# Build the image and run it: unprivileged, read-only root, healthy, an incident from living logs.
# Needs buildah and a base image with python3 (3.11 or later) and venv: tests/image.sh [BASE]. Without BASE, one is made
# with debootstrap. chroot isolation, so that no container engine is needed.
set -euo pipefail
cd "$(dirname "$0")/.."
limits=(--ulimit "nofile=$(ulimit -Hn):$(ulimit -Hn)" --ulimit "nproc=$(ulimit -Hu):$(ulimit -Hu)")
base=${1:-localhost/nabat-base}
work=$(mktemp -d)
trap 'rm -rf "$work"; [ -z "${container:-}" ] || buildah rm "$container" >/dev/null' EXIT

if ! buildah inspect --type image "$base" >/dev/null 2>&1; then
  echo "== base image $base"
  debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates trixie "$work/root" >/dev/null
  # Where traffic goes through a proxy with a certificate of its own, the build has to trust it as this machine does.
  cp /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  made=$(buildah from scratch)
  buildah add -q "$made" "$work/root" / >/dev/null
  buildah commit -q "$made" "$base" >/dev/null
  buildah rm "$made" >/dev/null
fi

echo "== build"
buildah bud --quiet --format docker --isolation=chroot --pull-never --network=host "${limits[@]}" --build-arg "BASE=$base" -t nabat . >/dev/null
buildah inspect --type image --format '{{.Docker.Config.User}} {{.Docker.Config.Healthcheck}} {{.Docker.Config.Entrypoint}}' nabat

echo "== run"
container=$(buildah from --pull-never "${limits[@]}" nabat)
run() { buildah run --isolation=chroot --network=host --user nabat "$container" -- "$@"; }
run nabat --version
run sh -c 'test "$(id -u)" -ne 0 && ! touch /opt/nabat/x 2>/dev/null' && echo "runs unprivileged, cannot change itself"
run python -c '
from detector.rendering import read_source
from detector.rendering.write_pdf import write_pdf
assert write_pdf(read_source("# Уведомление", language="ru", title="Уведомление")).startswith(b"%PDF")
' && echo "writes a PDF"
run sh -c '
  nabat run --demo --state /var/lib/nabat/demo > /tmp/said 2>&1 & pid=$!
  for _ in $(seq 60); do
    sleep 1
    grep -q INCIDENT /tmp/said && break
  done
  cat /tmp/said
  python -c "import urllib.request as u; print(u.urlopen(\"http://127.0.0.1:8470/readyz\", timeout=4).read().decode())"
  kill -TERM $pid; wait $pid; echo "exit status $?"
  grep -q INCIDENT /tmp/said'
echo "== image is good"
