//===- Arch.cpp - Facts about GPU architectures ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks architectures and GPUs up in the tables generated from Arch.td.
//
//===----------------------------------------------------------------------===//

#include "humming/Target/Arch.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace humming;

#include "humming/Target/Arch.h.inc"

llvm::ArrayRef<Arch> humming::allArchs() { return kArchs; }

const Arch *humming::lookupArch(llvm::StringRef name) {
  const Arch *arch =
      llvm::find_if(kArchs, [&](const Arch &row) { return row.name == name; });
  return arch == std::end(kArchs) ? nullptr : arch;
}

std::string humming::knownArchNames() {
  return llvm::join(
      llvm::map_range(kArchs, [](const Arch &arch) { return arch.name; }),
      ", ");
}

llvm::ArrayRef<Gpu> humming::allGpus() { return kGpus; }

/// The words of a name: letters and digits.
static llvm::SmallVector<llvm::StringRef> wordsOf(llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> words;
  while (!(name = name.drop_until(llvm::isAlnum)).empty()) {
    words.push_back(name.take_while(llvm::isAlnum));
    name = name.drop_front(words.back().size());
  }
  return words;
}

const Gpu *humming::lookupGpu(llvm::StringRef name) {
  llvm::SmallVector<llvm::StringRef> given = wordsOf(name);
  const Gpu *best = nullptr;
  for (const Gpu &gpu : kGpus)
    if (llvm::all_of(wordsOf(gpu.name),
                     [&](llvm::StringRef word) {
                       return llvm::any_of(given, [&](llvm::StringRef other) {
                         return word.equals_insensitive(other);
                       });
                     }) &&
        (!best || gpu.name.size() > best->name.size()))
      best = &gpu;
  return best;
}

Gpu humming::gpuFor(const Arch &arch, llvm::StringRef name,
                    unsigned multiprocessors) {
  const Gpu *known = lookupGpu(name);
  Gpu gpu = known ? *known : *llvm::find_if(kGpus, [&](const Gpu &typical) {
    return typical.sm == arch.sm;
  });
  if (!known && !name.empty())
    gpu.name = name;
  if (multiprocessors)
    gpu.multiprocessors = multiprocessors;
  return gpu;
}
