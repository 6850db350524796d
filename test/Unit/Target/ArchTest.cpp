//===- ArchTest.cpp - the tables of architectures and GPUs ----------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Drivers' names for GPUs find their rows, and nothing else does.
//
//===----------------------------------------------------------------------===//

#include "humming/Target/Arch.h"

#include "gtest/gtest.h"

using namespace humming;

static std::string nameOf(llvm::StringRef driverName) {
  const Gpu *gpu = lookupGpu(driverName);
  return gpu ? gpu->name.str() : "";
}

TEST(GpuTest, WordsOfADriversNameFindTheLongestRow) {
  EXPECT_EQ(nameOf("NVIDIA H100 80GB HBM3"), "H100");
  EXPECT_EQ(nameOf("NVIDIA H100 PCIe"), "H100 PCIe");
  EXPECT_EQ(nameOf("NVIDIA A100-SXM4-40GB"), "A100 SXM4 40GB");
  EXPECT_EQ(nameOf("NVIDIA A100-SXM4-80GB"), "A100");
  EXPECT_EQ(nameOf("NVIDIA GeForce RTX 4090"), "RTX 4090");
  EXPECT_EQ(nameOf("nvidia h200"), "H200");
  // No word of these is a row's.
  EXPECT_EQ(nameOf("NVIDIA GH200 480GB"), "");
  EXPECT_EQ(nameOf("Quadro RTX 4000"), "");
  EXPECT_EQ(nameOf(""), "");
}

TEST(GpuTest, EveryArchHasATypicalGpu) {
  for (const Arch &arch : allArchs())
    EXPECT_EQ(gpuFor(arch).sm, arch.sm) << arch.name.str();
  EXPECT_EQ(gpuFor(*lookupArch("sm_90")).name, "H100");
}

TEST(GpuTest, ADeviceHasTheLastWord) {
  const Arch &arch = *lookupArch("sm_80");
  EXPECT_EQ(gpuFor(arch, "NVIDIA H100 80GB HBM3", 114).multiprocessors, 114u);
  EXPECT_EQ(gpuFor(arch, "NVIDIA H100 80GB HBM3", 114).gigabytes,
            lookupGpu("H100")->gigabytes);
  // One that is not known is like the typical one, under its own name.
  Gpu other = gpuFor(arch, "NVIDIA A30", 56);
  EXPECT_EQ(other.name, "NVIDIA A30");
  EXPECT_EQ(other.multiprocessors, 56u);
  EXPECT_EQ(other.gigabytes, lookupGpu("A100")->gigabytes);
}
