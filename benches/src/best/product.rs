//! Products of matrices by other crates.

/// Who multiplies matrices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The crate `matrixmultiply`.
    MatrixMultiply,
    /// The crate `gemm`, on one thread.
    Gemm,
}

/// A matrix to read.
#[derive(Clone, Copy)]
pub(super) struct Matrix<'a> {
    values: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Row by row.
    pub(super) fn new(values: &'a [f32], rows: usize, columns: usize) -> Self {
        assert!(values.len() == rows * columns);
        Self { values, rows, columns, row_stride: columns, column_stride: 1 }
    }

    pub(super) fn transposed(self) -> Self {
        Self {
            values: self.values,
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
        }
    }
}

impl Product {
    /// `c = a · b`, row by row, added to what is there when `add`.
    #[allow(unsafe_code, reason = "both crates take pointers")]
    pub(super) fn multiply(self, a: Matrix<'_>, b: Matrix<'_>, c: &mut [f32], add: bool) {
        assert!(a.columns == b.rows && c.len() == a.rows * b.columns);
        let (m, k, n) = (a.rows, a.columns, b.columns);
        let (a_row, a_column) = (a.row_stride.cast_signed(), a.column_stride.cast_signed());
        let (b_row, b_column) = (b.row_stride.cast_signed(), b.column_stride.cast_signed());
        let (a, b, c, c_row) = (a.values.as_ptr(), b.values.as_ptr(), c.as_mut_ptr(), n.cast_signed());
        let keep = f32::from(u8::from(add));
        match self {
            // SAFETY: `Matrix::new` and the assertion above measured all three slices, and `c` is borrowed alone.
            Self::MatrixMultiply => unsafe {
                matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, keep, c, c_row, 1);
            },
            // SAFETY: as above.
            Self::Gemm => unsafe {
                let one_thread = gemm::Parallelism::None;
                gemm::gemm(
                    m, n, k, c, 1, c_row, add, a, a_column, a_row, b, b_column, b_row, keep, 1.0, false, false, false,
                    one_thread,
                );
            },
        }
    }
}
