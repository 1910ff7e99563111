#!/bin/sh
# Puts Node and the libraries that it is linked with under a folder: rootfs.sh FOLDER [NODE]
set -eu
root=$1
node=$(readlink -f "${2:-$(command -v node)}")

mkdir -p "$root/usr/bin" "$root/etc" "$root/tmp"
cp "$node" "$root/usr/bin/node"
chmod 0755 "$root/usr/bin/node"
# The dynamic linker names its libraries by absolute paths, itself among them.
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
echo 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin' >"$root/etc/passwd"
echo 'nonroot:x:65532:' >"$root/etc/group"
# Names of the cluster's hosts file come before DNS, as everywhere.
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
