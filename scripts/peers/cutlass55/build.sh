#!/usr/bin/env bash
# Builds cutlass55, which times the mixed-type kernels of CUTLASS (example 55) beside humming-bench. The program runs
# wherever there is an H100 and a driver. Five minutes and 4 GB of memory; no GPU is needed.
#
#   scripts/peers/cutlass55/build.sh                 clones CUTLASS 4.7.0, and nvcc 13.0.88 comes from PyPI
#   scripts/peers/cutlass55/build.sh --cutlass=DIR   a checkout of CUTLASS that is there
#   scripts/peers/cutlass55/build.sh --nvcc=PROGRAM  an nvcc that is there, 12.8 or newer
#
# Everything goes into build-bench/ of this repository, the program as build-bench/cutlass55; --out=DIR names another folder.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../../../build-bench cutlass='' nvcc=''
say() { printf '%s\n' "== $*"; }
fail() { printf '%s\n' "error: $*" >&2; exit 1; }
for argument in "$@"; do
  case $argument in
    -h | --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0 ;;
    --out=* | --cutlass=* | --nvcc=*) name=${argument#--}; printf -v "${name%%=*}" '%s' "${argument#*=}" ;;
    *) fail "expected --out, --cutlass or --nvcc, got $argument" ;;
  esac
done
mkdir -p "$out/peers"
out=$(cd "$out" && pwd)
work=$out/peers

if [ -z "$cutlass" ]; then
  cutlass=$work/cutlass
  if [ ! -e "$cutlass/include/cutlass/version.h" ]; then
    say "cutlass: cloning commit 7107b05 (4.7.0)"
    rm -rf "$cutlass"
    git clone -q --filter=blob:none --no-checkout https://github.com/NVIDIA/cutlass "$cutlass"
    git -C "$cutlass" sparse-checkout set include tools/util/include
    git -C "$cutlass" checkout -q 7107b05535f8977f5ecb9d01ee203205b1fd9bc4
  fi
fi
[ -e "$cutlass/include/cutlass/version.h" ] || fail "expected include/cutlass/version.h in $cutlass"

if [ -z "$nvcc" ]; then
  packages=(nvidia-cuda-nvcc==13.0.88 nvidia-nvvm==13.0.88 nvidia-cuda-crt==13.0.88
    nvidia-cuda-runtime==13.0.96 nvidia-cuda-cccl==13.0.85)
  if [ "$(cat "$work/venv/installed.txt" 2>/dev/null)" != "${packages[*]}" ]; then
    say "nvcc: installing ${packages[0]} from PyPI"
    python3 -m venv --clear "$work/venv"
    "$work/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps "${packages[@]}"
    printf '%s\n' "${packages[*]}" >"$work/venv/installed.txt"
  fi
  nvcc=$(echo "$work"/venv/lib/python3*/site-packages/nvidia/cu13/bin/nvcc)
fi
command -v "$nvcc" >/dev/null || fail "expected a program, got --nvcc=$nvcc"

# CUTLASS marks defaulted functions for the device, which is warned of in every file.
target=(-ccbin "${CXX:-g++}" -gencode 'arch=compute_90a,code=sm_90a')
flags=(-std=c++17 -O3 -DNDEBUG --expt-relaxed-constexpr -diag-suppress 20012
  -I"$cutlass/include" -I"$cutlass/tools/util/include")
objects=()
for source in "$here"/*.cu; do
  object=$work/$(basename "$source" .cu).o
  objects+=("$object")
  newer=$(find "$source" "$here"/*.h "$here/build.sh" -newer "$object" 2>/dev/null || echo "$source")
  [ -n "$newer" ] || continue
  say "compile: $(basename "$source")"
  nice "$nvcc" "${target[@]}" "${flags[@]}" -c "$source" -o "$object"
done
"$nvcc" "${target[@]}" -cudart static -Xlinker --strip-all -Xcompiler '-static-libstdc++ -static-libgcc' \
  "${objects[@]}" -o "$out/cutlass55"
say "built: $out/cutlass55"
