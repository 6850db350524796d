//===- MmaAtomTest.cpp - The tables of atoms and architectures ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fragments against the formulas of the PTX ISA, written out here as it prints
// them ("Matrix Fragments for mma.m16n8k8" and "... mma.m16n8k16").
//
//===----------------------------------------------------------------------===//

#include "humming/Target/MmaAtom.h"
#include "humming/Target/Arch.h"
#include "gtest/gtest.h"

using namespace humming;

namespace {

using Coordinates = std::pair<int64_t, int64_t>;

/// Checks each element of each lane against `expected(groupId, threadInGroup,
/// i)`, in (row, column) of the operand as MmaAtom orients it.
template <typename Formula>
void expectFragment(const Fragment &fragment, int64_t elements,
                    Formula expected) {
  ASSERT_EQ(fragment.regCount(), elements);
  for (int64_t lane = 0; lane < 32; ++lane)
    for (int64_t i = 0; i < elements; ++i)
      EXPECT_EQ(fragment.coordinates(lane, i), expected(lane / 4, lane % 4, i))
          << "lane " << lane << ", element " << i;
}

void expectAccumulators(const MmaAtom &atom) {
  expectFragment(atom.fragC, 4, [](int64_t group, int64_t thread, int64_t i) {
    return Coordinates(i < 2 ? group : group + 8, thread * 2 + (i & 1));
  });
}

TEST(MmaAtom, M16N8K16) {
  for (ScalarKind kind : {ScalarKind::F16, ScalarKind::BF16}) {
    const MmaAtom *atom =
        lookupMmaAtom("m16n8k16", kind, kind, ScalarKind::F32);
    ASSERT_NE(atom, nullptr);
    EXPECT_EQ(atom->minSm, 80u);
    expectFragment(atom->fragA, 8,
                   [](int64_t group, int64_t thread, int64_t i) {
                     bool upper = i < 2 || (i >= 4 && i < 6);
                     return Coordinates(upper ? group : group + 8,
                                        thread * 2 + (i & 1) + (i < 4 ? 0 : 8));
                   });
    expectFragment(
        atom->fragB, 4, [](int64_t group, int64_t thread, int64_t i) {
          return Coordinates(group, thread * 2 + (i & 1) + (i < 2 ? 0 : 8));
        });
    expectAccumulators(*atom);
  }
}

TEST(MmaAtom, M16N8K8) {
  const MmaAtom *atom = lookupMmaAtom("m16n8k8", ScalarKind::F16,
                                      ScalarKind::F16, ScalarKind::F32);
  ASSERT_NE(atom, nullptr);
  EXPECT_EQ(atom->minSm, 75u);
  expectFragment(atom->fragA, 4, [](int64_t group, int64_t thread, int64_t i) {
    return Coordinates(i < 2 ? group : group + 8, thread * 2 + (i & 1));
  });
  expectFragment(atom->fragB, 2, [](int64_t group, int64_t thread, int64_t i) {
    return Coordinates(group, thread * 2 + i);
  });
  expectAccumulators(*atom);
}

TEST(MmaAtom, IsFoundByItsIntrinsicAndNothingElse) {
  for (const MmaAtom &atom : allMmaAtoms())
    EXPECT_EQ(lookupMmaAtomByIntrinsic(atom.intrinsic), &atom);
  EXPECT_EQ(lookupMmaAtomByIntrinsic("llvm.nvvm.mma.m8n8k4"), nullptr);
  EXPECT_EQ(lookupMmaAtom("m16n8k8", ScalarKind::BF16, ScalarKind::BF16,
                          ScalarKind::F32),
            nullptr);
}

TEST(Arch, LimitsOfTheProgrammingGuide) {
  // CUDA C++ Programming Guide, maximum shared memory per thread block.
  EXPECT_EQ(lookupArch("sm_75")->maxSharedPerBlock, 64u * 1024);
  EXPECT_EQ(lookupArch("sm_80")->maxSharedPerBlock, 163u * 1024);
  EXPECT_EQ(lookupArch("sm_86")->maxSharedPerBlock, 99u * 1024);
  EXPECT_EQ(lookupArch("sm_90")->maxSharedPerBlock, 227u * 1024);
  EXPECT_EQ(lookupArch("sm_100")->maxSharedPerBlock, 227u * 1024);
  EXPECT_EQ(lookupArch("sm_103")->maxSharedPerBlock, 227u * 1024);
  EXPECT_EQ(lookupArch("sm_110")->maxSharedPerBlock, 227u * 1024);
  EXPECT_EQ(lookupArch("sm_120")->maxSharedPerBlock, 99u * 1024);
  EXPECT_EQ(lookupArch("sm_121")->maxSharedPerBlock, 99u * 1024);
  EXPECT_FALSE(lookupArch("sm_75")->hasCpAsync);
  EXPECT_TRUE(lookupArch("sm_80")->hasCpAsync);
}

TEST(Arch, UnknownNamesAreNotFound) {
  EXPECT_EQ(lookupArch("sm_81"), nullptr);
  EXPECT_EQ(lookupArch(""), nullptr);
  EXPECT_EQ(knownArchNames().substr(0, 12), "sm_75, sm_80");
}

} // namespace
