//===- MmaAtomTest.cpp - The tables of atoms and architectures ------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Fragments against the formulas of the PTX ISA, written out here as it prints
// them ("Matrix Fragments for mma.m16n8k8", "... mma.m8n8k16" and so on).
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

TEST(MmaAtom, AccumulatorsOfF16LieAsThoseOfF32) {
  for (const char *name : {"m16n8k8", "m16n8k16"}) {
    const MmaAtom *atom =
        lookupMmaAtom(name, ScalarKind::F16, ScalarKind::F16, ScalarKind::F16);
    ASSERT_NE(atom, nullptr);
    expectAccumulators(*atom);
  }
}

struct Narrow {
  const char *name;
  ScalarKind kind, acc;
  unsigned minSm;
};

TEST(MmaAtom, M16N8K32) {
  for (const Narrow &row :
       {Narrow{"m16n8k32", ScalarKind::I8, ScalarKind::I32, 80},
        {"m16n8k32", ScalarKind::E4M3, ScalarKind::F32, 89},
        {"m16n8k32", ScalarKind::E5M2, ScalarKind::F32, 89},
        {"m8n8k16", ScalarKind::I8, ScalarKind::I32, 75}}) {
    const MmaAtom *atom = lookupMmaAtom(row.name, row.kind, row.kind, row.acc);
    ASSERT_NE(atom, nullptr);
    EXPECT_EQ(atom->minSm, row.minSm);
    EXPECT_EQ(atom->k, 32);
    expectFragment(
        atom->fragA, 16, [](int64_t group, int64_t thread, int64_t i) {
          bool upper = i < 4 || (i >= 8 && i < 12);
          return Coordinates(upper ? group : group + 8,
                             thread * 4 + (i & 3) + (i < 8 ? 0 : 16));
        });
    expectFragment(
        atom->fragB, 8, [](int64_t group, int64_t thread, int64_t i) {
          return Coordinates(group, thread * 4 + (i & 3) + (i < 4 ? 0 : 16));
        });
    expectAccumulators(*atom);
  }
}

TEST(MmaAtom, M16N8K64) {
  for (const Narrow &row :
       {Narrow{"m16n8k64", ScalarKind::I4, ScalarKind::I32, 80},
        {"m16n8k64", ScalarKind::E2M1, ScalarKind::F32, 120},
        {"m8n8k32", ScalarKind::I4, ScalarKind::I32, 75}}) {
    const MmaAtom *atom = lookupMmaAtom(row.name, row.kind, row.kind, row.acc);
    ASSERT_NE(atom, nullptr);
    EXPECT_EQ(atom->minSm, row.minSm);
    EXPECT_EQ(atom->k, 64);
    expectFragment(
        atom->fragA, 32, [](int64_t group, int64_t thread, int64_t i) {
          bool upper = i < 8 || (i >= 16 && i < 24);
          return Coordinates(upper ? group : group + 8,
                             thread * 8 + (i & 7) + (i < 16 ? 0 : 32));
        });
    expectFragment(
        atom->fragB, 16, [](int64_t group, int64_t thread, int64_t i) {
          return Coordinates(group, thread * 8 + (i & 7) + (i < 8 ? 0 : 32));
        });
    expectAccumulators(*atom);
  }
}

/// "Matrix Fragments for mma.m8n8k16" and "... mma.m8n8k32": the registers that
/// the four instructions of an atom take are those of the instruction, moved.
TEST(MmaAtom, InstructionsOf8RowsShareOutTheRegisters) {
  for (auto [name, kind] : {std::pair("m8n8k16", ScalarKind::I8),
                            std::pair("m8n8k32", ScalarKind::I4)}) {
    const MmaAtom *atom = lookupMmaAtom(name, kind, kind, ScalarKind::I32);
    ASSERT_NE(atom, nullptr);
    ASSERT_EQ(atom->issueRows, 2);
    ASSERT_EQ(atom->issueK, 2);
    int64_t depth = atom->k / 2, perRegister = depth / 4;
    for (int64_t lane = 0; lane < 32; ++lane)
      for (int64_t step = 0; step < 2; ++step)
        for (int64_t i = 0; i < perRegister; ++i) {
          int64_t k = step * depth + lane % 4 * perRegister + i;
          for (int64_t half = 0; half < 2; ++half)
            EXPECT_EQ(atom->fragA.coordinates(
                          lane, (step * 2 + half) * perRegister + i),
                      Coordinates(half * 8 + lane / 4, k));
          EXPECT_EQ(atom->fragB.coordinates(lane, step * perRegister + i),
                    Coordinates(lane / 4, k));
        }
  }
}

TEST(MmaAtom, BlockScaledInstructions) {
  const MmaAtom *mx =
      lookupMmaAtom("m16n8k64", ScalarKind::E2M1, ScalarKind::E2M1,
                    ScalarKind::F32, ScalarKind::UE8M0);
  const MmaAtom *nv =
      lookupMmaAtom("m16n8k64", ScalarKind::E2M1, ScalarKind::E2M1,
                    ScalarKind::F32, ScalarKind::E4M3);
  ASSERT_NE(mx, nullptr);
  ASSERT_NE(nv, nullptr);
  EXPECT_EQ(mx->scaleGroup, 32);
  EXPECT_EQ(nv->scaleGroup, 16);
  EXPECT_TRUE(mx->suffix == "f" && nv->suffix == "f");
  EXPECT_EQ(lookupMmaAtom("m16n8k64", ScalarKind::I4, ScalarKind::I4,
                          ScalarKind::I32, ScalarKind::UE8M0),
            nullptr);
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
  EXPECT_FALSE(lookupArch("sm_89")->hasDependentLaunch);
  EXPECT_TRUE(lookupArch("sm_90")->hasDependentLaunch);
  EXPECT_FALSE(lookupArch("sm_89")->hasClusters);
  EXPECT_TRUE(lookupArch("sm_90")->hasClusters);
  EXPECT_FALSE(lookupArch("sm_89")->hasStMatrix);
  EXPECT_TRUE(lookupArch("sm_90")->hasStMatrix);
}

TEST(Arch, UnknownNamesAreNotFound) {
  EXPECT_EQ(lookupArch("sm_81"), nullptr);
  EXPECT_EQ(lookupArch(""), nullptr);
  EXPECT_EQ(knownArchNames().substr(0, 12), "sm_75, sm_80");
}

} // namespace
