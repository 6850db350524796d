//===- ToolMain.h - Entry points of the programs ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every program is a generated `main` that calls one exported function, so a
// release build keeps the compiler once, in libhumming.so, which hides every
// other symbol.
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TOOLS_TOOLMAIN_H
#define HUMMING_TOOLS_TOOLMAIN_H

/// Marks the definition of a program's entry point: the arguments of `main` in,
/// the exit status out. The entry of humming-opt is called hummingOptMain.
#define HUMMING_TOOL_MAIN extern "C" __attribute__((visibility("default"))) int

#endif // HUMMING_TOOLS_TOOLMAIN_H
