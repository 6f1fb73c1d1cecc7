#!/bin/bash
# Builds the CPU image where there is no registry and no Docker, runs it as a cluster would, and embeds a sample.
# For Debian or Ubuntu on x86-64, as root, with a JDK 25 in JAVA_HOME. All that it makes lies under target/prove.
#
# The bases are made with debootstrap and that JDK. buildah builds with chroot isolation. The image then runs with
# a read-only root, an empty /tmp from which nothing can be executed, no network but the loopback, uid 10001 and
# no capabilities. What this does not show: the published bases, cgroup limits, seccomp, a GPU.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${JAVA_HOME:?must name a JDK 25}"
out=$PWD/target/prove
mkdir -p "$out/tools"

# Tools from Debian's packages, unpacked beside the system.
if [ ! -x "$out/tools/usr/bin/buildah" ]; then
  (cd "$out/tools" && apt-get -qq download buildah debootstrap golang-github-containers-common \
    golang-github-containers-image libgpgme11 libdevmapper1.02.1 libassuan0 2>/dev/null && for package in *.deb; do dpkg -x "$package" .; done)
fi
# buildah starts itself anew without the environment, so its libraries are told by a cache of our own that only this script sees.
if [ "${1:-}" != hidden ]; then
  ldconfig -C "$out/ld.so.cache" "$out/tools/usr/lib/x86_64-linux-gnu" "$out/tools/lib/x86_64-linux-gnu"
  exec unshare --mount bash docker/prove.sh hidden
fi
mount --bind "$out/ld.so.cache" /etc/ld.so.cache
export BUILDAH_ISOLATION=chroot TMPDIR=$out
driver=${STORAGE_DRIVER:-overlay} # vfs where the kernel has no overlay
buildah() { "$out/tools/usr/bin/buildah" --root "$out/storage" --runroot "$out/run" --storage-driver "$driver" "$@"; }
policy=(--signature-policy "$out/tools/etc/containers/policy.json")

# The bases: Debian, and Debian with the JDK.
if [ ! -d "$out/debian/etc/apt" ]; then
  DEBOOTSTRAP_DIR=$out/tools/usr/share/debootstrap "$out/tools/usr/sbin/debootstrap" --variant=minbase \
    --include=ca-certificates bookworm "$out/debian" http://deb.debian.org/debian > "$out/debootstrap.log"
fi
if ! buildah images localhost/braid-build-base > /dev/null 2>&1; then
  container=$(buildah from scratch)
  buildah add -q "$container" "$out/debian" / > /dev/null
  buildah commit -q "${policy[@]}" "$container" localhost/braid-base > /dev/null
  cp -rL "$JAVA_HOME" "$out/jdk" # with what it may only link to, its certificates
  buildah add -q "$container" "$out/jdk" /opt/java/openjdk > /dev/null
  # What this machine trusts, which may be a proxy.
  buildah add -q "$container" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt > /dev/null
  buildah config --env JAVA_HOME=/opt/java/openjdk \
    --env PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  buildah commit -q "${policy[@]}" "$container" localhost/braid-build-base > /dev/null
  buildah rm "$container" > /dev/null
fi

echo "building"
SECONDS=0
buildah bud "${policy[@]}" --format docker --layers --pull-never --target cpu \
  --build-arg BUILD_BASE=localhost/braid-build-base --build-arg BASE=localhost/braid-base \
  --volume "$HOME/.m2/repository:/root/.m2/repository" --volume "$HOME/.m2/wrapper:/root/.m2/wrapper" \
  -t localhost/braid:cpu . > "$out/build.log" 2>&1 || { tail -n 40 "$out/build.log"; exit 1; }
echo "built in $SECONDS s"

container=$(buildah from --pull-never localhost/braid:cpu)
root=$(buildah mount "$container")
trap 'buildah umount "$container" > /dev/null; buildah rm "$container" > /dev/null' EXIT
echo "size: $(du -sm "$root" | cut -f1) MB, of which $(du -sm "$root/opt" | cut -f1) MB are Braid, Java and libtorch"

# A key, and a folder that lasts.
rm -rf "$out/data" "$out/keys"
install -d -o 10001 -g 10001 "$out/data" "$out/keys"
key=$("$JAVA_HOME/bin/java" -jar "$root/opt/braid/braid.jar" key proof --role=train --file="$out/keys/keys.yaml" 2> /dev/null)
chown 10001:10001 "$out/keys/keys.yaml"
buildah inspect --type image --format '{{range .OCIv1.Config.Env}}{{println .}}{{end}}' localhost/braid:cpu > "$out/env"
mapfile -t environment < <(grep = "$out/env")
mapfile -t start < <(buildah inspect --type image --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' localhost/braid:cpu | grep .)
health=$(buildah inspect --type image --format '{{index .Docker.Config.Healthcheck.Test 1}}' localhost/braid:cpu)

export out root key health
export environment_text="${environment[*]}" start_text="${start[*]}"
unshare --mount --net --pid --fork --kill-child bash -euo pipefail docker/prove-inside.sh
