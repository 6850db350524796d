// A barrier stands between one warp's read and another's write.
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %zero = llvm.mlir.zero : vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    nvvm.barrier0
    // The lower half of the block reads what the upper half writes again.
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %lower = llvm.icmp "slt" %tid, %c64 : i32
    llvm.cond_br %lower, ^read, ^meet
  ^read:
    %theirs = llvm.getelementptr %mine[64] : (!llvm.ptr<3>) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.br ^meet
  ^meet:
    nvvm.barrier0
    llvm.cond_br %lower, ^end, ^write
  ^write:
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    llvm.br ^end
  ^end:
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %zero = llvm.mlir.zero : vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    nvvm.barrier0
    // The lower half of the block reads what the upper half writes again.
    %c64 = llvm.mlir.constant(64 : i32) : i32
    %lower = llvm.icmp "slt" %tid, %c64 : i32
    llvm.cond_br %lower, ^read, ^meet
  ^read:
    %theirs = llvm.getelementptr %mine[64] : (!llvm.ptr<3>) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.br ^meet
  ^meet:
    llvm.cond_br %lower, ^end, ^write
  ^write:
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    llvm.br ^end
  ^end:
    llvm.return
  }
}
