// A schedule for warpgroups; the tests replace the words in capitals.
func.func @gemm(%a: tensor<?x4096xACT>, %w: tensor<4096x4096x!humming.code<u4>>, %s: tensor<4096xGROUPSxSCALE>) -> tensor<?x4096xOUT> {
  %c = humming.gemm a(%a : tensor<?x4096xACT>) b(%w : tensor<4096x4096x!humming.code<u4>>)
       scale(%s : tensor<4096xGROUPSxSCALE>) -> tensor<?x4096xOUT>
       attributes {schedule = #humming.schedule<block = [BLOCK], warps = [WARPS, 1], stages = 4, mma = MMA, copy = cp_async, split_k = 1>} {
  ^bb0(%acc: f32):
    %y = arith.truncf %acc : f32 to OUT
    humming.yield %y : OUT
  }
  return %c : tensor<?x4096xOUT>
}
