#!/bin/sh
# Removes from node_modules what this platform never loads: binaries for others, the compiler, maps of sources.
set -eu
arch=$(node -p process.arch)
abi=$(node -p process.versions.modules)

find node_modules/onnxruntime-node/bin -mindepth 2 -maxdepth 2 ! -name linux -exec rm -r {} +
find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 ! -name "$arch" -exec rm -r {} +
find node_modules/uWebSockets.js -name '*.node' ! -name "uws_linux_${arch}_${abi}.node" -delete
find node_modules -name '*.map' -delete
rm -rf node_modules/typescript node_modules/.bin
