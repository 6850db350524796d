//===- WarpgroupKernels.h - Products spelled out ----------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef HUMMING_TEST_UNIT_EMULATOR_WARPGROUPKERNELS_H
#define HUMMING_TEST_UNIT_EMULATOR_WARPGROUPKERNELS_H

#include "Harness.h"

#include <sstream>
#include <string>

namespace humming::emulator {

inline std::string registersOf(const std::string &name) {
  if (name == "zero" || name == "late")
    return "%" + name + ", %" + name + ", %" + name + ", %" + name;
  return "%" + name + "0, %" + name + "1, %" + name + "2, %" + name + "3";
}

inline std::string unpack(const std::string &name) {
  std::string text;
  for (const char *i : {"0", "1", "2", "3"})
    text += "\n    %" + name + i + " = llvm.extractvalue %" + name + "[" + i +
            "] : !llvm.struct<(f32, f32, f32, f32)>";
  return text;
}

/// Spells out lines "PRODUCT <result> of <A> on <sums>", from zero without the
/// sums, and "WAIT <result> for <sums> <groups>". A is the name of a register,
/// with B at %descriptor, or "stage<i>", for %stage<i>A and %stage<i>B.
inline std::string spell(const std::string &text) {
  std::istringstream lines(text);
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, result, word, operand, sums;
    words >> first >> result >> word >> operand;
    if (first == "PRODUCT") {
      words >> word >> sums;
      bool goesOn = !sums.empty();
      bool inMemory = operand.rfind("stage", 0) == 0;
      std::string a = "%" + operand;
      line =
          "%" + result +
          " = llvm.inline_asm has_side_effects asm_dialect = att \"{\\0A.reg "
          ".pred p;\\0Asetp.ne.b32 p, " +
          std::to_string(goesOn) +
          ", 0;\\0A"
          "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {$0, $1, $2, "
          "$3}, " +
          (inMemory ? "$4, $5, p, 1, 1, 0, 0"
                    : "{$4, $5, $6, $7}, $8, p, 1, 1, 0") +
          ";\\0A}\", \"=f,=f,=f,=f," + (inMemory ? "l,l," : "r,r,r,r,l,") +
          (goesOn ? "0,1,2,3," : "") + "~{memory}\" " +
          (inMemory ? a + "A, " + a + "B"
                    : a + ", " + a + ", " + a + ", " + a + ", %descriptor") +
          (goesOn ? ", " + registersOf(sums) : "") + " : (" +
          (inMemory ? "i64, i64" : "i32, i32, i32, i32, i64") +
          (goesOn ? ", f32, f32, f32, f32" : "") +
          ") -> "
          "!llvm.struct<(f32, f32, f32, f32)>" +
          unpack(result);
    } else if (first == "WAIT") {
      words >> word;
      line = "%" + result +
             " = llvm.inline_asm has_side_effects asm_dialect = att "
             "\"wgmma.wait_group.sync.aligned " +
             word + ";\", \"=f,=f,=f,=f,0,1,2,3,~{memory}\" " +
             registersOf(operand) +
             " : (f32, f32, f32, f32) -> !llvm.struct<(f32, f32, f32, f32)>" +
             unpack(result);
    }
    all += line + "\n";
  }
  return all;
}

/// Runs `text`, spelled out, by one warpgroup on 512 words of zeros and as many
/// for results.
inline LaunchResult launchSpelled(const std::string &text, uint64_t seed,
                                  uint32_t sharedBytes) {
  Harness harness;
  harness.config.block = {128, 1, 1};
  harness.config.dynamicSharedBytes = sharedBytes;
  if (seed)
    harness.options.seed = seed;
  auto module = harness.parse(spell(text));
  if (!module) {
    ADD_FAILURE() << harness.diagnostics;
    return {};
  }
  uint64_t in = harness.upload(std::vector<uint32_t>(512));
  return harness.launch(*module->getKernels()[0], in,
                        harness.memory.allocate(512));
}

} // namespace humming::emulator

#endif // HUMMING_TEST_UNIT_EMULATOR_WARPGROUPKERNELS_H
