// Lanes of one warp need bar.warp.sync between them.
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %zero = llvm.mlir.zero : vector<4xi32>
    llvm.store %zero, %mine : vector<4xi32>, !llvm.ptr<3>
    %all = llvm.mlir.constant(-1 : i32) : i32
    nvvm.bar.warp.sync %all : i32
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %near = llvm.xor %tid, %c1 : i32
    %theirs = llvm.getelementptr %smem[%near] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
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
    %c1 = llvm.mlir.constant(1 : i32) : i32
    %near = llvm.xor %tid, %c1 : i32
    %theirs = llvm.getelementptr %smem[%near] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<4xi32>
    %x = llvm.load %theirs : !llvm.ptr<3> -> i32
    llvm.return
  }
}
