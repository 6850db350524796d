//===- OptionsTest.cpp - model files --------------------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types of a line are its own, and what it does not say is the command line's.
//
//===----------------------------------------------------------------------===//

#include "humming-bench/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

using namespace humming;
using namespace humming::bench;

TEST(Options, ALineOfAModelMayNameItsTypes) {
  llvm::SmallString<128> path;
  int handle = 0;
  ASSERT_FALSE(
      llvm::sys::fs::createTemporaryFile("model", "txt", handle, path));
  llvm::FileRemover remover(path);
  llvm::raw_fd_ostream(handle, /*shouldClose=*/true)
      << "# two weights\n64 128\n"
         "256 512 1 8 a=e4m3 w=e3m2 group=channel perm # and types\n";
  Options options;
  const char *arguments[] = {"humming-bench", path.c_str(), "--m=3",
                             "--group=32", "--w=u2"};
  options.parse(std::size(arguments), const_cast<char **>(arguments));
  std::vector<Weight> weights = llvm::cantFail(options.weights());
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].gemm.n, 64);
  EXPECT_EQ(weights[0].gemm.k, 128);
  EXPECT_EQ(weights[0].gemm.code, "u2");
  EXPECT_EQ(weights[0].gemm.group, 32);
  EXPECT_EQ(weights[0].gemm.activation, ScalarKind::F16);
  EXPECT_EQ(weights[0].tokens, std::vector<int64_t>({3}));
  EXPECT_EQ(weights[1].gemm.k, 512);
  EXPECT_EQ(weights[1].gemm.code, "e3m2");
  EXPECT_EQ(weights[1].gemm.group, 0);
  EXPECT_EQ(weights[1].gemm.activation, ScalarKind::E4M3);
  EXPECT_EQ(*weights[1].gemm.scale, ScalarKind::F32);
  EXPECT_TRUE(weights[1].gemm.perm);
  EXPECT_EQ(weights[1].tokens, std::vector<int64_t>({1, 8}));
}
