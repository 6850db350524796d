// RUN: humming-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{unknown code 'u9': expected u1 to u8, i1 to i8, eXmY of at most 8 bits, or nf4}}
func.func private @too_wide(!humming.code<u9>)

// -----

// expected-error @+1 {{unknown code 'u0'}}
func.func private @no_bits(!humming.code<u0>)

// -----

// expected-error @+1 {{unknown code 'e5m3'}}
func.func private @wide_float(!humming.code<e5m3>)

// -----

// expected-error @+1 {{unknown code 'f16'}}
func.func private @not_a_code(!humming.code<f16>)
