#!/bin/sh
# Copies Node and its shared libraries into a folder: rootfs.sh FOLDER [NODE]
set -eu
root=$1
node=$(readlink -f "${2:-$(command -v node)}")

mkdir -p "$root/usr/bin" "$root/etc" "$root/tmp"
cp "$node" "$root/usr/bin/node"
chmod 0755 "$root/usr/bin/node"
# ldd prints absolute paths, including that of the dynamic linker itself.
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
# /etc/hosts comes before DNS, as usual.
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
