// Every byte that is read has to be written first.
gpu.module @kernels {
  llvm.mlir.global external @smem() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>

  llvm.func @good(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xi32>
    %pair = llvm.mlir.zero : vector<2xi32>
    llvm.store %pair, %mine : vector<2xi32>, !llvm.ptr<3>
    %x = llvm.load %mine : !llvm.ptr<3> -> vector<2xi32>
    llvm.return
  }

  // The guard is removed.
  llvm.func @bad(%in: !llvm.ptr<1>, %out: !llvm.ptr<1>, %n: i32)
      attributes {nvvm.kernel} {
    %tid = nvvm.read.ptx.sreg.tid.x : i32
    %smem = llvm.mlir.addressof @smem : !llvm.ptr<3>
    %mine = llvm.getelementptr %smem[%tid] : (!llvm.ptr<3>, i32) -> !llvm.ptr<3>, vector<2xi32>
    llvm.store %tid, %mine : i32, !llvm.ptr<3>
    %x = llvm.load %mine : !llvm.ptr<3> -> vector<2xi32>
    llvm.return
  }
}
