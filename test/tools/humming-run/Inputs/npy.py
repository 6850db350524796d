"""Makes .npy files whose weights a code holds exactly, and checks the product that humming-run wrote.

Every group of 32 holds -0.5 * z .. 0.5 * (15 - z) with both ends in it, so quantizing gives the numbers back.
"""

import sys

import numpy as np

N, K, M, GROUP = 64, 96, 3, 32
command, stem = sys.argv[1:]
random = np.random.default_rng(3)
zero = random.integers(0, 16, (N, K // GROUP, 1))
codes = random.integers(0, 16, (N, K // GROUP, GROUP))
codes[:, :, 0], codes[:, :, 1] = 0, 15
weights = ((codes - zero) * 0.5).reshape(N, K).astype(np.float32)
activations = random.integers(-2, 3, (M, K)).astype(np.float32)

if command == "make":
    np.save(f"{stem}.w32.npy", weights)
    np.save(f"{stem}.x32.npy", activations)
    np.save(f"{stem}.w16.npy", weights.astype(np.float16))
    np.save(f"{stem}.x16.npy", activations.astype(np.float16))
    np.save(f"{stem}.odd.npy", activations[:, :95].copy())
    np.save(f"{stem}.f64.npy", weights.astype(np.float64))
    np.save(f"{stem}.flat.npy", weights[0])
    np.save(f"{stem}.fortran.npy", np.asfortranarray(weights))
    np.save(f"{stem}.nan.npy", np.where(weights == weights[1, 1], np.nan, weights).astype(np.float32))
    with open(f"{stem}.w32.npy", "rb") as whole, open(f"{stem}.cut.npy", "wb") as cut:
        cut.write(whole.read()[:-10])
else:
    result = np.load(f"{stem}.c.npy")
    assert result.dtype == np.float16 and result.shape == (M, N), (result.dtype, result.shape)
    assert (result == (activations @ weights.T).astype(np.float16)).all()
