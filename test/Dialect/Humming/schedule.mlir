// RUN: humming-opt %s | humming-opt | FileCheck %s

// Results that are stored as lanes hold them are the default and not printed; nor are clusters of one block, sums
// through memory, and one set of warps.

// CHECK-DAG: = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = cp_async, split_k = 2, store = shared>
// CHECK-DAG: = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = cp_async, split_k = 2>
// CHECK-DAG: = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 1, blocks = 132, prefetch = 8>
// CHECK-DAG: = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 1, store = tma, blocks = 132, turns = 2>
// CHECK-DAG: = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 4, cluster = 2, fixup = cluster>
func.func private @f() attributes {
  s = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = cp_async, split_k = 2, store = shared>,
  d = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = cp_async, split_k = 2, store = direct>,
  t = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 1, blocks = 132, prefetch = 8>,
  u = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 1, turns = 2, store = tma, blocks = 132>,
  c = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = tma, split_k = 4, fixup = cluster, cluster = 2>,
  m = #humming.schedule<block = [64, 16, 64], warps = [4, 1], stages = 3, mma = m64k16, copy = cp_async, split_k = 2, cluster = 1, fixup = memory, turns = 1>
}
