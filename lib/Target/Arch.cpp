//===- Arch.cpp - Facts about GPU architectures ---------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Looks architectures up in the table generated from Arch.td.
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
